"""What stands near the end of a run, the few things that matter, in order; what caused nothing."""

import re
from typing import Final, NamedTuple

from scaptui.views.crash_evidence import LOOKS
from scaptui.views.crashes import Evidence, Run

# Things told of a run, with and without what it did besides failing, and output among them.
_MOST: Final = 12
_MOST_WHOLE: Final = 18
_SAID: Final = 6
# What failed in the last moments of a run, ns, is not called tolerated.
_NEAR: Final = 100_000_000
# What the loader, the C library and interpreters look for in vain.
_USUAL: Final = re.compile(
    rb"^/etc/ld\.so\.|/glibc-hwcaps/|/locale/|/LC_[A-Z]+$|/terminfo/|/__init__\.|\.so(\.[0-9]+)*$"
)
# Bytes of a program's short name.
_COMM: Final = 15


class NoCause(NamedTuple):
    """A failure that did not end its run, and in a few words why that is thought."""

    failed: Evidence
    why: str


def story(run: Run, *, whole: bool = False) -> list[Evidence]:
    """What shows the cause, the last output, signals, the end; the oldest first.

    Of output that is the last of stderr, where there is any. `whole` adds the start, programs,
    the first answer and the ends of its processes. A line that only says that a shown call
    failed is left out where that did not end the run.
    """
    ours = set(run.cause.events) if run.cause else set()
    named = [each for each in run.failures if each.is_named or each.event in ours]
    stderr = [each for each in run.said if each.call == "stderr"]
    said = [each for each in stderr or run.said if whole or each.event not in ours]
    said = [each for each in said if not any(_only_says(each, failed) for failed in named)]
    near = [*named, *said[-_SAID:], *run.signals]
    if whole:
        near += run.happened
    else:
        near += [each for each in run.said if each.event in ours]
    if run.exit is not None:
        near.append(run.exit)
    kept = sorted({each.event: each for each in near}.values(), key=lambda each: each.event)
    first = max(0, len(kept) - (_MOST_WHOLE if whole else _MOST))
    return [each for at, each in enumerate(kept) if at >= first or each.event in ours]


def _only_says(line: Evidence, failed: Evidence) -> bool:
    """Whether a process wrote right away that its call failed."""
    return (
        failed.is_named
        and line.pid == failed.pid
        and failed.ts <= line.ts <= failed.ts + _NEAR
        and failed.about in line.about
    )


def is_tolerated(failed: Evidence, run: Run) -> bool:
    """Whether a run went on after a failure that is not its cause."""
    if run.cause is None or run.cause.certainty in {"likely", "unknown"} or run.ended is None:
        return False
    return failed.event not in run.cause.events and failed.ts < run.ended - _NEAR


def not_causes(run: Run, most: int) -> list[NoCause]:
    """Failures besides the cause, those that output names first, then those of most processes."""
    if run.cause is None or run.ended is None:
        return []
    ours = set(run.cause.events)
    others = [each for each in run.failures if each.event not in ours]
    others.sort(
        key=lambda each: (
            not each.is_named, each.call in LOOKS, -each.processes, -each.times, -each.event,
        )
    )  # fmt: skip
    # Of what any program looks for in many places the commonest is enough.
    told = [each for each in others if not _is_usual(each)]
    told += [each for each in others if _is_usual(each)][:1]
    return [NoCause(each, _why(each, run)) for each in told[:most]]


def _is_usual(failed: Evidence) -> bool:
    return not failed.is_named and (failed.call in LOOKS or _USUAL.search(failed.about) is not None)


def _why(failed: Evidence, run: Run) -> str:
    end = run.ended if run.ended is not None else failed.ts
    if _was_found(failed, run):
        return "found elsewhere"
    tolerated = is_tolerated(failed, run)
    if failed.processes > 1 and not failed.is_named:
        return f"in {failed.processes:,} processes" + (", tolerated" if tolerated else "")
    long_before = before(end - failed.ts).removeprefix("-") + " before the end"
    return f"tolerated, {long_before}" if tolerated else long_before


def _was_found(failed: Evidence, run: Run) -> bool:
    """Whether a program that was looked for in a folder did run."""
    folder, _, name = failed.about.rpartition(b"/")
    if failed.error != "ENOENT" or not (folder.endswith(b"bin") or failed.call.startswith("exec")):
        return False
    return name[:_COMM] in {*run.chain, *(child.name for child in run.children)}


def is_sure(run: Run) -> bool:
    """Whether output or an exit status tell the cause: only then others are none."""
    return run.cause is not None and run.cause.certainty not in {"likely", "unknown"}


def sequel(signal: Evidence, run: Run) -> Evidence | None:
    """The end of the process that a signal went to."""
    for each in run.happened:
        if each.kind == "exit" and each.pid == signal.target and each.event > signal.event:
            return each
    return None


def before(ns: int) -> str:
    """How long before an end: -2.6 ms, -2.02 s, 0."""
    if ns <= 0:
        return "0"
    if ns < 1_000_000:
        return f"-{ns / 1_000:.0f} us" if ns >= 1_000 else f"-{ns} ns"
    if ns < 1_000_000_000:
        ms = ns / 1_000_000
        return f"-{ms:.1f} ms" if ms < 10 else f"-{ms:.0f} ms"
    return f"-{ns / 1_000_000_000:,.2f} s"
