"""How reports are written in Spanish."""

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
    numbered,
    pattern,
)

PHRASES = Phrases(
    language="es",
    recommendation=pattern(
        r"recomendación\s+(?:n(?:úm\.?|[o°º])\s*)?(\d{1,3}|[IVXL]+)(?!\w)"
        r"\s*[.:–—-]?\s*(.*)"
    ),
    recommendation_word=pattern(r"recomendación"),
    part=LATIN_PART,
    part_marks=ROMAN,
    section=LATIN_SECTION,
    section_marks=(LATIN,),
    point=LATIN_POINT,
    point_marks=LATIN_LETTERS,
    recommendations_part=pattern(
        r"(?:conclusiones y )?recomendaciones"
        r"(?: (?:aprobadas|formuladas)(?: por el grupo de trabajo)?.*"
        r"| del grupo de trabajo)?"
    ),
    adoption_part=pattern(r"aprobación del informe.*"),
    other_parts=pattern(
        r"introducción|resumen de las deliberaciones|deliberaciones|"
        r"organización de (?:la reunión|los trabajos)"
    ),
    chapeau=pattern(
        r"(?:aprobó|formuló|adoptó|hizo)[^.;]{0,80}recomendaciones[^.;]{0,60}"
        r"(?:siguientes|continuación|:$|\.$)|siguientes recomendaciones|"
        r"recomendaciones siguientes|recomendó[^.;]{0,60}:$"
    ),
    subject=pattern(
        r"(?:los |todos los |la |el |se )?(?:estados\b|unodc\b|secretaría|oficina|"
        r"conferencia|grupo de trabajo|partes|alienta|insta|invita|"
        r"solicita|pide|exhorta)"
    ),
    modalities=(
        (
            pattern(
                rf"(?:la UNODC|la Secretaría|la Oficina[^.;]{{0,70}}){ASIDE}debería|"
                r"se (?:solicita|pide|ruega|invita) a (?:la UNODC|la Secretaría)|"
                r"(?:solicita|pide) a (?:la UNODC|la Secretaría)"
            ),
            Modality.REQUESTED,
        ),
        (
            pattern(
                rf"deberían?{ASIDE}(?:considerar|estudiar|contemplar|examinar) "
                r"(?:la posibilidad|la conveniencia)|"
                rf"deberían?{ASIDE}(?:considerar|contemplar)"
            ),
            Modality.SHOULD_CONSIDER,
        ),
        (pattern(r"deberían?|deben\b"), Modality.SHOULD),
        (
            pattern(
                rf"(?:se alienta|se anima)[^.;]{{0,60}}?\ba{ASIDE}que{ASIDE}"
                r"(?:consideren|estudien|contemplen)|"
                rf"(?:se alienta|se anima)[^.;]{{0,60}}?\ba{ASIDE}"
                r"(?:considerar|estudiar|contemplar)"
            ),
            Modality.ENCOURAGED_TO_CONSIDER,
        ),
        (pattern(r"se (?:alienta|anima)\b"), Modality.ENCOURAGED),
        (pattern(r"se (?:insta|exhorta)\b"), Modality.URGED),
        (
            pattern(
                rf"(?:tal vez|quizás?){ASIDE}(?:deseen|desee|quieran)|"
                r"podrían|podría\b"
            ),
            Modality.MAY_WISH,
        ),
        (pattern(r"se (?:invita|pide|solicita|exhorta)\b"), Modality.INVITED),
        (
            pattern(r"^(?:considerar|estudiar|examinar|contemplar)\b"),
            Modality.CONSIDER,
        ),
        (pattern(r"^(?:que )?\w+(?:ar|er|ir)\b"), Modality.ACT),
    ),
    common=frozenset(
        [
            "el",
            "los",
            "las",
            "del",
            "y",
            "una",
            "para",
            "que",
            "por",
            "con",
            "en",
            "al",
            "sus",
            "su",
            "se",
            "como",
        ]
    ),
    numbers=numbered("una dos tres cuatro cinco seis siete ocho nueve diez"),
    ordinals={
        **numbered(
            "primera segunda tercera cuarta quinta sexta séptima octava novena décima "
            "undécima duodécima decimotercera decimocuarta decimoquinta decimosexta"
        ),
        **numbered("primer segundo tercer cuarto quinto sexto séptimo octavo noveno"),
    },
    meeting=pattern(
        r"la ([\w-]+) reunión del (grupo de trabajo .+?) se celebró en (.+?) "
        r"((?:del?|los días|el) \d.+? de \d{4})"
    ),
    sittings=pattern(r"(?:celebró|comprendió|consistió en|celebraron) (\w+) sesiones"),
    chair=pattern(
        r"(?:abrió|inauguró|inaugurada por) (.+?) \(([^)]+)\), [^.]*president"
    ),
    dates=(
        pattern(
            r"del (?P<day1>\d+)(?: de (?P<month1>[^\W\d]+))? al (?P<day2>\d+) de "
            r"(?P<month2>[^\W\d]+) de (?P<year>\d{4})"
        ),
        pattern(
            r"(?:los días|el) (?P<day1>\d+)(?: de (?P<month1>[^\W\d]+))? y "
            r"(?P<day2>\d+) de (?P<month2>[^\W\d]+) de (?P<year>\d{4})"
        ),
        pattern(r"el (?P<day1>\d+) de (?P<month2>[^\W\d]+) de (?P<year>\d{4})"),
    ),
    months=(
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
    agenda=pattern(r"(?:siguiente programa|programa siguiente)\s*:$"),
    documents=pattern(r"(?:siguientes documentos|documentos siguientes)\s*:$"),
)
