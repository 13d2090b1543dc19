"""What the crash page says where nothing restarts or crashed: what was looked for, and in what."""

from textwrap import wrap

from scaptui.views.cells import Line, Piece, Role
from scaptui.views.crashes import Looked
from scaptui.views.format import counted
from scaptui.views.unfiltered import DROPS

_WANTED = (
    "Looked for: containers and pods that begin anew; programs that one parent starts again and "
    "that mostly end badly; processes that a fault or a kill ended without having asked for it."
)
_ON = "Esc leads back to the events: there ! ranks the calls that fail, and p shows the processes."
_WHOLE = f"{DROPS}, and all programs are looked at."
# Sentences are easier to read when they are not as wide as the widest screens.
_MOST_CELLS = 100


def nothing_found(looked: Looked) -> str:
    """That nothing was restarted or crashed, of what was looked at."""
    if looked.is_chosen:
        return "nothing with events that the filter selects was restarted or crashed"
    return "healthy: nothing was restarted, and no program crashed"


def health_lines(looked: Looked, width: int) -> list[Line]:
    """Sentences in lines of at most `width` cells."""
    paragraphs: tuple[tuple[str, Role], ...] = (
        (_verdict(looked), "text"),
        *(((_WHOLE, "text"),) if looked.is_chosen else ()),
        (_WANTED, "muted"),
        (_ON, "muted"),
    )
    lines: list[Line] = []
    for text, role in paragraphs:
        room = max(20, min(width, _MOST_CELLS) - 4)
        lines += [(), *((Piece(f"   {line}", role),) for line in wrap(text, room))]
    return lines


def _verdict(looked: Looked) -> str:
    """How many processes there were, how they ended, and that none of it is a crash."""
    whose = " with events that the filter selects" if looked.is_chosen else ""
    what = f"{counted(looked.processes, 'process', 'processes')}{whose}"
    found = f"{what}, {counted(looked.programs, 'program')}"
    if not looked.ended:
        return f"{found}: none ended or was restarted."
    badly = f", {looked.badly:,} of them badly" if looked.badly else ""
    return f"{found}: {looked.ended:,} ended{badly}; none was restarted, and none crashed."
