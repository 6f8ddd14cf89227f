"""What is ours beside a report: structure, questions and words that help."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Values = Mapping[str, Any]


class LoadError(Exception):
    """What does not fit in a data file, and in which."""

    def __init__(self, file: Path | str, sentence: str) -> None:
        super().__init__(f"{file}: {sentence}")


@dataclass(frozen=True)
class Companion:
    """What is ours beside a report: structure, questions and words that help.

    It comes from the files of one folder, named after the code of the meeting.
    Without that folder a report loads all the same, with what its own text says.
    """

    folder: Path
    structure: dict[int, Values] = field(default_factory=dict)
    questions: list[Values] = field(default_factory=list)
    practices: list[Values] = field(default_factory=list)
    sections: dict[str, Values] = field(default_factory=dict)
    topics: dict[str, str] = field(default_factory=dict)
    editorial: dict[int, Values] = field(default_factory=dict)
    continuous: Collection[int] = ()

    @classmethod
    def read(cls, folder: Path) -> "Companion":
        if not folder.is_dir():
            return cls(folder)
        editorial = read_json(folder / "editorial.json")
        return cls(
            folder,
            structure={
                row["number"]: row
                for row in read_json(folder / "recommendations_structure.json")
            },
            questions=read_json(folder / "indicators.json"),
            practices=read_json(folder / "practices.json"),
            sections={row.pop("letter"): row for row in editorial["sections"]},
            topics=editorial["topics"],
            editorial={row.pop("number"): row for row in editorial["recommendations"]},
            continuous=editorial["continuous"],
        )


def read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise LoadError(path, error.strerror or "cannot be read") from error
    except ValueError as error:
        raise LoadError(path, f"is not JSON in UTF-8: {error}") from error
