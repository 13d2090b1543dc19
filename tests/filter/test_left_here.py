"""What of a filter is not decided in the kernel, and why."""

import pytest

from scaptui.filter.core import understood
from scaptui.filter.left_here import left_here

CALLS = frozenset({"read", "openat"})
UNKNOWN = "the kernel does not know that"
NO_GROUP = "no control group is known that holds it and not everything"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("proc.name=cat and evt.type in (read, openat)", ()),
        ("proc.name=cat and fd.name contains /etc", (f"fd.name contains /etc ({UNKNOWN})",)),
        (
            "proc.name startswith ca",
            ("proc.name startswith ca (only = and in, with plain values, are decided there)",),
        ),
        ("not proc.name=cat", ("not proc.name=cat (a negation)",)),
        (
            "proc.name=cat or fd.num=3",
            ("proc.name=cat or fd.num=3 (alternatives of several kinds)",),
        ),
        (
            "proc.name=cat and (evt.failed=true and fd.num=3)",
            (f"evt.failed=true ({UNKNOWN})", f"fd.num=3 ({UNKNOWN})"),
        ),
    ],
)
def test_each_part_has_its_reason(text: str, left: tuple[str, ...]) -> None:
    assert left_here(text, understood(text).expression, CALLS, has_group=False) == left


def test_a_container_is_decided_there_where_its_control_group_is_known() -> None:
    text = "container.id=8bd8fad8d793"
    asked = understood(text).expression
    assert left_here(text, asked, CALLS, has_group=False) == (f"{text} ({NO_GROUP})",)
    assert left_here(text, asked, CALLS, has_group=True) == ()


def test_a_long_part_is_told_by_its_beginning() -> None:
    text = "fd.name contains " + "x" * 90
    (left,) = left_here(text, understood(text).expression, CALLS, has_group=False)
    assert left == f"{text[:39]}… ({UNKNOWN})"
