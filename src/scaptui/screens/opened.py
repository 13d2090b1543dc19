"""What the viewer is opened on."""

from dataclasses import dataclass

from scaptui.capture.opening import Capture, Filter
from scaptui.views.units import Zone


@dataclass(frozen=True)
class Opened:
    """A capture with what the command line says about how to show it.

    Attributes:
        capture: The capture; a thread of the core reads it.
        filter_text: The filter to begin with, empty for none.
        compiled: The same, compiled.
        zone: The zone of all times.
        follow: Whether what is written to the capture from now on is shown, too.
    """

    capture: Capture
    filter_text: str
    compiled: Filter | None
    zone: Zone
    follow: bool = False

    @classmethod
    def of(
        cls, capture: Capture, filter_text: str | None, zone: str, *, follow: bool = False
    ) -> "Opened":
        """Check the filter before the screen is touched.

        Raises:
            Refused: the filter cannot be understood, or no zone has this name.
        """
        compiled = compiled_filter(filter_text) if filter_text else None
        return cls(capture, filter_text or "", compiled, Zone.named(zone), follow)


def compiled_filter(text: str) -> Filter:
    """A filter's text, compiled.

    Raises:
        Refused: it cannot be understood.
    """
    # Loading the language takes longer than reading a short capture.
    from scaptui.capture.opening import compile_filter
    from scaptui.filter.core import understood
    from scaptui.filter.wire import wire

    return compile_filter(wire(understood(text).expression))
