"""The set phrases by which a report of the Working Group is read, per language.

Reports follow one model, and their translations too: what changes from one to
the next is found between the phrases below. A report in another language needs
another `Phrases`, and nothing else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .vocabulary import Modality


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


@dataclass(frozen=True)
class Phrases:
    language: str
    recommendation_heading: re.Pattern[str]  # its group is the number
    recommendations_part: re.Pattern[str]
    adoption_part: re.Pattern[str]
    statements_heading: re.Pattern[str]
    participation_heading: re.Pattern[str]
    # Groups: ordinal, body, place, dates.
    meeting: re.Pattern[str]
    sittings: re.Pattern[str]  # its group is the count, in words or digits
    chair: re.Pattern[str]  # groups: name, State
    dates: tuple[re.Pattern[str], ...]  # groups: day1, month1, day2, month2, year
    months: tuple[str, ...]
    numbers: Mapping[str, int]
    ordinals: Mapping[str, int]
    agenda: re.Pattern[str]
    documents: re.Pattern[str]
    topics: re.Pattern[str]
    represented: re.Pattern[str]
    statement: re.Pattern[str]
    secretariat: re.Pattern[str]
    # Kinds of participants, in the order in which they are tried.
    participants: Mapping[str, re.Pattern[str]]
    entity: re.Pattern[str]  # its group is the name
    last_of_list: re.Pattern[str]
    # Most particular first, for the same place in the text.
    modalities: tuple[tuple[re.Pattern[str], Modality], ...]


FRENCH = Phrases(
    language="fr",
    recommendation_heading=_pattern(r"recommandation\s+(?:n[o°º]\s*)?(\d+)\s*[.:]?"),
    recommendations_part=_pattern(r"recommandations"),
    adoption_part=_pattern(r"adoption du rapport"),
    statements_heading=_pattern(r"déclarations"),
    participation_heading=_pattern(r"participation"),
    meeting=_pattern(
        r"la ([\w-]+) réunion du (groupe de travail .+?) s’est tenue à (.+?) "
        r"((?:du|le|les) \d.+? \d{4})"
    ),
    sittings=_pattern(r"(?:a comporté|a tenu|compris) (\w+) séances?"),
    chair=_pattern(r"ouverte par (.+?) \(([^)]+)\), [^,.]*présidente?"),
    dates=(
        _pattern(
            r"du (?P<day1>\d+)(?:er)?(?: (?P<month1>[^\W\d]+))? au "
            r"(?P<day2>\d+)(?:er)? (?P<month2>[^\W\d]+) (?P<year>\d{4})"
        ),
        _pattern(
            r"les (?P<day1>\d+)(?:er)?(?: (?P<month1>[^\W\d]+))? et "
            r"(?P<day2>\d+)(?:er)? (?P<month2>[^\W\d]+) (?P<year>\d{4})"
        ),
        _pattern(r"le (?P<day1>\d+)(?:er)? (?P<month2>[^\W\d]+) (?P<year>\d{4})"),
    ),
    months=(
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    numbers={
        word: number
        for number, word in enumerate(
            (
                "une",
                "deux",
                "trois",
                "quatre",
                "cinq",
                "six",
                "sept",
                "huit",
                "neuf",
                "dix",
            ),
            start=1,
        )
    },
    ordinals={
        word: number
        for number, word in enumerate(
            (
                "première",
                "deuxième",
                "troisième",
                "quatrième",
                "cinquième",
                "sixième",
                "septième",
                "huitième",
                "neuvième",
                "dixième",
                "onzième",
                "douzième",
                "treizième",
                "quatorzième",
                "quinzième",
                "seizième",
                "dix-septième",
                "dix-huitième",
                "dix-neuvième",
                "vingtième",
            ),
            start=1,
        )
    },
    agenda=_pattern(r"ordre du jour suivant\s*:$"),
    documents=_pattern(r"documents suivants\s*:$"),
    topics=_pattern(r"prochaines réunions|réunions futures|futures réunions"),
    represented=_pattern(r"représentée?s?\b"),
    statement=_pattern(r"\bdéclarations?\b"),
    secretariat=_pattern(r"\bsecrétariat\b"),
    participants={
        "non_party": _pattern(r"\bni parties\b|\bpas parties\b"),
        "signatory": _pattern(r"\bsignataires?\b"),
        "entity": _pattern(r"\bentités? ayant\b"),
        "organization": _pattern(r"\borganisations?\b|\borganismes?\b|\binstituts?\b"),
        "party": _pattern(r"^les (?:états )?parties\b"),
    },
    entity=_pattern(r"^(?:l’|la |le |les )(.+?), entité ayant\b"),
    last_of_list=re.compile(r" et (?=[A-ZÀ-Ý])"),
    modalities=(
        (_pattern(r"devraient envisager"), Modality.SHOULD_CONSIDER),
        (_pattern(r"devraient s’employer à"), Modality.SHOULD),
        (_pattern(r"devraient"), Modality.SHOULD),
        # Both to consider and to act: acting is asked.
        (_pattern(r"sont encouragés à envisager et à \w+"), Modality.ENCOURAGED),
        (_pattern(r"sont encouragés à envisager"), Modality.ENCOURAGED_TO_CONSIDER),
        (_pattern(r"sont encouragés à"), Modality.ENCOURAGED),
        (_pattern(r"sont invités à"), Modality.INVITED),
    ),
)

ENGLISH = Phrases(
    language="en",
    recommendation_heading=_pattern(r"recommendation\s+(?:no\.?\s*)?(\d+)\s*[.:]?"),
    recommendations_part=_pattern(r"recommendations"),
    adoption_part=_pattern(r"adoption of the report"),
    statements_heading=_pattern(r"statements"),
    participation_heading=_pattern(r"attendance|participation"),
    meeting=_pattern(
        r"the ([\w-]+) meeting of the (working group .+?) was held in (.+?) "
        r"((?:from|on) \d.+? \d{4})"
    ),
    sittings=_pattern(
        r"(?:comprised|consisted of|held|total of) (\w+) (?:meetings?|sittings?)"
    ),
    chair=_pattern(r"opened by (.+?) \(([^)]+)\), [^,.]*chair"),
    dates=(
        _pattern(
            r"from (?P<day1>\d+)(?: (?P<month1>[^\W\d]+))? to (?P<day2>\d+) "
            r"(?P<month2>[^\W\d]+) (?P<year>\d{4})"
        ),
        _pattern(
            r"on (?P<day1>\d+)(?: (?P<month1>[^\W\d]+))? and (?P<day2>\d+) "
            r"(?P<month2>[^\W\d]+) (?P<year>\d{4})"
        ),
        _pattern(r"on (?P<day1>\d+) (?P<month2>[^\W\d]+) (?P<year>\d{4})"),
    ),
    months=(
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ),
    numbers={
        word: number
        for number, word in enumerate(
            (
                "one",
                "two",
                "three",
                "four",
                "five",
                "six",
                "seven",
                "eight",
                "nine",
                "ten",
            ),
            start=1,
        )
    },
    ordinals={
        word: number
        for number, word in enumerate(
            (
                "first",
                "second",
                "third",
                "fourth",
                "fifth",
                "sixth",
                "seventh",
                "eighth",
                "ninth",
                "tenth",
                "eleventh",
                "twelfth",
                "thirteenth",
                "fourteenth",
                "fifteenth",
                "sixteenth",
                "seventeenth",
                "eighteenth",
                "nineteenth",
                "twentieth",
            ),
            start=1,
        )
    },
    agenda=_pattern(r"following agenda\s*:$|agenda as follows\s*:$"),
    documents=_pattern(r"following documents\s*:$"),
    topics=_pattern(r"future (?:meetings|sessions)"),
    represented=_pattern(r"\brepresented\b"),
    statement=_pattern(r"\bstatements?\b"),
    secretariat=_pattern(r"\bsecretariat\b"),
    participants={
        "non_party": _pattern(r"\bnot parties\b|\bneither parties\b|\bnon-parties\b"),
        "signatory": _pattern(r"\bsignator(?:y|ies)\b"),
        "entity": _pattern(r"\bentit(?:y|ies) (?:having|maintaining|with)\b"),
        "organization": _pattern(r"\borganizations?\b|\bbodies\b|\binstitutes?\b"),
        "party": _pattern(r"^the following (?:states )?parties\b"),
    },
    entity=_pattern(r"^(?:the )?(.+?), an entity (?:having|maintaining|with)\b"),
    # Names that hold an «and» of their own stay whole.
    last_of_list=re.compile(
        r",? and (?:the )?(?=[A-ZÀ-Ý])"
        r"(?!Barbuda|Herzegovina|Nevis|Grenadines|Principe|Tobago|Northern Ireland)"
    ),
    modalities=(
        (_pattern(r"should consider"), Modality.SHOULD_CONSIDER),
        (_pattern(r"should"), Modality.SHOULD),
        (_pattern(r"are encouraged to consider and (?:to )?\w+"), Modality.ENCOURAGED),
        (_pattern(r"are encouraged to consider"), Modality.ENCOURAGED_TO_CONSIDER),
        (_pattern(r"are encouraged to"), Modality.ENCOURAGED),
        (_pattern(r"are invited to"), Modality.INVITED),
    ),
)

LANGUAGES = (FRENCH, ENGLISH)
