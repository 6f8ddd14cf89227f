"""How a message is worded: a kind and its facts become sentences.

Nothing but numbers, codes and dates enters a sentence, so that no mail can hold a
word of a draft. Lists are of recommendations, each by meeting and number.
"""

import datetime
from collections.abc import Callable, Iterable
from typing import Any

from babel.lists import format_list
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.languages import babel_locale
from tracking.models.messages import wording_security

Facts = dict[str, Any]


def _date(iso: str) -> str:
    return date_format(datetime.date.fromisoformat(iso), "DATE_FORMAT")


def _list(numbers: Iterable[int | str]) -> str:
    """«3, 5 and 7», as the language writes it."""
    return format_list([str(number) for number in numbers], locale=babel_locale())


def _wanted_by(facts: Facts, sentence: str) -> list[str]:
    """The sentence with its date, if a day was given."""
    day = facts.get("due_on")
    return [sentence % {"date": _date(day)}] if day else []


def _assignment_title(facts: Facts) -> str:
    return _("Recommendation %(recommendation)s is given to you") % facts


def _assignment_sentences(facts: Facts) -> list[str]:
    return [
        _("Your focal point asks you to write about recommendation %(recommendation)s.")
        % facts,
        *_wanted_by(facts, _("It is wanted by %(date)s.")),
    ]


def _proposal_title(facts: Facts) -> str:
    return _("A proposal on recommendation %(recommendation)s is ready") % facts


def _proposal_sentences(facts: Facts) -> list[str]:
    return [
        _(
            "A colleague finds a proposal on recommendation %(recommendation)s ready "
            "for clearance."
        )
        % facts,
        _("You decide what is taken over into the answer of your State."),
    ]


def _questions_title(facts: Facts) -> str:
    return _("Submission %(cycle)s/%(number)s came back with questions") % facts


def _questions_sentences(facts: Facts) -> list[str]:
    return [
        ngettext(
            "The secretariat asks %(questions)s question before it accepts what your "
            "State submitted for %(cycle)s.",
            "The secretariat asks %(questions)s questions before it accepts what your "
            "State submitted for %(cycle)s.",
            facts["questions"],
        )
        % facts,
        ngettext(
            "It concerns recommendation %(numbers)s.",
            "They concern recommendations %(numbers)s.",
            len(facts["recommendations"]),
        )
        % {"numbers": _list(facts["recommendations"])},
        *_wanted_by(facts, _("A reply is wanted by %(date)s.")),
        _("Reply, change the answers where needed, and submit again."),
    ]


def _acceptance_title(facts: Facts) -> str:
    return _("Submission %(cycle)s/%(number)s was accepted") % facts


def _acceptance_sentences(facts: Facts) -> list[str]:
    return [
        _("The secretariat accepted what your State submitted for %(cycle)s.") % facts,
        (
            _("Items that your State made public are now on its public page.")
            if facts.get("consent")
            else _("None of it is published: your State has not consented to that.")
        ),
    ]


def _opening_title(facts: Facts) -> str:
    return _("Reporting for %(cycle)s is open until %(date)s") % {
        **facts,
        "date": _date(facts["closes_on"]),
    }


def _opening_sentences(facts: Facts) -> list[str]:
    return [
        _("Your State can report for %(cycle)s from %(first)s to %(last)s.")
        % {
            **facts,
            "first": _date(facts["opens_on"]),
            "last": _date(facts["closes_on"]),
        },
        _("Answers given before are there already: confirm them or change them."),
    ]


def _closing_title(facts: Facts) -> str:
    return _("Cycle %(cycle)s closes on %(date)s now") % {
        **facts,
        "date": _date(facts["closes_on"]),
    }


def _closing_sentences(facts: Facts) -> list[str]:
    sentence = (
        _("The secretariat extended the cycle: it was to close on %(date)s.")
        if facts["closes_on"] > facts["before"]
        else _("The secretariat shortened the cycle: it was to close on %(date)s.")
    )
    return [
        sentence % {"date": _date(facts["before"])},
        _("What you have submitted stays as it is."),
    ]


def _review_title(facts: Facts) -> str:
    return _("The review of submission %(cycle)s/%(number)s is handed to you") % facts


def _review_sentences(facts: Facts) -> list[str]:
    return [_("A colleague hands you the review of what this State sent.")]


def _reminder_title(facts: Facts) -> str:
    if facts.get("replies"):
        return _("The secretariat wants a reply by %(date)s") % {
            "date": _date(facts["due_on"])
        }
    return _("Reporting for %(cycle)s closes on %(date)s") % {
        **facts,
        "date": _date(facts["closes_on"]),
    }


def _reminder_sentences(facts: Facts) -> list[str]:
    """What is left, each thing in a sentence of its own."""
    asked = facts.get("recommendations", [])
    sentences = [
        ngettext(
            "%(number)s answer is not ready.",
            "%(number)s answers are not ready.",
            facts.get("unready", 0),
        )
        % {"number": facts.get("unready", 0)},
        ngettext(
            "%(number)s answer is ready and not submitted yet.",
            "%(number)s answers are ready and not submitted yet.",
            facts.get("ready", 0),
        )
        % {"number": facts.get("ready", 0)},
        ngettext(
            "%(number)s question of the secretariat has no reply.",
            "%(number)s questions of the secretariat have no reply.",
            facts.get("questions", 0),
        )
        % {"number": facts.get("questions", 0)},
        ngettext(
            "%(number)s reply is written and not sent yet: it goes with your next "
            "submission.",
            "%(number)s replies are written and not sent yet: they go with your next "
            "submission.",
            facts.get("unsent", 0),
        )
        % {"number": facts.get("unsent", 0)},
        ngettext(
            "You were asked to write about recommendation %(numbers)s; no proposal of "
            "yours is marked ready yet.",
            "You were asked to write about recommendations %(numbers)s; no proposals "
            "of yours on them are marked ready yet.",
            len(asked),
        )
        % {"numbers": _list(asked)},
    ]
    names = ("unready", "ready", "questions", "unsent")
    counts = [facts.get(name, 0) for name in names]
    return [
        *(
            sentence
            for sentence, number in zip(sentences, [*counts, len(asked)], strict=True)
            if number
        ),
        *_wanted_by(facts, _("A reply is wanted by %(date)s.")),
    ]


def _token_title(facts: Facts) -> str:
    return _("A token was made for your State: %(prefix)s…") % facts


def _token_sentences(facts: Facts) -> list[str]:
    return [
        _(
            "Somebody who acts in the name of your State made a token, with which a "
            "machine reads or writes for it."
        ),
        _("It is valid until %(date)s.") % {"date": _date(facts["until"])},
        _("If you do not know what it is for, revoke it: one click is enough."),
    ]


def _faults_title(facts: Facts) -> str:
    return ngettext(
        "The audit chains do not agree: %(faults)s fault",
        "The audit chains do not agree: %(faults)s faults",
        facts["faults"],
    ) % {"faults": facts["faults"]}


def _faults_sentences(facts: Facts) -> list[str]:
    return [
        _(
            "The daily check found that something was altered past the application, or "
            "lost. Look at the list, keep it, and speak to whoever runs the database "
            "before anything else is changed."
        )
    ]


def _heads_title(facts: Facts) -> str:
    return _("Signed heads of the audit chains, week %(week)s") % facts


def _heads_sentences(facts: Facts) -> list[str]:
    return [
        ngettext(
            "%(number)s chain, each with its last entry, the digest of that entry and "
            "the signature of the site.",
            "%(number)s chains, each with its last entry, the digest of that entry and "
            "the signature of the site.",
            len(facts["heads"]),
        )
        % {"number": len(facts["heads"])},
        _(
            "Keep this where the site cannot reach it: whoever rewrites history "
            "later would have to rewrite it too."
        ),
    ]


def lines(kind: str, facts: Facts) -> list[str]:
    """Signed heads: chain, entry, digest and signature."""
    if kind != "heads":
        return []
    return [" ".join(map(str, head)) for head in facts["heads"]]


def _prepared_title(facts: Facts) -> str:
    return {
        "sending": _("A submission for %(cycle)s waits for your confirmation"),
        "widening": _("A wider publication for %(cycle)s waits for your confirmation"),
    }.get(
        facts.get("what", ""), _("A change of a rule waits for your confirmation")
    ) % {"cycle": facts.get("cycle", "")}


def _prepared_sentences(facts: Facts) -> list[str]:
    what = {
        "sending": _(
            "The other person who acts in the name of your State prepared it. Nothing "
            "has left yet: read it, then confirm it or take it back."
        ),
        "widening": _(
            "The other person who acts in the name of your State wants to show some of "
            "what was accepted to more readers. Nothing has changed yet."
        ),
    }
    ending = _(
        "The other person who acts in the name of your State proposes that one person "
        "is enough again. It holds once you confirm it."
    )
    return [what.get(facts.get("what", ""), ending)]


TITLES: dict[str, Callable[[Facts], str]] = {
    "assignment": _assignment_title,
    "proposal": _proposal_title,
    "questions": _questions_title,
    "acceptance": _acceptance_title,
    "opening": _opening_title,
    "reminder": _reminder_title,
    "review": _review_title,
    "closing": _closing_title,
    "token": _token_title,
    "faults": _faults_title,
    "heads": _heads_title,
    **wording_security.TITLES,
    "prepared": _prepared_title,
}
SENTENCES: dict[str, Callable[[Facts], list[str]]] = {
    "assignment": _assignment_sentences,
    "proposal": _proposal_sentences,
    "questions": _questions_sentences,
    "acceptance": _acceptance_sentences,
    "opening": _opening_sentences,
    "reminder": _reminder_sentences,
    "review": _review_sentences,
    "closing": _closing_sentences,
    "token": _token_sentences,
    "faults": _faults_sentences,
    "heads": _heads_sentences,
    **wording_security.SENTENCES,
    "prepared": _prepared_sentences,
}
