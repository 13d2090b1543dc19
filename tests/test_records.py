from typing import Any

import pytest

from scaptui.records import Record


class Point(Record):
    x: int
    y: int = 7


class Named(Point, aside=("name",)):
    name: str = ""


class Elsewhere(Record):
    x: int
    y: int = 7


def test_fields_are_given_by_place_by_name_or_by_default() -> None:
    assert [(p.x, p.y) for p in (Point(1, 2), Point(1, y=2), Point(y=2, x=1))] == [(1, 2)] * 3
    assert Point(1).y == 7
    assert Named(1, name="a").name == "a"


@pytest.mark.parametrize(
    ("values", "named"),
    [((), {}), ((1, 2, 3), {}), ((1,), {"z": 1}), ((1,), {"x": 1}), ((1, 2), {"y": 2})],
)
def test_too_few_too_many_and_unknown_fields_are_refused(
    values: tuple[Any, ...], named: dict[str, Any]
) -> None:
    with pytest.raises(TypeError, match="Point takes x, y"):
        Point(*values, **named)


def test_records_of_one_class_with_equal_fields_are_equal() -> None:
    assert Point(1) == Point(1, 7)
    assert hash(Point(1)) == hash(Point(1, 7))
    assert Point(1) != Point(2)
    assert Point(1) != Elsewhere(1)
    assert Point(1) != Named(1)


def test_what_is_aside_neither_counts_nor_shows() -> None:
    assert Named(1, 2, "a") == Named(1, 2, "b")
    assert hash(Named(1, 2, "a")) == hash(Named(1, 2, "b"))
    assert repr(Named(1, 2, "a")) == "Named(x=1, y=2)"


def test_fields_are_fixed() -> None:
    point: Any = Point(1)
    with pytest.raises(AttributeError, match=r"Point\.x is fixed"):
        point.x = 2
    with pytest.raises(AttributeError, match=r"Point\.x is fixed"):
        del point.x
    assert point.x == 1


def test_patterns_take_fields_in_order() -> None:
    match Named(1, 2, "a"):
        case Named(x, y, name):
            assert (x, y, name) == (1, 2, "a")
