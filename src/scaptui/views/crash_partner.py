"""With which other run of its program a run is compared."""

from scaptui.views.crashes import Program, Run, same


def partner(program: Program, run: Run) -> Run | None:
    """A run that lived, else one that ended well, in another way, or just before; None if alone."""
    others = [each for each in program.runs if each is not run]
    return min(others, key=lambda each: _likeness(run, each), default=None)


def named_run(run: Run) -> tuple[str, str]:
    """A run in words, and a filter for its events: pids come again, so its time counts, too."""
    how = "which lives" if run.lives else f"ended by {run.end.text}" if run.end.signal else ""
    if not how:
        how = f"exit {run.end.text}" if run.end.text else ""
    text = f"(proc.pid={run.pid} or proc.apid={run.pid})"
    if run.started is not None:
        text += f" and evt.rawtime>={run.started}"
    if run.ended is not None:
        text += f" and evt.rawtime<={run.ended}"
    return f"run {run.number} {how}".rstrip(), text


def _likeness(run: Run, other: Run) -> tuple[int, int]:
    """Order of partners: how it went, and how near it is."""
    if other.lives or not other.end.is_bad:
        kind = 0 if other.lives else 1
    elif run.cause is None or other.cause is None:
        kind = 3
    else:
        kind = 3 if same(run.cause) == same(other.cause) else 2
    return kind, abs(run.number - other.number)
