"""The page of `scaptui doctor` over a live capture."""

from dataclasses import replace
from pathlib import Path

from scaptui.screens.doctor import DoctorScreen
from scaptui.views.cells import line_text
from scaptui.views.doctor import diagnose, lines
from scaptui.views.doctor_page import DoctorPage
from tests.screens.test_live_screen import Running, live
from tests.views.test_doctor import HOST, user


async def opened(viewer: Running) -> None:
    await viewer.press("H")
    await viewer.until_line("doctor", "kernel")


async def test_the_palette_leads_to_the_text_and_escape_back(tmp_path: Path) -> None:
    async with live(tmp_path) as viewer:
        await viewer.press("ctrl+p")
        await viewer.type("doctor")
        await viewer.press("enter")
        await viewer.until_line("doctor", "kernel")
        assert isinstance(viewer.app.screen, DoctorScreen)
        diagnosis = viewer.app.screen.model.diagnosis
        assert diagnosis is not None
        told = [line.text for line in lines(diagnosis, 80)]
        page = viewer.pane("doctor")
        assert [line.rstrip() for line in page] == told[: len(page)]
        assert "not the one that is recorded" in viewer.pane("status")[1]
        await viewer.press("escape")
        assert not isinstance(viewer.app.screen, DoctorScreen)


async def test_r_looks_again(tmp_path: Path) -> None:
    hosts = [user(), HOST]
    async with live(tmp_path) as viewer:
        page = DoctorScreen(lambda name, _: (), is_local=True, look=lambda: diagnose(hosts.pop(0)))
        await viewer.app.push_screen(page)
        await viewer.until_line("cursor", "1 missing")
        await viewer.press("r")
        await viewer.until_line("cursor", "nothing is missing")


def test_all_of_a_long_text_is_reached_and_no_more() -> None:
    page = DoctorPage(diagnose(replace(user(), btf_bytes=None)), 1000)
    seen = [line_text(line) for line in page.lines(80, 6)]
    for _ in range(40):
        page.move(5)
        seen += [line_text(line) for line in page.lines(80, 6)]
    told = [line.text for line in lines(diagnose(replace(user(), btf_bytes=None)), 80)]
    assert set(told) == set(seen)
    assert [line_text(line) for line in page.lines(80, 6)] == told[-6:]
    page.move(-1000)
    assert [line_text(line) for line in page.lines(80, 6)] == told[:6]


def test_what_is_missing_stands_out_and_commands_do() -> None:
    roles = {
        (piece.text.strip(), piece.role, piece.bold)
        for line in DoctorPage(diagnose(user()), 1000).lines(80, 60)
        for piece in line
    }
    assert ("NO", "failed", True) in roles
    assert any(role == "accent" and "sudo scaptui live" in text for text, role, _ in roles)
