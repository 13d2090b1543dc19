"""The installed program on a real terminal: what is on it, and what is left of it afterwards."""

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.running import run_program
from tests.screens.terminal import PROGRAM, Terminal

ALTERNATE = b"\x1b[?1049h"
BACK = b"\x1b[?1049l"
CURSOR = b"\x1b[?25h"


def opened(capture: Path, *words: str, size: tuple[int, int] = (80, 24)) -> Terminal:
    terminal = Terminal("open", capture, "--utc", *words, size=size)
    terminal.wait_for("complete")
    terminal.wait_for("> ")
    terminal.settle()
    return terminal


def threads_of(terminal: Terminal) -> int:
    return sum(1 for _ in Path(f"/proc/{terminal.pid}/task").iterdir())


def test_a_capture_is_opened_filtered_and_closed(crashloop: Path) -> None:
    with opened(crashloop) as terminal:
        assert terminal.text[0].startswith(" crashloop.scap.gz  ")
        assert terminal.text[0].endswith("  events")
        assert terminal.text[1].startswith(" filter  none")
        assert terminal.text[4].split()[:5] == ["NUM", "TIME", "PROC", "CALL", "LAT"]
        terminal.keys("f", "proc.name=nginx", "enter")
        terminal.wait_for(lambda t: " of " in t.text[1] and "proc.name=nginx" in t.text[1])
        terminal.settle()
        names = {line[22:31].strip() for line in terminal.text[5:22] if line.strip()}
        assert names == {"nginx"}
        terminal.keys("q")
        assert terminal.wait() == 0


def test_keys_typed_ahead_reach_the_prompt_they_were_meant_for(crashloop: Path) -> None:
    with opened(crashloop) as terminal:
        terminal.keys("fproc.name=nginx\r")
        terminal.wait_for(lambda t: t.text[1].startswith(" filter  proc.name=nginx"))


def test_keys_typed_ahead_on_the_explanation_reach_the_prompt_it_opens(crashloop: Path) -> None:
    with Terminal("open", crashloop, "--utc", "proc.name=nobody") as terminal:
        terminal.wait_for("have the field")
        terminal.settle()
        terminal.keys("f", "ctrl+u", "enter")
        terminal.wait_for(lambda t: t.text[1].startswith(" filter  none"))


def test_help_lists_the_keys_of_the_tree_and_the_filter_is_typed_from_there(
    crashloop: Path,
) -> None:
    with opened(crashloop) as terminal:
        terminal.keys("p", "?")
        terminal.wait_for("help for  tree")
        assert any("hide ended" in line for line in terminal.text)
        terminal.keys("escape")
        terminal.wait_for("PROCESS")
        terminal.settle()
        terminal.keys("f", "proc.name=nginx", "enter")
        terminal.wait_for(lambda t: t.text[1].startswith(" filter  proc.name=nginx"))
        assert terminal.text[0].endswith("events")


def test_many_keys_at_once_all_count(crashloop: Path) -> None:
    with opened(crashloop) as terminal:
        terminal.keys("j" * 30)
        terminal.wait_for("row 31 of")


def test_a_filter_that_matches_nothing_ends_with_status_1(crashloop: Path) -> None:
    terminal = Terminal("open", crashloop, "proc.name=nobody")
    with terminal:
        terminal.wait_for("0 of")
        terminal.settle()
        terminal.keys("qq")
        assert terminal.wait() == 1


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (160, 45), (200, 50)])
def test_frame_stands_at_every_size(crashloop: Path, size: tuple[int, int]) -> None:
    with opened(crashloop, size=size) as terminal:
        assert terminal.text[0].endswith("events")
        assert terminal.text[1].startswith(" filter  none")
        assert terminal.text[-1].startswith(" ? help")
        assert terminal.text[-2].strip()


def test_another_size_is_taken_at_once(crashloop: Path) -> None:
    with opened(crashloop) as terminal:
        terminal.keys("5", "0", "j")
        terminal.wait_for("row 51 of")
        terminal.resize(120, 30)
        terminal.wait_for(lambda t: t.text[29].startswith(" ? help"))
        terminal.settle()
        assert any(line.startswith(">") for line in terminal.text)
        assert "row 51 of" in "\n".join(terminal.text)


def test_a_screen_too_small_says_what_it_needs(crashloop: Path) -> None:
    with opened(crashloop) as terminal:
        terminal.resize(30, 8)
        terminal.wait_for("40x10")
        terminal.resize(80, 24)
        terminal.wait_for("NUM")


class TestBytes:
    def test_a_step_of_the_cursor_is_at_most_800(self, crashloop: Path) -> None:
        with opened(crashloop) as terminal:
            for key in "jjjkk":
                terminal.keys(key)
                assert 0 < terminal.read(0.2) <= 800

    def test_steps_at_the_edge_are_at_most_800_on_average(self, crashloop: Path) -> None:
        with opened(crashloop) as terminal:
            total = 0
            for _ in range(40):
                terminal.keys("j")
                total += terminal.read(0.1)
            terminal.settle()
            assert total / 40 <= 800

    def test_a_page_is_at_most_6000(self, crashloop: Path) -> None:
        with opened(crashloop) as terminal:
            terminal.keys("page_down")
            assert 0 < terminal.read(0.3) <= 6000

    def test_nothing_is_sent_while_nothing_happens(self, crashloop: Path) -> None:
        with opened(crashloop) as terminal:
            assert terminal.read(1.5) == 0


class TestTerminalAfterwards:
    def test_it_is_restored_when_the_viewer_is_closed(self, crashloop: Path) -> None:
        with opened(crashloop) as terminal:
            assert ALTERNATE in terminal.received
            terminal.keys("q")
            terminal.wait()
            assert terminal.received.rindex(BACK) > terminal.received.rindex(ALTERNATE)
            assert CURSOR in terminal.received[terminal.received.rindex(BACK) :]

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
    def test_it_is_restored_after_a_signal_that_ends(
        self, crashloop: Path, number: signal.Signals
    ) -> None:
        with opened(crashloop) as terminal:
            os.kill(terminal.pid, number)
            assert terminal.wait() == -number
            assert BACK in terminal.received

    def test_a_defect_is_logged_and_told_once_the_terminal_is_restored(
        self, crashloop: Path, tmp_path: Path
    ) -> None:
        code = (
            "import sys\n"
            "from scaptui.__main__ import run\n"
            "from scaptui.widgets.event_list import EventList\n"
            "def broken(self): raise ZeroDivisionError('broken \\x1b[31m')\n"
            "EventList.action_time = broken\n"
            f"sys.argv = ['scaptui', 'open', {str(crashloop)!r}]\n"
            "run()\n"
        )
        program = [sys.executable, "-c", code]
        with Terminal(program=program, env={"XDG_STATE_HOME": str(tmp_path)}) as terminal:
            terminal.wait_for("> ")
            terminal.keys("t")
            assert terminal.wait() == 70
            end = terminal.received[terminal.received.rindex(BACK) :]
            assert b"scaptui: internal error: ZeroDivisionError: broken" in end
            assert b"\x1b[31m" not in end
            logs = list((tmp_path / "scaptui").glob("crash-*.log"))
            assert [log.name.encode() in end.replace(b"\r\n", b"") for log in logs] == [True]
            assert "ZeroDivisionError" in logs[0].read_text()

    def test_ctrl_z_gives_it_back_and_fg_takes_it_again(self, crashloop: Path) -> None:
        with opened(crashloop) as terminal:
            terminal.keys("jj")
            terminal.settle()
            before = terminal.text
            terminal.keys("ctrl+z")
            until = time.monotonic() + 5
            stopped = 0
            while not stopped and time.monotonic() < until:
                terminal.read(0.02)
                stopped, status = os.waitpid(terminal.pid, os.WNOHANG | os.WUNTRACED)
                assert not stopped or os.WIFSTOPPED(status)
            assert stopped
            assert terminal.received.rindex(BACK) > terminal.received.rindex(ALTERNATE)
            terminal.screen.reset()
            os.kill(terminal.pid, signal.SIGCONT)
            terminal.wait_for("row 3 of")
            terminal.settle()
            assert terminal.text == before

    def test_a_stop_that_cannot_be_caught_leaves_one_reader_of_keys(self, crashloop: Path) -> None:
        with opened(crashloop) as terminal:
            terminal.keys("jj")
            terminal.settle()
            threads = threads_of(terminal)
            for _ in range(3):
                os.kill(terminal.pid, signal.SIGSTOP)
                os.waitpid(terminal.pid, os.WUNTRACED)
                os.kill(terminal.pid, signal.SIGCONT)
                terminal.settle()
            terminal.keys(*"jjjjjjjjjj")
            terminal.wait_for("row 13 of")
            assert threads_of(terminal) == threads

    def test_a_terminal_that_is_gone_ends_it_without_a_signal_too(self, crashloop: Path) -> None:
        """Nobody is told who has not the terminal for a controlling one."""
        ours, theirs = pty.openpty()
        viewer = subprocess.Popen(
            [*PROGRAM, "open", crashloop], stdin=theirs, stdout=theirs, stderr=theirs,
            start_new_session=True, env={**os.environ, "TERM": "xterm"},
        )  # fmt: skip
        os.close(theirs)
        received = b""
        while ALTERNATE not in received:
            received += os.read(ours, 65536)
        os.close(ours)
        try:
            assert viewer.wait(15) == -signal.SIGHUP
        finally:
            viewer.kill()


class TestWhatATerminalCanShow:
    def colours(self, terminal: Terminal) -> set[str]:
        return {cell.fg for row in terminal.screen.buffer.values() for cell in row.values()}

    def test_colours_are_those_of_the_theme(self, crashloop: Path) -> None:
        with opened(crashloop) as terminal:
            assert len(self.colours(terminal)) > 3

    def test_no_color_leaves_signs_and_words(self, crashloop: Path) -> None:
        with Terminal("open", crashloop, "--utc", env={"NO_COLOR": "1"}) as terminal:
            terminal.wait_for("complete")
            terminal.keys("e")
            terminal.wait_for(lambda t: any(line.startswith("> !") for line in t.text))
            assert self.colours(terminal) == {"default"}

    def test_ascii_draws_nothing_else(self, crashloop: Path) -> None:
        with opened(crashloop, "--ascii") as terminal:
            terminal.keys("e")
            terminal.settle()
            assert all(line.isascii() for line in terminal.text)

    def test_a_locale_without_unicode_is_drawn_in_ascii(self, crashloop: Path) -> None:
        locale = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
        with Terminal("open", crashloop, env=locale) as terminal:
            terminal.wait_for("complete")
            terminal.settle()
            assert all(line.isascii() for line in terminal.text)

    def test_a_dumb_terminal_gets_text(self, crashloop: Path) -> None:
        with Terminal("open", crashloop, "evt.num<10", env={"TERM": "dumb"}) as terminal:
            terminal.wait()
            assert b"\x1b" not in terminal.received


class TestKeysOfTheSettings:
    def opened(self, crashloop: Path, folder: Path, line: str) -> Terminal:
        (folder / "scaptui").mkdir()
        (folder / "scaptui" / "config.toml").write_text(f"[keys]\n{line}\n")
        return Terminal("open", crashloop, env={"XDG_CONFIG_HOME": str(folder)})

    def test_a_command_has_the_keys_it_was_given(self, crashloop: Path, tmp_path: Path) -> None:
        with self.opened(crashloop, tmp_path, '"screen.stream" = "f9,ctrl+x"') as terminal:
            terminal.wait_for("complete")
            terminal.wait_for("F9 stream")
            terminal.keys("\x18")
            terminal.wait_for("+TIME  DIR")

    @pytest.mark.parametrize(
        ("line", "told"),
        [
            ('"screen.proceses" = "f9"', "did you mean screen.processes?"),
            ('"screen.processes" = "f99"', "'f99' is no key"),
        ],
    )
    def test_a_mistake_is_told_before_the_screen_is_taken(
        self, crashloop: Path, tmp_path: Path, line: str, told: str
    ) -> None:
        with self.opened(crashloop, tmp_path, line) as terminal:
            assert terminal.wait() == 2
            said = terminal.received.decode()
            assert "config.toml:2: " in said
            assert told in said
            assert ALTERNATE not in terminal.received


def test_a_pipe_gets_the_events_as_text(crashloop: Path) -> None:
    result = run_program("open", crashloop, "proc.name=nginx", "--utc")
    assert result.status == 0
    assert "nginx" in result.lines[0]


def test_a_capture_is_read_from_standard_input(crashloop: Path) -> None:
    shell = ["sh", "-c", f'gzip -dc "{crashloop}" | "$0" open - --utc', *PROGRAM]
    with Terminal(program=shell) as terminal:
        terminal.wait_for("complete")
        terminal.keys("j")
        terminal.wait_for("row 2 of")
        terminal.keys("q")
        assert terminal.wait() == 0


def test_what_is_written_later_is_shown_when_followed(
    plain_crashloop: Path, tmp_path: Path
) -> None:
    whole = plain_crashloop.read_bytes()
    growing = tmp_path / "growing.scap"
    growing.write_bytes(whole[: len(whole) // 2])
    with Terminal("open", growing, "--follow", "--utc") as terminal:
        terminal.wait_for("following")
        terminal.keys("G")
        terminal.settle()
        before = terminal.text[5:22]
        with growing.open("ab") as file:
            file.write(whole[len(whole) // 2 :])
        terminal.wait_for(lambda t: t.text[5:22] != before)
        terminal.settle()
        terminal.keys("q")
        assert terminal.wait() == 0
