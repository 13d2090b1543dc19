"""How the helper is started: through sudo, through ssh."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from scaptui.capture.helper import Answers, Helper
from scaptui.capture.probe import ProbeOptions
from scaptui.capture.start import here, there

PATH = Path("/usr/local/bin/scaptui-probe")


def test_root_simply_runs_it_and_the_viewer_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    command = here(Helper(PATH), ProbeOptions())
    assert command is not None
    assert command[0] == str(PATH)
    assert {f"--exclude-pid={os.getpid()}", "--status-fd=2"} <= set(command)


def test_for_an_ordinary_user_sudo_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/sudo")
    command = here(Helper(PATH, Answers("1")), ProbeOptions())
    assert command is not None
    assert command[0] == "/usr/bin/sudo"
    assert str(PATH) in command


def test_without_sudo_there_is_no_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert here(Helper(PATH, Answers("1")), ProbeOptions()) is None


def test_over_ssh_one_word_is_run_that_the_shell_there_takes_as_it_is() -> None:
    options = ProbeOptions(comms=("a b;$(reboot)",))
    command = there("root@node7", ["-p", "2222"], None, options)
    assert command[:6] == ["ssh", "-T", "-p", "2222", "--", "root@node7"]
    replaced = command[6].replace("scaptui-probe", "echo", 1)
    said = subprocess.run(["sh", "-c", replaced], capture_output=True, text=True, check=True)
    assert " --comm=a b;$(reboot) " in said.stdout
    # The shell above, which carries the stream, is left out.
    assert int(said.stdout.rsplit(" --exclude-pid ", 1)[1]) > 0
