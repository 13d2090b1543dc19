"""What one capture holds and another does not, in groups that stay the same from run to run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from scaptui.capture.doings import Doing, doings
from scaptui.capture.opening import Capture, Filter

Where = Literal["second", "first", "more", "fewer"]

PLACES: Final[tuple[Where, ...]] = ("second", "first", "more", "fewer")
# Counts that differ less are told to be the same.
_FACTOR: Final = 2
_LEAST: Final = 10


@dataclass(frozen=True, slots=True)
class Difference:
    """One group that is not in both, or not as often.

    Attributes:
        where: Only in the second or first, or in the second much more or less often.
        one: The group of the first, None where it has none.
        two: The group of the second.
    """

    where: Where
    one: Doing | None
    two: Doing | None

    @property
    def group(self) -> Doing:
        """The group of the second, else that of the first."""
        group = self.two or self.one
        assert group is not None
        return group


def differences(first: Capture, second: Capture, selected: Filter | None) -> list[Difference]:
    """What is only in the second comes first, failures before all else."""
    ones = {_key(each): each for each in doings(first, selected)}
    twos = {_key(each): each for each in doings(second, selected)}
    found = [
        Difference(where, one, two)
        for key in dict.fromkeys([*twos, *ones])
        if (where := _where(one := ones.get(key), two := twos.get(key))) is not None
    ]
    return sorted(found, key=_order)


def counts(found: Sequence[Difference]) -> dict[Where, int]:
    """How many groups there are of each place."""
    return {where: sum(each.where == where for each in found) for where in PLACES}


def _key(group: Doing) -> tuple[bytes, str, bytes, str]:
    return group.program, group.call, group.about, group.error


def _where(one: Doing | None, two: Doing | None) -> Where | None:
    if one is None or two is None:
        return "second" if one is None else "first"
    less, more = sorted((one.count, two.count))
    if more < _LEAST or more < _FACTOR * less:
        return None
    return "more" if two.count == more else "fewer"


def _order(difference: Difference) -> tuple[int, bool, int]:
    return PLACES.index(difference.where), not difference.group.error, difference.group.first
