"""How reports are written in French."""

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
    language="fr",
    recommendation=pattern(
        r"recommandation\s+(?:n[o°º]\s*)?(\d{1,3}|[IVXL]+)(?!\w)\s*[.:–—-]?\s*(.*)"
    ),
    recommendation_word=pattern(r"recommandation"),
    part=LATIN_PART,
    part_marks=ROMAN,
    section=LATIN_SECTION,
    section_marks=(LATIN,),
    point=LATIN_POINT,
    point_marks=LATIN_LETTERS,
    recommendations_part=pattern(
        r"(?:conclusions et )?recommandations"
        r"(?: adoptées(?: par le groupe de travail)?.*| du groupe de travail)?"
    ),
    adoption_part=pattern(r"adoption du rapport.*"),
    other_parts=pattern(
        r"introduction|résumé des délibérations|synthèse des débats|"
        r"organisation (?:de la réunion|des travaux)|délibérations"
    ),
    chapeau=pattern(
        r"(?:adopté|formulé|présenté|approuvé)\b[^.;]{0,80}recommandations[^.;]{0,60}"
        r"(?:ci[-‑ ]*après|ci[-‑ ]*dessous|suivantes)|recommandations suivantes|"
        r"recommandé (?:aux états|ce qui suit)[^.;]{0,60}:$"
    ),
    subject=pattern(
        r"(?:les|tous les|chaque|l’|le|la|il conviendrait|afin|en vue)\s*"
        r"(?:états|onudc|office|secrétariat|conférence|groupe de travail|parties)"
    ),
    modalities=(
        (pattern(rf"devraient{ASIDE}envisager"), Modality.SHOULD_CONSIDER),
        (pattern(r"devraient s’employer à"), Modality.SHOULD),
        (
            pattern(
                rf"(?:l’ONUDC|l’Office[^.;]{{0,70}}|le secrétariat|la Conférence)"
                rf"{ASIDE}(?:est|a été) (?:prié|invité|engagé)e?|"
                r"(?:prie|demande à|prié) (?:l’ONUDC|l’Office|le secrétariat)|"
                r"il est (?:demandé|recommandé) "
                r"(?:à l’(?:ONUDC|Office)|au secrétariat)|"
                r"(?:l’ONUDC|le secrétariat)(?:,[^.;]*?,)? devrait"
            ),
            Modality.REQUESTED,
        ),
        (pattern(rf"devra(?:ient|it){ASIDE}envisager"), Modality.SHOULD_CONSIDER),
        (pattern(r"devra(?:ient|it)|il conviendrait"), Modality.SHOULD),
        # Both to consider and to act: acting is asked.
        (
            pattern(rf"(?:sont|est) encouragée?s?{ASIDE}à{ASIDE}envisager et à \w+"),
            Modality.ENCOURAGED,
        ),
        (
            pattern(rf"(?:sont|est) encouragée?s?{ASIDE}à{ASIDE}envisager"),
            Modality.ENCOURAGED_TO_CONSIDER,
        ),
        (pattern(rf"(?:sont|est) encouragée?s?{ASIDE}à"), Modality.ENCOURAGED),
        (
            pattern(
                rf"(?:sont|est){ASIDE}(?:instamment (?:priée?s?|invitée?s?)|"
                rf"exhortée?s?|engagée?s? instamment)"
            ),
            Modality.URGED,
        ),
        (
            pattern(
                rf"(?:souhaiter(?:ont|aient)(?: peut-être)?|"
                rf"voudr(?:ont|aient)(?: peut-être)?){ASIDE}(?:envisager)?|"
                r"pourraient"
            ),
            Modality.MAY_WISH,
        ),
        (
            pattern(rf"(?:sont|est) (?:invité|prié|appelé)e?s?{ASIDE}à"),
            Modality.INVITED,
        ),
        (pattern(rf"(?:sont|est) (?:invité|prié)e?s?{ASIDE}d[e’]"), Modality.INVITED),
        (pattern(r"^(?:d’)?envisager\b"), Modality.CONSIDER),
        (pattern(r"^(?:de |d’)?(?!les\b)\w+(?:er|ir|re)\b"), Modality.ACT),
    ),
    common=frozenset(
        [
            "le",
            "la",
            "les",
            "des",
            "du",
            "et",
            "une",
            "dans",
            "pour",
            "que",
            "aux",
            "sur",
            "par",
            "est",
            "au",
            "leur",
        ]
    ),
    statements_heading=pattern(r"déclarations"),
    participation_heading=pattern(r"participation"),
    meeting=pattern(
        r"la ([\w-]+) réunion du (groupe de travail .+?) s’est tenue à (.+?) "
        r"((?:du|le|les) \d.+? \d{4})"
    ),
    sittings=pattern(r"(?:a comporté|a tenu|compris) (\w+) séances?"),
    chair=pattern(r"ouverte par (.+?) \(([^)]+)\), [^,.]*présidente?"),
    dates=(
        pattern(
            r"du (?P<day1>\d+)(?:er)?(?: (?P<month1>[^\W\d]+))? au "
            r"(?P<day2>\d+)(?:er)? (?P<month2>[^\W\d]+) (?P<year>\d{4})"
        ),
        pattern(
            r"les (?P<day1>\d+)(?:er)?(?: (?P<month1>[^\W\d]+))? et "
            r"(?P<day2>\d+)(?:er)? (?P<month2>[^\W\d]+) (?P<year>\d{4})"
        ),
        pattern(r"le (?P<day1>\d+)(?:er)? (?P<month2>[^\W\d]+) (?P<year>\d{4})"),
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
    agenda=pattern(r"ordre du jour suivant\s*:$"),
    documents=pattern(r"documents suivants\s*:$"),
    topics=pattern(r"prochaines réunions|réunions futures|futures réunions"),
    represented=pattern(r"représentée?s?\b"),
    statement=pattern(r"\bdéclarations?\b"),
    secretariat=pattern(r"\bsecrétariat\b"),
    participants={
        "non_party": pattern(r"\bni parties\b|\bpas parties\b"),
        "signatory": pattern(r"\bsignataires?\b"),
        "entity": pattern(r"\bentités? ayant\b"),
        "organization": pattern(r"\borganisations?\b|\borganismes?\b|\binstituts?\b"),
        "party": pattern(r"^les (?:états )?parties\b"),
    },
    entity=pattern(r"^(?:l’|la |le |les )(.+?), entité ayant\b"),
    last_of_list=re.compile(r" et (?=[A-ZÀ-Ý])"),
)
