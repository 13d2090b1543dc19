"""The sample of 2017 in which one of 37 requests is answered with 502: what a person finds out."""

import gzip
import itertools
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.asking import Asking
from tests.running import run_program

NAME = "502Error.scap"
UPSTREAM = "192.168.0.3:54886->192.168.0.2:80"


@pytest.fixture(scope="module")
def sample(real: Callable[[str], Path]) -> Asking:
    """The sample."""
    return Asking(real(NAME))


class TestTheHeader:
    def test_shown_events_and_their_directions(self, sample: Asking) -> None:
        events = sample.summary()["events"]
        assert (events["shown"], events["enter"], events["exit"]) == (9478, 5129, 4349)

    def test_some_types_have_no_exits_and_clone_has_more_exits_than_enters(
        self, sample: Asking
    ) -> None:
        counts = {row["name"]: (row["enter"], row["exit"]) for row in sample.summary()["types"]}
        only = {name: enter for name, (enter, exits) in counts.items() if enter and not exits}
        assert {"switch": 706, "procexit": 74, "exit": 74}.items() <= only.items()
        assert counts["clone"] == (37, 111)

    def test_the_span_is_exact(self, sample: Asking) -> None:
        facts = sample.summary()
        assert facts["first_ns"] == 1_506_127_469_900_617_765
        assert facts["last_ns"] == 1_506_127_481_992_272_850
        shown = run_program("report", "summary", sample.path).out
        assert "2017-09-23 00:44:29.900617765 to 00:44:41.992272850 UTC" in shown
        assert "12.091655085 s" in shown

    def test_events_of_each_cpu(self, sample: Asking) -> None:
        counts = [tuple(row) for row in sample.summary()["cpus"]]
        assert sorted(counts) == [(0, 2457), (1, 2135), (2, 1649), (3, 3237)]

    def test_no_drops_and_eighty_bytes_of_payload(self, sample: Asking) -> None:
        facts = sample.summary()
        assert (facts["dropped"], facts["payload"]["longest"]) == (0, 80)


class TestWhoIsActive:
    def test_events_by_name(self, sample: Asking) -> None:
        assert {row["name"]: row["events"] for row in sample.summary()["processes"]} == {
            "curl": 3746, "haproxy": 2921, "python": 2730, "tini": 60, "dockercloud-hap": 21,
        }  # fmt: skip

    def test_the_default_line_names_the_same(self, sample: Asking) -> None:
        assert Counter(sample.values("%proc.name"))["haproxy"] == 2921

    def test_pids_and_threads(self, sample: Asking) -> None:
        rows = {row["name"]: row for row in sample.summary()["processes"]}
        assert rows["curl"]["pids"] == 37
        assert rows["python"]["threads"] == 38

    def test_the_numbers_of_the_servers(self, sample: Asking) -> None:
        pids = {
            name: set(sample.values("%proc.pid", f"proc.name={name}"))
            for name in ("haproxy", "tini")
        }
        assert pids == {"haproxy": {"13969"}, "tini": {"13851"}}


class TestContainers:
    def test_events_of_each_container(self, sample: Asking) -> None:
        assert Counter(sample.values("%container.name %container.id")) == {
            "example2_lb_1 59fd49aa4072": 3002,
            "example2_web_1 c78a447010cd": 2730,
            "host host": 3746,
        }

    def test_most_containers_are_idle(self, sample: Asking) -> None:
        containers = sample.summary()["containers"]
        assert len(containers) == 22
        assert sum(row["events"] > 0 for row in containers) == 2

    def test_the_tree_of_the_load_balancer(self, sample: Asking) -> None:
        rows = sample.processes()
        at = {row["pid"]: row for row in rows}
        haproxy, manager = at[13969], at[13924]
        assert rows[haproxy["parent"]]["pid"] == 13924
        assert rows[manager["parent"]]["pid"] == 13851
        assert [at[pid]["name"] for pid in (13851, 13924, 13969, 13700)] == [
            "tini", "dockercloud-hap", "haproxy", "python",
        ]  # fmt: skip


class TestFailures:
    @pytest.mark.parametrize(
        ("text", "count"),
        [
            ("evt.failed=true", 280),
            ("evt.failed == True", 280),
            ('(evt.failed == True) && !(evt.res == "EAGAIN")', 154),
            ("evt.failed=true and not evt.res in (EAGAIN, EINPROGRESS)", 111),
        ],
    )
    def test_counts(self, sample: Asking, text: str, count: int) -> None:
        assert sample.count(text) == count

    def test_kinds(self, sample: Asking) -> None:
        kinds = Counter(sample.values("%proc.name %evt.type %evt.res", "evt.failed=true"))
        assert kinds == {
            "curl access ENOENT": 37,
            "curl connect ENOENT": 74,
            "haproxy accept EAGAIN": 37,
            "haproxy recvfrom EAGAIN": 80,
            "haproxy connect EINPROGRESS": 43,
            "python futex EAGAIN": 9,
        }

    def test_the_summary_has_the_same_kinds(self, sample: Asking) -> None:
        rows = {
            (r["process"], r["type"], r["error"]): r["count"] for r in sample.summary()["failures"]
        }
        assert rows["haproxy", "recvfrom", "EAGAIN"] == 80
        assert sum(rows.values()) == 280

    def test_what_is_missing(self, sample: Asking) -> None:
        paths = sample.values("%evt.arg.name", "evt.type=access and evt.failed=true")
        assert set(paths) == {"/etc/ld.so.nohwcap"}


class TestTheAnswerItself:
    def test_the_event(self, sample: Asking) -> None:
        form = (
            "%evt.num %evt.time %proc.name %thread.tid %evt.type %evt.dir "
            "%fd.num %fd.name %evt.rawarg.res %evt.buflen"
        )
        assert sample.values(form, 'evt.buffer contains "502 Bad Gateway"') == [
            "13485 00:44:37.021878396 haproxy 13969 sendto < 0 "
            "192.168.0.1:44604->192.168.0.3:80 204 204"
        ]

    @pytest.mark.parametrize(
        ("text", "numbers"), [("502", [5098, 13485]), ("HTTP/1.0 502", [13485])]
    )
    def test_less_text_finds_more(self, sample: Asking, text: str, numbers: list[int]) -> None:
        assert sample.numbers(f'evt.buffer contains "{text}"') == numbers

    def test_eighty_bytes_were_kept(self, sample: Asking) -> None:
        (payload,) = sample.values("%evt.buffer", "evt.num=13485")
        assert len(payload) == 80


class TestTheUpstreamConnection:
    def test_who_used_it(self, sample: Asking) -> None:
        users = Counter(sample.values("%proc.name", "fd.name contains 54886"))
        assert users == {"haproxy": 9, "python": 19}
        assert set(sample.values("%fd.name", "fd.name contains 54886")) == {UPSTREAM}

    def test_bytes_each_end_moved(self, sample: Asking) -> None:
        def moved(text: str) -> list[int]:
            return [
                int(n) for n in sample.values("%evt.rawarg.res", f"fd.name={UPSTREAM} and {text}")
            ]

        sent = moved("proc.name=python and evt.is_io_write=true and evt.dir=<")
        assert sent == [17, 36, 37, 26, 2, 3]
        written = moved("proc.name=haproxy and evt.is_io_write=true and evt.dir=<")
        assert sum(written) == 131
        read = moved("proc.name=haproxy and evt.is_io_read=true and evt.dir=< and evt.rawarg.res>0")
        assert sum(read) == 121

    def test_the_answer_came_0_156_ms_later(self, sample: Asking) -> None:
        times = sample.values("%evt.rawtime", "evt.num in (13476, 13485)")
        assert [int(time) % 10**9 for time in times] == [21_722_151, 21_878_396]

    def test_the_header_that_differs(self, sample: Asking) -> None:
        bad = 'evt.buffer contains "text/plain: Content-type" and evt.dir=< and proc.name=python'
        assert sample.numbers(bad) == [13457]
        good = 'evt.buffer contains "Content-type: text/plain" and evt.dir=< and proc.name=python'
        assert sample.count(good) == 36


class TestTheRequest:
    def test_where_it_was_asked(self, sample: Asking) -> None:
        assert sample.numbers("evt.buffer contains 'GET /foo'") == [13382, 13395, 13430, 13449]

    def test_the_client(self, sample: Asking) -> None:
        asked = sample.values("%proc.pid %thread.tid %proc.args", "proc.args contains foo")
        assert Counter(asked) == {"1017 1018 localhost/foo": 101}

    def test_the_worker_thread(self, sample: Asking) -> None:
        assert sample.count("thread.tid=1020") == 44
        assert set(sample.values("%proc.name", "thread.tid=1020")) == {"python"}
        status = sample.values("%evt.arg.status", "thread.tid=1020 and evt.type=procexit")
        assert status == ["0"]

    def test_the_worker_was_started_by_these_calls(self, sample: Asking) -> None:
        assert set(sample.numbers("evt.type=clone and proc.name=python")) >= {13411, 13412}


class TestSlowCalls:
    def test_calls_of_more_than_a_second(self, sample: Asking) -> None:
        slow = Counter(sample.values("%proc.name %evt.type", "evt.latency>1000000000"))
        assert slow == {"tini rt_sigtimedwait": 11, "dockercloud-hap epoll_pwait": 2}

    def test_the_longest(self, sample: Asking) -> None:
        longest = sample.values("%evt.latency", "evt.latency>5000000000")
        assert sorted(map(int, longest)) == [5_002_734_246, 5_003_713_179]

    def test_time_by_call(self, sample: Asking) -> None:
        time = {row["name"]: row["time_ns"] for row in sample.summary()["types"]}
        seconds = {
            name: round(time[name] / 1e9, 2)
            for name in ("epoll_pwait", "select", "rt_sigtimedwait")
        }
        assert seconds == {"epoll_pwait": 22.03, "select": 12.04, "rt_sigtimedwait": 11.0}


class TestExitsAndSignals:
    def test_all_ended_well(self, sample: Asking) -> None:
        ends = Counter(sample.values("%proc.name %evt.arg.status", "evt.type=procexit"))
        assert ends == {"curl 0": 37, "python 0": 37}

    def test_the_liveness_test(self, sample: Asking) -> None:
        assert sample.count("evt.type=kill") == 6
        asked = sample.values(
            "%proc.name %evt.arg.pid %evt.rawarg.sig", "evt.type=kill and evt.dir=>"
        )
        assert asked == ["dockercloud-hap 9 0"] * 3


class TestTheSystemLog:
    def test_its_socket(self, sample: Asking) -> None:
        assert sample.count("fd.l4proto=udp") == 74
        # Old sysdig shows two public addresses here: it reads a listener's record as a tuple.
        names = sample.values("%fd.num %fd.name", "evt.type=sendmsg and evt.dir=<")
        assert len(names) == 37
        (name,) = {frozenset(name.replace("->", " ").split()) for name in names}
        assert name == {"8", "127.0.0.1:55441", "127.0.0.1:514"}

    def test_a_message_is_cut_by_the_recorder(self, sample: Asking) -> None:
        (line,) = sample.values("%evt.rawarg.res %evt.buffer", "evt.num=13494")
        length, text = line.split(" ", 1)
        assert length == "200"
        assert len(text) == 80
        assert text.endswith("[23/Sep/2017:00:")


class TestTime:
    def test_events_of_each_second(self, sample: Asking) -> None:
        seconds = Counter(int(time) // 10**9 for time in sample.values("%evt.rawtime"))
        first = 1_506_127_469
        assert [seconds[first + n] for n in range(13)] == [
            219, 713, 693, 748, 794, 791, 736, 624, 976, 822, 751, 786, 825,
        ]  # fmt: skip

    def test_a_span_is_a_filter(self, sample: Asking) -> None:
        span = "evt.rawtime>1506127477000000000 and evt.rawtime<1506127478000000000"
        assert sample.count(span) == 976

    def test_the_longest_gap(self, sample: Asking) -> None:
        lines = [line.split() for line in sample.values("%evt.num %evt.rawtime")]
        gaps = [
            (int(after[1]) - int(before[1]), int(before[0]), int(after[0]))
            for before, after in itertools.pairwise(lines)
        ]
        assert max(gaps) == (343_946_612, 3158, 3159)


class TestMistakes:
    @pytest.mark.parametrize(
        ("text", "parts"),
        [
            ("proc.nam=foo", ['no field "proc.nam"', "\n^^^^^^^^\n", "proc.name"]),
            ("evt.type=opne", ['"opne"', "\n         ^^^^\n", "did you mean open?"]),
            ("proc.name=curl and", ["unexpected end", "\n" + " " * 18 + "^\n"]),
        ],
    )
    def test_an_error_points_and_suggests(
        self, sample: Asking, text: str, parts: list[str]
    ) -> None:
        said = run_program("print", sample.path, text)
        assert (said.status, said.out) == (2, "")
        assert all(part in said.err for part in parts), said.err

    def test_a_type_the_file_lacks_is_answered_with_the_one_it_has(self, sample: Asking) -> None:
        said = run_program("print", sample.path, "evt.type=openat")
        assert (said.status, said.out) == (1, "")
        assert "it uses open (444)" in said.err

    def test_a_name_only_a_container_has(self, sample: Asking) -> None:
        said = run_program("print", sample.path, 'proc.name == "nginx"')
        assert (said.status, said.out) == (1, "")
        for name in ("curl (3,746)", "haproxy (2,921)", "python (2,730)", "16b8cb843d5a"):
            assert name in said.err

    def test_and_beside_or_is_accepted_and_told(self, sample: Asking) -> None:
        said = run_program("print", sample.path, "proc.name=tini and evt.cpu=0 or proc.name=nobody")
        assert said.status == 0
        assert '"and" binds tighter than "or"' in said.err


class TestOtherForms:
    @pytest.mark.parametrize(
        "text",
        [
            "proc.name = haproxy and evt.type = sendto",
            'proc.name == "haproxy" && evt.type == "sendto"',
        ],
    )
    def test_both_dialects_select_the_same(self, sample: Asking, text: str) -> None:
        assert sample.count(text) == 188
        assert sample.count(f"{text} and evt.dir = <") == 94

    def test_a_truncated_copy(self, sample: Asking, tmp_path: Path) -> None:
        cut = tmp_path / "cut.scap"
        cut.write_bytes(sample.path.read_bytes()[:700_000])
        said = run_program("print", cut)
        assert (said.status, len(said.lines)) == (0, 4694)
        assert said.err.startswith("note: ")
        first, last = (line.split()[1] for line in (said.lines[0], said.lines[-1]))
        assert 6.09 <= float(last.split(":")[2]) - float(first.split(":")[2]) < 6.1

    @pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
    def test_a_stream(self, sample: Asking, packed: bool) -> None:
        data = sample.path.read_bytes()
        said = run_program("print", "-", stdin=gzip.compress(data, 1) if packed else data)
        assert said.status == 0
        assert said.out == run_program("print", sample.path).out
        assert len(said.lines) == 9478
