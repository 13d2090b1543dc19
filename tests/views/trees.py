"""Process trees in a few words, and what a model makes of them as text."""

from dataclasses import replace

from scaptui.views.cells import line_text
from scaptui.views.process_columns import TreeLines
from scaptui.views.process_snapshot import Process, Snapshot
from scaptui.views.process_tree import ProcessTreeModel
from scaptui.views.units import Zone

UTC = Zone.named("UTC")


def process(pid: int, command: str, ended: str = "", /, **more: object) -> Process:
    """A process with 10 events, one of them failed, 1 kB read, started in the millisecond of its
    pid."""
    plain = Process(
        pid=pid,
        thread=pid,
        name=command.split()[0].encode(),
        cmdline=command.encode(),
        ended=ended,
        events=10,
        failed=1,
        read_bytes=1_000,
        resident_kb=2_048,
        started=pid * 1_000_000,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def snapshot(*lines: tuple[int, Process], actor: int | None = None) -> Snapshot:
    """A tree from (depth, process) in drawing order; `actor` is the pid of the event's process."""
    above: list[int] = []
    processes = []
    for position, (depth, each) in enumerate(lines):
        del above[depth:]
        processes.append(replace(each, parent=above[-1] if above else None))
        above.append(position)
    places = {each.pid: position for position, each in enumerate(processes)}
    return Snapshot(processes, 7, 9_000_000_000, 0, places[actor] if actor else None)


def crash_loop(*, alive: bool = True) -> Snapshot:
    """A shell that ran a failing job with children, and quiet helpers; its second job lives."""
    return snapshot(
        (0, process(1, "bash loop.sh")),
        (1, process(2, "job", "exit 1")),
        (2, process(3, "cat", "exit 1")),
        (2, process(4, "nginx", "exit 0")),
        (3, process(5, "nginx", "exit 0")),
        (1, process(6, "sleep 1", "exit 0")),
        (1, process(7, "sleep 1", "exit 0")),
        (1, process(8, "sleep 1", "exit 0")),
        (1, process(9, "job", "" if alive else "exit 1")),
        (2, process(10, "cat", "" if alive else "exit 1")),
        actor=10,
    )


def model_of(tree: Snapshot, height: int = 50) -> ProcessTreeModel:
    """The model as a person meets it."""
    model = ProcessTreeModel(tree)
    model.resize(height)
    return model


def drawn(model: ProcessTreeModel, width: int = 80) -> list[str]:
    """All rows as text, without blanks at their end."""
    lines = TreeLines(model, UTC, width)
    return [line_text(lines.row(index)).rstrip() for index in range(len(model.rows))]


def names(model: ProcessTreeModel) -> list[str]:
    """The PROCESS column at 80 cells."""
    return [line[10:31].rstrip() for line in drawn(model)]


def pids(model: ProcessTreeModel) -> list[int]:
    """Pids from top to bottom; 0 for a line of quiet dead."""
    return [0 if row.quiet else model.snapshot.processes[row.position].pid for row in model.rows]


def at(model: ProcessTreeModel, pid: int) -> None:
    """Put the cursor on a process that is shown."""
    model.go_to(pids(model).index(pid))
