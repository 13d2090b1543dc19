"""Remarks about a filter that is right but may not mean what its author thinks."""

from dataclasses import dataclass

from scaptui.filter.source import Span


@dataclass(frozen=True, slots=True)
class Note:
    """A remark: one sentence, the place it is about, and what to do when it was not meant so."""

    message: str
    span: Span
    hint: str = ""
