"""The site over the test database, for processes of a server; see test_writers.py."""

import json
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

# The database as the test reaches it: this process neither starts nor stops a server.
settings.DATABASES["default"] |= json.loads(os.environ["TEST_DATABASE"])
# As in conftest.py: the names of static files without their hashes.
settings.STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
settings.WHITENOISE_AUTOREFRESH = False
application = get_wsgi_application()
