"""Reading a report: word for word, or not at all."""

import datetime
import re
from pathlib import Path

import pytest

from recommendations.report import Report, ReportError, read_report
from recommendations.vocabulary import Modality

SOURCE = Path(__file__).parent.parent / "seeds" / "000_c31f8919134225db.txt"
TEXT = SOURCE.read_text("utf-8")


@pytest.fixture(scope="module")
def report() -> Report:
    return read_report(SOURCE.read_bytes())


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


# The report of 2019 ----------------------------------------------------------


def test_every_word_of_the_source_is_kept_in_its_order(report: Report) -> None:
    pieces = [(row.line, f"{row.mark}. {row.title}") for row in report.headings]
    pieces += [(row.line, f"{row.number}. {row.text}") for row in report.paragraphs]
    pieces += [
        (row.line, f"Recommandation {row.number} {row.text}")
        for row in report.recommendations
    ]

    read = squeezed("".join(piece for _line, piece in sorted(pieces)))

    expected = squeezed(TEXT)
    for correction in report.corrections:
        if squeezed(correction.before) != squeezed(correction.after):
            before, after = squeezed(correction.before), squeezed(correction.after)
            assert expected.count(before) == 1
            expected = expected.replace(before, after)
    assert read == expected


def test_each_recommendation_is_the_text_under_its_heading(report: Report) -> None:
    parts = re.split(r"^\s*Recommandation (\d+)\s*$", TEXT, flags=re.MULTILINE)
    under = dict(zip(map(int, parts[1::2]), parts[2::2], strict=True))
    for number in under:
        under[number] = re.split(
            r"^\s*(?:[BC]|III)\. R", under[number], flags=re.MULTILINE
        )[0]

    assert {row.number: squeezed(row.text) for row in report.recommendations} == {
        number: squeezed(text) for number, text in under.items()
    }


def test_only_one_correction_changes_more_than_spaces(report: Report) -> None:
    changed = [
        (row.before, row.after)
        for row in report.corrections
        if squeezed(row.before) != squeezed(row.after)
    ]

    assert changed == [("Bosnie Herzégovine,", "Bosnie-Herzégovine,")]


def test_each_correction_tells_the_line_where_it_was_made(report: Report) -> None:
    lines = TEXT.splitlines()

    assert len(report.corrections) == 53
    for correction in report.corrections:
        assert correction.before in lines[correction.line - 1]
        assert (correction.paragraph_number, correction.recommendation_number) != (
            None,
            None,
        )


def test_no_mark_of_printing_is_left(report: Report) -> None:
    texts = [row.text for row in report.paragraphs]
    texts += [row.text for row in report.recommendations]
    texts += [row.title for row in report.headings]

    for text in texts:
        assert not re.search(r"  |\w ’| -\w|illici te|il licite|décr it| [,.)]", text)


def test_the_meeting_is_read(report: Report) -> None:
    meeting = report.meeting

    assert meeting.code == "2019-meeting-6"
    assert meeting.body == "Groupe de travail sur le trafic illicite de migrants"
    assert meeting.starts_on == datetime.date(2019, 9, 11)
    assert meeting.ends_on == datetime.date(2019, 9, 13)
    assert (meeting.ordinal, meeting.sittings, meeting.place) == (6, 5, "Vienne")
    assert (meeting.chair, meeting.chair_state_name) == ("Francesco Testa", "Italie")


def test_the_symbol_that_the_source_lacks_is_not_invented(report: Report) -> None:
    assert report.meeting.symbol == ""


def test_parts_are_counted(report: Report) -> None:
    assert [row.number for row in report.paragraphs] == list(range(1, 43))
    assert [row.number for row in report.recommendations] == list(range(1, 25))
    by_section = [row.section for row in report.recommendations]
    assert [by_section.count(letter) for letter in "ABC"] == [1, 10, 13]
    assert [row.mark for row in report.headings if row.level == 1] == [
        *("I", "II", "III", "IV", "V")
    ]
    assert [row.letter for row in report.topics] == list("abcdefghijklmno")
    assert [row.number for row in report.agenda] == [1, 2, 3, 4, 5]
    assert report.agenda[0].parts == [
        "Ouverture de la réunion",
        "Adoption de l’ordre du jour et organisation des travaux",
    ]


def test_symbols_split_at_line_ends_are_whole(report: Report) -> None:
    symbols = [symbol for row in report.documents for symbol in row.symbols]

    assert symbols == [
        "CTOC/COP/WG.7/2019/1",
        "CTOC/COP/WG.7/2019/1/Corr.1",
        *(f"CTOC/COP/WG.7/2019/{n}" for n in (2, 3, 4, 5)),
    ]
    assert "CTOC/COP/WG.7/2019/INF/1/Rev.1." in report.paragraphs[39].text


def test_a_text_without_a_full_stop_is_not_completed(report: Report) -> None:
    assert report.recommendations[0].text.endswith("pour faciliter la coopération")
    assert [row.number for row in report.recommendations if row.stops_short] == [1]


def test_the_contradiction_between_paragraphs_19_and_41_stays(report: Report) -> None:
    assert "quatre premières réunions" in report.paragraphs[18].text
    assert report.paragraphs[40].text.count("cinq premières réunions") == 2


def test_a_sentence_across_a_page_break_is_one(report: Report) -> None:
    assert "le trafic illicite de migrants. Ces travaux devraient" in (
        report.recommendations[8].text
    )
    assert "Il a donné des exemples de détection" in report.paragraphs[13].text


def test_modality_is_read_from_the_wording(report: Report) -> None:
    wordings = {row.number: row.wording for row in report.recommendations}

    assert wordings[3] == "devraient envisager"
    assert wordings[11] == "sont encouragés à envisager et à prendre"
    assert wordings[18] == "sont encouragés à envisager"
    assert wordings[21] == "devraient s’employer à"
    assert wordings[22] == "sont invités à"
    assert [row.modality for row in report.recommendations].count(
        Modality.ENCOURAGED
    ) == 6


def test_participants_and_their_statements_are_read(report: Report) -> None:
    kinds = [row.kind for row in report.participants]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "party": 69,
        "signatory": 3,
        "non_party": 12,
        "entity": 1,
        "organization": 4,
    }
    spoke = {row.name: row.statements_in for row in report.participants}
    assert spoke["Canada"] == [27, 31]
    assert spoke["Thaïlande"] == [28, 32]
    assert spoke["Maroc"] == [33]
    assert spoke["INTERPOL"] == [30]
    assert sum(1 for paragraphs in spoke.values() if paragraphs) == 22


# How a text came out of its document does not matter -------------------------


@pytest.mark.parametrize(
    "printed",
    [
        re.sub(r"\n\s*\n", "\n", TEXT),
        "\n".join(line.strip() for line in TEXT.splitlines()),
        "\n".join(f"   {line}  " for line in TEXT.splitlines()),
        TEXT.replace("\n", "\r\n"),
        "\ufeff" + TEXT,
    ],
    ids=["no blank lines", "no indents", "indents everywhere", "CRLF", "BOM"],
)
def test_blank_lines_and_indents_mean_nothing(report: Report, printed: str) -> None:
    again = read_report(printed.encode())

    assert [row.text for row in again.recommendations] == [
        row.text for row in report.recommendations
    ]
    assert [row.text for row in again.paragraphs] == [
        row.text for row in report.paragraphs
    ]


# Reports that are not whole, or not in order ---------------------------------

HEADING_12 = "  Recommandation 12 \n"
TEXT_8 = re.search(r"(?s)Recommandation 8 \n(.*?)  Recommandation 9", TEXT)
assert TEXT_8


def line_of(needle: str, text: str = TEXT) -> int:
    return text[: text.index(needle)].count("\n") + 1


@pytest.mark.parametrize(
    ("broken", "line", "sentence"),
    [
        (
            re.sub(r"(?s)  Recommandation 12 .*?(?=  Recommandation 13)", "", TEXT),
            line_of("  Recommandation 12"),
            "recommendation 12 is missing before 13",
        ),
        (
            TEXT.replace(HEADING_12, HEADING_12.replace("12", "11")),
            line_of(HEADING_12),
            "recommendation 11 comes again",
        ),
        (
            TEXT.replace(HEADING_12, HEADING_12.replace("12", "21")),
            line_of(HEADING_12),
            "recommendation 12 is missing before 21",
        ),
        (
            TEXT.replace(HEADING_12, "  Recommandation XII\n"),
            line_of(HEADING_12),
            "should be the heading of recommendation 12",
        ),
        (
            TEXT.replace(TEXT_8[1], "\n"),
            line_of("Recommandation 8 "),
            "recommendation 8 has no text",
        ),
        (
            TEXT.replace("  B. Recommandations", "  C. Recommandations", 1),
            line_of("  B. Recommandations"),
            "section C comes where section B is expected",
        ),
        (
            TEXT.replace(" A. Recommandations générales \n", ""),
            line_of("  B. Recommandations") - 1,
            "section B comes where section A is expected",
        ),
        (
            TEXT.replace("Échange", "Ã©change", 1),
            line_of("Échange"),
            "letters were lost",
        ),
        (TEXT.replace("é", "\ufffd"), line_of("é"), "letters were lost"),
        ("", 1, "the file is empty"),
        ("Bonjour.\nRien ici.\n", 2, "no recommendations were found"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    broken: str, line: int, sentence: str
) -> None:
    assert broken != TEXT

    with pytest.raises(ReportError) as caught:
        read_report(broken.encode())

    assert sentence in caught.value.sentence
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("changed", "line", "sentence"),
    [
        (
            TEXT.replace("16. Après ces exposés", "17. Après ces exposés"),
            line_of("16. Après ces exposés"),
            "paragraph 16 is missing before 17",
        ),
        (
            TEXT.replace("16. Après ces exposés", "15. Après ces exposés"),
            line_of("16. Après ces exposés"),
            "paragraph 15 comes again",
        ),
        (
            TEXT.replace("sont invités à coopérer", "coopèrent"),
            line_of("  Recommandation 22"),
            "how recommendation 22 asks is not known",
        ),
        (
            TEXT.replace(
                "a fait une déclaration. \n", "a fait une déclaration.\n", 1
            ).replace("32. La Thaïlande", "32. L’Atlantide"),
            line_of("32. La Thaïlande"),
            "paragraph 32: who made the statement is not among those represented",
        ),
        (
            TEXT.replace("Sénégal, Soudan \n", "Sénégale, Soudan \n"),
            line_of("27. Au titre"),
            "«Sénégale» made a statement but is not among those represented",
        ),
        (
            TEXT.replace("(CTOC/COP/WG.7/2019/3)", ""),
            line_of("  c) Document d’information"),
            "document c has no symbol",
        ),
        (
            TEXT.replace(
                "11 au 13 septembre 2019. Elle", "11 au 31 septembre 2019. Elle"
            ),
            line_of("22. La sixième"),
            "is not understood as dates",
        ),
    ],
)
def test_what_holds_nothing_up_is_said_with_its_line(
    changed: str, line: int, sentence: str
) -> None:
    assert changed != TEXT

    report = read_report(changed.encode())

    assert len(report.recommendations) == 24
    said = {problem.sentence: problem.line for problem in report.problems}
    assert any(sentence in found and said[found] == line for found in said), said


def test_an_encoding_that_makes_sense_in_one_way_only_is_read(report: Report) -> None:
    again = read_report(TEXT.encode("cp1252"))

    assert [row.text for row in again.recommendations] == [
        row.text for row in report.recommendations
    ]


def test_bytes_that_make_no_sense_are_refused_at_their_line() -> None:
    with pytest.raises(ReportError, match=r"line 6: the file is not in UTF-8"):
        read_report(b"Rapport\n" * 5 + bytes(range(128, 256)) * 20)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.75, 0.98, 0.999])
def test_a_truncated_file_is_refused(share: float) -> None:
    with pytest.raises(ReportError):
        read_report(TEXT[: int(len(TEXT) * share)].encode())


# Other reports ---------------------------------------------------------------

FRENCH = """
CTOC/COP/WG.7/2018/5
I. Introduction
1. En 2016. Les travaux ont commencé.
II. Recommandations
2. Le Groupe a adopté les recommandations ci-après.
A. Recommandations générales
Recommandation n° 1.
Les États parties devraient agir.
Recommandation 2
Les États parties sont encouragés à coopérer avec
M. Untel.
B. Recommandations relatives à la formation
Recommandation 3
Les États parties sont invités à former
leurs agents.
III. Résumé des délibérations
3. Plusieurs orateurs ont parlé.
IV. Organisation de la réunion
A. Ouverture de la réunion
4. La cinquième réunion du Groupe de travail sur le trafic illicite de migrants s ’est
tenue à Vienne les 4 et 5 juillet 2018. Elle a comporté quatre séances.
5. La réunion a été ouverte par Une Personne (Norvège), Présidente du Groupe.
B. Déclarations
6. Une déclaration a été faite par la Norvège.
C. Participation
7. Les Parties au Protocole étaient représentées à la réunion : Norvège et Pays-
Bas.
V. Adoption du rapport
8. Le 5 juillet 2018, le Groupe a adopté son rapport.
"""

ENGLISH = """
I. Introduction
1. The Working Group was established.
II. Recommendations
2. The Working Group adopted the following recommendations.
A. General recommendations
Recommendation 1
States parties should consider developing model
legislation.
B. Recommendations on training
Recommendation 2
States parties are encouraged to consider and take measures to train officials.
Recommendation 3
States parties are invited to cooperate.
III. Summary of deliberations
3. The Working Group proposes the following for its future meetings: (a) first
topic; (b) second topic; and (c) third topic.
IV. Organization of the meeting
A. Opening of the meeting
4. The seventh meeting of the Working Group on the Smuggling of Migrants was held in
Vienna on 8 and 9 September 2020. It comprised four meetings.
5. The meeting was opened by Some Person (Italy), Chair of the Working Group.
B. Statements
6. Introductory statements were made by a representative of the Secretariat.
7. Statements were made by the following parties: Bosnia and Herzegovina and Norway.
8. The observers for Morocco and the Sovereign Order of Malta also made statements.
C. Adoption of the agenda
9. The Working Group adopted the following agenda:
1. Organizational matters:
(a) Opening;
(b) Adoption of the agenda.
2. Adoption of the report.
D. Attendance
10. The following parties to the Protocol were represented at the meeting: Albania,
Bosnia and Herzegovina, Malta, Norway, Trinidad and Tobago and United Kingdom of Great
Britain and Northern Ireland.
11. The following States not parties or signatories were represented by observers:
Morocco.
12. The Sovereign Order of Malta, an entity maintaining a permanent observer mission,
was represented.
13. The following intergovernmental organizations were represented by observers:
International Organization for Migration and League of Arab States.
E. Documentation
14. The Working Group had before it the following documents:
(a) Annotated provisional agenda (CTOC/COP/WG.7/2020/1);
(b) Background paper (CTOC/COP/WG.7/2020/2 and CTOC/COP/WG.7/
2020/3).
V. Adoption of the report
15. On 9 September 2020, the Working Group adopted its report.
"""


def test_another_report_in_french_is_read() -> None:
    report = read_report(FRENCH.encode())

    assert report.meeting.code == "2018-meeting-5"
    assert report.meeting.symbol == "CTOC/COP/WG.7/2018/5"
    assert report.meeting.starts_on == datetime.date(2018, 7, 4)
    assert [(row.number, row.section) for row in report.recommendations] == [
        (1, "A"),
        (2, "A"),
        (3, "B"),
    ]
    assert report.recommendations[1].text.endswith("avec M. Untel.")
    assert [(row.name, row.statements_in) for row in report.participants] == [
        ("Norvège", [6]),
        ("Pays-Bas", []),
    ]
    assert [(row.before, row.after) for row in report.corrections] == [
        ("s ’est", "s’est")
    ]


def test_a_report_in_english_is_read() -> None:
    report = read_report(ENGLISH.encode())

    assert report.language == "en"
    assert report.meeting.code == "2020-meeting-7"
    assert (report.meeting.chair, report.meeting.sittings) == ("Some Person", 4)
    assert [row.modality for row in report.recommendations] == [
        "should_consider",
        "encouraged",
        "invited",
    ]
    assert [row.text for row in report.topics] == [
        "first topic",
        "second topic",
        "third topic",
    ]
    assert report.agenda[0].parts == ["Opening", "Adoption of the agenda"]
    assert report.documents[1].symbols == [
        "CTOC/COP/WG.7/2020/2",
        "CTOC/COP/WG.7/2020/3",
    ]
    assert [(row.kind, row.name, row.statements_in) for row in report.participants] == [
        ("party", "Albania", []),
        ("party", "Bosnia and Herzegovina", [7]),
        # Paragraph 8 speaks of the Order: the longest name counts.
        ("party", "Malta", []),
        ("party", "Norway", [7]),
        ("party", "Trinidad and Tobago", []),
        ("party", "United Kingdom of Great Britain and Northern Ireland", []),
        ("non_party", "Morocco", [8]),
        ("entity", "Sovereign Order of Malta", [8]),
        ("organization", "International Organization for Migration", []),
        ("organization", "League of Arab States", []),
    ]
