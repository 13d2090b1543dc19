"""Which panes stand where on a screen of some size, in cells and lines."""

from dataclasses import dataclass
from typing import Final

LEAST_WIDTH: Final = 40
LEAST_HEIGHT: Final = 10
WIDE: Final = 140
TALL: Final = 36
# The pane at the right with its border. It grows on screens that have room for a wide list, too.
SIDE: Final = 52
_VERY_WIDE: Final = 200
# Cells of a dump with 32 bytes a line.
_LONG_DUMP: Final = 141
# Lines 1 and 2, cursor line and keys.
FRAME: Final = 4
STRIP: Final = 2
# Lower screens have no strip, and one pane at a time.
_LOW: Final = 20
# The list's heading and the fewest rows it is left with.
LIST: Final = 7
# Heading and lines of each pane below the list when room is scarce.
DETAILS: Final = 6
PAYLOAD: Final = 7


@dataclass(frozen=True)
class Arrangement:
    """What is on the screen.

    Attributes:
        strip: Whether the strip of events over time is there.
        side: Cells of the details pane at the right with its border, 0 for none.
        details: Lines of the details pane below the list with its heading, 0 for none.
        payload: Lines of the bytes pane with its heading, 0 for none.
    """

    strip: bool
    side: int = 0
    details: int = 0
    payload: int = 0


def fits(width: int, height: int) -> bool:
    """Whether a screen is large enough for anything but a sentence."""
    return width >= LEAST_WIDTH and height >= LEAST_HEIGHT


def opens_details(width: int, height: int) -> bool:
    """Whether the details pane is open before anyone opened or closed it."""
    return width >= WIDE or height >= TALL


def opens_payload(width: int, height: int) -> bool:
    """Whether the bytes pane is open before anyone opened or closed it."""
    return width < WIDE and height >= TALL


def chooser_height(height: int) -> int:
    """Lines of the column chooser below the list: a low screen keeps two rows of that."""
    return height - FRAME - 3 if height < _LOW else (height - FRAME) // 2 - 1


def chooser_width(width: int) -> int:
    """Cells of the column chooser beside the list."""
    return max(SIDE, width // 3) - 1


def arrange(
    width: int, height: int, *, details: bool, payload: bool, unfolded: bool = False
) -> Arrangement:
    """Places for the panes that are open. The list keeps its six rows, so one may have to wait.

    `unfolded`: the details have more to say than five lines.
    """
    side = 0
    if details and width >= WIDE:
        side = SIDE if width < _VERY_WIDE else width // 3
        if payload and width >= _VERY_WIDE:
            # Lines of 32 bytes are worth more than a wider pane.
            side = max(SIDE, min(side, width - _LONG_DUMP))
    below = height - FRAME - LIST
    wants_details = DETAILS if details and not side else 0
    wants_payload = PAYLOAD if payload else 0
    if wants_details and wants_payload and wants_details + wants_payload > below:
        wants_details = 0  # one at a time: the one opened last is the payload's
    wanted = wants_details + wants_payload
    taken = min(wanted, max(0, below))
    strip = height >= _LOW and below - taken >= STRIP
    # Panes grow with the screen: half of it is the list's.
    spare = max(0, (height - FRAME) // 2 - wanted) if wanted else 0
    if not unfolded:
        # Five lines need no more room; what is left over is the list's, or the payload's.
        spare = spare if wants_payload else 0
        return Arrangement(
            strip, side, min(taken, wants_details), max(0, taken - wants_details) + spare
        )
    if wants_details and wants_payload:
        return Arrangement(strip, side, wants_details + spare // 2, wants_payload + spare // 2)
    if wants_payload:
        return Arrangement(strip, side, 0, taken + spare)
    if wants_details:
        return Arrangement(strip, side, taken + spare, 0)
    return Arrangement(strip, side)
