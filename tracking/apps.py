from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrackingConfig(AppConfig):
    name = "tracking"
    verbose_name = _("Follow-up by States")

    def ready(self) -> None:
        from tracking.accounts.signals import connect  # models are there only now
        from tracking.checks import deployment, row_level_security  # noqa: F401 - register what they hold

        connect()
