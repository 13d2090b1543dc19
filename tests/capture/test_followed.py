"""The helper at work, as the viewer sees it: ready, its numbers, its end."""

import os
import sys
import time
from pathlib import Path

import pytest

from scaptui.capture.followed import Followed, Numbers
from tests.live.stand_in import NUMBERS, READY, StandIn


def ended(probe: Followed) -> str:
    until = time.monotonic() + 20
    while (how := probe.ended()) is None:
        assert time.monotonic() < until
        time.sleep(0.01)
    return how


def until_told(probe: Followed) -> Numbers:
    until = time.monotonic() + 20
    while probe.numbers is None:
        assert time.monotonic() < until
        time.sleep(0.01)
    return probe.numbers


def test_numbers_are_read_and_shares_are_of_the_last_second() -> None:
    first = Numbers.parse(NUMBERS)
    assert first is not None
    assert (first.events, first.drops, first.buffer, first.cpu) == (7, 1_184, 0.25, 0.05)
    later = NUMBERS.replace("2.000", "3.000").replace("0.100", "0.600")
    second = Numbers.parse(later, first)
    assert second is not None
    assert second.cpu == pytest.approx(0.5)


@pytest.mark.parametrize("line", ["", "{", "[]", '{"seconds":1}', '{"seconds":"x"}', "null"])
def test_other_lines_are_no_numbers(line: str) -> None:
    assert Numbers.parse(line) is None


def test_it_is_ready_once_it_says_so_and_the_stream_has_begun(tmp_path: Path) -> None:
    stand_in = StandIn(tmp_path, "a note", READY, NUMBERS)
    stand_in.give(b"bytes")
    assert stand_in.probe.wait_until_ready()
    assert stand_in.said == ["a note"]
    stand_in.probe.listen()
    assert until_told(stand_in.probe).events == 7
    assert os.read(stand_in.probe.stream, 100) == b"bytes"
    stand_in.probe.stop()
    assert ended(stand_in.probe) == ""
    stand_in.close()
    os.close(stand_in.probe.stream)


def test_one_that_is_killed_says_by_what(tmp_path: Path) -> None:
    stand_in = StandIn(tmp_path)
    stand_in.give(b"bytes")
    assert stand_in.probe.wait_until_ready()
    stand_in.probe.listen()
    stand_in.kill()
    assert ended(stand_in.probe) == "killed by SIGKILL"
    stand_in.close()
    os.close(stand_in.probe.stream)


def test_one_that_cannot_begin_tells_why() -> None:
    program = "import sys; print('scaptui-probe: no BTF', file=sys.stderr); sys.exit(2)"
    said: list[str] = []
    probe = Followed([sys.executable, "-c", program], said.append)
    assert not probe.wait_until_ready()
    assert ended(probe) == "no BTF"
    assert said == ["scaptui-probe: no BTF"]
    os.close(probe.stream)


def test_a_program_that_is_not_there_is_an_error_and_leaves_no_descriptor() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(OSError, match="No such file"):
        Followed(["/nonexistent/helper"], print)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
