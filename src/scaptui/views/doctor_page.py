"""The page that says whether this host can capture: the text of `scaptui doctor`, to scroll in."""

from typing import Final

from scaptui.views.cells import Line, Piece, Role, fit_end, left_and_right
from scaptui.views.doctor import Diagnosis, lines

_MISSING: Final = "NO"


class DoctorPage:
    """The model of the page; without a diagnosis it is empty.

    `asked_by` is the user it holds for: the helper of a recording may have been started by another.
    """

    def __init__(
        self, diagnosis: Diagnosis | None = None, asked_by: int = 0, *, is_local: bool = True
    ) -> None:
        self.diagnosis = diagnosis
        self._asked_by = asked_by
        self._is_local = is_local
        self._top = 0
        self._below = 0

    def move(self, by: int) -> None:
        """Scroll so many lines on, or back."""
        self._top = max(0, min(self._top + by, self._top + self._below))

    def lines(self, cells: int, height: int) -> list[Line]:
        """The lines of the text that fit a size."""
        if self.diagnosis is None:
            return []
        # The last column stays free, as on the command line.
        told = [_pieces(line.text, line.role) for line in lines(self.diagnosis, cells)]
        self._top = max(0, min(self._top, len(told) - height))
        self._below = max(0, len(told) - height - self._top)
        return told[self._top : self._top + height]

    def title_line(self, cells: int) -> Line:
        """Line 2: which host and which user it is about."""
        where = "this machine" if self._is_local else "this machine, not the one that is recorded"
        who = f"asked as uid {self._asked_by}"
        return left_and_right((Piece(" host    ", "muted"), Piece(where)), (Piece(who),), cells)

    def cursor_line(self, cells: int) -> Line:
        """What it comes to, and how much stands below."""
        if self.diagnosis is None:
            return ()
        count = len(self.diagnosis.missing)
        state = f"{count} missing" if count else "nothing is missing"
        more = f"   {self._below} more lines below" if self._below else ""
        role: Role = "failed" if count else "text"
        return (Piece(fit_end(f" {state}{more}", cells), role),)


def _pieces(text: str, role: str) -> Line:
    if role == "missing":
        before, sign, behind = text.partition(_MISSING)
        return (Piece(before), Piece(sign, "failed", bold=True), Piece(behind))
    return (Piece(text, "accent" if role == "command" else "text"),)
