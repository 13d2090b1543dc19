"""A filter that selects nothing leads to the reason, on real captures."""

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.asking import Asking
from tests.running import run_program

Real = Callable[[str], Path]


def why(path: Path, text: str) -> list[str]:
    said = run_program("why", path, text)
    assert said.status == 1
    return said.lines


def below(lines: list[str], part: str) -> str:
    """The filter offered below the line that has this part."""
    at = next(at for at, line in enumerate(lines) if part in line)
    return shlex.split(lines[at + 1].strip())[0]


@pytest.mark.parametrize("name", ["invalid-command.mid.scap.gz", "invalid-command.new.scap.gz"])
def test_the_command_that_does_not_exist_is_found_with_each_run(real: Real, name: str) -> None:
    path = real(name)
    lines = why(path, 'proc.name == "nginx"')
    asking = Asking(path)
    tried = asking.values("%evt.rawarg.filename", below(lines, "  !  "))
    folders = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
    assert tried == [f"{folder}/invalid-command" for folder in folders] * 5
    ends = asking.values("%proc.name %evt.arg.ret", below(lines, "  ×  "))
    assert ends == ["docker-entrypoi 127"] * 5
    assert asking.count(below(lines, "docker-entrypoint.sh invalid-command")) == 35
    assert any("151 execve in the file, 85 succeeded, none of them nginx" in line for line in lines)
    assert "All 5 runs end this way, with exit status 127." in " ".join(lines)


def test_an_image_without_a_process_and_a_file_without_an_execve_are_told(real: Real) -> None:
    lines = why(real("502Error.scap"), "proc.name=nginx")
    text = "\n".join(lines)
    assert "curl 3,746 · haproxy 2,921 · python 2,730 · tini 60" in text
    assert "dockercloud-hap 21" in text
    assert any("container.image" in line and "0 events" in line for line in lines)
    assert " the file has no execve: what ran before it keeps the name it had" in lines


def test_the_call_that_is_used_here_is_named(real: Real) -> None:
    lines = why(real("502Error.scap"), "evt.type=openat")
    assert "    does alike  open 444" in lines
    assert below(lines, "does alike") == 'evt.type = "open"'


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("proc.name=dockercloud-haproxy", "dockercloud-hap 21"),
        ("proc.name=HAProxy", "haproxy 2,921"),
        ("proc.name=pyhton", "python 2,730"),
        ("proc.name=hapro", "haproxy 2,921"),
        ("proc.name=/usr/bin/curl", "curl 3,746"),
    ],
)
def test_the_nearest_name_is_offered_first(real: Real, text: str, nearest: str) -> None:
    lines = why(real("502Error.scap"), text)
    assert any(line.startswith(f"    nearest     {nearest}") for line in lines)
