"""Counts of an explanation against those of single filters, on captures made at random."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from scaptui._core import Capture, Filter, Printer
from scaptui.demo.encoding import Value
from scaptui.filter.core import understood
from scaptui.filter.expression import Expression
from scaptui.filter.wire import wire
from tests.core.building import Building
from tests.views.explaining import Explaining

NAMES = ("nginx", "sh", "docker-entrypoi", "nginx-debug")
CALLS = ("close", "openat", "execve", "write")

calls = st.lists(
    st.tuples(
        st.integers(0, len(NAMES) - 1),
        st.sampled_from(CALLS),
        st.booleans(),
        st.sampled_from((0, -2, 3)),
        st.sampled_from(("nginx", "/etc/nginx.conf", "tool")),
    ),
    max_size=25,
)
clause = st.one_of(
    st.builds("proc.name={}".format, st.sampled_from((*NAMES, "ngnix", "docker-entrypoint.sh"))),
    st.builds("evt.type={}".format, st.sampled_from((*CALLS, "open"))),
    st.builds('evt.dir="{}"'.format, st.sampled_from("<>")),
    st.builds("fd.name{}/etc/nginx.conf".format, st.sampled_from(("=", "!="))),
    st.builds("{}evt.failed=true".format, st.sampled_from(("", "not "))),
    st.builds("(proc.name={0} or proc.name={1})".format, *[st.sampled_from(NAMES)] * 2),
    st.just("evt.buffer contains nginx"),
    st.just("evt.res=ENOENT"),
)


def fill(path: Path, made: list[tuple[int, str, bool, int, str]]) -> Path:
    building = Building(path)
    for at, name in enumerate(NAMES):
        building.process(10 + at, name, args=["nginx"])
        building.descriptor(10 + at, 3, "file", "/etc/nginx.conf")
    for who, call, both, res, text in made:
        values: dict[str, Value] = {"res": res}
        if call == "write":
            values |= {"fd": 3, "data": text.encode(), "size": len(text)}
        elif call == "openat":
            values = {"fd": res, "name": text}
        elif call == "execve":
            values |= {"exe": text, "comm": NAMES[who], "filename": text}
        else:
            values["fd"] = 3
        add = building.call if both else building.exit
        add(10 + who, call, **values)
    return building.close()


def printed(capture: Capture, expression: Expression) -> int:
    """How many lines `print` would write."""
    printer = Printer(capture, Filter(wire(expression)), "*%evt.num")
    while not printer.done:
        printer.step(1_000)
    return printer.matched


@settings(max_examples=60, deadline=None)
@given(calls, st.lists(clause, min_size=1, max_size=4))
def test_counts_are_those_of_single_filters(
    made: list[tuple[int, str, bool, int, str]], terms: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        explaining = Explaining(fill(Path(folder) / "made.scap", made))
        capture = explaining.capture
        known = explaining.known(" and ".join(terms))
        assert known.selected == printed(capture, known.expression)
        together = [known.total, *(row.together for row in known.clauses)]
        assert together == sorted(together, reverse=True)
        assert together[-1] == known.selected
        for at, row in enumerate(known.clauses):
            assert row.alone == printed(capture, row.expression)
            before = " and ".join(terms[: at + 1])
            assert row.together == printed(capture, understood(before).expression)
        for place in known.elsewhere:
            assert place.count == printed(capture, place.expression)
        for finding in known.findings:
            if finding.expression is not None:
                assert finding.count == printed(capture, finding.expression)
        for failure in known.executed.failures if known.executed else ():
            assert failure.attempts[1] == printed(capture, failure.attempts[0])
            assert failure.attempts[1] >= sum(len(one.numbers) for one in failure.searches)
