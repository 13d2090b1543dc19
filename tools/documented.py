"""The commands as documentation and completions see them: taken from the parsers themselves."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from unittest import mock

from scaptui.commands import COMMANDS, arguments, printing


@dataclass(frozen=True)
class Option:
    """One option of a command.

    Attributes:
        flags: As they are typed, short ones first.
        value: What stands behind it, empty for none.
        choices: The words the value can be.
        help: What it does.
    """

    flags: tuple[str, ...]
    value: str
    choices: tuple[str, ...]
    help: str


@dataclass(frozen=True)
class Documented:
    """All there is to say about one command.

    Attributes:
        name: Its name; empty for the form without a command.
        usage: The words behind it.
        summary: A few words.
        description: A sentence or two.
        options: What changes it.
        example: Command lines.
        words: What is typed as it stands beside captures: names of views, kinds of reports.
        takes_files: Whether it reads captures.
    """

    name: str
    usage: str
    summary: str
    description: str
    options: tuple[Option, ...]
    example: str
    words: tuple[str, ...]
    takes_files: bool


def documented() -> list[Documented]:
    """Every command, in the order of the table, and sysdig's form at the end."""
    commands = []
    for command in COMMANDS:
        run = import_module(f"scaptui.commands.{command.module}").run
        commands.append(_of(command.name, command.usage, command.summary, run))
    sysdig = "print, for fingers that know sysdig"
    usage = "-r FILE [OPTION...] [FILTER]"
    return [*commands, _of("", usage, sysdig, printing.run_as_sysdig)]


def _of(name: str, usage: str, summary: str, run: Callable[[list[str]], object]) -> Documented:
    parser = _parser_of(run)
    # Written by hand, the usage line of a command's help may say more than the table.
    told = (parser.usage or "").removeprefix(f"scaptui {name}".strip()).strip() or usage
    return Documented(
        name,
        told,
        summary,
        parser.description or "",
        tuple(_options(parser)),
        (parser.epilog or "").removeprefix("example:\n"),
        parser.words,
        any(action.metavar == "FILE" for action in parser._get_positional_actions()),
    )


def _parser_of(run: Callable[[list[str]], object]) -> arguments.Parser:
    """A command makes its parser when it runs; asked for help it does nothing else."""
    made: list[arguments.Parser] = []
    with _help_goes_to(made.append):
        try:
            run(["--help"])
        except SystemExit:
            return made[0]
    raise AssertionError("--help did not end the command")


@contextmanager
def _help_goes_to(take: Callable[[arguments.Parser], None]) -> Iterator[None]:
    def print_help(self: arguments.Parser, _file: object = None) -> None:
        take(self)

    with mock.patch.object(arguments.Parser, "print_help", print_help):
        yield


def _options(parser: arguments.Parser) -> Iterator[Option]:
    for action in parser._actions:
        if not action.option_strings or action.help == argparse.SUPPRESS:
            continue
        takes_value = action.nargs != 0
        choices = tuple(str(choice) for choice in action.choices or ())
        value = ""
        if takes_value:
            metavar = action.metavar if isinstance(action.metavar, str) else None
            value = metavar or ("|".join(choices) if choices else action.dest.upper())
        said = (action.help or "") % {**vars(action), "prog": parser.prog}
        yield Option(tuple(action.option_strings), value, choices, said)
