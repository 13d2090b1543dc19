"""The kernel decides no more than what the filter says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaptui import _core
from scaptui.filter.core import understood
from scaptui.filter.pushed_down import PushedDown, pushed_down

POD = "3f2c9a1e-7b64-4c0e-9d53-0a1b2c3d4e5f"
CALLS = frozenset(_core.native_syscall_names())


def down(text: str) -> PushedDown:
    return pushed_down(understood(text).expression, CALLS)


def told(text: str) -> dict[str, set[str]]:
    pushed = down(text)
    kinds = {name: getattr(pushed, name) for name in ("calls", "pids", "comms", "uids", "groups")}
    return {name: set(values) for name, values in kinds.items() if values is not None}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("proc.name=nginx", {"comms": {"nginx"}}),
        ('proc.name == "nginx"', {"comms": {"nginx"}}),
        ("proc.name in (nginx, redis-server)", {"comms": {"nginx", "redis-server"}}),
        ("proc.pid=7", {"pids": {"7"}}),
        ("user.uid in (0, 33)", {"uids": {"0", "33"}}),
        ("evt.type in (read, write)", {"calls": {"read", "write"}}),
        ("evt.type=pread", {"calls": {"pread64"}}),
        ("evt.type in (read, procexit)", {"calls": {"read"}}),
        ("proc.name=nginx and evt.type=read", {"comms": {"nginx"}, "calls": {"read"}}),
        ("proc.name=nginx and fd.name contains log", {"comms": {"nginx"}}),
        ("proc.name=a and proc.name in (a, b)", {"comms": {"a"}}),
        ("proc.name=a or proc.name=b", {"comms": {"a", "b"}}),
        ("(proc.name=a and evt.type=read) or proc.name=b", {"comms": {"a", "b"}}),
        # Of different kinds, negated, or by other means than equality: nothing.
        ("proc.name=a or evt.type=read", {}),
        ("proc.name=a or evt.failed=true", {}),
        ("not proc.name=a", {}),
        ("proc.name!=a", {}),
        ("proc.name contains a", {}),
        ("proc.name glob 'a*'", {}),
        ("proc.name=a xor proc.name=b", {}),
        ("proc.pid>7", {}),
        ("proc.pname=nginx", {}),
        ("proc.aname=nginx", {}),
        ("evt.type=procexit", {}),
        ("evt.type in (read, container)", {}),
        ("evt.failed=true", {}),
        ("evt.num=1", {}),
        ("container.id=8bd8fad8d793", {"groups": {"8bd8fad8d793"}}),
        (
            "container.id in (8bd8fad8d793, 612969d73117)",
            {"groups": {"8bd8fad8d793", "612969d73117"}},
        ),
        (f"k8s.pod.uid={POD} and evt.type=read", {"groups": {POD}, "calls": {"read"}}),
        # Not every id stands in a path.
        ("container.id=host", {}),
        ("container.id in (8bd8fad8d793, host)", {}),
        ("container.id!=8bd8fad8d793", {}),
        ("k8s.pod.name=nginx", {}),
        ("k8s.pod.uid=u1", {}),
        ("container.id=8bd8fad8d793 or proc.name=a", {}),
        # No name has a comma on the helper's command line, and none is longer than the kernel's.
        ('proc.name="a,b"', {}),
        ('proc.name in ("a,b", c)', {}),
        ("proc.name=a-name-of-over-fifteen-characters", {}),
        ("proc.name in (a-name-of-over-fifteen-characters, b)", {"comms": {"b"}}),
    ],
)
def test_what_is_told_to_the_kernel(text: str, expected: dict[str, set[str]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("proc.name=nginx", True),
        ("proc.name=nginx and evt.type=read", True),
        ("proc.name=a or proc.name=b", True),
        ("proc.name=nginx and evt.failed=true", False),
        ("(proc.name=a and evt.type=read) or (proc.name=b and evt.type=write)", False),
        ("not proc.name=nginx", False),
        ("container.id=8bd8fad8d793", False),
    ],
)
def test_whether_that_is_all(text: str, whole: bool) -> None:
    assert down(text).whole is whole


TESTS = st.sampled_from(
    ["proc.name=a", "proc.name in (a, b)", "proc.name=c", "proc.pid=1", "proc.pid in (1, 2)",
     "user.uid=0", "evt.type=read", "evt.type in (read, write)", "proc.name!=a", "evt.dir=<"]
)  # fmt: skip
FILTERS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} and {pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} or {pair[1]})"),
        inner.map(lambda text: f"not ({text})"),
    ),
    max_leaves=8,
)
EVENTS = [
    {"proc.name": name, "proc.pid": pid, "user.uid": uid, "evt.type": call, "evt.dir": direction}
    for name in ("a", "b", "c")
    for pid in ("1", "2")
    for uid in ("0", "1")
    for call in ("read", "write", "open")
    for direction in ("<", ">")
]


def selects(text: str, event: dict[str, str]) -> bool:
    """What a filter of the kind above says of an event, worked out by Python."""
    expression = text
    for test in sorted(TESTS.elements, key=len, reverse=True):  # type: ignore[attr-defined]
        field = test.split("!")[0].split("=")[0].split(" in ")[0]
        if " in " in test:
            holds = event[field] in test.partition("(")[2].rstrip(")").split(", ")
        elif "!=" in test:
            holds = event[field] != test.partition("!=")[2]
        else:
            holds = event[field] == test.partition("=")[2]
        expression = expression.replace(test, str(holds))
    return bool(eval(expression))


@given(FILTERS)
def test_no_event_is_lost_that_the_filter_selects(text: str) -> None:
    kinds = {"comms": "proc.name", "pids": "proc.pid", "uids": "user.uid", "calls": "evt.type"}
    asked = told(text)
    for event in EVENTS:
        if selects(text, event):
            assert all(event[kinds[kind]] in values for kind, values in asked.items())
