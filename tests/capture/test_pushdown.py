"""Which part of a filter the kernel decides: never more than the filter says."""

import pytest

from scaptui.capture.pushdown import pushed_down
from scaptui.filter.core import understood
from scaptui.filter.wire import wire


def options(text: str) -> list[str]:
    return pushed_down(wire(understood(text).expression))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("proc.name=nginx", ["--comm", "nginx"]),
        ("proc.name in (nginx, cat)", ["--comm", "nginx,cat"]),
        ("proc.name=nginx or proc.name=cat", ["--comm", "nginx,cat"]),
        ("proc.pid=17 and evt.failed=true", ["--pid", "17"]),
        ("proc.name=a and proc.pid in (1, 2)", ["--comm", "a", "--pid", "1,2"]),
        ('proc.name == "nginx" && evt.type == "openat"', ["--comm", "nginx"]),
    ],
)
def test_what_all_selected_events_share_is_pushed_down(text: str, expected: list[str]) -> None:
    assert options(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "evt.failed=true",
        "not proc.name=nginx",
        "proc.name!=nginx",
        "proc.name=nginx or evt.failed=true",
        "proc.name=nginx or proc.pid=1",
        "proc.name startswith ngin",
        "proc.name=a-name-longer-than-15",
        "proc.name='a,b'",
        "proc.pid=0",
        "proc.aname=nginx",
    ],
)
def test_what_only_some_selected_events_share_is_left_to_the_viewer(text: str) -> None:
    assert options(text) == []
