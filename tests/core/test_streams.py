"""Streams: one open file through all that share it, from its opening to its last close."""

from bisect import bisect_right
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaptui._core import Capture, CoreError, Stream, streams_of
from scaptui.demo.encoding import inet_tuple
from tests.core.asking import column, opened, tree
from tests.core.building import Building, unix_tuple

CLIENT = ("10.0.0.1", 40_000)
SERVER = ("10.0.0.2", 80)
ENDS = inet_tuple(CLIENT, SERVER)
TCP = {"domain": 2, "type": 1}


def told(stream: Stream) -> list[tuple[str, bytes]]:
    """What went each way, in order."""
    pieces = stream.pieces(0, stream.count)
    return [(piece.way, stream.data(at)) for at, piece in enumerate(pieces) if piece.way]


def calls(stream: Stream) -> list[str]:
    return [piece.call for piece in stream.pieces(0, stream.count)]


def last_of(capture: Capture, fd: int | None = None) -> Stream:
    return Stream(capture, capture.progress().events, fd)


def write(building: Building, tid: int, fd: int, data: bytes, moved: int | None = None) -> None:
    moved = len(data) if moved is None else moved
    building.exit(tid, "write", res=moved, fd=fd, size=moved, data=data)


def read(building: Building, tid: int, fd: int, data: bytes, moved: int | None = None) -> None:
    moved = len(data) if moved is None else moved
    building.exit(tid, "read", res=moved, fd=fd, size=4096, data=data)


def connected(building: Building, *, ends: bytes = ENDS, fds: tuple[int, int] = (3, 4)) -> None:
    """Process 7 connects to process 8."""
    building.exit(7, "socket", fd=fds[0], **TCP)
    building.exit(7, "connect", res=0, fd=fds[0], tuple=ends)
    building.exit(8, "accept", fd=fds[1], tuple=ends)


class TestOneOpenFile:
    def test_a_number_used_again_is_another_stream(self, building: Building) -> None:
        building.process(7)
        for name in ("/a", "/b", "/c"):
            building.exit(7, "open", fd=3, name=name, flags=2)
            write(building, 7, 3, name.encode())
            building.exit(7, "close", res=0, fd=3)
        capture = opened(building.close())
        for event, data in ((2, b"/a"), (5, b"/b"), (8, b"/c")):
            stream = Stream(capture, event)
            assert told(stream) == [("out", data)]
            assert calls(stream) == ["open", "write", "close"]

    def test_a_close_that_was_lost_ends_at_the_next_open(self, building: Building) -> None:
        building.process(7)
        building.exit(7, "open", fd=3, name="/same", flags=2)
        write(building, 7, 3, b"one")
        building.exit(7, "open", fd=3, name="/same", flags=2)
        write(building, 7, 3, b"two")
        capture = opened(building.close())
        assert told(Stream(capture, 2)) == [("out", b"one")]
        assert told(Stream(capture, 4)) == [("out", b"two")]

    def test_all_threads_share_it(self, building: Building) -> None:
        building.process(7, "python")
        building.thread(8, pid=7)
        building.exit(7, "open", fd=3, name="/x", flags=2)
        write(building, 8, 3, b"a")
        write(building, 7, 3, b"b")
        building.exit(8, "close", res=0, fd=3)
        stream = last_of(opened(building.close()))
        assert told(stream) == [("out", b"a"), ("out", b"b")]
        assert stream.ends[0].tids == [7, 8]

    def test_copies_within_the_process_are_the_same_file(self, building: Building) -> None:
        building.process(7)
        building.exit(7, "open", fd=3, name="/x", flags=2)
        building.exit(7, "dup2", res=9, oldfd=3, newfd=9)
        building.exit(7, "fcntl", res=12, fd=9, cmd=1)
        building.exit(7, "open", fd=4, name="/x", flags=2)
        building.exit(7, "close", res=0, fd=3)
        write(building, 7, 9, b"a")
        write(building, 7, 12, b"b")
        write(building, 7, 4, b"another open file of the same name")
        capture = opened(building.close())
        for fd in (9, 12):
            assert told(Stream(capture, 7, fd)) == [("out", b"a"), ("out", b"b")]
        assert Stream(capture, 7, 9).ends[0].closed == 0

    def test_a_child_goes_on_with_what_its_parent_opened(self, building: Building) -> None:
        building.process(7, "sh")
        building.exit(7, "open", fd=3, name="/x", flags=2)
        building.clone(7, 8)
        building.exit(7, "close", res=0, fd=3)
        write(building, 8, 3, b"from the child")
        building.exit(7, "open", fd=3, name="/y", flags=2)
        write(building, 7, 3, b"another file")
        capture = opened(building.close())
        assert told(Stream(capture, 5)) == [("out", b"from the child")]
        assert told(Stream(capture, 1)) == [("out", b"from the child")]
        assert told(Stream(capture, 7)) == [("out", b"another file")]

    def test_a_long_line_of_children_is_followed(self, building: Building) -> None:
        building.process(100, "sh")
        building.exit(100, "open", fd=3, name="/x", flags=2)
        for tid in range(101, 120):
            building.clone(tid - 1, tid)
            write(building, tid, 3, str(tid).encode())
        stream = last_of(opened(building.close()))
        assert [data for _, data in told(stream)] == [str(n).encode() for n in range(101, 120)]
        assert stream.ends[0].opened == 1

    def test_it_ends_with_the_last_process_that_holds_it(self, building: Building) -> None:
        building.process(7, "sh")
        building.exit(7, "open", fd=3, name="/x", flags=2)
        building.clone(7, 8)
        building.exit(7, "close", res=0, fd=3)
        building.happens(8, "procexit", status=0)
        building.other_call(7, "getpid")
        stream = Stream(opened(building.close()), 1)
        assert stream.ends[0].closed == 5

    def test_what_was_open_before_the_capture_has_no_opening(self, building: Building) -> None:
        building.process(7)
        building.descriptor(7, 3, "file", "/x")
        write(building, 7, 3, b"a")
        stream = last_of(opened(building.close()))
        assert (stream.ends[0].opened, stream.ends[0].name) == (0, b"/x")

    def test_a_descriptor_that_is_in_no_table_has_a_stream(self, building: Building) -> None:
        building.process(7)
        write(building, 7, 5, b"a")
        building.exit(7, "open", fd=5, name="/x", flags=2)
        write(building, 7, 5, b"b")
        assert told(Stream(opened(building.close()), 1)) == [("out", b"a")]

    def test_a_number_that_is_put_back_is_what_it_was_before_the_capture(
        self, building: Building
    ) -> None:
        """A shell keeps its output as 12, lets it be a file for a while, and puts it back."""
        building.process(7)
        building.exit(7, "open", fd=3, name="/dev/null", flags=2)
        building.exit(7, "dup2", res=2, oldfd=3, newfd=2)
        write(building, 7, 2, b"away")
        building.exit(7, "dup2", res=2, oldfd=12, newfd=2)
        write(building, 7, 2, b"back")
        building.clone(7, 8)
        write(building, 8, 2, b"child")
        capture = opened(building.close())
        to_null, put_back = Stream(capture, 3), Stream(capture, 5)
        assert (told(to_null), to_null.ends[0].name) == ([("out", b"away")], b"/dev/null")
        assert told(put_back) == [("out", b"back"), ("out", b"child")]
        assert (put_back.ends[0].name, put_back.ends[0].opened) == (b"", 0)
        names = [(end.fd, end.name) for end in streams_of(capture, 5)]
        assert names == [(2, b"/dev/null"), (2, b"")]
        # Fields say what other readers do.
        assert column(capture, "fd.name", "evt.type=write") == ["/dev/null"] * 3

    def test_failures_are_told_and_waiting_is_not(self, building: Building) -> None:
        building.process(7)
        building.descriptor(7, 3, "file", "/x")
        building.exit(7, "read", res=-11, fd=3)
        building.exit(7, "read", res=-5, fd=3)
        building.exit(7, "read", res=0, fd=3)
        stream = last_of(opened(building.close()))
        pieces = stream.pieces(0, 9)
        assert [(piece.event, piece.error, piece.way) for piece in pieces] == [
            (2, "EIO", ""),
            (3, "", ""),
        ]

    def test_an_event_without_a_descriptor_is_refused(self, building: Building) -> None:
        building.process(7)
        building.other_call(7, "getpid")
        capture = opened(building.close())
        with pytest.raises(CoreError, match="works on no descriptor"):
            Stream(capture, 1)
        with pytest.raises(CoreError, match="there is no event 99"):
            Stream(capture, 99)


class TestTheOtherEnd:
    def test_a_connection_is_one_stream_from_either_end(self, building: Building) -> None:
        building.process(7, "curl")
        building.process(8, "nginx")
        connected(building)
        write(building, 7, 3, b"GET /")
        read(building, 8, 4, b"GET /")
        write(building, 8, 4, b"200 OK")
        read(building, 7, 3, b"200 OK")
        capture = opened(building.close())
        for event in (4, 5, 6, 7):
            stream = Stream(capture, event)
            assert told(stream) == [("out", b"GET /"), ("in", b"200 OK")]
            assert [end.comm for end in stream.ends] == [b"curl", b"nginx"]
            assert [end.role for end in stream.ends] == ["client", "server"]

    def test_of_two_copies_the_better_captured_one_is_shown(self, building: Building) -> None:
        building.process(7, "curl")
        building.process(8, "nginx")
        connected(building)
        write(building, 7, 3, b"GET /in", moved=10)
        read(building, 8, 4, b"GET ", moved=5)
        read(building, 8, 4, b"/inde", moved=5)
        stream = last_of(opened(building.close()))
        assert told(stream) == [("out", b"GET "), ("out", b"/inde")]
        assert stream.shown[0] == 1
        assert (stream.ends[0].written, stream.ends[1].read) == ((10, 7), (10, 9))

    def test_each_piece_knows_where_the_other_end_had_it(self, building: Building) -> None:
        building.process(7, "curl")
        building.process(8, "nginx")
        connected(building)
        write(building, 7, 3, b"abc")
        write(building, 7, 3, b"def")
        read(building, 8, 4, b"abcdef")
        pieces = last_of(opened(building.close())).pieces(0, 9)
        assert [piece.mirror for piece in pieces if piece.way] == [6, 6]

    def test_ports_that_are_used_again_are_not_mixed(self, building: Building) -> None:
        building.process(7, "curl")
        building.process(8, "nginx")
        for word in (b"one", b"two"):
            connected(building)
            write(building, 7, 3, word)
            read(building, 8, 4, word)
            building.exit(8, "close", res=0, fd=4)
            building.exit(7, "close", res=0, fd=3)
        capture = opened(building.close())
        for event, word in ((4, b"one"), (12, b"two")):
            stream = Stream(capture, event)
            assert told(stream) == [("out", word)]
            assert len(stream.ends) == 2

    def test_an_end_that_is_not_captured_is_not_made_up(self, building: Building) -> None:
        building.process(7, "curl")
        building.process(8, "curl")
        building.exit(7, "socket", fd=3, **TCP)
        building.exit(7, "connect", res=0, fd=3, tuple=ENDS)
        write(building, 7, 3, b"GET /")
        building.exit(8, "socket", fd=3, **TCP)
        other = inet_tuple(("10.0.0.1", 40_001), SERVER)
        building.exit(8, "connect", res=0, fd=3, tuple=other)
        write(building, 8, 3, b"GET /")
        capture = opened(building.close())
        assert [len(Stream(capture, event).ends) for event in (3, 6)] == [1, 1]

    def test_both_ends_of_a_pipe_are_joined(self, building: Building) -> None:
        building.process(7, "sh")
        building.exit(7, "pipe", res=0, fd1=3, fd2=4, ino=77)
        building.clone(7, 8, "cat")
        building.exit(7, "close", res=0, fd=3)
        building.exit(8, "close", res=0, fd=4)
        write(building, 7, 4, b"down the pipe")
        read(building, 8, 3, b"down the pipe")
        capture = opened(building.close())
        for event in (6, 7):
            stream = Stream(capture, event)
            assert told(stream) == [("out", b"down the pipe")]
            assert [(end.pid, end.fd) for end in stream.ends] == [(7, 4), (8, 3)]

    def test_a_pipe_from_before_the_capture_is_joined_by_its_inode(
        self, building: Building
    ) -> None:
        for tid in (7, 8, 9):
            building.process(tid)
        for tid, fd in ((7, 1), (9, 1), (8, 0)):
            building.descriptor(tid, fd, "pipe", "pipe:[77]", ino=77)
        building.descriptor(8, 5, "pipe", "pipe:[78]", ino=78)
        write(building, 7, 1, b"a")
        write(building, 9, 1, b"b")
        read(building, 8, 0, b"ab")
        read(building, 8, 5, b"another pipe")
        stream = Stream(opened(building.close()), 3)
        assert told(stream) == [("out", b"a"), ("out", b"b")]
        assert stream.ends[0].tids == [7, 9]

    def test_unix_sockets_are_joined_by_their_addresses(self, building: Building) -> None:
        building.process(7, "client")
        building.process(8, "server")
        building.exit(7, "socket", fd=3, domain=1, type=1)
        building.exit(7, "connect", res=0, fd=3, tuple=unix_tuple("/run/x", 0xAA, 0xBB))
        building.exit(8, "accept", fd=4, tuple=unix_tuple("/run/x", 0xBB, 0xAA))
        building.exit(8, "accept", fd=5, tuple=unix_tuple("/run/x", 0xCC, 0xDD))
        write(building, 7, 3, b"hello")
        read(building, 8, 4, b"hello")
        read(building, 8, 5, b"someone else")
        stream = Stream(opened(building.close()), 5)
        assert told(stream) == [("out", b"hello")]
        assert [end.pid for end in stream.ends] == [7, 8]

    def test_two_sockets_of_a_pair_are_joined(self, building: Building) -> None:
        building.process(7)
        building.exit(7, "socketpair", res=0, fd1=3, fd2=4, source=1, peer=2, domain=1, type=1)
        building.exit(7, "socketpair", res=0, fd1=5, fd2=6, source=3, peer=4, domain=1, type=1)
        write(building, 7, 3, b"one pair")
        read(building, 7, 4, b"one pair")
        write(building, 7, 5, b"another pair")
        stream = Stream(opened(building.close()), 3)
        assert told(stream) == [("out", b"one pair")]
        assert {end.fd for end in stream.ends} == {3, 4}

    def test_of_datagrams_the_capture_has_both_ends(self, building: Building) -> None:
        building.process(7, "client")
        building.process(8, "server")
        building.exit(7, "socket", fd=3, domain=2, type=2)
        building.exit(8, "socket", fd=4, domain=2, type=2)
        building.exit(7, "sendto", res=4, fd=3, size=4, data=b"ping", tuple=ENDS)
        building.exit(8, "recvfrom", res=4, fd=4, size=99, data=b"ping", tuple=ENDS)
        other = inet_tuple(("10.0.0.9", 9), SERVER)
        building.exit(8, "recvfrom", res=5, fd=4, size=99, data=b"other", tuple=other)
        stream = Stream(opened(building.close()), 3)
        assert told(stream) == [("out", b"ping")]
        assert len(stream.ends) == 2


class TestAProcess:
    def test_its_streams_stand_in_the_order_of_their_data(self, building: Building) -> None:
        building.process(7, "sh")
        building.thread(8, pid=7)
        building.process(9)
        building.exit(7, "open", fd=3, name="/a", flags=2)
        building.exit(7, "open", fd=4, name="/b", flags=2)
        write(building, 8, 4, b"b")
        write(building, 7, 3, b"a")
        building.exit(7, "close", res=0, fd=4)
        building.exit(7, "open", fd=4, name="/c", flags=2)
        write(building, 7, 4, b"c")
        write(building, 9, 1, b"of another process")
        listed = streams_of(opened(building.close()), 1)
        assert [(each.fd, each.name, each.first) for each in listed] == [
            (4, b"/b", 3),
            (3, b"/a", 4),
            (4, b"/c", 7),
        ]

    def test_the_output_of_a_tree_is_that_of_all_below_it(self, building: Building) -> None:
        building.process(5, "init")
        building.process(7, "sh", ptid=5)
        building.process(9, "other", ptid=5)
        building.clone(7, 8, "cat")
        write(building, 7, 1, b"out")
        write(building, 8, 2, b"err")
        write(building, 9, 2, b"of another")
        write(building, 8, 3, b"neither")
        read(building, 8, 0, b"input")
        capture = opened(building.close())
        thread = tree(capture)[7][0].thread
        stream = Stream.output(capture, thread)
        assert told(stream) == [("out", b"out"), ("in", b"err")]
        assert (stream.ends[0].written, stream.ends[0].read) == ((3, 3), (3, 3))


class TestData:
    def test_it_is_found_whatever_its_case(self, building: Building) -> None:
        building.process(7)
        building.descriptor(7, 3, "file", "/x")
        for data in (b"one", b"TWO", b"three", b"two"):
            write(building, 7, 3, data)
        stream = last_of(opened(building.close()))
        assert stream.find(b"Two", 0) == 1
        assert stream.find(b"two", 1) == 3
        assert stream.find(b"two", 3) is None
        assert stream.find(b"two", 3, backward=True) == 1

    def test_a_word_that_two_calls_share_is_found(self, building: Building) -> None:
        building.process(7)
        building.descriptor(7, 3, "file", "/x")
        for data in (b"GET /fo", b"o HT", b"TP/1.0 foo", b"none"):
            write(building, 7, 3, data)
        stream = last_of(opened(building.close()))
        assert stream.find(b"/foo http/", 3, backward=True) == 0
        assert [stream.matches(at, b"/foo http/") for at in range(4)] == [
            [(4, 7)],
            [(0, 4)],
            [(0, 3)],
            [],
        ]
        assert stream.matches(2, b"foo") == [(7, 10)]
        assert stream.find(b"foo", 0) == 2
        assert stream.find(b"foo", 2) is None

    def test_what_came_the_other_way_is_between_no_word(self, building: Building) -> None:
        building.process(7)
        building.descriptor(7, 3, "file", "/x")
        write(building, 7, 3, b"ab")
        read(building, 7, 3, b"cd")
        write(building, 7, 3, b"ef")
        stream = last_of(opened(building.close()))
        assert stream.find(b"abef", 2, backward=True) == 0
        assert stream.matches(1, b"abef") == []
        assert stream.find(b"abcd", 2, backward=True) is None

    def test_no_word_goes_over_bytes_that_were_not_captured(self, building: Building) -> None:
        building.process(7)
        building.descriptor(7, 3, "file", "/x")
        building.exit(7, "write", res=99, fd=3, size=99, data=b"text: wo")
        write(building, 7, 3, b"rd")
        stream = last_of(opened(building.close()))
        assert stream.find(b"word", 1, backward=True) is None
        assert stream.matches(1, b"word") == []

    @given(st.lists(st.text("abA", max_size=4), min_size=1, max_size=8), st.text("ab", min_size=1))
    def test_what_is_found_is_what_the_whole_holds(self, parts: list[str], sought: str) -> None:
        with TemporaryDirectory() as folder:
            building = Building(Path(folder) / "x.scap")
            building.process(7)
            building.descriptor(7, 3, "file", "/x")
            for part in ["", *parts]:
                write(building, 7, 3, part.encode())
            stream = last_of(opened(building.close()))
            whole = "".join(parts).lower()
            places = [at for at in range(len(whole)) if whole.startswith(sought, at)]
            starts = list(accumulate((len(part) for part in parts), initial=0))
            begins = {bisect_right(starts, at) for at in places}
            found, at = [], stream.find(sought.encode(), 0)
            while at is not None:
                found.append(at)
                at = stream.find(sought.encode(), at)
            assert found == sorted(begins)
            marked = {
                starts[piece - 1] + byte
                for piece in range(1, len(parts) + 1)
                for first, stop in stream.matches(piece, sought.encode())
                for byte in range(first, stop)
            }
            assert marked == {at + more for at in places for more in range(len(sought))}

    def test_bytes_that_were_not_captured_are_counted(self, building: Building) -> None:
        building.process(7)
        building.descriptor(7, 3, "file", "/x")
        write(building, 7, 3, b"cut", moved=1000)
        building.exit(7, "sendfile", res=500, out_fd=3, in_fd=9, size=500)
        stream = last_of(opened(building.close()))
        assert [(piece.moved, piece.captured) for piece in stream.pieces(0, 9)] == [
            (1000, 3),
            (500, 0),
        ]
        assert stream.ends[0].written == (1500, 3)
