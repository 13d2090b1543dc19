"""Remarks about a filter that is right but may not mean what its author thinks."""

from scaptui.filter.source import Span
from scaptui.records import Record


class Note(Record):
    """A remark: one sentence, the place it is about, and what to do when it was not meant so."""

    message: str
    span: Span
    hint: str = ""
