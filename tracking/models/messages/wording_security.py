"""How messages on security are worded; see `telling`.

Facts name people by the keys of their accounts. `names` has their names as they are
when the message is read; whoever was erased since has none.
"""

import datetime
from collections.abc import Callable, Iterable
from typing import Any

from babel.lists import format_list
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.languages import babel_locale

Facts = dict[str, Any]


def _date(iso: str) -> str:
    return date_format(datetime.date.fromisoformat(iso), "DATE_FORMAT")


def _moment(iso: str) -> str:
    local = timezone.localtime(datetime.datetime.fromisoformat(iso))
    return date_format(local, "DATETIME_FORMAT")


def _name(facts: Facts, key: int) -> str:
    found: str = facts.get("names", {}).get(key, "–")
    return found


def _names(facts: Facts, keys: Iterable[int]) -> str:
    """«A, B and C», as the language writes it."""
    return format_list([_name(facts, key) for key in keys], locale=babel_locale())


def _hiding_title(facts: Facts) -> str:
    if facts["what"] == "shown":
        return _("What you published for %(cycle)s is shown again") % facts
    return _("The secretariat hides what you published for %(cycle)s") % facts


def _hiding_sentences(facts: Facts) -> list[str]:
    if facts["what"] == "shown":
        return [
            _(
                "Submission %(cycle)s/%(number)s is read again by everybody whom your "
                "State lets read it."
            )
            % facts
        ]
    return [
        _(
            "Two persons of the secretariat decided that submission "
            "%(cycle)s/%(number)s is read by your State and the secretariat alone for "
            "the time being."
        )
        % facts,
        _("The reason stands on the receipt. Your own choices of readers are kept."),
    ]


def _emergency_title(_facts: Facts) -> str:
    return _("The secretariat may read your working copy for one hour")


def _emergency_sentences(facts: Facts) -> list[str]:
    return [
        _(
            "Two administrators of the secretariat opened the working copy of your "
            "State, to be read by one of them until %(moment)s (Vienna time)."
        )
        % {"moment": _moment(facts["until"])},
        _(
            "The reason, and each opening, stand on the page of readings. There you "
            "can end it at once."
        ),
    ]


def _confirmation_title(facts: Facts) -> str:
    if facts["what"] == "hiding":
        return _("Hiding %(cycle)s/%(number)s waits for a second person") % facts
    return _("An emergency reading waits for a second administrator")


def _confirmation_sentences(facts: Facts) -> list[str]:
    if facts["what"] == "hiding":
        return [
            _("A colleague proposes to hide what this State published."),
            _("Read the reason, then confirm it or take it back."),
        ]
    return [
        _("A colleague asks to read the working copy of this State for one hour."),
        _("Read the reason, then confirm it or refuse. After a day it lapses."),
    ]


def _alarm_title(facts: Facts) -> str:
    return _("Unusual volume: %(name)s") % {"name": _names(facts, facts["people"])}


def _alarm_sentences(facts: Facts) -> list[str]:
    return [
        _(
            "Within %(minutes)s minutes this account of the secretariat opened "
            "%(readings)s submissions or files of %(states)s States, and took "
            "%(exports)s exports."
        )
        % facts,
        _(
            "Nothing was stopped. Ask the person; if it was not they, end their "
            "nomination: account and sessions end with it."
        ),
    ]


def _overdue_title(_facts: Facts) -> str:
    return _("Work that the site does by itself is overdue")


def _overdue_sentences(facts: Facts) -> list[str]:
    return [
        _("Overdue since %(moment)s (Vienna time): %(jobs)s.")
        % {
            "moment": _moment(facts["since"]),
            "jobs": format_list(facts["jobs"], locale=babel_locale()),
        },
        _(
            "Ask whoever runs the site to look at the worker and its log. What waits "
            "is done as soon as it can be."
        ),
    ]


def _digest_title(facts: Facts) -> str:
    return _("The week from %(first)s to %(last)s") % {
        "first": _date(facts["from"]),
        "last": _date(facts["to"]),
    }


def _counted(facts: Facts) -> list[tuple[int, str]]:
    """Each number of the week, and its sentence."""
    number = {name: facts.get(name, 0) for name in COUNTS}
    return [
        (number[name], sentence % {"number": number[name]})
        for name, sentence in (
            (
                "published",
                ngettext(
                    "%(number)s submission was published.",
                    "%(number)s submissions were published.",
                    number["published"],
                ),
            ),
            (
                "withdrawn",
                ngettext(
                    "%(number)s submission was withdrawn by your State.",
                    "%(number)s submissions were withdrawn by your State.",
                    number["withdrawn"],
                ),
            ),
            (
                "narrowed",
                ngettext(
                    "Who reads %(number)s published item was changed.",
                    "Who reads %(number)s published items was changed.",
                    number["narrowed"],
                ),
            ),
            (
                "hidden",
                ngettext(
                    "%(number)s publication was hidden by the secretariat.",
                    "%(number)s publications were hidden by the secretariat.",
                    number["hidden"],
                ),
            ),
            (
                "shown",
                ngettext(
                    "%(number)s hidden publication was shown again.",
                    "%(number)s hidden publications were shown again.",
                    number["shown"],
                ),
            ),
            (
                "readings",
                ngettext(
                    "The secretariat opened submissions or files of your State "
                    "%(number)s time.",
                    "The secretariat opened submissions or files of your State "
                    "%(number)s times.",
                    number["readings"],
                ),
            ),
            (
                "pages",
                ngettext(
                    "The secretariat read unpublished words of your State on "
                    "%(number)s page.",
                    "The secretariat read unpublished words of your State on "
                    "%(number)s pages.",
                    number["pages"],
                ),
            ),
            (
                "exports",
                ngettext(
                    "%(number)s export of the secretariat held words of your State.",
                    "%(number)s exports of the secretariat held words of your State.",
                    number["exports"],
                ),
            ),
            (
                "emergencies",
                ngettext(
                    "An emergency reading of your working copy was opened %(number)s "
                    "time.",
                    "An emergency reading of your working copy was opened %(number)s "
                    "times.",
                    number["emergencies"],
                ),
            ),
            (
                "tokens",
                ngettext(
                    "%(number)s token for a machine was made.",
                    "%(number)s tokens for machines were made.",
                    number["tokens"],
                ),
            ),
        )
    ]


def _digest_sentences(facts: Facts) -> list[str]:
    """What happened, each thing in a sentence of its own."""
    sentences = [
        ngettext(
            "%(name)s signed in %(number)s time.",
            "%(name)s signed in %(number)s times.",
            number,
        )
        % {"name": _name(facts, key), "number": number}
        for key, number in facts.get("sign_ins", [])
    ]
    for name, sentence in (
        ("new", _("New: %(names)s.")),
        ("ended", _("Ended: %(names)s.")),
    ):
        if facts.get(name):
            sentences.append(sentence % {"names": _names(facts, facts[name])})
    sentences += [sentence for number, sentence in _counted(facts) if number]
    return [*sentences, _("If you do not recognize something, ask the secretariat.")]


COUNTS = (
    "published",
    "withdrawn",
    "narrowed",
    "hidden",
    "shown",
    "readings",
    "pages",
    "exports",
    "emergencies",
    "tokens",
)
TITLES: dict[str, Callable[[Facts], str]] = {
    "hiding": _hiding_title,
    "emergency": _emergency_title,
    "confirmation": _confirmation_title,
    "alarm": _alarm_title,
    "overdue": _overdue_title,
    "digest": _digest_title,
}
SENTENCES: dict[str, Callable[[Facts], list[str]]] = {
    "hiding": _hiding_sentences,
    "emergency": _emergency_sentences,
    "confirmation": _confirmation_sentences,
    "alarm": _alarm_sentences,
    "overdue": _overdue_sentences,
    "digest": _digest_sentences,
}
