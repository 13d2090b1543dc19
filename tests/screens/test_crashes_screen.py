"""The crash page in the viewer."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scaptui.capture.opening import open_capture, read_all
from tests.screens.app import viewer
from tests.views.crash_loops import host_loop

DEATH = 237  # the event that ends the first run


async def test_k_shows_what_crashes_and_q_goes_back(crashloop: Path) -> None:
    async with viewer(crashloop) as shown:
        await shown.press("K")
        await shown.until("tls.crt")
        assert shown.picture[0].endswith(" crashes")
        assert shown.picture[1].endswith("1 program restarts, 5 of 5 runs fail")
        assert any(line.startswith("> ×    1") for line in shown.picture)
        await shown.press("q")
        assert shown.picture[0].endswith(" events")


async def test_enter_shows_the_events_of_the_run_at_its_end(crashloop: Path) -> None:
    async with viewer(crashloop) as shown:
        await shown.press("K")
        await shown.until("tls.crt")
        await shown.press("enter")
        assert "proc.pid=4141 or proc.apid=4141" in shown.picture[1]
        assert f"×{DEATH}" in shown.row.replace(" ", "")


async def test_g_goes_to_the_last_event_among_all(crashloop: Path) -> None:
    async with viewer(crashloop) as shown:
        await shown.press("K")
        await shown.until("tls.crt")
        await shown.press("g")
        assert str(DEATH) in shown.row
        assert "filter  none" in shown.picture[1]


async def test_tab_chooses_a_line_of_evidence(crashloop: Path) -> None:
    async with viewer(crashloop) as shown:
        await shown.press("K")
        await shown.until("tls.crt")
        await shown.press("tab", "home", "enter")
        assert "220" in shown.row
        assert "openat" in shown.row


async def test_a_click_selects_a_run_and_its_program_is_none(crashloop: Path) -> None:
    async with viewer(crashloop) as shown:
        await shown.press("K")
        await shown.until("tls.crt")
        for number in (3, 1, 5):
            runs = shown.pane("runs")
            line = next(at for at, run in enumerate(runs) if run[1:].startswith(f" ×    {number} "))
            await shown.pilot.click("#runs", offset=(10, line))
            await shown.rest()
            assert shown.pane("runs")[line].startswith(">")
        runs = shown.pane("runs")
        program = next(at for at, run in enumerate(runs) if at and "×" not in run)
        await shown.pilot.click("#runs", offset=(10, program))
        await shown.rest()
        assert shown.pane("runs") == runs


async def test_a_filter_chooses_programs(crashloop: Path) -> None:
    async with viewer(crashloop, "proc.name=redis-server") as shown:
        await shown.press("K")
        await shown.until("nothing with events that the filter selects")
        assert not any("healthy" in line for line in shown.picture)
        told = " ".join(" ".join(shown.picture).split())
        assert "1 process with events that the filter selects, 1 program: none ended" in told
        assert "events of the run" not in shown.picture[-1]
        assert shown.picture[-1].split()[-2:] == ["q", "close"]


async def test_0_drops_the_filter_and_the_page_tells_of_all(crashloop: Path) -> None:
    async with viewer(crashloop, "proc.name=redis-server") as shown:
        await shown.press("K")
        await shown.until("0 drops the filter")
        await shown.press("0")
        await shown.until("tls.crt")
        assert shown.picture[1].startswith(" filter  none ")
        await shown.press("0")
        assert "there is no filter to drop" in shown.pane("cursor")[0]
        await shown.press("q")
        assert shown.picture[1].startswith(" filter  none ")
        await shown.press("backspace")
        assert shown.picture[1].startswith(" filter  proc.name=redis-server")


async def test_a_healthy_capture_says_so(tmp_path: Path) -> None:
    path = host_loop(tmp_path / "well.scap", lambda building, pid: None, 0, 0)
    async with viewer(path) as shown:
        await shown.press("K")
        await shown.until("healthy")
        assert "healthy: nothing was restarted" in shown.picture[-2]
        assert any("none was restarted, and none crashed" in line for line in shown.picture)


async def test_a_small_screen_keeps_runs_and_cause(crashloop: Path) -> None:
    async with viewer(crashloop, size=(60, 15)) as shown:
        await shown.press("K")
        await shown.until("   cause ")
        assert any(line.startswith("> ×    1") for line in shown.picture)
        assert any(line.startswith("   cause ") for line in shown.picture)


async def test_o_shows_all_output_of_the_run_and_comes_back(crashloop: Path) -> None:
    async with viewer(crashloop) as shown:
        await shown.press("K")
        await shown.until("tls.crt")
        await shown.press("j", "o")
        await shown.until("stdout and stderr")
        assert "4181 and all below it" in shown.picture[1]
        await shown.press("q")
        assert shown.picture[0].endswith(" crashes")
        assert any(line.startswith("> ×    2") for line in shown.picture)


async def test_p_shows_the_tree_at_the_end_of_the_run(crashloop: Path) -> None:
    async with viewer(crashloop) as shown:
        await shown.press("K")
        await shown.until("tls.crt")
        await shown.press("p")
        await shown.until(f"as of event {DEATH}")
        assert any(line.startswith("> ×  4141 ") for line in shown.picture)
        await shown.press("q")
        assert shown.picture[0].endswith(" crashes")


async def test_the_tree_leads_on_to_events(crashloop: Path) -> None:
    async with viewer(crashloop) as shown:
        await shown.press("K")
        await shown.until("tls.crt")
        await shown.press("p")
        await shown.until(f"as of event {DEATH}")
        await shown.press("d")
        assert shown.picture[0].endswith(" events")
        assert "4141" in shown.picture[1]


async def test_a_slice_of_the_run_is_written(
    crashloop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with viewer(crashloop) as shown:
        await shown.press("K")
        await shown.until("tls.crt")
        await shown.press("W")
        await shown.until("(x) those from event")
        assert shown.picture[1] == " filter  proc.pid=4141 or proc.apid=4141"
        span = next(line for line in shown.picture if "(x) those from" in line)
        assert span.endswith(f"to event {DEATH}")
        await shown.press("enter")
        await shown.until("Enter opens the slice")
        await shown.press("q")
        assert shown.picture[0].endswith(" crashes")
    written = open_capture([str(tmp_path / "crashloop-4141.scap.gz")])
    read_all(written)
    assert 0 < written.progress().shown <= DEATH


async def test_the_report_is_saved_and_written_over_only_when_told(
    crashloop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "crashloop-crashes.md"
    path.write_text("of mine")
    async with viewer(crashloop) as shown:
        await shown.press("K")
        await shown.until("tls.crt")
        await shown.press("tab", "M")
        assert "save report to crashloop-crashes.md" in shown.picture[-2]
        await shown.press("enter")
        assert "exists, replace it?" in shown.picture[-2]
        await shown.press("escape")
        assert path.read_text() == "of mine"
        await shown.press("M", "enter", "y", "enter")
        await shown.until("report written to")
        assert path.read_text().startswith("# Crashes in crashloop.scap.gz\n")
        # The keyboard is where it was.
        await shown.press("home", "enter")
        assert "220" in shown.row


async def test_a_report_that_cannot_be_written_says_why(crashloop: Path, tmp_path: Path) -> None:
    async with viewer(crashloop) as shown:
        await shown.press("K")
        await shown.until("tls.crt")
        await shown.press("M", "ctrl+u")
        await shown.type(str(tmp_path / "none" / "x.md"))
        await shown.press("enter")
        await shown.until("No such file")
        assert "No such file or directory" in shown.picture[-2]


async def test_keys_of_a_run_tell_that_there_is_none(tmp_path: Path) -> None:
    path = host_loop(tmp_path / "well.scap", lambda building, pid: None, 0, 0)
    async with viewer(path) as shown:
        await shown.press("K")
        await shown.until("healthy")
        for key in "opW":
            await shown.press(key)
            assert "there is no run here" in shown.picture[-2]


async def test_a_wide_screen_has_output_and_failures_beside_the_evidence(crashloop: Path) -> None:
    async with viewer(crashloop, size=(139, 30)) as shown:
        await shown.press("K")
        await shown.until("tls.crt")
        assert not any("last failures" in line for line in shown.picture)
        await shown.pilot.resize_terminal(140, 40)
        await shown.rest()
        side = [line[80:] for line in shown.picture]
        assert any("stderr and stdout of the run" in line for line in side)
        assert any("last failures before the exit" in line for line in side)
        assert any("tls.crt" in line and "ENOENT" in line for line in side)
        assert any("runs 2, 3, 4 and 5" in line for line in side)
        assert any("5 failures each, the same cause" in line for line in side)


async def test_the_page_of_a_real_crash_loop(real: Callable[[str], Path]) -> None:
    async with viewer(real("crash.mid.scap.gz")) as shown:
        await shown.press("K")
        await shown.until("db.sqlite")
        picture = shown.picture
        assert picture[1] == (
            " filter  none                               2 programs restart, 7 of 7 runs fail"
        )
        assert picture[4] == (
            "> ×    1  08:43:23.185 2.04s        exit 1   77 8bd8fad8d793  no app/db.sqlite"
        )
        assert picture[12] == (
            "─ run 1 ──────────────────────────── unshare › sh › bash c_inner.sh ns1 18082 ─"
        )
        assert picture[-4:] == [
            "     16119     -2.3ms  bash  SIGTERM to nginx 4359, its own child, which exits 0",
            "  ×  16200          0  bash  4354 exits 1",
            " run 1 of 4   3,267 events, 77 failures   next run 333 ms later as 612969d73117",
            " ? help  Enter events  g event  o output  p tree  W slice  M report  q close",
        ]
