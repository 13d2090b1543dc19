"""The manual page and the completions of shells."""

import re
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


def test_what_is_generated_for_users_is_installed() -> None:
    said = subprocess.run(
        ["make", "-n", "-o", "dist/.wheel", "install", "PREFIX=/p"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for path in manual.files():
        if path.suffix != ".md":
            assert f" {path.relative_to(ROOT)} /p/share/" in said.stdout


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


@pytest.mark.parametrize("command", documented(), ids=lambda command: command.name or "-r")
def test_nothing_is_offered_twice_and_nothing_that_no_one_types(command: Documented) -> None:
    flags = [flag for option in command.options for flag in option.flags]
    offered = [*command.words, *flags]
    assert len(set(offered)) == len(offered)
    assert all(re.fullmatch(r"-{0,2}[\w-]+", word) for word in offered)


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
        (["scaptui", "report", "--notes", "x"], {"x.notes.json"}),
        (["scaptui", "open", "--notes", "x"], {"x.notes.json"}),
        (["scaptui", "slice", "x.scap", "-o", "x"], {"x.scap", "x.scap.gz"}),
        (["scaptui", "record", "x"], set()),
        (["scaptui", "diff", "x.scap", "--base"], {"--base"}),
        (["scaptui", "doctor", "--f"], {"--format"}),
    ],
)
def test_bash_offers_what_fits(typed: list[str], offered: set[str], tmp_path: Path) -> None:
    for name in ("x.scap", "x.scap.gz", "x.notes.json", "x.txt", "x.yaml"):
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
