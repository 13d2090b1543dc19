"""Questions about a capture, asked through the installed program."""

import json
from pathlib import Path
from typing import Any

from scaptui.views.summary import Summary
from tests.running import Result, run_program


class Asking:
    """One capture, and what may be asked of it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def print(self, *words: str) -> Result:
        said = run_program("print", self.path, *words)
        assert said.status in {0, 1}, said.err
        return said

    def count(self, text: str) -> int:
        """How many events a filter selects."""
        return len(self.numbers(text))

    def numbers(self, text: str) -> list[int]:
        """Their numbers."""
        return [int(line) for line in self.print(text, "-p", "*%evt.num").lines]

    def values(self, form: str, text: str = "") -> list[str]:
        """A line of text for each event a filter selects; without one, for all."""
        return self.print(*filter(None, [text]), "-p", form).lines

    def summary(self, text: str = "") -> Summary:
        """The summary of what a filter selects."""
        said = run_program("report", "summary", self.path, *filter(None, [text]), "--json")
        assert said.status in {0, 1}, said.err
        facts: Summary = json.loads(said.out)
        return facts

    def processes(self, *words: str) -> list[dict[str, Any]]:
        """The process tree."""
        said = run_program("view", self.path, "processes", *words, "--format", "json")
        assert said.status in {0, 1}, said.err
        rows: list[dict[str, Any]] = json.loads(said.out)
        return rows
