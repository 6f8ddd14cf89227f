"""Invented reporting, to try the application with; never in production.

State names are real, so every text carries a marker in its own language, every
page a banner, and no sentence describes anything that a State has done. What
speakers told the meeting is the one exception, and names its paragraph.
"""

from .cast import PASSWORD, PEOPLE, Person
from .loading import CannotLoadError, Summary, load

__all__ = ["PASSWORD", "PEOPLE", "CannotLoadError", "Person", "Summary", "load"]
