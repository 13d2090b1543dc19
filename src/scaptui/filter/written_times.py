"""The zone of times that filters write without one: that of the times this run shows."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo


class _Run:
    zone: "tzinfo | None" = None


def are_in(zone: "tzinfo | None") -> None:
    """Times without a zone are of this one from now on; None is the zone of this machine."""
    _Run.zone = zone


def zone() -> "tzinfo | None":
    """The zone of times without one; None is the zone of this machine."""
    return _Run.zone
