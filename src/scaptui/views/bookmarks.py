"""Bookmarks of an open capture: which event each of them is, and the keys of the list for them."""

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from scaptui._core import Capture, event_key, find_events
from scaptui.errors import Refused
from scaptui.views.bookmark import LONGEST_NAME, LONGEST_NOTE, ROLES, Bookmark, Colour, Key
from scaptui.views.cells import Role, shown
from scaptui.views.notebook import Notebook

_CoreKey = tuple[int, int, int, str, bool]
# Events that agree in time, thread, processor and type; beyond so many none is looked for.
_MOST_ALIKE: Final = 10_000


class Bookmarks:
    """The notebook of a capture with the event of each bookmark, as far as the capture is read.

    `look` may be called from another thread than the rest.
    """

    def __init__(self, capture: Capture, notebook: Notebook) -> None:
        self._capture = capture
        self.notebook = notebook
        self._looking = threading.Lock()
        self._placing = threading.Lock()
        # Events found so far for what a key says, without its count.
        self._found: dict[_CoreKey, list[int]] = {}
        self._looked = 0
        self._numbers: dict[int, Bookmark] = {}
        self._order: list[int] = []

    @property
    def numbers(self) -> Mapping[int, Bookmark]:
        """The bookmark of each event that has one."""
        return self._numbers

    @property
    def roles(self) -> dict[int, Role]:
        """How the sign of each is drawn."""
        return {number: ROLES[mark.colour] for number, mark in self._numbers.items()}

    @property
    def times(self) -> list[int]:
        """When their events were, ns."""
        return [mark.key.ts for mark in self._numbers.values()]

    def missing(self) -> list[Bookmark]:
        """Those whose event is not in this capture, or not read yet."""
        here = {mark.key for mark in self._numbers.values()}
        return sorted(
            (mark for key, mark in self.notebook.marks.items() if key not in here),
            key=lambda mark: mark.key,
        )

    def at(self, number: int) -> Bookmark | None:
        """The bookmark of an event."""
        return self._numbers.get(number)

    def look(self) -> bool:
        """Look for the events of bookmarks among what has been read; whether any was found."""
        with self._looking:
            progress = self._capture.progress()
            new = {key[:5] for key in self.notebook.marks} - self._found.keys()
            self._look_for(list(new), 1, self._looked)
            self._found |= {key: [] for key in new if key not in self._found}
            if progress.events > self._looked:
                self._look_for(list(self._found), self._looked + 1, progress.events)
                self._looked = progress.events
            return self._place()

    def toggle(self, number: int) -> str:
        """Mark an event, or unmark it; what to tell.

        Raises:
            Refused: bookmarks cannot be kept.
        """
        mark = self._numbers.get(number)
        if mark is None:
            self._keep(number, self.new(number))
            return f"event {number:,} is marked"
        self.forget(mark)
        had = " with its note" if mark.note else ""
        return f"event {number:,} is no longer marked{had}"

    def name(self, number: int, name: str) -> str:
        """Give an event's bookmark a name; mark it first where it has none.

        Raises:
            Refused: bookmarks cannot be kept.
        """
        name = " ".join(name.split())[:LONGEST_NAME]
        self._keep(number, replace(self._numbers.get(number) or self.new(number), name=name))
        return (
            f"event {number:,} is called {shown(name)}" if name else f"event {number:,} is marked"
        )

    def colour(self, number: int, colour: Colour) -> None:
        """Give it another colour.

        Raises:
            Refused: bookmarks cannot be kept.
        """
        self._keep(number, replace(self._numbers[number], colour=colour))

    def annotate(self, number: int, note: str) -> None:
        """Give it a note; mark the event first where it has none.

        Raises:
            Refused: bookmarks cannot be kept, or the note is too long.
        """
        if len(note) > LONGEST_NOTE:
            raise Refused(f"a note has at most {LONGEST_NOTE:,} characters")
        mark = self._numbers.get(number) or self.new(number)
        self._keep(number, replace(mark, note=note.rstrip()))

    def forget(self, mark: Bookmark) -> None:
        """Keep a bookmark no longer, also one whose event is not here.

        Raises:
            Refused: bookmarks cannot be kept.
        """
        self.notebook.remove(mark.key)
        self._place()

    def next(self, number: int, *, backward: bool = False) -> int | None:
        """The marked event behind one, or before it."""
        if backward:
            at = bisect_left(self._order, number) - 1
            return self._order[at] if at >= 0 else None
        at = bisect_right(self._order, number)
        return self._order[at] if at < len(self._order) else None

    # Within

    def new(self, number: int) -> Bookmark:
        """A bookmark for an event, not kept yet.

        Raises:
            Refused: bookmarks cannot be kept, or the event is not.
        """
        if self.notebook.refused is not None:
            raise self.notebook.refused
        found = event_key(self._capture, number)
        if found is None:
            raise Refused(f"event {number:,} is not kept any more")
        key, _ = found
        alike = [n for _, n in find_events(self._capture, [key], 1, number)]
        nth = max(0, len(alike) - 1)
        return Bookmark(Key(*key, nth), number)

    def _keep(self, number: int, mark: Bookmark) -> None:
        found = event_key(self._capture, number)
        with self._placing:
            self.notebook.put(mark, found[1] if found else 0)
            self._take({**self._numbers, number: mark})

    def _look_for(self, keys: list[_CoreKey], first: int, last: int) -> None:
        if not keys or last < first:
            return
        for place, number in find_events(self._capture, keys, first, last):
            alike = self._found.setdefault(keys[place], [])
            if len(alike) < _MOST_ALIKE:
                alike.append(number)

    def _place(self) -> bool:
        with self._placing:
            before = {mark.key: number for number, mark in self._numbers.items()}
            numbers: dict[int, Bookmark] = {}
            left: list[Bookmark] = []
            for key, mark in self.notebook.marks.items():
                alike = self._found.get(key[:5])
                if alike is None and key in before:
                    numbers[before[key]] = mark  # set a moment ago, and not looked for yet
                elif alike and key.nth < len(alike):
                    numbers[alike[key.nth]] = mark
                elif alike:
                    left.append(mark)
            # A slice may have left out some that are alike: then it is the last one.
            for mark in left:
                numbers.setdefault(self._found[mark.key[:5]][-1], mark)
            changed = numbers != self._numbers
            self._take(numbers)
            return changed

    def _take(self, numbers: dict[int, Bookmark]) -> None:
        self._numbers, self._order = numbers, sorted(numbers)
