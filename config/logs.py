"""Where what is logged goes."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured


def logging_to(security_file: str) -> dict[str, Any]:
    """Everything to standard error; the security log to a file, if one is named.

    Raises ImproperlyConfigured if that file cannot be written.
    """
    if security_file:
        file = Path(security_file)
        try:
            if not file.is_absolute():
                raise OSError
            with file.open("a"):
                pass
        except OSError:
            raise ImproperlyConfigured(
                "Set SECURITY_LOG_FILE to the whole path of a file that can be "
                f"written, in a folder that exists: {file} is none."
            ) from None
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request": {"()": "config.tracing.RequestFilter"}},
        "formatters": {
            "plain": {
                "format": "%(levelname)s %(name)s [%(request_number)s] %(message)s"
            },
            "line": {"format": "%(message)s"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "filters": ["request"],
                "formatter": "plain",
            },
            "security": {
                # A file may be moved away while we write: it is then opened anew.
                **(
                    {
                        "class": "logging.handlers.WatchedFileHandler",
                        "filename": security_file,
                        "encoding": "utf-8",
                    }
                    if security_file
                    else {"class": "logging.StreamHandler"}
                ),
                "formatter": "line",
            },
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "suivi.security": {
                "handlers": ["security"],
                "level": "INFO",
                "propagate": False,
            },
        },
    }
