"""The sample of 2017 in which one of 37 requests fails: its cause, followed and compared."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scaptui._core import Capture, Event, Stream
from scaptui.views.failures import ranked
from scaptui.views.request import Request, request_of
from scaptui.views.threads import against_all
from tests.core.asking import compiled, numbers, opened
from tests.running import run_program
from tests.screens.app import viewer

NAME = "502Error.scap"
# Answers of the gateway to its clients, one a request.
ANSWERS = "proc.name=haproxy and evt.type=sendto and evt.dir=< and evt.buffer contains HTTP/1.0"


@pytest.fixture(scope="module")
def path(real: Callable[[str], Path]) -> Path:
    return real(NAME)


@pytest.fixture(scope="module")
def sample(path: Path) -> Capture:
    return opened(path)


@pytest.fixture(scope="module")
def requests(sample: Capture) -> list[Request]:
    """All of them, each found from the answer to its client."""
    return [request_of(sample, event) for event in numbers(sample, ANSWERS)]


class TestTheUpstreamConnection:
    """Scenario: follow the upstream connection of the request that was answered 502."""

    def test_a_text_over_two_writes_is_found(self, sample: Capture) -> None:
        stream = Stream(sample, 13457)
        found = stream.find(b"200 ok\r\nserver: ", 0)
        assert found is not None
        assert stream.data(found).endswith(b"200 OK\r\n")
        assert stream.matches(found, b"200 ok\r\nserver: ") == [(9, 17)]

    @pytest.mark.parametrize("event", [13395, 13430, 13451, 13457, 13476, 13478])
    def test_it_is_one_stream_from_either_end(self, sample: Capture, event: int) -> None:
        stream = Stream(sample, event)
        haproxy, python = stream.ends
        assert (haproxy.comm, haproxy.pid, haproxy.fd) == (b"haproxy", 13969, 1)
        assert (python.comm, python.pid, python.fd) == (b"python", 13700, 4)
        assert haproxy.name == python.name == b"192.168.0.3:54886->192.168.0.2:80"
        assert python.tids == [1020, 13700]

    def test_each_byte_stands_there_once(self, sample: Capture) -> None:
        stream = Stream(sample, 13457)
        pieces = [piece for piece in stream.pieces(0, stream.count) if piece.way]
        assert [(piece.event, piece.way, piece.moved) for piece in pieces] == [
            (13395, "out", 131),
            (13451, "in", 17),
            (13453, "in", 36),
            (13455, "in", 37),
            (13457, "in", 26),
            (13459, "in", 2),
            (13461, "in", 3),
        ]
        assert {piece.mirror for piece in pieces if piece.way == "in"} == {13476}
        assert {piece.mirror for piece in pieces if piece.way == "out"} == {13430}

    def test_both_ends_totals_tell_whose_copy_is_the_better_one(self, sample: Capture) -> None:
        stream = Stream(sample, 13457)
        haproxy, python = stream.ends
        assert (haproxy.written, python.read) == ((131, 80), (131, 80))
        assert (python.written, haproxy.read) == ((121, 121), (121, 80))
        assert stream.shown == (0, 1)

    def test_its_calls_are_those_that_the_filter_on_its_name_selects(self, sample: Capture) -> None:
        named = numbers(sample, "fd.name contains 54886")
        assert len(named) == 28
        stream = Stream(sample, 13457)
        told = {piece.event for piece in stream.pieces(0, stream.count)}
        # The socket had no name yet, and the copy of the reader is not shown.
        assert told - set(named) == {13384}
        assert {13430, 13476}.isdisjoint(told)

    def test_the_command_prints_it(self, path: Path) -> None:
        said = run_program("stream", path, "--event", "13457")
        assert said.status == 0
        assert said.lines[0] == "haproxy 13969/1 → python 13700/4  both ends captured"
        assert "   13457   1.3ms  ◂───      26  text/plain: Content-type" in said.lines
        assert "… 51 of 131 bytes not captured" in said.out
        assert "to haproxy  121 bytes, all captured by python's end, 80 by haproxy's" in said.lines
        assert "to python   131 bytes, 80 captured by both ends" in said.lines

    def test_raw_bytes_of_a_side_are_the_answer(self, path: Path) -> None:
        said = run_program("stream", path, "--event", "13457", "--format", "raw", "--side", "in")
        assert said.out.encode() == (
            b"HTTP/1.0 200 OK\r\nServer: BaseHTTP/0.3 Python/2.7.13\r\n"
            b"Date: Sat, 23 Sep 2017 00:44:37 GMT\r\ntext/plain: Content-type\r\n\r\nfoo"
        )

    def test_a_number_used_for_every_request_is_a_stream_each(self, path: Path) -> None:
        said = run_program("stream", path, "--process", "13969")
        upstream = [line for line in said.lines if "->192.168.0.2:80" in line]
        assert len(upstream) == 37
        said = run_program("stream", path, "--fd", "13969/1", "--at", "13476")
        assert "54886" in said.out
        assert "GET /bar" not in said.out


class TestDatagrams:
    """Scenario: follow the syslog datagrams."""

    def test_thirty_seven_of_them_are_cut_and_that_is_said(self, sample: Capture) -> None:
        stream = Stream(sample, 13494)
        pieces = stream.pieces(0, stream.count)
        assert [piece.way for piece in pieces] == ["out"] * 37
        assert stream.ends[0].l4 == "udp"
        (cut,) = [piece for piece in pieces if piece.event == 13494]
        assert (cut.moved, cut.captured) == (200, 80)

    def test_the_text_stops_where_the_capture_stops(self, path: Path) -> None:
        said = run_program("stream", path, "--event", "13494")
        at = next(at for at, line in enumerate(said.lines) if line.startswith("   13494"))
        assert said.lines[at + 1].strip() == ":00:"
        assert said.lines[at + 2].strip() == "… 120 of 200 bytes not captured"


class TestTheRequest:
    def test_it_is_followed_from_curl_through_haproxy_to_python(self, path: Path) -> None:
        said = run_program("stream", path, "--event", "13457", "--request")
        assert said.lines[1:] == [
            "? curl localhost/foo  process 1017, by its arguments",
            " tcp 192.168.0.1:44604 → 192.168.0.3:80   haproxy 13969/0",
            "   13382  +0  ───▸ 76 bytes  GET /foo HTTP/1.1",
            "     tcp 192.168.0.3:54886 → 192.168.0.2:80   haproxy 13969/1 → python 13700/4",
            "       13395  +198us  ───▸ 131 bytes  GET /foo HTTP/1.1",
            "       13451  +1.1ms  ◂─── 121 bytes  HTTP/1.0 200 OK",
            "   13485  +2.0ms  ◂─── 204 bytes  HTTP/1.0 502 Bad Gateway",
        ]

    def test_every_request_has_one_client_and_one_worker(self, requests: list[Request]) -> None:
        assert len(requests) == 37
        workers = set()
        for request in requests:
            outer, inner = request.hops
            assert (outer.depth, inner.depth, inner.sure) == (0, 1, True)
            assert outer.asked
            assert inner.asked
            assert outer.asked.line == inner.asked.line
            workers |= set(inner.stream.ends[1].tids) - {13700}
        assert len(workers) == 37

    def test_the_only_foo_is_the_one_that_was_answered_502(self, requests: list[Request]) -> None:
        answers = [
            (request.hops[0].asked.line, request.hops[0].answered.line)
            for request in requests
            if request.hops[0].asked and request.hops[0].answered
        ]
        bad = (b"GET /foo HTTP/1.1", b"HTTP/1.0 502 Bad Gateway")
        assert answers.count(bad) == 1
        assert answers.count((b"GET /bar HTTP/1.1", b"HTTP/1.0 200 OK")) == 36

    def test_a_request_is_found_from_any_of_its_connections(self, sample: Capture) -> None:
        outer = [request_of(sample, event).hops[0].stream.ends[0].name for event in (13485, 13457)]
        assert outer == [b"192.168.0.1:44604->192.168.0.3:80"] * 2

    def test_health_checks_belong_to_no_request(self, requests: list[Request]) -> None:
        # Six connections to the backend carry no data.
        assert all(hop.asked is not None for request in requests for hop in request.hops)


class TestTheCause:
    """Scenario: the one wrong header among 37 answers."""

    def test_the_worker_parts_from_all_others_in_the_header_alone(self, sample: Capture) -> None:
        against = against_all(sample, 13457)
        assert against.thread.tid == 1020
        assert len(against.others) == 36
        ((parting, many),) = against.partings
        assert many == 36
        assert parting.kind == "data"
        assert parting.ours[0].event == 13457
        assert parting.our_line == b"text/plain: Content-type"
        assert parting.their_line == b"Content-type: text/plain"

    @pytest.mark.parametrize("form", ["text", "markdown"])
    def test_the_command_tells_it(self, path: Path, form: str) -> None:
        said = run_program("diff", path, "--thread", "1020", "--format", form)
        assert said.status == 0
        assert "python 1020 against 36 other threads of python" in said.lines[0]
        headings = [line for line in said.lines if "1. " in line]
        assert [line.lstrip("# ") for line in headings] == [
            "1. Other words in sendto, from 36 of 36"
        ]
        assert "text/plain: Content-type" in said.out
        assert "2. " not in said.out

    def test_json_has_the_same(self, path: Path) -> None:
        said = run_program("diff", path, "--event", "13457", "--format", "json")
        data: dict[str, Any] = json.loads(said.out)
        assert len(data["others"]) == 36
        (parting,) = data["partings"]
        assert (parting["kind"], parting["from"]) == ("data", 36)
        assert parting["our_line"] == "text/plain: Content-type"
        assert parting["ours"][0]["event"] == 13457

    def test_against_any_single_other_it_is_the_same(self, sample: Capture, path: Path) -> None:
        first_good = numbers(sample, 'evt.buffer contains "Content-type: text/plain"')[0]
        assert Event(sample, first_good).call.tid != 1020
        said = run_program("diff", path, "--event", "13457", "--base", str(first_good))
        assert [line for line in said.lines if line.startswith("1. ")] == [
            "1. Other words in sendto"
        ]
        assert "2. " not in said.out

    def test_two_requests_of_the_gateway_part_in_the_status(self, path: Path) -> None:
        # One thread answers all of them in turn: what counts is what it did meanwhile.
        said = run_program("diff", path, "--event", "13485", "--base", "13701")
        assert "HTTP/1.0 502 Bad Gateway" in said.out
        assert "HTTP/1.0 200 OK" in said.out


class TestFailures:
    def test_all_280_are_in_groups_with_their_counts(self, sample: Capture) -> None:
        counts: dict[tuple[bytes, str, str], int] = {}
        for each in ranked(sample, None):
            key = each.group.program, each.group.call, each.group.error
            counts[key] = counts.get(key, 0) + each.group.count
        assert counts == {
            (b"curl", "connect", "ENOENT"): 74,
            (b"curl", "access", "ENOENT"): 37,
            (b"haproxy", "accept", "EAGAIN"): 37,
            (b"haproxy", "recvfrom", "EAGAIN"): 80,
            (b"haproxy", "connect", "EINPROGRESS"): 43,
            (b"python", "futex", "EAGAIN"): 9,
        }

    def test_none_of_them_is_told_to_matter(self, sample: Capture) -> None:
        assert {each.rank for each in ranked(sample, None)} == {"usual", "waiting"}
        found = ranked(sample, compiled("proc.name=curl"))
        assert [(each.group.about, each.group.count) for each in found] == [
            (b"/var/run/nscd/socket", 74),
            (b"/etc/ld.so.nohwcap", 37),
        ]

    def test_a_program_that_is_not_there_has_none_and_that_is_explained(self, path: Path) -> None:
        said = run_program("report", "errors", path, 'proc.name == "nginx"')
        assert (said.status, said.lines[2]) == (1, "0 failed calls in 0 groups.")
        assert "nothing matched" in said.err

    def test_the_report_says_so(self, path: Path) -> None:
        said = run_program("report", "errors", path)
        assert said.lines[2] == "280 failed calls in 7 groups."
        assert said.lines.index("## Usual") < said.lines.index("## Waiting")


async def test_one_key_leads_to_the_header_that_is_the_wrong_way_round(path: Path) -> None:
    async with viewer(path) as shown:
        await shown.press("A")
        await shown.until("1 odd one")
        lines = [line.strip() for line in shown.pane("findings")]
        assert lines[1] == "─ python 1020 of 37 alike: other words in sendto"
        assert lines[3] == "text/plain: Content-type"
        assert lines[5] == "Content-type: text/plain"
        await shown.press("g")
        assert "13457" in shown.row.split()
        await shown.press("backspace", "enter")
        assert "44 of 9,478" in shown.picture[1]
