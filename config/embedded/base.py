"""Database engine: Django's PostgreSQL, on the embedded server."""

from typing import Any

from django.db.backends.postgresql import base

from config import embedded


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        """Start the server and create the database before the first connection."""
        server = embedded.start(embedded.data_directory())
        host = embedded.socket_directory(server)
        if self.settings_dict["NAME"] == "suivi":  # Django creates those of the tests
            embedded.create_database(host, "suivi")
        params: dict[str, Any] = super().get_connection_params()
        params.update(host=host, user="postgres")
        return params
