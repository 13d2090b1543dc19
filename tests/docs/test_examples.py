"""The examples of --help and of README, run on the bundled capture as a newcomer would."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from scaptui import __main__
from scaptui.capture.notes_places import home_of
from scaptui.views.bookmarks import Bookmarks
from scaptui.views.notebook import Notebook
from tests.running import SCAPTUI, Run
from tests.views.listing import read
from tools.documented import documented

ROOT = Path(__file__).parents[2]
# What needs a kernel to record, another host, or a terminal.
ELSEWHERE = re.compile(r"(sudo|ssh|make) |scaptui (live|record|doctor|demo$)")
RULES = "- rule: Opens\n  condition: evt.type=openat\n"


def _lines(text: str) -> list[str]:
    """Command lines of an example, without what is said of them behind three blanks."""
    lines = (re.split(r" {3,}", line.strip())[0] for line in text.splitlines())
    return [line for line in lines if re.search(r"\bscaptui ", line)]


def _of_readme() -> str:
    text = (ROOT / "README.md").read_text("utf-8")
    asked = text.partition("\n## Ask\n\n")[2].partition("\n\n")[0]
    assert len(asked.splitlines()) > 10
    return asked


EXAMPLES = {
    "README": _of_readme(),
    "--help": __main__.NOTES.partition("example:\n")[2].partition("\n\n")[0],
} | {command.name or "-r": command.example for command in documented()}


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, bundled: Path, scaptui: Run) -> Path:
    """A folder that holds what the examples name: the bundled capture and parts of it."""
    folder = tmp_path_factory.mktemp("examples")
    shutil.copy(bundled, folder / "crash.scap.gz")
    shutil.copy(bundled, folder / "web.scap.gz")
    (folder / "rules.yaml").write_text(RULES)
    for name, part in (("good.scap", "evt.num<1170"), ("bad.scap", "evt.num>1100")):
        assert scaptui("slice", bundled, part, "-o", folder / name).status == 0
    marks = Bookmarks(read(bundled), Notebook([home_of(str(folder / "crash.scap.gz"))]))
    marks.annotate(1121, "no key")
    marks.notebook.flush()
    return folder


@pytest.fixture
def folder(prepared: Path, workers: Path, tmp_path: Path) -> Path:
    """One's own copy of it, with a capture in which one of many differs."""
    return shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_says_something(name: str, folder: Path) -> None:
    lines = [line for line in _lines(EXAMPLES[name]) if not ELSEWHERE.match(line)]
    environment = {
        **os.environ,
        "PATH": f"{SCAPTUI.parent}:{os.environ['PATH']}",
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_CACHE_HOME": str(folder / "cache"),
    }
    for line in lines:
        done = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {line}"],
            cwd=folder, env=environment, capture_output=True, text=True, timeout=50, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, ""), line
        assert done.stdout or re.search(r"^cp | -o |>", line), line


def test_numbers_of_events_are_of_the_same_capture() -> None:
    text = "\n".join(EXAMPLES.values())
    assert "1121" in text
    assert not re.search(r"\b(crash|web)\.scap(?!\.gz)", text)
