from django.utils.translation import get_language


def babel_locale() -> str:
    """The language that is spoken now, as Babel names it; its «en» is American."""
    language = get_language() or "en"
    return "en_GB" if language == "en" else language
