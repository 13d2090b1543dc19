"""The zone in which filters read and compare times: that of the times that are shown."""

from scaptui import _core
from scaptui.filter import written_times
from scaptui.views.format import zone_named


def settle(name: str) -> None:
    """Let it be this one from now on: "local", "UTC" or an IANA name.

    Raises:
        Refused: no zone has this name.
    """
    written_times.are_in(zone_named(name))
    _core.settle_filter_zone(name)
