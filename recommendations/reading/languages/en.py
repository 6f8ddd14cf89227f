"""How reports are written in English."""

import re

from recommendations.vocabulary import Modality

from .base import (
    ASIDE,
    LATIN,
    LATIN_LETTERS,
    LATIN_PART,
    LATIN_POINT,
    LATIN_SECTION,
    ROMAN,
    Phrases,
    pattern,
)

PHRASES = Phrases(
    language="en",
    recommendation=pattern(
        r"recommendation\s+(?:no\.?\s*)?(\d{1,3}|[IVXL]+)(?!\w)\s*[.:–—-]?\s*(.*)"
    ),
    recommendation_word=pattern(r"recommendation"),
    part=LATIN_PART,
    part_marks=ROMAN,
    section=LATIN_SECTION,
    section_marks=(LATIN,),
    point=LATIN_POINT,
    point_marks=LATIN_LETTERS,
    recommendations_part=pattern(
        r"(?:conclusions and )?recommendations"
        r"(?: adopted(?: by the working group)?.*| of the working group)?"
    ),
    adoption_part=pattern(r"adoption of the report.*"),
    other_parts=pattern(
        r"introduction|summary of (?:the )?(?:deliberations|discussions?)|"
        r"organization of (?:the )?(?:meeting|work)|deliberations"
    ),
    chapeau=pattern(
        r"(?:adopted|made|agreed (?:up)?on|endorsed|formulated)\b[^.;]{0,80}"
        r"recommendations[^.;]{0,60}(?:below|following|:$|\.$)|"
        r"following[^.;]{0,40} recommendations|recommendations (?:set out )?below|"
        r"recommended (?:that|the following|to)[^.;]{0,60}:$"
    ),
    subject=pattern(
        r"(?:all |the |each |in order |with a view )?"
        r"(?:states?\b|unodc\b|secretariat|united nations office|conference|"
        r"working group|parties)"
    ),
    modalities=(
        (
            pattern(
                rf"(?:UNODC|the Secretariat|United Nations Office on Drugs and Crime"
                rf"(?: \(UNODC\))?){ASIDE}(?:is|was) (?:further )?"
                r"(?:requested|invited|encouraged|urged)|"
                r"(?:UNODC|the Secretariat)(?:,[^.;]*?,)? should|"
                r"requests? (?:UNODC|the Secretariat)"
            ),
            Modality.REQUESTED,
        ),
        (pattern(rf"should{ASIDE}consider"), Modality.SHOULD_CONSIDER),
        (pattern(r"should"), Modality.SHOULD),
        (
            pattern(
                rf"(?:are|is){ASIDE}encouraged{ASIDE}to{ASIDE}consider and (?:to )?\w+"
            ),
            Modality.ENCOURAGED,
        ),
        (
            pattern(rf"(?:are|is){ASIDE}encouraged{ASIDE}to{ASIDE}consider"),
            Modality.ENCOURAGED_TO_CONSIDER,
        ),
        (pattern(rf"(?:are|is){ASIDE}encouraged{ASIDE}to"), Modality.ENCOURAGED),
        (pattern(rf"(?:are|is){ASIDE}(?:strongly )?urged"), Modality.URGED),
        (pattern(rf"may{ASIDE}wish"), Modality.MAY_WISH),
        (
            pattern(rf"(?:are|is){ASIDE}(?:invited|called upon|requested){ASIDE}to"),
            Modality.INVITED,
        ),
        (
            pattern(
                r"^(?:states (?:parties )?)?(?:to )?consider\b|"
                r"states parties(?: to)? consider\b"
            ),
            Modality.CONSIDER,
        ),
        (
            pattern(
                r"^to \w+|^(?:adopt|build|collect|conduct|cooperate|create|develop|"
                r"enhance|ensure|establish|exchange|facilitate|foster|implement|"
                r"improve|increase|intensify|investigate|make|promote|protect|provide|"
                r"raise|share|strengthen|support|take|train|use)\b"
            ),
            Modality.ACT,
        ),
    ),
    common=frozenset(
        [
            "the",
            "of",
            "and",
            "to",
            "in",
            "that",
            "for",
            "with",
            "by",
            "on",
            "were",
            "was",
            "their",
        ]
    ),
    statements_heading=pattern(r"statements"),
    participation_heading=pattern(r"attendance|participation"),
    meeting=pattern(
        r"the ([\w-]+) meeting of the (working group .+?) was held in (.+?) "
        r"((?:from|on) \d.+? \d{4})"
    ),
    sittings=pattern(
        r"(?:comprised|consisted of|held|total of) (\w+) (?:meetings?|sittings?)"
    ),
    chair=pattern(r"opened by (.+?) \(([^)]+)\), [^,.]*chair"),
    dates=(
        pattern(
            r"from (?P<day1>\d+)(?: (?P<month1>[^\W\d]+))? to (?P<day2>\d+) "
            r"(?P<month2>[^\W\d]+) (?P<year>\d{4})"
        ),
        pattern(
            r"on (?P<day1>\d+)(?: (?P<month1>[^\W\d]+))? and (?P<day2>\d+) "
            r"(?P<month2>[^\W\d]+) (?P<year>\d{4})"
        ),
        pattern(r"on (?P<day1>\d+) (?P<month2>[^\W\d]+) (?P<year>\d{4})"),
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
    agenda=pattern(r"following agenda\s*:$|agenda as follows\s*:$"),
    documents=pattern(r"following documents\s*:$"),
    topics=pattern(r"future (?:meetings|sessions)"),
    represented=pattern(r"\brepresented\b"),
    statement=pattern(r"\bstatements?\b"),
    secretariat=pattern(r"\bsecretariat\b"),
    participants={
        "non_party": pattern(r"\bnot parties\b|\bneither parties\b|\bnon-parties\b"),
        "signatory": pattern(r"\bsignator(?:y|ies)\b"),
        "entity": pattern(r"\bentit(?:y|ies) (?:having|maintaining|with)\b"),
        "organization": pattern(r"\borganizations?\b|\bbodies\b|\binstitutes?\b"),
        "party": pattern(r"^the following (?:states )?parties\b"),
    },
    entity=pattern(r"^(?:the )?(.+?), an entity (?:having|maintaining|with)\b"),
    # Names that hold an «and» of their own stay whole.
    last_of_list=re.compile(
        r",? and (?:the )?(?=[A-ZÀ-Ý])"
        r"(?!Barbuda|Herzegovina|Nevis|Grenadines|Principe|Tobago|Northern Ireland)"
    ),
)
