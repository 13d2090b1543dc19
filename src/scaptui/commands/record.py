"""`scaptui record`: what happens on this machine into a file, without a screen."""

import argparse
import os
import signal
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from scaptui.capture.followed import Followed
from scaptui.capture.helper import find_helper
from scaptui.capture.invoking_user import become_invoking_user
from scaptui.capture.making import check_folder, taken
from scaptui.capture.probe import ProbeOptions
from scaptui.capture.recording import (
    STDOUT,
    Limits,
    Recorded,
    Recording,
    check_packing,
    native_syscall_names,
)
from scaptui.capture.start import here
from scaptui.commands import arguments, quantities
from scaptui.commands.doctor import refused_to_capture
from scaptui.commands.reading import Asked, asked_for
from scaptui.commands.record_progress import Ending, Told
from scaptui.errors import FilterError, Refused, Status
from scaptui.filter.left_here import left_here
from scaptui.filter.pushed_down import PushedDown, pushed_down
from scaptui.output import tell
from scaptui.views.format import counted, zone_named

EXAMPLE: Final = """\
scaptui record -o crash.scap.gz --for 30s
scaptui record -o nginx.scap.zst 'proc.name=nginx and evt.type!=futex'
scaptui record -o day.scap.gz --max-size 100M --rotate 24
scaptui record -o - | ssh host scaptui open -"""

# How long one look at what comes takes: signals are answered between two of them.
_LOOK_MS: Final = 100
# What the helper has in hand when it cannot be told to end reaches us within this time.
_DRAIN: Final = 0.5
# So long may a helper take that was told to end, and one whose time is up.
_PATIENCE: Final = 10.0
_SIGNALS: Final = {
    signal.SIGINT: "interrupted",
    signal.SIGTERM: "told to end",
    signal.SIGHUP: "the terminal has gone",
}


def run(words: list[str]) -> Status:
    """Record into a file until the time is over, or a signal comes."""
    options = _options(words)
    zone = zone_named(arguments.settled_zone())
    limits = _limits(options)
    if options.output != STDOUT and limits.files is None and os.path.lexists(options.output):
        raise Refused(*taken(options.output))
    if options.output != STDOUT:
        check_folder(options.output)
    arguments.check_processes(options)
    asked = _asked_for(options)
    calls = frozenset(native_syscall_names())
    pushed = PushedDown()
    if asked.expression is not None:
        pushed = pushed_down(asked.expression, calls)
    helper = find_helper()
    wanted = _probe_options(options, pushed)
    argv = here(helper, wanted) if helper else None
    if argv is None:
        return refused_to_capture() or Status.REFUSED
    asked_to_end = _Signals()
    probe = Followed(argv, tell)
    # Its end of the pipe is taken while we may: later it belongs to another user.
    recording = Recording(
        probe.stream, options.output, asked.compiled, limits, old_kinds=bool(options.compat)
    )
    os.close(probe.stream)
    become_invoking_user()
    while not probe.is_ready and probe.status is None and asked_to_end.by is None:
        probe.hear(_LOOK_MS / 1000)
    if not probe.is_ready:
        if asked_to_end.by is not None:
            return Status.INTERRUPTED
        probe.hear(1)
        return refused_to_capture() or Status.REFUSED
    recording.begin_file()
    told = Told(options.duration, zone)
    left: tuple[str, ...] = ()
    if options.filter and asked.expression is not None:
        has_group = wanted.cgroup is not None
        left = left_here(options.filter, asked.expression, calls, has_group=has_group)
    told.ready(options.filter, pushed, wanted, left)
    watched = list(options.pid or ())
    return _Run(recording, probe, told, limits, asked_to_end, options, watched=watched).run()


def _asked_for(options: argparse.Namespace) -> Asked:
    """The filter.

    Raises:
        Refused: it cannot be understood, as a command cannot.
    """
    try:
        return asked_for(options.filter)
    except FilterError as error:
        if not options.is_behind_dashes:
            raise
        raise Refused(
            f"record runs no command, and {options.filter!r} is no filter: {error.message}",
            "scaptui live -w FILE -- COMMAND records what a command does",
        ) from error


class _Signals:
    """The signal that asked for an end, if one did."""

    def __init__(self) -> None:
        self.by: int | None = None
        for number in _SIGNALS:
            signal.signal(number, self._take)

    def _take(self, number: int, _frame: object) -> None:
        self.by = self.by or number


@dataclass(slots=True)
class _Run:
    """A recording that has begun."""

    recording: Recording
    probe: Followed
    told: Told
    limits: Limits
    signals: _Signals
    options: argparse.Namespace
    # Bytes of the files before the present one.
    before: int = 0
    is_size_told: bool = False
    # Processes that were asked for and have not ended yet.
    watched: list[int] = field(default_factory=list)

    def run(self) -> Status:
        """Record until something ends it; say how it went."""
        now = self.recording.step(0)
        why = ""
        while not why:
            now = self.recording.step(_LOOK_MS)
            self.probe.hear()
            self.told.progress(now.events, self.probe.drops)
            why = self._over(now)
            self._tell_of_ends()
            if now.state == "full":
                self._tell_of_size(now)
            if now.state == "full" and self.limits.files is not None:
                why = why or self._next_file()
        if now.state == "running":
            now = self._drain()
        return self._end(why, now)

    def _tell_of_ends(self) -> None:
        for pid in [pid for pid in self.watched if not Path(f"/proc/{pid}").exists()]:
            self.watched.remove(pid)
            tell(f"process {pid} has ended; what it started is recorded on")

    def _next_file(self) -> str:
        """Begin it; why that cannot be done, else nothing."""
        try:
            self.recording.begin_file()
        except Refused as refused:
            return f"the next file cannot be made: {refused.message}"
        return ""

    def _over(self, now: Recorded) -> str:
        """Why it is over, empty while it is not."""
        duration = self.options.duration
        if self.signals.by is not None:
            return _SIGNALS[signal.Signals(self.signals.by)]
        match now.state:
            case "enough":
                return f"{counted(now.events, 'event')} are written"
            case "full" if self.limits.files is None:
                return f"the file has reached the {self.options.max_size:,} bytes of --max-size"
            case "failed":
                return now.reason
            case "ended" if duration is not None and self.told.elapsed >= duration - 1:
                return "time is up"
            case "ended" | "no capture":
                self.probe.hear(1)
                return self._helper_ended()
            case _:
                late = duration is not None and self.told.elapsed > duration + _PATIENCE
                return "time is up" if late else ""

    def _tell_of_size(self, now: Recorded) -> None:
        """Say once that a file that is full had to be larger than it was to be."""
        most, taken = self.limits.file_bytes, now.bytes - self.before
        self.before = now.bytes
        # What waits to be written is counted with the next file: that may look like a little more.
        if most is not None and taken > 2 * most and not self.is_size_told:
            self.is_size_told = True
            tell(
                f"note: files become larger than the {most:,} bytes of --max-size: each begins "
                "with the state of the machine, and has room for as much again"
            )

    def _helper_ended(self) -> str:
        status = self.probe.status
        if status is not None and status < 0:
            return f"the helper was ended by {signal.Signals(-status).name}"
        return "the helper ended" + "".join(f": {said}" for said in list(self.probe.said)[-1:])

    def _drain(self) -> Recorded:
        """Take what the helper has in hand."""
        patience = _PATIENCE if self.probe.ask_to_end() else _DRAIN
        until = self.told.elapsed + patience
        now = self.recording.step(0)
        while now.state == "running" and self.told.elapsed < until:
            now = self.recording.step(_LOOK_MS)
            self.probe.hear()
        return now

    def _end(self, why: str, now: Recorded) -> Status:
        before, now = now, self.recording.finish()
        self.probe.hear()
        is_closed_pipe = self.options.output == STDOUT and now.reason == "broken pipe"
        went_well = is_closed_pipe or (before.state != "no capture" and now.state != "failed")
        failed_besides = why.startswith(("the helper", "the next file"))
        state: Ending = "complete" if went_well else "cut"
        if went_well and why.startswith("the helper"):
            state = "incomplete"
        self.told.stopped("nobody reads any more" if is_closed_pipe else why)
        files = None if self.options.output == STDOUT else self.recording.files
        self.told.summary(files, now, self.probe.drops, state)
        if not went_well or failed_besides:
            return Status.REFUSED
        return Status.MATCHED if now.events else Status.NOTHING


def _probe_options(options: argparse.Namespace, pushed: PushedDown) -> ProbeOptions:
    return ProbeOptions(
        snaplen=options.snaplen,
        buffer=options.buffer,
        duration=options.duration,
        exit_only=options.exit_only,
        compat=options.compat,
        environment=not options.no_env,
        switches=options.switches,
        page_faults=options.page_faults,
        calls=tuple(sorted(pushed.calls or ())),
        comms=tuple(sorted(pushed.comms or ())),
        uids=tuple(sorted(pushed.uids or ())),
        **arguments.processes(options, pushed.pids, pushed.groups),
    )


def _limits(options: argparse.Namespace) -> Limits:
    if options.rotate is not None:
        if options.output == STDOUT:
            raise Refused("--rotate makes files, standard output is none", "name a file with -o")
        if options.max_size is None and options.every is None:
            raise Refused(
                "--rotate needs to know when a file is full",
                "--max-size 100M, --every 10m or both say so",
            )
    elif options.every is not None:
        raise Refused("--every begins new files, and there is one", "--rotate N keeps N of them")
    return Limits(options.events, options.max_size, options.every, options.rotate)


def _options(words: list[str]) -> argparse.Namespace:
    parser = arguments.Parser(
        "record",
        "-o FILE [FILTER] [OPTION...]",
        "Records what happens on this machine into a file that scaptui and today's sysdig and\n"
        "Falco read; sysdig 0.29, as Debian 12 has it, needs --compat 0.29.\n"
        "Ctrl-C, a signal or a limit ends it, and that is success; the file can be read whatever\n"
        "does. Names ending in .gz or .zst are compressed. With a filter only events it selects\n"
        "are written, and those of others that readers need to know names: applied, not shown.\n"
        "Root, or sudo, is for the helper alone: the file is the user's who asked for it.\n"
        "Status 0: events were recorded, 1: none were, 2: it could not begin, or go on,\n"
        "130: Ctrl-C before it began.",
        EXAMPLE,
    )
    parser.add_argument("words", nargs="*", metavar="FILTER", help=argparse.SUPPRESS)
    arguments.add_filter(parser)
    add = parser.add_argument
    add(
        "-o",
        "--output",
        metavar="FILE",
        required=True,
        help="a new file of mode 0600; - is standard output",
    )
    add(
        "--for",
        dest="duration",
        type=quantities.seconds,
        metavar="TIME",
        help="end after this time: 500ms, 30s, 10m, 1h",
    )
    add("--events", type=quantities.count, metavar="N", help="end after N events")
    add(
        "--max-size",
        type=quantities.size,
        metavar="SIZE",
        help="end before the file is larger: 500k, 100M, 2G; with --rotate begin another. "
        "A file begins with the state of the machine, and always has room for as much again",
    )
    add(
        "--rotate",
        type=_files,
        metavar="N",
        help="write files numbered 0001 and so on, each a whole capture, and keep the newest N "
        "(0: all); those that are there already count, and numbers go on after theirs",
    )
    add(
        "--every",
        type=quantities.seconds,
        metavar="TIME",
        help="with --rotate: begin another file after this time",
    )
    add(
        "--snaplen",
        type=_snaplen,
        default=80,
        metavar="N",
        help="bytes kept of what a call reads or writes (default: 80)",
    )
    add(
        "--buffer",
        type=quantities.buffer,
        default=64 << 20,
        metavar="SIZE",
        help="memory of all buffers between kernel and helper together (default: 64M)",
    )
    arguments.add_processes(parser)
    add("--exit-only", action="store_true", help="no enter events: half the size, no latencies")
    add("--compat", choices=["0.29"], help="only what sysdig 0.29 can read")
    add("--no-env", action="store_true", help="no environments of processes that run already")
    add("--switches", action="store_true", help="also what the scheduler switches to")
    add("--page-faults", action="store_true", help="also page faults")
    options = parser.parse_intermixed_args(words)
    check_packing(options.output or "")
    if options.filter is not None and options.words:
        raise Refused(f"{options.words[0]!r} is one word too many", "-f states the whole filter")
    options.filter = options.filter or " ".join(options.words) or None
    options.is_behind_dashes = "--" in words
    return options


def _snaplen(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) <= 65_000:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number of bytes up to 65,000")


def _files(text: str) -> int:
    return 0 if text == "0" else quantities.count(text)
