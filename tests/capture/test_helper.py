import os
import struct
from pathlib import Path

import pytest

from scaptui.capture import helper as helper_module
from scaptui.capture.helper import Answers, Attempt, file_capabilities, look_at, parse_answers
from scaptui.capture.host import available_memory, lockdown_of


def script(path: Path, text: str) -> Path:
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)
    return path


def test_answers_are_read_line_by_line() -> None:
    text = """\
{"fact":"version","value":"1.2.3"}
{"fact":"capabilities","value":549755813888}
{"fact":"ring buffer","ok":true}
{"fact":"program","ok":false,"errno":1}
"""
    assert parse_answers(text) == Answers("1.2.3", 1 << 39, Attempt(), Attempt(1), None)


@pytest.mark.parametrize(
    "text",
    ["", "usage: probe", "[1]\n3\nnull", '{"fact":1}', '{"fact":"program"}', '{"fact":"version"}'],
)
def test_what_is_no_answer_is_passed_over(text: str) -> None:
    assert parse_answers(text) == Answers()


def test_a_refusal_without_a_number_is_no_success() -> None:
    answers = parse_answers('{"fact":"program","ok":false,"errno":0}')
    assert answers.program is not None
    assert not answers.program.worked


def test_a_helper_that_answers(tmp_path: Path) -> None:
    path = script(tmp_path / "scaptui-probe", """echo '{"fact":"version","value":"9"}'""")
    found = look_at(path)
    assert (found.answers, found.why_not) == (Answers("9"), "")
    assert (found.path, found.mode, found.capabilities) == (path, 0o755, 0)
    # pytest's folders belong to whoever runs it; /tmp is sticky.
    assert (tmp_path in found.open_folders) == (os.geteuid() != 0)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("echo no such option >&2; exit 2", "no such option"),
        ("exit 3", "it ended with status 3"),
        ("echo first >&2; echo last >&2", "last"),
    ],
)
def test_a_helper_that_does_not_answer_is_quoted(tmp_path: Path, text: str, why: str) -> None:
    found = look_at(script(tmp_path / "scaptui-probe", text))
    assert (found.answers, found.why_not) == (None, why)


def test_a_helper_that_cannot_be_run_has_the_words_of_the_system(tmp_path: Path) -> None:
    path = tmp_path / "scaptui-probe"
    path.write_bytes(b"\x7fELF but not really")
    path.chmod(0o755)
    assert look_at(path).why_not == "Exec format error"


def test_folders_that_others_may_change_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o777)
    path = script(folder / "scaptui-probe", "exit 1")
    assert folder in look_at(path).open_folders
    folder.chmod(0o1777)
    assert (folder in look_at(path).open_folders) == (os.geteuid() != 0)


def test_capabilities_of_a_file(tmp_path: Path) -> None:
    path = script(tmp_path / "scaptui-probe", "exit 1")
    wanted = 1 << 39 | 1 << 38 | 1 << 19 | 1 << 2
    low, high = wanted & 0xFFFFFFFF, wanted >> 32
    value = struct.pack("<5I", 0x02000001, low, 0, high, 0)
    try:
        os.setxattr(path, "security.capability", value)
    except OSError as error:
        pytest.skip(f"setxattr: {error.strerror}")
    assert file_capabilities(path) == wanted


def test_the_helper_with_capabilities_goes_before_the_one_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside, other = tmp_path / "venv", tmp_path / "path"
    for folder in (beside, other):
        folder.mkdir()
        script(folder / "scaptui-probe", "exit 1")
    monkeypatch.setattr("sys.executable", str(beside / "python"))
    monkeypatch.setenv("PATH", str(other))
    found = helper_module.find_helper()
    assert found is not None
    assert found.path == beside / "scaptui-probe"
    monkeypatch.setattr(
        helper_module, "file_capabilities", lambda path: 4 if path.parent == other else 0
    )
    found = helper_module.find_helper()
    assert found is not None
    assert found.path == other / "scaptui-probe"


def test_no_helper_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(helper_module, "INSTALLED", str(tmp_path / "scaptui-probe"))
    assert helper_module.find_helper() is None


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("[none] integrity confidentiality\n", "none"),
        ("none [integrity] confidentiality\n", "integrity"),
        ("none integrity [confidentiality]\n", "confidentiality"),
        ("", "none"),
        ("odd [", "none"),
    ],
)
def test_the_level_of_lockdown(text: str, level: str) -> None:
    assert lockdown_of(text) == level


def test_memory_that_can_be_had() -> None:
    text = "MemTotal: 10 kB\nMemFree: 3 kB\nMemAvailable:       7 kB\n"
    assert available_memory(text) == 7 * 1024
    assert available_memory("MemTotal: 10 kB\n") is None
