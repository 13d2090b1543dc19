"""Descriptors of several processes against a model that is a dictionary."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.asking import column, opened
from tests.core.building import Building

TIDS = st.sampled_from([7, 8, 9])
FDS = st.integers(3, 6)
NAMES = st.sampled_from(["/a", "/b", "/c", "/d/../d", "//e"])
CALLS = st.lists(
    st.one_of(
        st.tuples(st.just("open"), TIDS, FDS, NAMES),
        st.tuples(st.just("fail"), TIDS, FDS, NAMES),
        st.tuples(st.just("read"), TIDS, FDS, st.none()),
        st.tuples(st.just("close"), TIDS, FDS, st.none()),
        st.tuples(st.just("dup"), TIDS, FDS, FDS),
    ),
    max_size=40,
)
NORMAL = {"/d/../d": "/d", "//e": "/e"}


@settings(max_examples=60, deadline=None)
@given(CALLS)
def test_a_descriptor_has_the_name_it_was_opened_with(
    calls: list[tuple[str, int, int, str | int | None]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        building = Building(Path(folder) / "model.scap")
        for tid in (7, 8, 9):
            building.process(tid)
        model: dict[tuple[int, int], str] = {}
        expected = []
        for call, tid, fd, more in calls:
            match call, more:
                case "open", str(name):
                    building.exit(tid, "open", fd=fd, name=name, flags=1)
                    model[tid, fd] = NORMAL.get(name, name)
                    expected.append(model[tid, fd])
                case "fail", str(name):
                    building.exit(tid, "open", fd=-13, name=name, flags=1)
                    expected.append(NORMAL.get(name, name))
                case "dup", int(new):
                    building.exit(tid, "dup2", res=new, oldfd=fd, newfd=new)
                    if (tid, fd) in model:
                        model[tid, new] = model[tid, fd]
                    expected.append(model.get((tid, fd), ""))
                case "close", _:
                    building.exit(tid, "close", res=0, fd=fd)
                    expected.append(model.pop((tid, fd), ""))
                case _:
                    building.exit(tid, "read", res=0, fd=fd)
                    expected.append(model.get((tid, fd), ""))
        assert column(opened(building.close()), "fd.name") == expected


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(TIDS, st.binary(max_size=40)), max_size=20))
def test_payload_is_what_was_written(writes: list[tuple[int, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        building = Building(Path(folder) / "payload.scap")
        for tid in (7, 8, 9):
            building.process(tid)
        for tid, data in writes:
            building.exit(tid, "write", res=len(data), fd=1, data=data, size=len(data))
        capture = opened(building.close())
        assert column(capture, "evt.rawres") == [len(data) for _, data in writes]
        assert column(capture, "thread.tid") == [tid for tid, _ in writes]
