"""Template tags of every page; no `{% load %}` is needed.

Nothing here asks the database: a page shows what its view hands over.
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from babel.dates import format_interval
from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField
from django.forms.widgets import CheckboxSelectMultiple, RadioSelect
from django.template.context import Context
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from config.addresses import sealed
from config.languages import babel_locale
from recommendations.lists import separator
from tracking.models import LANGUAGES, Status, Visibility

register = template.Library()

# Icons -----------------------------------------------------------------------

ICONS = {
    "alert": '<path d="M8 2 14.5 13.5h-13zM8 6.5v3.2M8 11.6v.1"/>',
    "back": '<path d="M6.5 4 3 7.5 6.5 11M3 7.5h6.5a3 3 0 0 1 0 6H8"/>',
    "check": '<path d="M3 8.5 6.5 12 13 4.5"/>',
    "clock": '<circle cx="8" cy="8" r="6"/><path d="M8 4.5V8l2.5 1.5"/>',
    "down": '<path d="M8 2.8v8M4.8 7.8 8 11l3.2-3.2M3 13.2h10"/>',
    "eye": (
        '<path d="M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8z"/>'
        '<circle cx="8" cy="8" r="1.8"/>'
    ),
    "file": ('<path d="M4 1.8h5.5L12.5 5v9.2H4zM9.2 2v3.3h3.2M6 8.5h4.5M6 11h4.5"/>'),
    "group": (
        '<circle cx="6" cy="5.5" r="2.3"/><path d="M1.8 13c.4-2.7 2-4 4.2-4s3.8 '
        '1.3 4.2 4M10.3 3.4a2.2 2.2 0 0 1 0 4.2M12 9.5c1.3.6 2 1.8 2.2 3.5"/>'
    ),
    "help": (
        '<circle cx="8" cy="8" r="6.2"/><path d="M6 6.2a2 2 0 1 1 2.9 1.9c-.6.3-.9'
        '.7-.9 1.3M8 11.6v.1"/>'
    ),
    "history": (
        '<path d="M2.8 8a5.2 5.2 0 1 0 1.6-3.8M2.8 2.5v2.7h2.7M8 5v3.3l2.2 1.3"/>'
    ),
    "info": '<circle cx="8" cy="8" r="6.2"/><path d="M8 7.3v3.7M8 5v.1"/>',
    "link": (
        '<path d="M6.8 9.2a2.5 2.5 0 0 0 3.5 0l2.2-2.2a2.5 2.5 0 0 0-3.5-3.5l-.8.8'
        'M9.2 6.8a2.5 2.5 0 0 0-3.5 0L3.5 9a2.5 2.5 0 0 0 3.5 3.5l.8-.8"/>'
    ),
    "lock": '<path d="M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5"/>',
    "mail": '<path d="M2 3.5h12v9H2zM2 4.5l6 4.5 6-4.5"/>',
    "next": '<path d="M6 3.5 10.5 8 6 12.5"/>',
    "pencil": '<path d="M3 13l.7-3L10.5 3.2l2.3 2.3L6 12.3z"/>',
    "plus": '<path d="M8 3v10M3 8h10"/>',
    "prev": '<path d="M10 3.5 5.5 8 10 12.5"/>',
    "print": '<path d="M4.5 6V2.5h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7v4h-7z"/>',
    "rise": '<path d="M3 11.5 8 5l5 6.5"/>',
    "same": '<path d="M3.5 6h9M3.5 10h9"/>',
    "search": '<circle cx="7" cy="7" r="4.5"/><path d="m10.5 10.5 3.5 3.5"/>',
    "send": '<path d="M2 8 14 2.5 10.5 14 7.8 9z"/>',
    "up": '<path d="M8 11V3M4.8 6 8 2.8 11.2 6M3 13.2h10"/>',
    "user": (
        '<circle cx="8" cy="5.2" r="2.7"/>'
        '<path d="M2.8 13.8c.6-3 2.7-4.3 5.2-4.3s4.6 1.3 5.2 4.3"/>'
    ),
    "x": '<path d="m4 4 8 8M12 4l-8 8"/>',
}
# Arrows follow the direction of reading.
FLIPPED = {"next", "prev", "back", "send"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of ICONS, drawn in the colour of the text; words must stand beside it."""
    return format_html(
        '<svg class="{}" viewBox="0 0 16 16" aria-hidden="true">{}</svg>',
        "i flip" if name in FLIPPED else "i",
        mark_safe(ICONS[name]),  # noqa: S308 - a constant of this module
    )


# Languages and navigation ----------------------------------------------------

# By their own names, as the United Nations writes them.
OWN_NAMES = dict(LANGUAGES)


@dataclass(frozen=True)
class LanguageLink:
    code: str
    name: str
    url: str
    direction: str
    current: bool


@register.filter
def direction(code: str) -> str:
    """Direction of a language: `rtl` or `ltr`; `auto` when it is not known."""
    try:
        return "rtl" if get_language_info(code)["bidi"] else "ltr"
    except KeyError:
        return "auto"


register.filter("sealed", sealed)


@register.simple_tag
def comma() -> str:
    """What the reader's language writes between two items of a list."""
    return separator()


@register.filter
def own_name(code: str) -> str:
    """Name of a language in that language."""
    return OWN_NAMES.get(code, code)


@register.filter
def in_language(text: Any, language: str = "") -> SafeString:
    """A text that says which language it is in, where that is not the reader's.

    `language` is a code; without it, words of ours know their own.
    """
    language = language or getattr(text, "language", "")
    if language in ("", get_language()):
        return conditional_escape(text)
    return format_html('<bdi lang="{}">{}</bdi>', language, text)


@register.filter("listed")
def listed_in_language(items: Iterable[Any]) -> SafeString:
    """The items of a list in a sentence, each in its language."""
    return format_html_join(separator(), "{}", ((in_language(each),) for each in items))


@register.simple_tag
def titled(row: Any) -> SafeString:
    """A row by its title: number and words of ours, or words of a State."""
    if hasattr(row, "editorial_language"):
        return in_language(row, row.editorial_language)
    language = row.language
    return format_html(
        "<bdi{}>{}</bdi>",
        format_html(' lang="{}"', language) if language else "",
        row.title,
    )


@register.simple_tag
def wording(text: Any) -> SafeString:
    """The official text, its normative wording underlined, nothing else changed."""
    before, words, after = text.parts
    return format_html("<p>{}<mark>{}</mark>{}</p>", before, words, after)


@register.simple_tag
def said(text: str, language: str = "", css_class: str = "pre") -> SafeString:
    """Words of a State as a paragraph, in the language they were written in."""
    return format_html(
        '<p class="{}"{} dir="{}">{}</p>',
        css_class,
        format_html(' lang="{}"', language) if language else "",
        direction(language) if language else "auto",
        marks(text),
    )


# Characters that nobody sees, and that change what everybody sees: overrides and
# embeddings of direction, marks without width. Those that Arabic, Persian and Indian
# scripts need (U+200C to U+200F) stay as they are.
UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u180e\u200b\u202a-\u202e"
    "\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


@register.filter
def marks(text: Any) -> SafeString:
    """The text with its unseen characters shown by their numbers, not obeyed."""
    return mark_safe(  # noqa: S308 - the text is escaped; its marks are hexadecimal
        UNSEEN.sub(
            lambda found: f'<span class="unseen">U+{ord(found[0]):04X}</span>',
            conditional_escape(text),
        )
    )


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> list[LanguageLink]:
    """Where this page, with its query, is to be read in each language.

    A page that answers a form sent elsewhere says in `here` where it can be read.
    """
    request = context.get("request")
    path = context.get("here") or (request.get_full_path() if request else "/")
    # Every page in a language has it as first segment, even one that is missing:
    # exchanging the segment keeps the page where resolving the path would not.
    first, _slash, rest = path.lstrip("/").partition("/")
    if first not in OWN_NAMES:
        rest = ""
    return [
        LanguageLink(
            code=code,
            name=OWN_NAMES[code],
            url=f"/{code}/{rest}",
            direction=direction(code),
            current=code == get_language(),
        )
        for code, _name in settings.LANGUAGES
    ]


@register.simple_tag(takes_context=True)
def nav_item(
    context: Context, view: str, label: str, *below: str, iso3: str = ""
) -> SafeString:
    """One entry of a menu; current on its page and on the pages `below` it."""
    url = reverse(view, args=[iso3] if iso3 else [])
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    here = match.view_name if match else ""
    current = ""
    if here == view:
        current = "page"
    elif here in below:
        current = "true"
    return format_html(
        '<li><a href="{}"{}>{}</a></li>',
        url,
        format_html(' aria-current="{}"', current) if current else "",
        label,
    )


@register.simple_tag(takes_context=True)
def query_without(context: Context, name: str) -> str:
    """The query string of this page without one filter, from its first page."""
    query = context["request"].GET.copy()
    query.pop(name, None)
    query.pop("page", None)
    return f"?{query.urlencode()}"


@register.simple_block_tag
def crumbs(content: str) -> SafeString:
    """Breadcrumb trail around its `<li>`s; nothing when a page has none."""
    if not content.strip():
        return SafeString()
    return format_html(
        '<nav class="crumbs" aria-label="{}"><ol>{}</ol></nav>',
        _("Breadcrumb"),
        content,
    )


@register.simple_block_tag
def aside(content: str) -> SafeString:
    """Column beside the page's main text; nothing when a page has none."""
    if not content.strip():
        return SafeString()
    return format_html(
        '<aside class="stack" aria-label="{}">{}</aside>',
        _("About this page"),
        content,
    )


# Status ----------------------------------------------------------------------

# Order in every bar and legend; the two grey values share one entry.
ORDER = (
    Status.FULLY_IMPLEMENTED,
    Status.PARTIALLY_IMPLEMENTED,
    Status.IN_PROGRESS,
    Status.PLANNED,
    Status.NOT_STARTED,
    Status.CONSIDERED_NOT_PURSUED,
    Status.NOT_APPLICABLE,
    Status.NO_INFORMATION,
)


@dataclass(frozen=True)
class Part:
    """One part of a distribution: `count` of `total`, `share` from 0 to 1."""

    status: Status
    css: str
    label: str
    count: int
    total: int

    @property
    def share(self) -> float:
        return self.count / self.total if self.total else 0.0

    @property
    def percent(self) -> str:
        return percent(self.share)


@register.filter
def css(status: str | None) -> str:
    """Class of a status: its colour and shape."""
    return Status(status or "").css


@register.filter
def status_label(status: str | None) -> str:
    """Word for a status, in the reader's language."""
    return str(Status(status or "").label)


@register.simple_tag
def status(value: str | None) -> SafeString:
    """Glyph and word of a status."""
    return format_html(
        '<span class="st"><i class="g {}" aria-hidden="true"></i>{}</span>',
        css(value),
        status_label(value),
    )


READERS_ICONS = {
    Visibility.PUBLIC: "eye",
    Visibility.PARTIES: "group",
    Visibility.SECRETARIAT: "lock",
}


@register.simple_tag
def visibility(value: str) -> SafeString:
    """Whom the State lets read: a value of Visibility as icon and words."""
    readers = Visibility(value)
    return format_html(
        '<span class="tag">{}{}</span>', icon(READERS_ICONS[readers]), readers.label
    )


@register.filter
def number(value: int) -> str:
    """A count with the reader's separators."""
    return number_format(value, force_grouping=True)


@register.simple_tag
def figure(count: int, url: str = "") -> SafeString:
    """A count that leads to the list behind it; zero leads nowhere.

    `tests/test_figures.py` follows each of them, and counts.
    """
    said = format_html('<data value="{}">{}</data>', count, number(count))
    return format_html('<a href="{}">{}</a>', url, said) if count and url else said


@register.filter
def percent(share: float | None) -> str:
    """A share from 0 to 1 as a whole percentage; a dash when there is none."""
    if share is None:
        return "–"
    # Translators: a percentage; French writes a thin no-break space before the sign.
    return _("%(number)s%%") % {"number": number_format(round(share * 100))}


@register.filter
def parts(counts: Mapping[str, int]) -> list[Part]:
    """The eight parts of a distribution, in their order, zeros included."""
    total = sum(counts.values())
    return [
        Part(
            status=value,
            css=value.css,
            label=(
                _("Not applicable or overtaken")
                if value == Status.NOT_APPLICABLE
                else str(value.label)
            ),
            count=counts.get(value, 0)
            + (
                counts.get(Status.OVERTAKEN, 0) if value == Status.NOT_APPLICABLE else 0
            ),
            total=total,
        )
        for value in ORDER
    ]


@register.simple_tag
def legend_parts() -> list[Part]:
    return parts({})


def _rectangles(counts: Mapping[str, int]) -> Iterator[tuple[str, str, str]]:
    start = 0.0
    for part in parts(counts):
        if part.count:
            width = part.share * 100
            yield part.css, f"{start:.2f}", f"{width:.2f}"
            start += width


@register.simple_tag
def bar(counts: Mapping[str, int], sentence: str = "", size: str = "") -> SafeString:
    """Distribution of statuses as one bar.

    Without a sentence the bar is decoration: its figures must stand beside it.
    """
    return format_html(
        '<svg class="{}" {}>{}</svg>',
        f"bar {size}".strip(),
        format_html('role="img" aria-label="{}"', sentence)
        if sentence
        else mark_safe('aria-hidden="true"'),
        format_html_join(
            "",
            '<rect class="{}" x="{}%" width="{}%" height="100%"/>',
            _rectangles(counts),
        ),
    )


@register.simple_tag
def plain_bar(count: int, total: int) -> SafeString:
    """How many of a total, as decoration beside the figures."""
    return format_html(
        '<svg class="bar plain" aria-hidden="true">'
        '<rect class="bg" width="100%" height="100%"/>'
        '<rect width="{}%" height="100%"/></svg>',
        f"{100 * count / total if total else 0:.2f}",
    )


# Dates -----------------------------------------------------------------------

PARTIAL_DATE_FORMATS = {4: "Y", 7: "YEAR_MONTH_FORMAT", 10: "DATE_FORMAT"}


@register.filter
def until(first: datetime.date, last: datetime.date) -> str:
    """Two dates as one interval, «11–13 September 2019», as the language writes it."""
    return format_interval(first, last, "yMMMMd", locale=babel_locale())


@register.filter
def partial_date(value: str) -> str:
    """A date known to the year, the month or the day, written out."""
    if len(value) not in PARTIAL_DATE_FORMATS:
        return value
    first_day = value + "-01-01"[len(value) - 4 :] if len(value) < 10 else value
    return date_format(
        datetime.date.fromisoformat(first_day), PARTIAL_DATE_FORMATS[len(value)]
    )


# Forms -----------------------------------------------------------------------


@register.filter
def is_choices(field: BoundField) -> bool:
    """Whether a field shows one box per choice."""
    return isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple)


@register.simple_tag
def control(field: BoundField, css_class: str) -> SafeString:
    """The control of a field with a class of ours."""
    return field.as_widget(attrs={"class": css_class})


@register.filter
def first_id(field: BoundField) -> str:
    """Id of the first control of a field, where an error message leads."""
    return f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label


@register.filter
def count_errors(form: BaseForm) -> int:
    return sum(len(errors) for errors in form.errors.values())


@register.filter
def item(mapping: Mapping[str, Any] | None, key: str) -> Any:
    """Value of a mapping under a key that is itself a variable."""
    return (mapping or {}).get(key, "")


@register.filter
def input_type(field: BoundField) -> str:
    return getattr(field.field.widget, "input_type", "")


@register.simple_tag(takes_context=True)
def has_errors(context: Context) -> bool:
    """Whether the page shows a form with mistakes; its title says so first."""
    form: Any = context.get("form")
    return bool(form is not None and getattr(form, "is_bound", False) and form.errors)
