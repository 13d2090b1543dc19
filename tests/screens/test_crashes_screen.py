"""The crash page in the viewer."""

from pathlib import Path

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


async def test_a_filter_chooses_programs(crashloop: Path) -> None:
    async with viewer(crashloop, "proc.name=redis-server") as shown:
        await shown.press("K")
        await shown.until("healthy")
        assert any("healthy" in line for line in shown.picture)
        assert "events of the run" not in shown.picture[-1]
        assert shown.picture[-1].split()[-2:] == ["q", "close"]


async def test_a_healthy_capture_says_so(tmp_path: Path) -> None:
    path = host_loop(tmp_path / "well.scap", lambda building, pid: None, 0, 0)
    async with viewer(path) as shown:
        await shown.press("K")
        await shown.until("healthy")
        assert "healthy: nothing was restarted" in shown.picture[-2]


async def test_a_small_screen_keeps_runs_and_cause(crashloop: Path) -> None:
    async with viewer(crashloop, size=(60, 15)) as shown:
        await shown.press("K")
        await shown.until("tls.crt")
        assert any(line.startswith("> ×    1") for line in shown.picture)
        assert any(line.startswith("   cause ") for line in shown.picture)
