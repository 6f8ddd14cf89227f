from django.contrib.admin.apps import AdminConfig


class SuiviAdminConfig(AdminConfig):
    default_site = "tracking.review.site.SuiviAdminSite"
