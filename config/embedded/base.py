"""Database engine: Django's PostgreSQL, on the embedded server."""

from typing import Any

from config import embedded
from config.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        """Start the server, create login and database before the first connection."""
        server = embedded.start(embedded.data_directory())
        host = embedded.socket_directory(server)
        embedded.create_site_login(host)
        if self.settings_dict["NAME"] == "suivi":  # Django creates those of the tests
            embedded.create_database(host, "suivi")
        login = {"host": host, "user": embedded.SITE}
        return {**login, **super().get_connection_params()}

    def owner_login(self) -> dict[str, str]:
        return {"user": "postgres"}
