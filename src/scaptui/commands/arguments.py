"""Arguments of a command: options, captures and a filter from the words of a command line.

Parsing opens nothing; it only asks the file system which words name files.
"""

import argparse
import os
import re
import stat
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final, NoReturn, TypedDict

from scaptui.commands.quantities import count
from scaptui.errors import Refused
from scaptui.output import Output

# What a recorder calls its files, with rotation numbers: x.scap, x.scap0, x.scap.gz, x.scap12.zst.
_CAPTURE_NAME: Final = r"[^\s=<>!&|]*\.scap\d*(\.(gz|zst|lz4))?"
# argparse makes a formatter for each option it is told of, and would ask for the terminal's width.
_NARROW: Final = partial(argparse.RawDescriptionHelpFormatter, width=80)
# In place of a zone: no argument of a process holds this character.
_NOT_SAID: Final = "\0"


class _Word(str):
    """A word that is no option, whatever it begins with."""


class Parser(argparse.ArgumentParser):
    """Options of one command; what is wrong with them is a refusal that names the help.

    `words` are those beside captures that are typed as they stand: names of views, for example.
    """

    def __init__(
        self, command: str, usage: str, summary: str, example: str, words: Sequence[str] = ()
    ) -> None:
        self.command = command
        self.words = tuple(words)
        super().__init__(
            prog=f"scaptui {command}".rstrip(),
            usage=f"scaptui {command} {usage}".replace("  ", " "),
            description=summary,
            epilog="example:\n" + "\n".join("  " + line for line in example.splitlines()),
            formatter_class=_NARROW,
            allow_abbrev=False,
            add_help=False,
        )
        self.add_argument("-h", "--help", action="help", help="show this and end")

    def format_help(self) -> str:
        """The help, as wide as the terminal."""
        self.formatter_class = argparse.RawDescriptionHelpFormatter
        return super().format_help()

    def parse_known_args(  # type: ignore[override]  # the overloads are about namespaces
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        """What the words say; those behind `--` are no options."""
        words = list(args or ())
        if "--" in words:
            at = words.index("--")
            words[at:] = [_Word(word) for word in words[at + 1 :]]
        return super().parse_known_args(words, namespace)

    def _parse_optional(self, arg_string: str) -> Any:
        if isinstance(arg_string, _Word) or _begins_with_field(arg_string):
            return None
        return super()._parse_optional(arg_string)

    def print_help(self, file: Any = None) -> None:  # noqa: ARG002 - argparse's signature
        """Write the help as commands write their answers: what cannot be written is told."""
        Output.of_process().write(self.format_help().encode())

    def error(self, message: str) -> NoReturn:
        """Refuse: argparse found a word it cannot place."""
        raise Refused(message, f"{self.prog} --help lists the options")


def _begins_with_field(word: str) -> bool:
    """Whether a word that begins with a dash is a filter: the negative of a field."""
    found = re.match(r"-([a-z]\w*\.[a-z])", word)
    if found is None:
        return False
    from scaptui.filter.core import vocabulary

    return any(name.startswith(found[1]) for name in vocabulary().names())


def add_filter(parser: Parser) -> None:
    """The option that states the filter, for when a word of it also names a file."""
    parser.add_argument("-f", "--filter", metavar="FILTER", help="the filter, stated")


def add_rules(parser: Parser, what: str) -> None:
    """The option that names a file of rules; several are read in order."""
    parser.add_argument(
        "--rules", metavar="FILE.yaml", action="append", default=[], help=what + "; may be repeated"
    )


def add_notes(parser: Parser) -> None:
    """The option that names a file of bookmarks: of the capture that a slice was made of."""
    parser.add_argument(
        "--notes",
        metavar="FILE.notes.json",
        default="",
        help="bookmarks from this file (default: those beside the capture)",
    )


def add_raw(parser: Parser) -> None:
    """The option that leaves captured text as it is."""
    parser.add_argument(
        "--raw", action="store_true", help="leave control characters of captured text as they are"
    )


def add_zone(parser: Parser) -> None:
    """The options for the time zone; without them it is that of the settings."""
    parser.add_argument(
        "--utc", dest="zone", action="store_const", const="UTC", help="times in UTC"
    )
    # Of a default that is text argparse makes a value when no option was given.
    parser.add_argument(
        "--tz",
        dest="zone",
        metavar="ZONE",
        type=lambda asked: settled_zone() if asked == _NOT_SAID else asked,
        help="times in this zone, Europe/Berlin for example (default: zone in the settings, else "
        "local)",
    )
    parser.set_defaults(zone=_NOT_SAID)


def settled_zone() -> str:
    """The zone that the settings say, local time without them.

    Raises:
        Refused: the settings cannot be read, or what they say is no zone.
    """
    from scaptui.settings_file import setting, settings_path
    from scaptui.views.format import zone_named

    try:
        zone = setting("zone")
    except RuntimeError:  # no home directory, so no settings
        return "local"
    if zone is None:
        return "local"
    if isinstance(zone, str):
        with suppress(Refused):
            zone_named(zone)
            return zone
    from scaptui.settings import load  # tells what is wrong with its place

    return load(settings_path()).zone or "local"


class Processes(TypedDict):
    """Which processes a capture is of, as options of the helper."""

    pids: tuple[str, ...]
    follow: bool
    cgroup: str | None
    newest_cgroup: int | None


def add_processes(parser: Parser) -> None:
    """The options for which processes a capture is of; all without them."""
    parser.add_argument(
        "--pid",
        type=count,
        action="append",
        metavar="PID",
        help="only this process and those that it starts; may be repeated",
    )
    parser.add_argument(
        "--cgroup",
        metavar="PATH",
        help="only processes of this control group below /sys/fs/cgroup, and of those in it",
    )


def processes(
    options: argparse.Namespace, pids: Iterable[str] | None, groups: Collection[str] | None = None
) -> Processes:
    """What was asked for. Without it, the processes that a filter cannot do without.

    `groups` are texts of which one is in the path of each process's control group.
    """
    cgroup, newest = options.cgroup, None
    if cgroup is None and groups:
        from scaptui.capture.control_groups import group_of

        if found := group_of(groups):
            cgroup, newest = found.path, found.newest
    asked = tuple(sorted(pids or ())) if options.pid is None else tuple(map(str, options.pid))
    follow = options.pid is not None
    return Processes(pids=asked, follow=follow, cgroup=cgroup, newest_cgroup=newest)


def check_processes(options: argparse.Namespace) -> None:
    """Whether what was asked for is there.

    Raises:
        Refused: there is no such process, or no such control group.
    """
    for pid in options.pid or ():
        if not Path(f"/proc/{pid}").exists():
            raise Refused(f"there is no process {pid}", "ps -e shows those there are")
    if options.cgroup is None:
        return
    from scaptui.capture.control_groups import ROOT

    if not (ROOT / options.cgroup.lstrip("/")).is_dir():
        raise Refused(
            f"there is no control group {options.cgroup!r}",
            f"its path is the one below {ROOT}; /proc/PID/cgroup tells that of a process",
        )


def captures_and_filter(
    words: Sequence[str], stated: str | None = None
) -> tuple[list[str], str | None]:
    """Which words are captures, and the filter the others make up.

    Words that name a readable file, or `-`, are captures. Once the filter has begun only names
    that look like captures count, so that a file called `nginx` does not eat a filter's value.

    Raises:
        Refused: no word is a capture, or one that must be cannot be read.
    """
    captures: list[str] = []
    rest: list[str] = []
    for word in words:
        looks_like_one = re.fullmatch(_CAPTURE_NAME, word) is not None
        if _is_readable(word) and (looks_like_one or not rest or not captures):
            captures.append(word)
        elif looks_like_one:
            raise Refused(*why_unreadable(word))
        else:
            rest.append(word)
    if not captures:
        if not rest:
            raise Refused("no capture named", "name a .scap file, or - for standard input")
        raise Refused(*why_unreadable(rest[0]))
    if stated is not None:
        if rest:
            raise Refused(
                f"there is no file {rest[0]!r}", "-f states the filter; all else is files"
            )
        return captures, stated
    return captures, " ".join(rest) or None


def why_unreadable(word: str) -> tuple[str, str]:
    """Message and hint about a word that should name a capture."""
    path = Path(word)
    try:
        mode = path.stat().st_mode
    except PermissionError:
        return f"no permission to look at {word!r}", "ask its owner, or use sudo"
    except (OSError, ValueError):
        return f"there is no file {word!r}", "the capture comes first, then the filter"
    if stat.S_ISDIR(mode):
        return f"{word!r} is a directory, not a capture", _captures_in(path)
    return f"no permission to read {word!r}", "ask its owner, or use sudo"


def _is_readable(word: str) -> bool:
    if word == "-":
        return True
    try:
        return not Path(word).is_dir() and os.access(word, os.R_OK)
    except (OSError, ValueError):
        return False  # a long filter, or one with a NUL, is no path


def _captures_in(folder: Path) -> str:
    try:
        names = sorted(p.name for p in folder.iterdir() if re.fullmatch(_CAPTURE_NAME, p.name))
    except OSError:
        return "name a file in it"
    if not names:
        return "no file in it has the name of a capture"
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return "captures in it: " + ", ".join(names[:3]) + more
