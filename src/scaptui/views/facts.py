"""What is known of one event."""

from functools import cache
from typing import Final

from scaptui._core import Call, Capture, Event, fields
from scaptui.views.cells import glimpse
from scaptui.views.units import Zone

# What recorders write for a name, a user and a process they do not know.
_UNKNOWN: Final = frozenset({"<NA>", str(2**32 - 1), "-1"})


class Facts:
    """What is known of one event. Asked once, when the cursor comes to it."""

    def __init__(self, capture: Capture, number: int, zone: Zone) -> None:
        self.number, self.zone = number, zone
        self.place_in_pod: tuple[int, int] | None = None
        """Which container of its pod the event's is, and of how many; None while not known."""
        self._event = Event(capture, number)
        self.call: Call = self._event.call
        self.lineage = self._event.lineage()
        self.arguments = self._event.arguments()
        self._texts: dict[str, bytes | None] = {}

    def text(self, field: str) -> str:
        """A field as it prints, escaped; empty when it is absent."""
        return glimpse(self.captured(field) or b"")

    def known(self, field: str) -> str:
        """As `text`, but empty as well where the recorder had no answer."""
        text = self.text(field)
        return "" if text in _UNKNOWN else text

    def captured(self, field: str) -> bytes | None:
        """A field as it prints; None when it is absent."""
        if field not in self._texts:
            self._texts[field] = self._event.text(field, self.zone.name)
        return self._texts[field]

    def all_fields(self) -> list[tuple[str, bytes]]:
        """Every field that says something of the event."""
        found = ((name, self.captured(name)) for name in _printable())
        return [(name, text) for name, text in found if text]

    @property
    def event(self) -> Event:
        """The core's answers about the event."""
        return self._event


@cache
def _printable() -> tuple[str, ...]:
    rows = fields()
    return tuple(
        f.name for f in rows if f.argument != "required" and not f.filter_only and not f.hidden
    )
