"""Refusals and exit statuses: what a command says when it cannot do what was asked."""

import re
from enum import IntEnum
from typing import Final

# Longer words of a filter are cut where a message names them.
_LONGEST_WORD: Final = 60
_LONG_WORD: Final = rf"(\S{{{_LONGEST_WORD}}})\S+(\S)"


class Status(IntEnum):
    """Exit statuses of every command."""

    MATCHED = 0  # something matched
    NOTHING = 1  # all went well and nothing matched
    REFUSED = 2  # a filter, a file, an option or a permission
    INTERNAL = 70  # a defect of ours; BSD's EX_SOFTWARE
    INTERRUPTED = 130  # 128 + SIGINT, as shells count


class Refused(Exception):
    """A request that cannot be carried out.

    Attributes:
        message: What is wrong: one sentence in lower case, names in quotes.
        hint: What to do about it; empty when there is nothing to say.
        excerpt: The text the message is about with a caret below the place, or empty.
    """

    def __init__(self, message: str, hint: str = "", excerpt: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.excerpt = excerpt


class EndedBySignal(Exception):
    """A signal asks for the end: what was begun is put in order, then the process dies of it.

    Attributes:
        number: The signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"signal {number}")
        self.number = number


class FilterError(Refused):
    """A filter that cannot be understood.

    Attributes:
        span: The place, characters [start, stop) of the text; just behind it when it ends too
            early.
        expected: What the grammar wanted there: test, operator, value, list, argument, connective
            or nothing, when the text is well formed and the mistake lies in its meaning.
    """

    def __init__(
        self, message: str, span: tuple[int, int], hint: str = "", expected: str = ""
    ) -> None:
        super().__init__(shortened(message), hint)
        self.span = span
        self.expected = expected

    @property
    def column(self) -> int:
        """Where the mistake begins, counted from 1."""
        return self.span[0] + 1


def shortened(message: str) -> str:
    """The message with the middle of overlong words left out, so that it stays a line."""
    return re.sub(_LONG_WORD, r"\1…\2", message)
