"""What stands near the end of a run, the few things that matter, in order."""

from typing import Final

from scaptui.views.crashes import Evidence, Run

# Things told of a run, and lines of output among them.
_MOST: Final = 12
_SAID: Final = 6


def story(run: Run) -> list[Evidence]:
    """What shows the cause, the last output, signals, the end; the oldest first.

    Of output that is the last of stderr, where there is any.
    """
    ours = set(run.cause.events) if run.cause else set()
    stderr = [each for each in run.said if each.call == "stderr"]
    shown = {each.event for each in (stderr or run.said)[-_SAID:]} | ours
    near = [each for each in (*run.failures, *run.said) if each.event in shown]
    near += run.signals
    if run.exit is not None:
        near.append(run.exit)
    kept = sorted({each.event: each for each in near}.values(), key=lambda each: each.event)
    first = max(0, len(kept) - _MOST)
    return [each for at, each in enumerate(kept) if at >= first or each.event in ours]


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
