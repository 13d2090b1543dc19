"""`scaptui live`: the viewer on what happens now, here or on another host."""

import argparse
import os
import re
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import psutil

from scaptui.capture.child import Child
from scaptui.capture.helper import find_helper
from scaptui.capture.invoker import become, invoker
from scaptui.capture.probe import Probe
from scaptui.capture.pushdown import pushed_down
from scaptui.capture.start import Wanted, here, there
from scaptui.capture.tee import Tee
from scaptui.commands import arguments
from scaptui.commands import open as viewer
from scaptui.commands.doctor import refused_to_capture
from scaptui.errors import Refused, Status
from scaptui.output import tell
from scaptui.views.live import Live

EXAMPLE: Final = """\
scaptui live 'proc.name=nginx'
scaptui live -w trouble.scap evt.failed=true and fd.name contains /etc
sudo scaptui live --for 30s -- make -j2
scaptui live --ssh root@node7 evt.type=connect -- -p 2222"""

_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)(s|m|h|)")
_SIZE: Final = re.compile(r"(\d+)([kKmMgG]?)(?:i?B)?")
_SHIFTS: Final = {"": 0, "K": 10, "M": 20, "G": 30}
# Memory for events where nothing is said of it, in bytes.
_KEPT: Final = 1 << 30
_SECONDS: Final = {"": 1, "s": 1, "m": 60, "h": 3_600}
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
    pushed = _pushed(text) if text else []
    wanted = Wanted(
        snaplen=options.snaplen,
        buffer=options.buffer,
        seconds=options.seconds,
        exit_only=options.exit_only,
        no_env=options.no_env,
        pushed=pushed,
    )
    if options.ssh is not None:
        return _show_remote(options, text, wanted, behind)
    return _show_local(options, text, wanted, behind)


def _pushed(text: str) -> list[str]:
    """What the kernel decides of a filter, as options of the helper.

    Raises:
        Refused: the filter cannot be understood.
    """
    from scaptui.filter.core import understood
    from scaptui.filter.wire import wire

    return pushed_down(wire(understood(text).expression))


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
    parser.add_argument("-w", "--write", metavar="FILE", help="record to FILE as well")
    parser.add_argument(
        "--for", dest="seconds", type=_seconds, metavar="TIME", help="record so long: 30s, 5m, 1h"
    )
    parser.add_argument(
        "--snaplen", type=_bytes, metavar="N", help="bytes kept of what calls move (80)"
    )
    parser.add_argument("--buffer", metavar="SIZE", help="memory of all buffers (64M)")
    parser.add_argument(
        "--keep",
        type=_size,
        metavar="SIZE",
        help="memory for events, beyond which the oldest go (1G, at most a quarter of the free)",
    )
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


def _seconds(text: str) -> float:
    found = _DURATION.fullmatch(text)
    if not found or not float(found[1]):
        raise argparse.ArgumentTypeError(f"takes a time, as 30s or 5m, not {text!r}")
    return float(found[1]) * _SECONDS[found[2]]


def _size(text: str) -> int:
    found = _SIZE.fullmatch(text)
    if not found:
        raise argparse.ArgumentTypeError(f"takes a size, as 512M or 2G, not {text!r}")
    return int(found[1]) << _SHIFTS[found[2].upper()]


def _room() -> int:
    """Memory for events where nothing was said of it."""
    return min(_KEPT, psutil.virtual_memory().available // 4)


def _bytes(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"takes a number of bytes, not {text!r}")
    return int(text)


def _show_local(
    options: argparse.Namespace, text: str | None, wanted: Wanted, command: Sequence[str]
) -> int:
    helper = find_helper()
    argv = here(helper, wanted) if helper else None
    if argv is None:
        return refused_to_capture() or _unknown_refusal(None)
    user = invoker(os.environ)
    # Made while there is one thread, and known by its number before it does anything.
    child = Child(command, user, options.output) if command else None
    try:
        probe = _started(argv)
        if probe is None or not probe.wait_until_ready():
            return refused_to_capture() or _unknown_refusal(probe)
        if user is not None:
            os.fchown(probe.stream, user.uid, user.gid)
            become(user)
        if child is not None:
            clause = f"proc.pid={child.pid} or proc.apid={child.pid}"
            text = f"({text}) and ({clause})" if text else clause
        live = _live(options, wanted, probe, child, command)
        status = _show(options, text, live)
    finally:
        left = child.stop() if child is not None else 0
    return status if child is None else left


def _show_remote(
    options: argparse.Namespace, text: str | None, wanted: Wanted, ssh_options: Sequence[str]
) -> int:
    probe = _started(there(options.ssh, ssh_options, options.remote_probe, wanted))
    if probe is None:
        raise Refused("there is no ssh here", "install openssh-client")
    if not probe.wait_until_ready():
        raise Refused(
            f"nothing can be recorded on {options.ssh!r}: {probe.ended() or 'no stream came'}",
            "scaptui-probe has to be there, and to run as root or with capabilities",
        )
    return _show(options, text, _live(options, wanted, probe, None, (), local=False))


def _started(argv: Sequence[str]) -> Probe | None:
    try:
        return Probe(argv, tell)
    except OSError:
        return None


def _unknown_refusal(probe: Probe | None) -> Status:
    """All that a capture needs is there, and yet there is none."""
    said = probe.ended() if probe is not None else None
    raise Refused(f"the capture helper ended: {said or 'it could not be run'}", "scaptui doctor")


def _live(
    options: argparse.Namespace,
    wanted: Wanted,
    probe: Probe,
    child: Child | None,
    command: Sequence[str],
    *,
    local: bool = True,
) -> Live:
    probe.listen()
    pushed = " ".join(word.removeprefix("--") for word in wanted.pushed)
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
        pushed=pushed,
        keep=keep,
    )


def _show(options: argparse.Namespace, text: str | None, live: Live) -> int:
    if live.child is not None and (reason := live.child.go()):
        raise Refused(f"cannot run {live.command!r}: {reason}")
    stream = [f"/dev/fd/{live.stream}"]
    try:
        if viewer.on_terminal():
            return viewer.show(stream, text, viewer.look(options), rules=options.rules, live=live)
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
    zone = [] if options.zone is None else ["--tz", options.zone]
    stated = [] if text is None else ["-f", text]
    rules = [word for path in options.rules for word in ("--rules", path)]
    return printing.run([*zone, *stated, *rules, "--", *stream])


def _end_with(child: Child, tee: Tee | None) -> None:
    while child.poll() is None:
        time.sleep(0.05)
    time.sleep(_TAIL)
    with suppress(OSError):
        if tee is not None:
            tee.end()
