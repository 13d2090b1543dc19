"""What the first lines of reports say of the capture they are about."""

import json
from typing import TYPE_CHECKING, NamedTuple

from scaptui._core import Capture
from scaptui.views.format import counted, moment

if TYPE_CHECKING:
    from datetime import tzinfo

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]


class Source(NamedTuple):
    """What stands in the first lines of a report.

    Attributes:
        names: Of the files.
        span: Times of the first and the last event, ns since the epoch; None without events.
        events: Shown events.
        notes: Places that are damaged, unknown or passed over.
        dropped: Events that the recorder says were lost.
    """

    names: tuple[str, ...]
    span: tuple[int, int] | None
    events: int
    notes: int
    dropped: int

    @classmethod
    def of(cls, capture: Capture) -> "Source":
        """Of a capture that was read to its end."""
        facts = json.loads(capture.facts())
        return cls(
            names=tuple(file["name"] for file in facts["files"]),
            span=capture.span(),
            events=capture.progress().shown,
            notes=len(facts["notes"]),
            dropped=facts["dropped"],
        )

    @property
    def data(self) -> dict[str, Json]:
        """The same for JSON; times in ns."""
        return {
            "files": list(self.names),
            "first_ns": self.span[0] if self.span else None,
            "last_ns": self.span[1] if self.span else None,
            "events": self.events,
            "complete": not self.notes,
            "drops": self.dropped,
        }

    @property
    def state(self) -> str:
        """Whether all of it could be read."""
        return counted(self.notes, "note") if self.notes else "complete"


def span_sentence(source: Source, zone: "tzinfo | None") -> str:
    """From when to when, how many events, how whole, how many lost."""
    rest = f"{counted(source.events, 'event')}, {source.state}, drops {source.dropped:,}."
    if source.span is None:
        return rest
    first, last = source.span
    date, begin, _ = moment(first, zone)
    end_date, end, name = moment(last, zone)
    until = end[:12] if end_date == date else f"{end_date} {end[:12]}"
    return f"{date} {begin[:12]} to {until} {name}, {rest}"
