"""WSGI entry point, for gunicorn."""

import os

from django.conf import settings
from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.db import DEFAULT_DB_ALIAS, connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

# A site whose database has its locks off is not served, nor one that misses a key.
found = run_checks(tags=[Tags.database], databases=[DEFAULT_DB_ALIAS])
connections.close_all()
if not settings.EVALUATION:
    found += run_checks(tags=["machine"], include_deployment_checks=True)
if wrong := [str(message) for message in found if message.is_serious()]:
    raise ImproperlyConfigured("\n".join(wrong))

# A page that needs longer has gone wrong; files say for themselves how long they take.
connections.settings["default"]["OPTIONS"]["options"] = "-c statement_timeout=10s"
