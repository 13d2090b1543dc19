"""The filter language with the core's own tables. No other module here needs the built core."""

from functools import cache

from scaptui import _core
from scaptui.filter import written_times
from scaptui.filter.parser import Parsed, parse
from scaptui.filter.vocabulary import Vocabulary


@cache
def vocabulary() -> Vocabulary:
    """Fields, events and system calls as the core knows them."""
    events = _core.event_types()
    return Vocabulary(
        _core.fields(),
        [event.name for event in events],
        _core.syscall_names(),
        lambda: (name for event in events for name, _ in event.parameters),
        written_times.zone,
    )


def understood(text: str) -> Parsed:
    """A filter over the core's fields; `@name` in it is a saved one.

    Raises:
        FilterError: it cannot be understood.
        Refused: the saved filters cannot be read.
    """
    return parse(with_saved(text), vocabulary())


def with_saved(text: str) -> str:
    """The filter with what each `@name` stands for.

    Raises:
        FilterError: there is no saved filter of a name.
        Refused: the saved filters cannot be read.
    """
    if "@" not in text:
        return text
    from scaptui.filter.saved import expanded

    return expanded(text)
