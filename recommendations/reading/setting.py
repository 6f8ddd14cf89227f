"""Lines set as text again: what a page broke is joined, or asked about."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .outline import Block
from .problems import Notes
from .rows import Correction
from .sources.lines import Line
from .typography import Erratum, Mending, joined, mended, rules_for, unbroken

WORD = re.compile(r"[^\W\d_]+(?:[-‑][^\W\d_]+)*")
CUT = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)([-\u00ad])$")
NEXT = re.compile(r"[^\W\d_]+")
PAIR = re.compile(r"(?<![\w-])([^\W\d_]+) (?=([^\W\d_]+)(?![\w’-]))")


def vocabulary_of(lines: Iterable[Line]) -> Counter[str]:
    """Words that stand whole on some line."""
    words: Counter[str] = Counter()
    cut = False
    for line in lines:
        found = [word.lower() for word in WORD.findall(line.text)]
        if cut:
            found = found[1:]
        cut = bool(CUT.search(line.text.strip()))
        if cut:
            found = found[:-1]
        words.update(found)
    return words


class Setter:
    """Sets blocks as text, with the words of the whole report as its witness."""

    def __init__(
        self,
        language: str,
        words: Counter[str],
        errata: Sequence[Erratum],
        notes: Notes,
    ) -> None:
        self.language = language
        self.words = words
        self.rules = rules_for(language, tuple(errata))
        self.notes = notes
        self.corrections: list[Correction] = []

    def set(self, block: Block, **place: int | str) -> None:
        """Set the text of a block and of its items, line by line, then as a whole."""
        if not place:
            if block.kind == "paragraph":
                place = {"paragraph_number": block.number}
            elif block.kind == "recommendation":
                place = {"recommendation_number": block.number}
            else:
                place = {"heading_mark": block.mark}

        def record_at(line: int) -> "_Recorder":
            return _Recorder(line, self.corrections, place)

        pieces = [
            mended(line.text.strip(), self.rules, record_at(line.number))
            for line in block.lines
        ]
        pieces = self._without_hyphens(pieces, block.lines)
        # Once more on the whole, for what a line end had hidden.
        whole = mended(joined(pieces), self.rules, record_at(block.line))
        if block.kind in ("recommendation", "point") and self.language != "zh":
            whole = self._whole_words(whole, block, record_at(block.line))
        block.text = unbroken(whole, self.language)
        for inner in block.blocks:
            self.set(inner, **place)

    def _without_hyphens(self, pieces: list[str], lines: Sequence[Line]) -> list[str]:
        """Hyphens that only a line end made are taken out; others stay."""
        pieces = list(pieces)
        for index in range(len(pieces) - 1):
            cut = CUT.search(pieces[index])
            following = NEXT.match(pieces[index + 1])
            if not cut or not following:
                continue
            line = lines[index]
            whole, kept = cut[1] + following[0], f"{cut[1]}-{following[0]}"
            if cut[2] == "\u00ad":
                join = True
            elif following[0][0].isupper() or len(cut[1]) < 2:
                join = False
            elif self.words[whole.lower()] and not self.words[kept.lower()]:
                join = True
            elif self.words[kept.lower()]:
                join = False
            else:
                join = self.notes.ask(
                    "line_end_hyphen", line.number, line.page, kept, whole
                )
            if join:
                self.notes.take_out(
                    "hyphen", line.number, line.page, f"{kept} → {whole}"
                )
                # The rest of the word comes over, so that no space goes between.
                rest = pieces[index + 1].split(" ", 1)
                pieces[index] = pieces[index][:-1] + rest[0]
                pieces[index + 1] = rest[1] if len(rest) > 1 else ""
        return [piece for piece in pieces if piece]

    def _whole_words(self, text: str, block: Block, record: "_Recorder") -> str:
        """Words broken in two are asked about, and joined where somebody agreed."""
        for match in list(PAIR.finditer(text)):
            first, second = match[1].lower(), match[2].lower()
            whole = first + second
            if not self.words[whole] or len(whole) < 4:
                continue
            if self.words[first] > 1 and self.words[second] > 1:
                continue
            before, after = f"{match[1]} {match[2]}", match[1] + match[2]
            if self.notes.ask("broken_word", block.line, block.page, before, after):
                text = text.replace(before, after)
                record(Mending(before, after, "erratum"))
        return text


@dataclass
class _Recorder:
    line: int
    corrections: list[Correction]
    place: dict[str, int | str]

    def __call__(self, mending: Mending) -> None:
        self.corrections.append(
            Correction(
                line=self.line,
                before=mending.before,
                after=mending.after,
                kind=mending.kind,
                **self.place,  # type: ignore[arg-type]
            )
        )
