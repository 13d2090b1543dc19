import re
import subprocess
from pathlib import Path

import pytest

from scaptui.commands import COMMANDS, Command
from scaptui.commands.sysdig_options import NOT_OURS
from tests.running import PROBE, SCAPTUI, Run, run_program


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_has_help_with_an_example(scaptui: Run, command: Command) -> None:
    said = scaptui(command.name, "--help")
    assert said.status == 0
    assert "example:\n  scaptui " in said.out
    assert said.err == ""


def test_help_names_every_command(scaptui: Run) -> None:
    said = scaptui("--help")
    assert said.status == 0
    assert all(f"scaptui {command.name} " in said.out for command in COMMANDS)


def test_the_version_is_one_line(scaptui: Run) -> None:
    said = scaptui("--version")
    assert (said.status, len(said.lines)) == (0, 1)
    assert said.out.startswith("scaptui ")


def test_the_probe_has_the_same_version(scaptui: Run) -> None:
    probe = run_program("--version", program=PROBE)
    assert probe.out.split()[1] == scaptui("--version").out.split()[1]


def test_the_probe_refuses_what_it_does_not_know_in_a_line() -> None:
    said = run_program("--no-such-option", program=PROBE)
    assert (said.status, said.out) == (2, "")
    assert "--no-such-option" in said.err.splitlines()[0]


@pytest.mark.parametrize("words", [("proc.nme=nginx",), ("(evt.tpe=open)", "or", "x=1")])
def test_a_filter_in_place_of_a_command_is_that_of_live(scaptui: Run, words: list[str]) -> None:
    said = scaptui(*words)
    assert said.status == 2
    assert "there is no field" in said.err


def test_a_file_in_place_of_a_command_is_no_filter(scaptui: Run) -> None:
    assert "there is no command 'crash.scap.gz'" in scaptui("crash.scap.gz").err


def test_without_a_command_it_says_where_help_is(scaptui: Run) -> None:
    said = scaptui()
    assert (said.status, said.out) == (2, "")
    assert "--help" in said.err


def test_a_command_that_is_none_is_answered_with_those_there_are(scaptui: Run) -> None:
    said = scaptui("opne", "x.scap")
    assert said.status == 2
    assert "there is no command 'opne'" in said.err
    assert "hint: did you mean open? commands are open, live, record, print" in said.err


@pytest.mark.parametrize(
    "flag", [flags[0] for flags, _, _ in NOT_OURS], ids=lambda flag: flag.lstrip("-")
)
def test_options_of_sysdig_we_lack_are_answered_with_ours(scaptui: Run, flag: str) -> None:
    said = scaptui("-r", "whatever.scap", flag)
    assert said.status == 2
    assert f"sysdig's {flag} is not an option here" in said.err
    assert "\nhint: " in said.err


def test_what_is_named_in_place_of_an_option_of_sysdig_exists(scaptui: Run) -> None:
    commands = {
        command for *_, hint in NOT_OURS for command in re.findall("`(scaptui [^`]+)`", hint)
    }
    for command in sorted(commands):
        _, name, *words = command.split()
        if name.isalpha() and name.islower():
            flags = {word for word in words if word.startswith("-")}
            assert flags <= set(re.findall(r"--?[\w-]+", scaptui(name, "--help").out)), command


def test_help_that_cannot_be_written_is_told() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [SCAPTUI, "print", "--help"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert b"cannot write the output" in done.stderr


def test_an_option_nobody_has_is_refused(scaptui: Run) -> None:
    said = scaptui("print", "x.scap", "--frobnicate")
    assert said.status == 2
    assert "scaptui print --help" in said.err
