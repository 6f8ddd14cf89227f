"""The style sheet and the templates keep what the design promises to readers."""

import gzip
import math
import re
from itertools import combinations
from pathlib import Path

import pytest
from django.template.loader import get_template

from tracking.models import Status

ROOT = Path(__file__).resolve().parent.parent
CSS = (ROOT / "static" / "app.css").read_text()
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

BLOCKS = {
    "light": r":root\{(.*?)\n\}",
    "dark": r":root\[data-theme=dark\]\{(.*?)\n\}",
    "auto": r"\(prefers-color-scheme:dark\)\{:root:not\([^)]*\)\{(.*?)\n\}\}",
}


def tokens(name: str) -> dict[str, str]:
    found = re.search(BLOCKS[name], CSS, re.DOTALL)
    assert found, name
    return dict(re.findall(r"--([\w-]+):([^;}]+)", found[1]))


LIGHT = tokens("light")
THEMES = {"light": LIGHT, "dark": LIGHT | tokens("dark")}


def linear(colour: str) -> list[float]:
    """Red, green and blue as amounts of light from 0 to 1."""
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    values = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours. Source: WCAG 2.2, definition."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


STATUSES = ["s0", "s1", "s2", "s3", "s4", "s5", "sc", "sn"]
TEXT = [
    *((ink, ground) for ink in ("ink", "ink2", "ink3", "link", "linkh")
      for ground in ("surface", "bg", "sunken")),
    *((ink, ground) for ink in ("err", "warn", "ok", "info")
      for ground in ("surface", f"{ink}bg")),
    ("ok", "okbg"), ("ink", "infobg"), ("ink", "warnbg"), ("ink", "errbg"),
    ("ink", "okbg"), ("on-brand", "brand"), ("on-brand2", "brand"),
    ("surface", "link"), ("surface", "linkh"), ("accent", "surface"),
    *((f"{status}f", status) for status in STATUSES),
    *((f"k{step}f", f"k{step}") for step in (1, 2, 3, 4)),
]  # fmt: skip
SHAPES = [
    *(("ctl", ground) for ground in ("surface", "bg", "sunken")),
    *(("focus", ground) for ground in ("surface", "bg")),
]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_has_a_contrast_of_four_and_a_half(
    theme: str, ink: str, ground: str
) -> None:
    assert contrast(THEMES[theme][ink], THEMES[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("line", "ground"), SHAPES)
def test_controls_and_focus_have_a_contrast_of_three(
    theme: str, line: str, ground: str
) -> None:
    assert contrast(THEMES[theme][line], THEMES[theme][ground]) >= 3


def test_focus_shows_on_the_header() -> None:
    colour = re.search(r"\.top\{[^}]*--focus:(#\w+)", CSS)
    assert colour
    assert all(contrast(colour[1], theme["brand"]) >= 3 for theme in THEMES.values())


def test_dark_by_choice_and_dark_by_device_are_the_same() -> None:
    assert tokens("dark") == tokens("auto")


# How colours look with each kind of colour vision.
# Source: Machado, Oliveira and Fernandes (2009), severity 1.
VISION = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def seen(colour: str, vision: str) -> tuple[float, float, float]:
    """Coordinates in CIELAB of a colour, as somebody with `vision` sees it."""
    light = linear(colour)
    r, g, b = (
        min(1.0, max(0.0, sum(a * c for a, c in zip(row, light, strict=True))))
        for row in VISION[vision]
    )
    x = (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047
    y = 0.2126729 * r + 0.7151522 * g + 0.0721750 * b
    z = (0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883
    fx, fy, fz = (
        t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z)
    )
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize(
    ("theme", "statuses", "least"),
    [
        ("light", STATUSES[:6], 14),
        ("light", STATUSES[:7], 9),
        ("dark", STATUSES[:6], 18),
        ("dark", STATUSES[:7], 12),
    ],
)
def test_statuses_differ_in_colour_for_everybody(
    theme: str, statuses: list[str], least: float, vision: str
) -> None:
    colours = [seen(THEMES[theme][status], vision) for status in statuses]
    assert min(math.dist(a, b) for a, b in combinations(colours, 2)) >= least


def test_lightness_follows_the_scale() -> None:
    """A step further is darker on white, lighter on black."""
    steps = ["s1", "s2", "s3", "s4", "s5"]
    light = [luminance(THEMES["light"][step]) for step in steps]
    dark = [luminance(THEMES["dark"][step]) for step in steps[1:]]
    assert light == sorted(light, reverse=True)
    assert dark == sorted(dark)


def test_statuses_differ_in_shape() -> None:
    """Colour never speaks alone: what the glyph draws is another per status."""
    rules = re.findall(r"^([^{}@]*)\{([^}]*)\}", CSS, re.MULTILINE)
    shapes = {}
    for css in [*STATUSES]:
        drawn = [
            re.sub(r"--s[bf]:[^;]*;?", "", body)
            for selectors, body in rules
            for selector in selectors.split(",")
            if re.fullmatch(rf"\.(g\.)?{css}(::before|::after)?", selector.strip())
        ]
        shapes[css] = tuple(drawn)
    assert len(set(shapes.values())) == len(STATUSES)


@pytest.mark.parametrize("status", Status)
def test_every_status_has_a_colour_and_a_shape(status: Status) -> None:
    assert re.search(rf"\.{status.css}[,{{]", CSS)


def test_style_sheet_uses_logical_sides_only() -> None:
    physical = re.findall(
        r"(?:margin|padding|border)-(?:left|right|top|bottom)\b"
        r"|[{;](?:left|right|top|bottom):|(?:float|text-align):(?:left|right)",
        CSS,
    )
    assert not physical


def test_what_is_printed_says_that_data_are_invented() -> None:
    printed = CSS[CSS.index("@media print") :]
    hidden = re.findall(r"([^{}]*)\{display:none!important\}", printed)

    assert hidden
    assert not any(".demo" in selectors for selectors in hidden)


def test_style_sheet_is_short() -> None:
    assert CSS.count("\n") < 500


def test_script_is_small_and_keeps_nothing() -> None:
    script = (ROOT / "static" / "app.js").read_text()
    assert len(gzip.compress(script.encode())) <= 8 * 1024
    assert not re.search(r"localStorage|sessionStorage|indexedDB", script)
    # Whether guidance is open or closed, and nothing else, goes into a cookie.
    assert script.count("document.cookie") == 1


def name(path: Path) -> str:
    return path.relative_to(ROOT / "templates").as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_template_has_no_inline_script_or_style(path: Path) -> None:
    text = re.sub(
        r"{#.*?#}|{% comment.*?endcomment %}", "", path.read_text(), flags=re.DOTALL
    )
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|data:\w+/", text)
    for script in re.findall(r"<script[^>]*>(.*?)</script>", text, re.DOTALL):
        assert not script.strip()


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_template_compiles(path: Path) -> None:
    get_template(name(path))


COMPONENTS = [path for path in TEMPLATES if path.parent.name == "components"]


@pytest.mark.parametrize("path", COMPONENTS, ids=name)
def test_component_says_first_what_it_needs(path: Path) -> None:
    assert re.match(r"{# .+ Needs.+ #}\n", path.read_text())
