"""The filter language with the core's own tables. No other module here needs the built core."""

from functools import cache

from scaptui import _core
from scaptui.filter.parser import Parsed, parse
from scaptui.filter.vocabulary import Vocabulary


@cache
def vocabulary() -> Vocabulary:
    """Fields, events and system calls as the core knows them."""
    events = _core.event_types()
    return Vocabulary(
        _core.fields(),
        (event.name for event in events),
        _core.syscall_names(),
        (name for event in events for name, _ in event.parameters),
    )


def understood(text: str) -> Parsed:
    """A filter over the core's fields.

    Raises:
        FilterError: it cannot be understood.
    """
    return parse(text, vocabulary())
