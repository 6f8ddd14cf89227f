"""Drawings of SVG inside documents: lines and words, no script and nothing outside."""

import re
from collections.abc import Iterable

from tracking.files.kinds import Refused
from tracking.files.links import is_address
from tracking.files.markup import Attributes, read_markup

# Source: SVG 1.1 and 2. Absent: script, foreignObject, animation, sound, film.
_ELEMENTS = """
    svg g defs symbol use switch a title desc metadata style path rect circle ellipse
    line polyline polygon text tspan textPath tref image marker linearGradient
    radialGradient stop pattern clipPath mask filter view solidColor
    feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix
    feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA
    feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset
    fePointLight feSpecularLighting feSpotLight feTile feTurbulence
"""
ELEMENTS = frozenset(_ELEMENTS.split())
FETCHING = re.compile(r"@import|url\(\s*['\"]?(?!\s*['\"]?#)", re.IGNORECASE)
DATA = re.compile(r"data:image/(png|jpe?g|gif);", re.IGNORECASE)


def examine_svg(pieces: Iterable[bytes]) -> None:
    """Raises Refused for the first element that is not drawn."""
    words: list[str] = []
    found: list[str] = []

    def judge(element: str, attributes: Attributes) -> None:
        found.append(element)
        if found[0] not in ("svg:svg", "svg"):
            raise Refused("object")
        _judge(element, attributes)

    read_markup(pieces, judge, words.append)
    if FETCHING.search("".join(words)):
        raise Refused("outside")


def _judge(element: str, attributes: Attributes) -> None:
    sign, _colon, local = element.rpartition(":")
    if sign == "html" or (sign == "svg" and local not in ELEMENTS):
        raise Refused("object")
    for key, value in attributes.items():
        if key.lower().startswith("on"):
            raise Refused("object")
        if FETCHING.search(value):
            raise Refused("outside")
    target = attributes.get("href", "")
    if local == "a":
        if not is_address(target):
            raise Refused("link")
    elif target and not (target.startswith("#") or DATA.match(target)):
        raise Refused("outside")
