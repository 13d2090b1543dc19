"""The manual page and the completions of shells."""

import shutil
import subprocess
from pathlib import Path

import pytest

from scaptui.commands import COMMANDS
from tools import manual
from tools.documented import Documented, documented

ROOT = Path(__file__).parents[2]


def test_they_are_what_make_docs_would_write() -> None:
    assert manual.stale() == []


@pytest.mark.parametrize("command", documented(), ids=lambda command: command.name or "-r")
def test_every_command_and_option_is_explained(command: Documented) -> None:
    page = (ROOT / "docs" / "scaptui.1").read_text()
    assert command.description
    assert "scaptui" in command.example
    for option in command.options:
        assert option.help
        assert all(flag.replace("-", "\\-") in page for flag in option.flags)


@pytest.mark.parametrize("name", ["scaptui.bash", "_scaptui", "scaptui.fish"])
def test_every_shell_knows_every_command(name: str) -> None:
    text = (ROOT / "completions" / name).read_text()
    assert all(command.name in text for command in COMMANDS)


@pytest.mark.parametrize(
    ("shell", "words"),
    [
        ("bash", ["-n", "completions/scaptui.bash"]),
        ("zsh", ["-n", "completions/_scaptui"]),
        ("fish", ["--no-execute", "completions/scaptui.fish"]),
        ("man", ["--warnings", "-l", "docs/scaptui.1"]),
    ],
)
def test_what_reads_them_finds_no_fault(shell: str, words: list[str]) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    done = subprocess.run([shell, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["scaptui", "pr"], {"print"}),
        (["scaptui", "print", "--form"], {"--format"}),
        (["scaptui", "print", "--format", "c"], {"csv"}),
        (["scaptui", "report", "su"], {"summary"}),
        (["scaptui", "report", "cr"], {"crashes"}),
        (["scaptui", "print", "x"], {"x.scap", "x.scap.gz"}),
        (["scaptui", "check", "x"], set()),
        (["scaptui", "check", "--rules", "x"], {"x.yaml"}),
    ],
)
def test_bash_offers_what_fits(typed: list[str], offered: set[str], tmp_path: Path) -> None:
    for name in ("x.scap", "x.scap.gz", "x.txt", "x.yaml"):
        (tmp_path / name).write_text("")
    script = (
        f"source '{ROOT}/completions/scaptui.bash'; "
        f"COMP_WORDS=({' '.join(typed)}); COMP_CWORD={len(typed) - 1}; "
        '_scaptui; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "--norc", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert {word for word in done.stdout.split("\n") if word} == offered
