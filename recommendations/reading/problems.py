"""What a reader of reports has to say: refusals, questions, what it took out."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from .messages import DOUBTS, KINDS, SENTENCES


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong or missing: where, what, and what can be done."""

    code: str
    line: int = 0
    page: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)
    is_refusal: bool = False

    @property
    def sentence(self) -> str:
        return str(SENTENCES[self.code]) % self.values

    def __str__(self) -> str:
        return located(self.line, self.page, self.sentence)


@dataclass(frozen=True)
class Doubt:
    """A question to somebody who sees the document: is `before` to become `after`?

    `accepted` is the answer, None while there is none; `stands` is what the text
    has meanwhile.
    """

    code: str
    line: int
    page: int
    before: str
    after: str = ""
    accepted: bool | None = None
    stands: bool = False

    @property
    def key(self) -> str:
        """The same for the same words at the same place, whatever else is read."""
        said = f"{self.code}\0{self.line}\0{self.page}\0{self.before}\0{self.after}"
        return f"{self.code}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"

    @property
    def sentence(self) -> str:
        values = {"before": self.before, "after": self.after}
        return str(DOUBTS[self.code]) % values

    def __str__(self) -> str:
        return located(self.line, self.page, self.sentence)


@dataclass(frozen=True)
class Removed:
    """Something of the page, or of the file, that is no word of the report."""

    kind: str
    line: int
    page: int
    text: str

    @property
    def kind_label(self) -> str:
        return str(KINDS[self.kind])

    def __str__(self) -> str:
        return located(self.line, self.page, f"{self.kind_label}: {self.text}")


def located(line: int, page: int, sentence: str) -> str:
    if page:
        return _("page %(page)d, line %(line)d: %(sentence)s") % {
            "page": page,
            "line": line,
            "sentence": sentence,
        }
    if line:
        return _("line %(line)d: %(sentence)s") % {"line": line, "sentence": sentence}
    return sentence


class ReportError(Exception):
    """Why a report cannot be read: the first reason, and all of them."""

    def __init__(
        self, line: int, sentence: str, page: int = 0, problems: Iterable[Problem] = ()
    ) -> None:
        self.line = line
        self.sentence = sentence
        self.problems = list(problems)
        super().__init__(located(line, page, sentence))

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> "ReportError":
        """From problems of which one at least refuses."""
        found = list(problems)
        first = next(problem for problem in found if problem.is_refusal)
        return cls(first.line, first.sentence, first.page, found)


def refused(
    problem_code: str, problem_line: int = 0, problem_page: int = 0, **values: Any
) -> ReportError:
    """One reason that leaves nothing else to be found."""
    return ReportError.of(
        [Problem(problem_code, problem_line, problem_page, values, is_refusal=True)]
    )


class Notes:
    """What is noted while a report is read, with the answers to earlier questions."""

    def __init__(self, answers: Mapping[str, bool]) -> None:
        self.answers = answers
        self.problems: list[Problem] = []
        self.doubts: list[Doubt] = []
        self.removed: list[Removed] = []

    def ask(
        self,
        code: str,
        line: int,
        page: int,
        before: str,
        after: str = "",
        *,
        otherwise: bool = False,
    ) -> bool:
        """Whether to do it: the answer, or `otherwise` while there is none."""
        doubt = Doubt(code, line, page, before, after)
        accepted = self.answers.get(doubt.key)
        stands = otherwise if accepted is None else accepted
        answered = Doubt(code, line, page, before, after, accepted, stands)
        if answered not in self.doubts:
            self.doubts.append(answered)
        return stands

    def take_out(self, kind: str, line: int, page: int, text: str) -> None:
        self.removed.append(Removed(kind, line, page, text))

    def say(self, code: str, line: int = 0, page: int = 0, **values: Any) -> None:
        self.problems.append(Problem(code, line, page, values))

    def refuse(self, code: str, line: int = 0, page: int = 0, **values: Any) -> None:
        self.problems.append(Problem(code, line, page, values, is_refusal=True))
