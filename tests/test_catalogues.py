import pytest
from babel.messages import Catalog

from config import catalogues


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_catalogues_are_sound_and_complete(language: str) -> None:
    assert catalogues.faults(language) == []


def test_texts_are_read_from_programs_and_templates() -> None:
    found = {message for _name, message, _context in catalogues.messages()}

    assert "Fully implemented" in found  # tracking/models/working_copy/values.py
    assert "Accessibility" in found  # templates/base.html


def test_texts_of_a_template_are_read_with_context_plural_and_placeholders() -> None:
    source = (
        "{% blocktranslate count n=n context 'c' %}One{% plural %}{{ n }} many"
        "{% endblocktranslate %}{% translate 'a' context 'b' %}{{ _('z') }}"
    )

    assert list(catalogues._of_template(source, "x")) == [
        ("x", ("One", "%(n)s many"), "c"),
        ("x", "a", "b"),
        ("x", "z", None),
    ]


@pytest.mark.parametrize(
    ("translation", "fault"),
    [
        ("", "not translated: 'Hello %(name)s'"),
        ("Bonjour", "placeholders differ: 'Hello %(name)s'"),
        ("Bonjour %(nom)s", "placeholders differ: 'Hello %(name)s'"),
        ("Bonjour %(name)s", None),
    ],
)
def test_faults_of_a_catalogue_are_told(
    monkeypatch: pytest.MonkeyPatch, translation: str, fault: str | None
) -> None:
    def catalog(text: str) -> Catalog:
        made = Catalog(locale="fr", fuzzy=False)
        made.add("Hello %(name)s", text)
        return made

    monkeypatch.setattr(catalogues, "template", lambda: catalog(""))
    monkeypatch.setattr(catalogues, "load", lambda language: catalog(translation))

    assert catalogues.faults("fr") == ([fault] if fault else [])
