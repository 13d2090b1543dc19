"""What one selection of calls holds and another does not, in groups that stay the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final, Literal

from scaptui.capture.doings import Doing, doings
from scaptui.capture.opening import Capture, Filter
from scaptui.views.failures import with_ranks

Where = Literal["second", "first", "more", "fewer"]

_Key = tuple[bytes, str, bytes, str]
PLACES: Final[tuple[Where, ...]] = ("second", "first", "more", "fewer")
# Counts that differ less are told to be the same.
_FACTOR: Final = 2
_LEAST: Final = 10
# Groups of a program that the other side does not know are told as one from so many on.
_MANY: Final = 4
# So many groups of both tell how much more there is of everything.
_ENOUGH: Final = 8


@dataclass(frozen=True, slots=True)
class Side:
    """Calls that are compared: those of a capture that a filter selects.

    Attributes:
        name: What people call it; text as captured.
        capture: The capture.
        selected: The filter, None for all events.
        filter_text: The same as text.
    """

    name: str
    capture: Capture
    selected: Filter | None = None
    filter_text: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One group that is not in both, or not as often.

    Attributes:
        where: Only in the second or first, or in the second much more or less often.
        one: The group of the first, None where it has none.
        two: The group of the second.
        tells: Whether it is a failure, and none that is usual.
    """

    where: Where
    one: Doing | None
    two: Doing | None
    tells: bool = False

    @property
    def group(self) -> Doing:
        """The group of the second, else that of the first."""
        group = self.two or self.one
        assert group is not None
        return group


@dataclass(frozen=True, slots=True)
class Alone:
    """What a program did that did nothing at all on the other side, but for failures that tell.

    Attributes:
        where: The side that has it.
        program: Its name.
        groups: What it did.
    """

    where: Where
    program: bytes
    groups: tuple[Doing, ...]

    @property
    def count(self) -> int:
        """Its calls."""
        return sum(group.count for group in self.groups)

    @property
    def first(self) -> int:
        """Its first event."""
        return min(group.first for group in self.groups)


@dataclass(frozen=True, slots=True)
class Differences:
    """Two sides held against each other.

    Attributes:
        found: Groups, what is only in the second first, failures before all else.
        ratio: How many times as often as in the first things usually are in the second.
        calls: Calls of the first and of the second.
        programs: Calls of each program, in the first and in the second.
    """

    found: Sequence[Difference]
    ratio: float = 1.0
    calls: tuple[int, int] = (0, 0)
    programs: Mapping[bytes, tuple[int, int]] = field(default_factory=dict)

    def count(self, where: Where) -> int:
        """How many groups there are of one place."""
        return sum(each.where == where for each in self.found)

    def rows(self, where: Where) -> list[Difference | Alone]:
        """The groups of one place; what a program that is new did well is one row."""
        rows: list[Difference | Alone] = []
        alone: dict[bytes, list[Difference]] = {}
        for each in (each for each in self.found if each.where == where):
            is_known = 0 not in self.programs.get(each.group.program, ())
            if is_known or each.tells:
                rows.append(each)
            else:
                alone.setdefault(each.group.program, []).append(each)
        for program, groups in alone.items():
            if len(groups) < _MANY:
                rows += groups
            else:
                rows.append(Alone(where, program, tuple(each.group for each in groups)))
        return rows


def differences(first: Side, second: Side) -> Differences:
    """What is only in one of two sides, or much more often in one."""
    did = [doings(side.capture, side.selected) for side in (first, second)]
    ones, twos = ({_key(each): each for each in groups} for groups in did)
    telling = {
        _key(failure.group)
        for groups in did
        for failure in with_ranks((group for group in groups if group.error), groups)
        if failure.rank not in ("usual", "waiting")
    }
    ratio = _usual_ratio(ones, twos)
    found = [
        Difference(where, one, two, key in telling)
        for key in dict.fromkeys([*twos, *ones])
        if (where := _where(one := ones.get(key), two := twos.get(key), ratio)) is not None
    ]
    programs: dict[bytes, tuple[int, int]] = {}
    for each in ones.values():
        before, _ = programs.get(each.program, (0, 0))
        programs[each.program] = before + each.count, 0
    for each in twos.values():
        of_first, before = programs.get(each.program, (0, 0))
        programs[each.program] = of_first, before + each.count
    calls = sum(one for one, _ in programs.values()), sum(two for _, two in programs.values())
    return Differences(sorted(found, key=_order), ratio, calls, programs)


def _key(group: Doing) -> _Key:
    return group.program, group.call, group.about, group.error


def _usual_ratio(ones: Mapping[_Key, Doing], twos: Mapping[_Key, Doing]) -> float:
    """What most groups agree in: one side lasted longer, or had more to do, than the other."""
    ratios = [
        two.count / one.count
        for key, two in twos.items()
        if (one := ones.get(key)) is not None and max(one.count, two.count) >= _LEAST
    ]
    return median(ratios) if len(ratios) >= _ENOUGH else 1.0


def _where(one: Doing | None, two: Doing | None, ratio: float) -> Where | None:
    if one is None or two is None:
        return "second" if one is None else "first"
    expected = one.count * ratio
    if max(expected, two.count) < _LEAST or max(one.count, two.count) < _LEAST:
        return None
    if two.count >= _FACTOR * expected:
        return "more"
    return "fewer" if expected >= _FACTOR * two.count else None


def _order(difference: Difference) -> tuple[int, int, int]:
    group = difference.group
    # What a program tolerates every day comes behind what it does well for the first time.
    weight = 0 if difference.tells else 2 if group.error else 1
    return PLACES.index(difference.where), weight, group.first
