"""`scaptui live`: the viewer on what happens now, here or on another host."""

import argparse
import os
import signal
import threading
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

import psutil

from scaptui.capture.child import Child
from scaptui.capture.followed import Followed
from scaptui.capture.helper import find_helper
from scaptui.capture.invoking_user import become_invoking_user, invoking_user
from scaptui.capture.probe import ProbeOptions
from scaptui.capture.recording import STDOUT, check_packing, native_syscall_names
from scaptui.capture.start import here, there
from scaptui.capture.tee import Tee
from scaptui.commands import arguments, quantities
from scaptui.commands import open as viewer
from scaptui.commands.doctor import refused_to_capture
from scaptui.errors import EndedBySignal, Refused, Status
from scaptui.filter.left_here import left_here
from scaptui.filter.pushed_down import PushedDown, pushed_down
from scaptui.output import tell
from scaptui.views.live import Live

EXAMPLE: Final = """\
scaptui live 'proc.name=nginx'
scaptui live -w trouble.scap evt.failed=true and fd.name contains /etc
sudo scaptui live --for 30s -- make -j2
scaptui live --ssh root@node7 evt.type=connect -- -p 2222"""

# Memory for events where nothing is said of it, in bytes.
_KEPT: Final = 1 << 30
# How long after a command's end its last events may take to come, in seconds.
_TAIL: Final = 0.3


def run(words: list[str]) -> int:
    """Record, and show what is recorded."""
    before, behind = _split(words)
    options = _parser().parse_intermixed_args(before)
    text = " ".join(options.words) or None
    if options.filter is not None:
        if text:
            raise Refused(f"{text!r} is no option", "-f states the filter; nothing else may")
        text = options.filter
    # A mistake is told before a password is asked for.
    if options.write == STDOUT:
        raise Refused("-w names a file, and - is none", "record -o - writes to standard output")
    check_packing(options.write or "")
    pushed = _pushed(text) if text else PushedDown()
    wanted = ProbeOptions(
        snaplen=options.snaplen,
        buffer=options.buffer,
        duration=options.duration,
        exit_only=options.exit_only,
        environment=not options.no_env,
        calls=tuple(sorted(pushed.calls or ())),
        comms=tuple(sorted(pushed.comms or ())),
        uids=tuple(sorted(pushed.uids or ())),
        # What is where on another host is not known here.
        **arguments.processes(options, pushed.pids, pushed.groups if options.ssh is None else None),
    )
    if options.ssh is not None:
        return _show_remote(options, text, wanted, behind, pushed)
    return _show_local(options, text, wanted, behind, pushed)


def _pushed(text: str) -> PushedDown:
    """What the kernel decides of a filter.

    Raises:
        Refused: the filter cannot be understood.
    """
    from scaptui.filter.core import understood

    return pushed_down(understood(text).expression, frozenset(native_syscall_names()))


def _left_here(text: str | None, wanted: ProbeOptions) -> tuple[str, ...]:
    """What the kernel does not decide of a filter, and why."""
    from scaptui.filter.core import understood

    if text is None:
        return ()
    calls = frozenset(native_syscall_names())
    has_group = wanted.cgroup is not None
    return left_here(text, understood(text).expression, calls, has_group=has_group)


def _in_words(wanted: ProbeOptions, groups: Collection[str] | None) -> str:
    """What the kernel decides, with the values it goes by."""
    told = {
        "name": wanted.comms,
        "process": () if wanted.follow else wanted.pids,
        "user": wanted.uids,
        "call": wanted.calls,
    }
    words = [f"{what} {','.join(values)}" for what, values in told.items() if values]
    # Where the kernel cannot be told of a container without losing events, it is not.
    no_group = ["not the container"] if groups and wanted.cgroup is None else []
    return ", ".join(wanted.words_for_people + words + no_group)


def _parser() -> arguments.Parser:
    parser = arguments.Parser(
        "live",
        "[FILTER] [OPTION...] [-- COMMAND...]",
        "Shows system calls while they are made. Only the helper that records has privileges: it\n"
        "is started through sudo; under `sudo scaptui live` the viewer becomes your user again.\n"
        "With COMMAND only that and what it starts are shown, and its exit status is ours.\n"
        "Without a terminal the selected events are printed as text.",
        EXAMPLE,
    )
    parser.add_argument("words", nargs="*", metavar="FILTER", help=argparse.SUPPRESS)
    arguments.add_filter(parser)
    parser.add_argument(
        "-w", "--write", metavar="FILE", help="record to FILE as well; sysdig 0.29 does not read it"
    )
    parser.add_argument(
        "--for",
        dest="duration",
        type=quantities.seconds,
        metavar="TIME",
        help="record so long: 30s, 5m, 1h",
    )
    parser.add_argument(
        "--snaplen",
        type=quantities.count,
        default=80,
        metavar="N",
        help="bytes kept of what calls move (80)",
    )
    parser.add_argument(
        "--buffer",
        type=quantities.buffer,
        default=64 << 20,
        metavar="SIZE",
        help="memory of all buffers (64M)",
    )
    parser.add_argument(
        "--keep",
        type=quantities.size,
        metavar="SIZE",
        help="memory for events, beyond which the oldest go (1G, at most a quarter of the free)",
    )
    arguments.add_processes(parser)
    parser.add_argument(
        "--exit-only", action="store_true", help="no enter events: half the volume, no latencies"
    )
    parser.add_argument(
        "--no-env", action="store_true", help="leave environments of running processes out"
    )
    parser.add_argument(
        "--output", metavar="FILE", help="where COMMAND's output goes (default: nowhere)"
    )
    parser.add_argument(
        "--ssh", metavar="HOST", help="record on HOST; what stands behind -- are ssh's options"
    )
    parser.add_argument(
        "--remote-probe", metavar="PATH", help="the helper there (default: scaptui-probe)"
    )
    arguments.add_rules(parser, "mark events that rules of this file match")
    viewer.add_look(parser)
    return parser


def _split(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """What stands before and behind `--`."""
    at = words.index("--") if "--" in words else len(words)
    return list(words[:at]), list(words[at + 1 :])


def _room() -> int:
    """Memory for events where nothing was said of it."""
    return min(_KEPT, psutil.virtual_memory().available // 4)


def _show_local(
    options: argparse.Namespace,
    text: str | None,
    wanted: ProbeOptions,
    command: Sequence[str],
    pushed: PushedDown,
) -> int:
    arguments.check_processes(options)
    if command and options.pid is not None:
        raise Refused("--pid and COMMAND both say what to watch", "leave one of them out")
    helper = find_helper()
    if helper is None or here(helper, wanted) is None:
        return refused_to_capture() or _unknown_refusal(None)
    # Made while there is one thread, and known by its number before it does anything.
    child = Child(command, options.output) if command else None
    if child is not None:
        wanted = replace(wanted, pids=(str(child.pid),), follow=True)
    argv = here(helper, wanted)
    assert argv is not None
    left_of_filter = _left_here(text, wanted)
    if child is not None:  # which is not to stay behind
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _ended_by)
    try:
        probe = _started(argv)
        if probe is None or not probe.wait_until_ready():
            return refused_to_capture() or _unknown_refusal(probe)
        user = invoking_user(os.environ)
        if user is not None and os.geteuid() == 0:
            os.fchown(probe.stream, user, -1)
        become_invoking_user()
        if child is not None:
            clause = f"proc.pid={child.pid} or proc.apid={child.pid}"
            text = f"({text}) and ({clause})" if text else clause
        words = _in_words(wanted, pushed.groups)
        live = _live(options, words, probe, child, command, left_of_filter)
        status = _show(options, text, live)
    finally:
        left = child.stop() if child is not None else 0
    return status if child is None else left


def _ended_by(number: int, _frame: object) -> None:
    raise EndedBySignal(number)


def _show_remote(
    options: argparse.Namespace,
    text: str | None,
    wanted: ProbeOptions,
    ssh_options: Sequence[str],
    pushed: PushedDown,
) -> int:
    probe = _started(there(options.ssh, ssh_options, options.remote_probe, wanted))
    if probe is None:
        raise Refused("there is no ssh here", "install openssh-client")
    if not probe.wait_until_ready():
        raise Refused(
            f"nothing can be recorded on {options.ssh!r}: {probe.ended() or 'no stream came'}",
            "scaptui-probe has to be there, and to run as root or with capabilities",
        )
    words = _in_words(wanted, pushed.groups)
    left = _left_here(text, wanted)
    return _show(options, text, _live(options, words, probe, None, (), left, local=False))


def _started(argv: Sequence[str]) -> Followed | None:
    try:
        return Followed(argv, tell)
    except OSError:
        return None


def _unknown_refusal(probe: Followed | None) -> Status:
    """All that a capture needs is there, and yet there is none."""
    if probe is None:
        raise Refused("the capture helper could not be run", "scaptui doctor")
    # What it said stands above already.
    said = "" if probe.said else f": {probe.ended()}"
    raise Refused(f"the capture helper ended before it was ready{said}", "scaptui doctor")


def _live(
    options: argparse.Namespace,
    in_the_kernel: str,
    probe: Followed,
    child: Child | None,
    command: Sequence[str],
    left: tuple[str, ...],
    *,
    local: bool = True,
) -> Live:
    probe.listen()
    tee = Tee(probe.stream, options.write) if options.write or child is not None else None
    hidden = frozenset({os.getpid(), probe.pid}) if local else frozenset()
    keep = _room() if options.keep is None else options.keep
    return Live(
        probe,
        local=local,
        tee=tee,
        child=child,
        command=" ".join(command),
        hidden=hidden,
        pushed=in_the_kernel,
        left=left,
        keep=keep,
    )


def _show(options: argparse.Namespace, text: str | None, live: Live) -> int:
    if live.child is not None and (reason := live.child.go()):
        raise Refused(f"cannot run {live.command!r}: {reason}")
    stream = [f"/dev/fd/{live.stream}"]
    try:
        if viewer.on_terminal():
            how, sources = viewer.look(options), [options.write] if options.write else []
            return viewer.show(stream, text, how, rules=options.rules, live=live, sources=sources)
        return _print(options, stream, text, live)
    finally:
        if live.tee is not None:
            live.tee.finish()
        live.probe.stop()


def _print(
    options: argparse.Namespace, stream: Sequence[str], text: str | None, live: Live
) -> Status:
    from scaptui.commands import printing

    if live.child is not None:
        threading.Thread(target=_end_with, args=(live.child, live.tee), daemon=True).start()
    stated = [] if text is None else ["-f", text]
    rules = [word for path in options.rules for word in ("--rules", path)]
    return printing.run(["--tz", options.zone, *stated, *rules, "--", *stream])


def _end_with(child: Child, tee: Tee | None) -> None:
    while child.poll() is None:
        time.sleep(0.05)
    time.sleep(_TAIL)
    with suppress(OSError):
        if tee is not None:
            tee.end()
