"""Database engine: Django's PostgreSQL, with a login for the owner besides."""

from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    is_owner = False

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        # Without a name, Django creates or drops the database of the tests.
        if self.is_owner or not self.settings_dict["NAME"]:
            params.update(self.owner_login())
            # Migrations move the rows of all States.
            params["options"] = f"{params.get('options', '')} -c suivi.reader=job"
        return params

    def owner_login(self) -> dict[str, str]:
        """User and password of the owner; without one, the site's are left."""
        login = self.settings_dict.get("OWNER") or {}
        return {key.lower(): value for key, value in login.items() if value}
