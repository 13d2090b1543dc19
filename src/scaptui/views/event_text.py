"""Events as text: line formats, and fields as TSV, CSV or JSON lines."""

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from scaptui._core import Capture, Filter, Printer
from scaptui.capture.opening import BUDGET_MS, refusals
from scaptui.output import Escape

Kind = Literal["line", "tsv", "csv", "jsonl"]

# The lines sysdig prints: plain, and what its -pc and -pk put in.
DEFAULT_LINE: Final = (
    "*%evt.num %evt.outputtime %evt.cpu %proc.name (%thread.tid) %evt.dir %evt.type %evt.info"
)
_WITH_PLACE: Final = (
    "*%evt.num %evt.outputtime %evt.cpu {name} (%container.id) "
    "%proc.name (%thread.tid:%thread.vtid) %evt.dir %evt.type %evt.info"
)
NAMED_LINES: Final = {
    "c": _WITH_PLACE.format(name="%container.name"),
    "k": _WITH_PLACE.format(name="%k8s.pod.name"),
}
NAMED_LINES["container"] = NAMED_LINES["c"]
NAMED_LINES["kubernetes"] = NAMED_LINES["k"]


class Form(NamedTuple):
    """How events are written.

    Attributes:
        text: A line format of sysdig's kind, or field names joined by commas.
        kind: What `text` is.
        time: h a r d or D, as sysdig's -t.
        zone: "local", "UTC" or an IANA name.
        buffers: How payload is shown: dots, text, hex, hexascii or base64.
        limit: The most events to write, None for all.
    """

    text: str = DEFAULT_LINE
    kind: Kind = "line"
    time: str = "h"
    zone: str = "local"
    buffers: str = "dots"
    limit: int | None = None


class EventText:
    """The selected events as text, in pieces; `matched` counts them as they come.

    Raises:
        Refused: the form names a field that does not exist or cannot be printed.
    """

    def __init__(
        self, capture: Capture, selected: Filter | None, form: Form, escape: Escape
    ) -> None:
        with refusals():
            self._printer = Printer(
                capture,
                selected,
                form.text,
                kind=form.kind,
                time=form.time,
                zone=form.zone,
                escape=escape,
                buffers=form.buffers,
                limit=form.limit,
            )

    def pieces(self) -> Iterator[bytes]:
        """Text in order, as it becomes ready; an empty piece where none was in time."""
        while not self.done:
            yield self.step(BUDGET_MS)

    def write(self, budget_ms: int = BUDGET_MS) -> int:
        """Write what comes next to standard output; how many bytes, 0 where none was in time.

        Raises:
            OSError: standard output cannot be written.
        """
        with refusals():
            return self._printer.write(budget_ms)

    def step(self, budget_ms: int) -> bytes:
        """The next piece, empty where none is ready in time."""
        with refusals():
            return self._printer.step(budget_ms)

    @property
    def done(self) -> bool:
        """Whether all was written."""
        return self._printer.done

    @property
    def matched(self) -> int:
        """How many events were written so far."""
        return self._printer.matched
