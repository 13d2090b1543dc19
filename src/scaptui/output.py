"""Standard output and standard error as commands use them."""

import codecs
import locale
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal

from scaptui import escaping
from scaptui.errors import FilterError, Refused

Escape = Literal["terminal", "pipe", "raw"]

STDOUT: Final = 1
STDERR: Final = 2


class Closed(Exception):
    """Nobody reads our output any more."""


class Output:
    """Writes answers to standard output and notes to standard error.

    `escape` says what standard output is: a terminal, something else, or (--raw) left alone.
    """

    def __init__(self, escape: Escape) -> None:
        self.escape: Escape = escape

    @classmethod
    def of_process(cls, *, raw: bool = False) -> "Output":
        """The output of this process."""
        if raw:
            return cls("raw")
        return cls("terminal" if is_terminal(STDOUT) else "pipe")

    def write(self, data: bytes) -> None:
        """Write bytes that are already escaped.

        Raises:
            Closed: the reader of a pipe has gone.
            Refused: the output cannot be written, a full disk for example.
        """
        rest = memoryview(data)
        with self.writing():
            while rest:
                rest = rest[os.write(STDOUT, rest) :]

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Around what writes to standard output: its errors become ours.

        Raises:
            Closed: the reader of a pipe has gone.
            Refused: the output cannot be written, a full disk for example.
        """
        try:
            yield
        except BrokenPipeError as error:
            raise Closed from error
        except OSError as error:
            raise Refused(f"cannot write the output: {error.strerror}") from error

    def line(self, text: str) -> None:
        """Write one line whose captured parts were escaped when it was put together."""
        self.write((text + "\n").encode("utf-8", "backslashreplace"))

    def lines(self, texts: list[str]) -> None:
        """Write several lines at once."""
        if texts:
            self.line("\n".join(texts))


def tell(text: str) -> None:
    """Say something on standard error; controls in it are escaped, line ends stay."""
    text = escaping.bytes_in_quotes(text)
    shown = escaping.lines(text) if is_terminal(STDERR) else escaping.for_pipe(text)
    try:
        sys.stderr.write(shown + "\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        pass  # nobody listens; the exit status still tells


def refusal(error: Refused) -> None:
    """Say why something was refused: the sentence, the place, the hint, on lines of their own."""
    where = f", at column {error.column}" if isinstance(error, FilterError) else ""
    tell("\n".join([f"scaptui: {error.message}{where}", *filter(None, [error.excerpt])]))
    if error.hint:
        tell("hint: " + error.hint)


def draws_ascii_only() -> bool:
    """Whether the locale's characters are not those of Unicode."""
    try:
        return codecs.lookup(locale.nl_langinfo(locale.CODESET)).name != "utf-8"
    except LookupError:
        return True


def is_terminal(descriptor: int) -> bool:
    """Whether a descriptor is a terminal."""
    try:
        return os.isatty(descriptor)
    except OSError:
        return False
