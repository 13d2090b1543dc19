"""`scaptui live` as a person runs it: on a terminal, on this kernel."""

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from tests.live.conftest import ends, helper_of
from tests.running import SCAPTUI, run_program
from tests.screens.terminal import Terminal

pytestmark = pytest.mark.usefixtures("kernel")
ALTERNATE, BACK, CURSOR = b"\x1b[?1049h", b"\x1b[?1049l", b"\x1b[?25h"


def kept(terminal: Terminal) -> int:
    found = re.search(r"kept ([\d,]+)", terminal.text[0])
    assert found, terminal.text[0]
    return int(found[1].replace(",", ""))


def row(terminal: Terminal) -> str:
    """The row of the list under the cursor."""
    heading = next(at for at, line in enumerate(terminal.text) if " NUM TIME" in line)
    return next(line for line in terminal.text[heading:] if line.startswith(">"))


def test_seen_paused_read_filtered_and_left(busy: str) -> None:
    with Terminal("live", "--utc", f"proc.name={busy}") as terminal:
        terminal.wait_for("/etc/hostname")
        helper = helper_of(terminal.pid)
        terminal.wait_for(" ev/s ")
        assert terminal.text[0].startswith(" live ")
        assert f"proc.name={busy}   in the kernel: name {busy}" in terminal.text[1]
        terminal.wait_for(lambda t: any(f" {busy} " in line for line in t.text[5:13]))
        first = kept(terminal)
        terminal.wait_for(lambda t: kept(t) > first)

        terminal.keys("=")
        terminal.wait_for(" paused ")
        terminal.settle()
        still = terminal.text
        terminal.read(1.5)
        assert terminal.text == still

        terminal.keys("F", "k", "k")
        terminal.wait_for(" live ")
        terminal.settle()
        read = row(terminal)
        then = kept(terminal)
        terminal.wait_for(lambda t: kept(t) > then)
        assert row(terminal).split()[1] == read.split()[1]

        terminal.keys("f", " and evt.type=close", "enter")
        terminal.wait_for(lambda t: "evt.type=close" in t.text[1] and " of " in t.text[1])
        terminal.keys("G")
        terminal.wait_for("tail")
        terminal.wait_for(lambda t: row(t).split()[4] == "close")

        terminal.keys("q")
        assert terminal.wait() == 0
        assert terminal.received.count(ALTERNATE) == terminal.received.count(BACK) == 1
        assert terminal.received.rindex(CURSOR) > 0
    assert ends(helper)


def test_a_signal_is_sent_to_the_process_under_the_cursor(busy: str) -> None:
    with Terminal("live", f"proc.name={busy}") as terminal:
        terminal.wait_for(lambda t: any(f" {busy} " in line for line in t.text[5:13]))
        terminal.keys("tab", "j", "j", "j", "j", "j")
        terminal.wait_for(
            lambda t: any(line.startswith(">") and busy in line for line in t.text[5:13])
        )
        terminal.keys("f9")
        terminal.wait_for(f" {busy} -c import")
        terminal.keys("escape")
        terminal.wait_for("no signal was sent")
        terminal.keys("f9")
        terminal.wait_for("signal to ")
        terminal.keys("NOSUCH", "enter")
        terminal.wait_for("'NOSUCH' is no signal")
        terminal.keys("f9")
        terminal.wait_for("signal to ")
        terminal.keys("KILL", "enter")
        terminal.wait_for("SIGKILL was sent to process ")
        terminal.wait_for(lambda t: any("SIGKILL" in line for line in t.text[5:13]))
        terminal.keys("q", "q")
        assert terminal.wait() == 0


def test_a_killed_viewer_takes_the_probe_along(busy: str) -> None:
    with Terminal("live", f"proc.name={busy}") as terminal:
        terminal.wait_for("/etc/hostname")
        helper = helper_of(terminal.pid)
        os.kill(terminal.pid, signal.SIGKILL)
        terminal.wait()
    assert ends(helper)


def test_a_killed_probe_leaves_a_viewer_that_says_so(busy: str) -> None:
    with Terminal("live", f"proc.name={busy}") as terminal:
        terminal.wait_for("/etc/hostname")
        os.kill(helper_of(terminal.pid), signal.SIGKILL)
        terminal.wait_for("probe killed by SIGKILL")
        terminal.keys("k", "q")
        assert terminal.wait() == 0


def test_the_time_it_records_can_be_limited(busy: str, tmp_path: Path) -> None:
    recording = tmp_path / "seen.scap"
    with Terminal("live", "--for", "1s", "-w", recording, f"proc.name={busy}") as terminal:
        terminal.wait_for(" stopped ")
        terminal.keys("q")
        assert terminal.wait() == 0
    assert recording.stat().st_mode & 0o777 == 0o600
    said = run_program("print", str(recording), f"proc.name={busy}", "-n", "1")
    assert (said.status, said.err) == (0, "")
    assert busy in said.out


def test_a_command_is_shown_alone_and_its_status_is_ours(tmp_path: Path) -> None:
    output = tmp_path / "output"
    words = ("live", "--output", output, "--", "sh", "-c", "cat /etc/hostname; tty; exit 7")
    with Terminal(*words) as terminal:
        terminal.wait_for("exit 7")
        terminal.wait_for(" stopped ")
        terminal.settle()
        assert re.search(r"filter  proc\.pid=\d+ or proc\.apid=\d+", terminal.text[1])
        names = {line[22:31].strip() for line in terminal.text[14:22] if line.strip()}
        assert names <= {"sh", "cat", "tty"}
        terminal.keys("q")
        assert terminal.wait() == 7
    host = Path("/etc/hostname").read_text()
    assert output.read_text() == f"{host}not a tty\n"


def test_a_command_that_is_none_is_refused_before_the_terminal_is_taken() -> None:
    said = run_program("live", "--", "/nonexistent/program")
    assert said.status == 2
    assert "cannot run '/nonexistent/program': there is no such command" in said.err
    assert said.out == ""


def test_without_a_terminal_events_are_text(busy: str) -> None:
    said = run_program("live", "--for", "1", f"proc.name={busy} and evt.type=openat")
    assert said.status == 0
    assert "name=/etc/hostname" in said.out


def test_a_command_without_a_terminal_gives_its_status() -> None:
    said = run_program("live", "evt.type=procexit", "--", "sh", "-c", "kill -TERM $$")
    assert said.status == 128 + signal.SIGTERM
    assert "procexit" in said.out


def test_a_mistake_in_the_filter_is_told_before_anything_is_started() -> None:
    said = run_program("live", "proc.nme=x")
    assert said.status == 2
    assert "proc.name" in said.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--for", "soon"), "30s or 10m"),
        (("--keep", "much"), "100M"),
        (("--snaplen", "-1"), "no number"),
        (("--buffer", "64X"), "100M"),
    ],
)
def test_options_that_make_no_sense_are_refused(words: tuple[str, ...], says: str) -> None:
    said = run_program("live", *words)
    assert said.status == 2
    assert says in said.err


def test_root_may_watch_for_an_ordinary_user(tmp_path: Path, busy: str) -> None:
    """As `sudo scaptui live` does: sudo tells who asked."""
    library = Path(os.__file__)
    if not all(folder.stat().st_mode & 0o001 for folder in library.parents):
        pytest.skip(f"only root can read {library.parent}")
    environment = {**os.environ, "SUDO_UID": "65534", "SUDO_GID": "65534"}
    process = subprocess.Popen(
        [SCAPTUI, "live", f"proc.name={busy}"],
        stdout=subprocess.PIPE,
        env=environment,
    )
    assert process.stdout is not None
    assert busy.encode() in process.stdout.readline()
    status = Path(f"/proc/{process.pid}/status").read_text()
    assert re.search(r"^Uid:\s+65534\s+65534\s+65534\s+65534$", status, re.MULTILINE)
    assert re.search(r"^CapEff:\s+0+$", status, re.MULTILINE)
    process.kill()
    process.wait()
    process.stdout.close()
