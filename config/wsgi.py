"""WSGI entry point, for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

# A page that needs longer has gone wrong; files say for themselves how long they take.
connections.settings["default"]["OPTIONS"]["options"] = "-c statement_timeout=10s"
