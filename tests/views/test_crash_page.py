"""The crash page as text."""

from pathlib import Path

import pytest

from scaptui.views.cells import line_text, line_width
from scaptui.views.crash_page import CrashPage
from scaptui.views.crash_side import side_lines
from scaptui.views.crashes import Crashes, Looked
from scaptui.views.units import Zone
from tests.core.building import Building
from tests.views.crash_loops import end, execute, fails_to_open, found, host_loop, says

UTC = Zone.named("UTC")
FAILED = 1 << 8
HOSTILE = "\x1b]0;x\x07\u202e[bold]$(reboot)" + "y" * 300


@pytest.fixture(scope="module")
def page(crashloop: Path) -> CrashPage:
    return CrashPage(found(crashloop), UTC)


def rows(page: CrashPage, width: int = 80, height: int = 10) -> list[str]:
    return [line_text(line).rstrip() for line in page.list_lines(width, height)[0]]


def evidence(page: CrashPage, *, focused: bool = False) -> list[str]:
    lines = page.evidence_lines(80, 10, focused=focused)
    return [line_text(line).rstrip() for line in lines]


def test_runs_stand_below_their_program(crashloop: Path) -> None:
    assert rows(CrashPage(found(crashloop), UTC)) == [
        "     RUN  START         LIFE   GAP  EXIT   FAIL CONTAINER     CAUSE",
        "   ▾ pod 3f2c9a1e…  nginx-7c5b7f6d9-x2x9l               5 runs, all the same way",
        "> ×    1  09:15:00.600  14ms        exit 1    5 4f3b6db469d8  no certs/tls.crt",
        "  ×    2  09:15:10.954  11ms 10.3s  exit 1    5 ddb81519901c  same",
        "  ×    3  09:15:31.306  14ms 20.3s  exit 1    5 c6ba7d830023  same",
        "  ×    4  09:16:11.661  11ms 40.3s  exit 1    5 eec31150a77d  same",
        "  ×    5  09:17:32.013  11ms 80.3s  exit 1    5 becc8c66021a  same",
    ]


def test_the_run_under_the_cursor_is_told(crashloop: Path) -> None:
    page = CrashPage(found(crashloop), UTC)
    told = evidence(page)
    assert told[0].startswith("─ run 1 ─")
    assert told[1] == (
        "   cause   cannot open /etc/nginx/certs/tls.crt, ENOENT   stderr says so, 5 of 5"
    )
    assert told[3] == "  !    220     -226us  nginx openat /etc/nginx/certs/tls.crt ENOENT"
    assert told[-1] == "  ×    237          0  dock… 4141 exits 1"
    page.move(1)
    assert evidence(page)[0].startswith("─ run 2 ─")
    assert "run 2 of 5" in line_text(page.cursor_line(80))
    assert page.scope() == "proc.pid=4181 or proc.apid=4181"


def test_the_cursor_stays_on_runs(crashloop: Path) -> None:
    page = CrashPage(found(crashloop), UTC)
    page.move(-5)
    assert page.run is not None
    assert page.run.number == 1
    page.move(100)
    assert page.run.number == 5
    assert rows(page, height=4)[-1].startswith("> ×    5")


def test_a_line_of_evidence_can_be_chosen(crashloop: Path) -> None:
    page = CrashPage(found(crashloop), UTC)
    page.move_line(100)
    page.move_line(-1)
    (here,) = [line for line in evidence(page, focused=True) if line.startswith(">")]
    assert page.chosen is not None
    assert str(page.chosen.event) in here


def test_a_healthy_capture_says_so() -> None:
    page = CrashPage(Crashes(), UTC)
    page.move(1)
    assert (page.run, page.chosen, page.scope()) == (None, None, "")
    assert "healthy" in line_text(page.cursor_line(80))


def test_of_programs_that_a_filter_chose_no_page_says_that_all_is_well() -> None:
    page = CrashPage(Crashes(looked=Looked(is_chosen=True)), UTC)
    told = " ".join(line_text(page.cursor_line(80)).split())
    assert told == "nothing with events that the filter selects was restarted or crashed"
    assert any("0 drops the filter" in line for line in evidence(page))


def test_a_healthy_page_tells_what_was_looked_for_and_in_what(tmp_path: Path) -> None:
    path = host_loop(tmp_path / "well.scap", lambda building, pid: None, 0, FAILED)
    page = CrashPage(found(path), UTC)
    told = " ".join(" ".join(evidence(page)).split())
    assert "4 processes, 3 programs: 2 ended, 1 of them badly; none was restarted" in told
    assert "containers and pods that begin anew" in told
    assert "! ranks the calls that fail" in told
    assert evidence(CrashPage(Crashes(), UTC, known=False)) == []


@pytest.mark.parametrize("width", [40, 60, 80, 99, 100, 139, 160, 200])
def test_hostile_text_is_inert_and_no_line_is_too_long(width: int, tmp_path: Path) -> None:
    def work(building: Building, pid: int) -> None:
        fails_to_open(building, pid, f"/tmp/{HOSTILE}")
        says(building, pid, f"{HOSTILE}: No such file\n")
        building.clone(pid, pid + 1, HOSTILE[:15])
        execute(building, pid + 1, HOSTILE, HOSTILE)
        building.exit(pid, "kill", res=0, pid=pid + 1, sig=15)
        end(building, pid + 1, FAILED)

    page = CrashPage(found(host_loop(tmp_path / "loop.scap", work, FAILED, FAILED)), UTC)
    lines = [
        *page.evidence_lines(width, 12, focused=True),
        page.filter_line(HOSTILE, width),
        page.cursor_line(width),
    ]
    page.is_wide = True
    run, program = page.run, page.program
    lines += [*page.about_lines(width, focused=True), *page.evidence_lines(width, 12, focused=True)]
    lines += side_lines(run, program, width, 20)
    texts = [line_text(line) for line in (*lines, *page.list_lines(width, 12)[0])]
    assert not any(character in text for text in texts for character in "\x1b\x07\u202e")
    if width >= 80:
        assert all(line_width(line) <= width for line in lines)


def test_what_is_not_known_yet_is_not_counted() -> None:
    looking = CrashPage(Crashes(), UTC, known=False)
    assert "0" not in line_text(looking.filter_line("", 80))
    assert "no run to show" in line_text(CrashPage(Crashes(), UTC).filter_line("", 80))
    assert line_text(looking.cursor_line(80)).strip() == ""
