"""Differences between two texts, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

# A word with the spaces that follow it, a sign, or one character of a script that
# writes without spaces.
CHARACTER = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
TOKEN = re.compile(rf"[{CHARACTER}]|[^\W{CHARACTER}]+\s*|[^\w\s]\s*|\s+")
# Beyond it two texts are shown one after the other: comparing takes time that
# grows with their product.
MAX_COMPARISONS = 4_000_000
LONG = 400  # characters of unchanged text that are folded away


@dataclass(frozen=True)
class Piece:
    """A run of words; `kind` is same, added or deleted."""

    kind: str
    text: str

    @property
    def is_long(self) -> bool:
        return self.kind == "same" and len(self.text) > LONG


@dataclass(frozen=True)
class Difference:
    """What became of a text."""

    pieces: list[Piece]

    @property
    def additions(self) -> int:
        return sum(piece.kind == "added" for piece in self.pieces)

    @property
    def deletions(self) -> int:
        return sum(piece.kind == "deleted" for piece in self.pieces)


def difference(before: str, after: str) -> Difference:
    """How `before` became `after`; every word of both is in it, in order."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    if len(old) * len(new) > MAX_COMPARISONS:
        return Difference([Piece("deleted", before), Piece("added", after)])
    return Difference(list(_pieces(old, new)))


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(new[k:m]))
            continue
        if i < j:
            yield Piece("deleted", "".join(old[i:j]))
        if k < m:
            yield Piece("added", "".join(new[k:m]))
