"""The command line: finds the command, and turns what happens into an exit status."""

import gc
import os
import re
import signal
import sys
from contextlib import suppress
from importlib import import_module
from typing import Final, NoReturn, Protocol, cast

from scaptui.commands import COMMANDS, Command
from scaptui.errors import EndedBySignal, Refused, Status
from scaptui.output import STDERR, STDOUT, Closed, Output, refusal, tell

DESCRIPTION: Final = "Reads system call captures (.scap): prints, filters, counts."
NOTES: Final = """\
Words that name a readable file, or -, are captures; the others, joined by blanks, are
the filter, in sysdig's words or Wireshark's. -f FILTER states it.

example:
  scaptui print crash.scap.gz 'proc.name == "nginx" && evt.failed == True'
  scaptui -r crash.scap.gz proc.name=nginx and evt.failed=true

`scaptui COMMAND --help` explains a command. Exit status: 0 something matched, 1 nothing
matched, 2 refused, 70 internal error, 130 interrupted."""


class _Module(Protocol):
    def run(self, words: list[str]) -> int: ...


def main(words: list[str]) -> int:
    """Carry out one command line. Answers go to standard output, all else to standard error."""
    try:
        return _dispatch(words)
    except Refused as error:
        refusal(error)
        return Status.REFUSED
    except Closed:
        _forget_stdout()
        return Status.MATCHED  # whoever read the output had enough of it
    except KeyboardInterrupt:
        return Status.INTERRUPTED
    except EndedBySignal as ended:
        # The way the signal would have, so that the parent sees which.
        signal.signal(ended.number, signal.SIG_DFL)
        os.kill(os.getpid(), ended.number)
        return Status.INTERRUPTED
    except SystemExit as ended:  # argparse has shown a help text
        return Status(ended.code) if isinstance(ended.code, int) else Status.MATCHED
    except BaseException as error:  # noqa: BLE001 - whatever it is (a panic of the core is no
        # Exception) becomes one line, a log and a status: this is the last line of defence.
        from scaptui.crash_log import write_crash_log

        tell(f"scaptui: internal error: {_in_one_line(error)}; details in {write_crash_log(error)}")
        return Status.INTERNAL


def _dispatch(words: list[str]) -> int:
    match words:
        case []:
            raise Refused("no command given", "scaptui --help lists the commands")
        case ["-h" | "--help" | "help", *_]:
            Output.of_process().line(_help())
            return Status.MATCHED
        case ["--version" | "-V", *_]:
            from scaptui.capture.version import version

            Output.of_process().line(f"scaptui {version()}")
            return Status.MATCHED
        case [first, *_] if first.startswith("-") and first != "-":
            from scaptui.commands.printing import run_as_sysdig

            return run_as_sysdig(words)
        case [first, *_] if _begins_filter(first):
            from scaptui.commands import live

            return live.run(words)
        case [first, *rest]:
            module = cast(_Module, import_module(f"scaptui.commands.{_command(first).module}"))
            return module.run(rest)
    raise AssertionError(words)


def _begins_filter(word: str) -> bool:
    """Whether a word in the place of a command begins a filter, as for sysdig: it is recorded."""
    if word.isalpha():
        return False
    is_name = re.match(r"[(!]|[a-z]+\.[a-z]+(\.[a-z]+)*\b(?!\.)", word) is not None
    return is_name and not re.search(r"\.scap\b", word)


def _command(name: str) -> Command:
    for command in COMMANDS:
        if command.name == name:
            return command
    from scaptui.filter.nearest import did_you_mean

    names = [command.name for command in COMMANDS]
    hint = "commands are " + ", ".join(names)
    raise Refused(f"there is no command {name!r}", f"{did_you_mean(name, names)} {hint}".lstrip())


def _help() -> str:
    rows = [(f"scaptui {c.name} {c.usage}".rstrip(), c.summary) for c in COMMANDS]
    rows.append(("scaptui -r FILE [OPTION...] [FILTER]", "print, for fingers that know sysdig"))
    rows.append(("scaptui FILTER", "live, for the same fingers"))
    width = max(len(usage) for usage, _ in rows)
    lines = [f"  {usage:{width}}  {summary}" for usage, summary in rows]
    return "\n".join([DESCRIPTION, "", *lines, "", NOTES])


def _in_one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split()).rstrip(": ")


def _forget_stdout() -> None:
    # Python flushes standard output at exit and would complain about the closed pipe once more.
    os.dup2(os.open(os.devnull, os.O_WRONLY), STDOUT)


def _reopen_closed() -> None:
    # A descriptor that was closed by the caller would be taken by the first file we open.
    for descriptor in (0, STDOUT, STDERR):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    # Python made no streams for them.
    sys.stdout = sys.stdout or os.fdopen(STDOUT, "w", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(STDERR, "w", closefd=False)


def run() -> NoReturn:
    """Run the command line and end the process with its status."""
    # Modules make many objects that stay: looking for garbage among them is a tenth of the start.
    gc.set_threshold(50_000)
    _reopen_closed()
    status = main(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody listens; the exit status still tells
            stream.flush()
    # Taking the store of a large capture apart before the process ends would only take time.
    os._exit(status)


if __name__ == "__main__":
    run()
