"""What a capture holds: the facts of its header and counts of its events, as a report."""

import json
from datetime import tzinfo
from typing import TypedDict

from scaptui._core import Capture, Filter
from scaptui.capture.opening import refusals
from scaptui.escaping import code, markdown, one_line
from scaptui.views.format import counted, duration, moment, seconds, size, table

# Rows of each list in the report for people; the JSON has all.
ROWS = 20


class File(TypedDict):
    """One file of a set."""

    name: str
    size: int | None  # bytes on disk; None for a pipe
    compression: str  # none, gzip, zstd or lz4


class Machine(TypedDict):
    """Where a section was recorded."""

    host: str
    cpus: int
    memory: int  # bytes
    boot_ns: int | None


class Counts(TypedDict):
    """Numbers of events."""

    stored: int  # all, those that only carry state too
    shown: int
    selected: int  # shown ones that the filter selects
    enter: int  # of the selected
    exit: int


class TypeCount(TypedDict):
    """Events of one type."""

    name: str
    enter: int
    exit: int
    failed: int
    time_ns: int  # in calls: exit less enter, summed


class ProcessCount(TypedDict):
    """Events of the processes of one name."""

    name: str
    events: int
    failed: int
    pids: int
    threads: int


class FailureCount(TypedDict):
    """Failures of one kind."""

    type: str
    error: str
    process: str
    count: int


class ContainerCount(TypedDict):
    """One container; the host is none."""

    id: str
    name: str
    image: str
    events: int


class Payload(TypedDict):
    """How much of what was read and written is in the file."""

    longest: int  # bytes of the longest buffer
    cut: int  # buffers shorter than what the call moved


class Summary(TypedDict):
    """The facts of a capture; counts are of the selected events."""

    files: list[File]
    machines: list[Machine]
    events: Counts
    first_ns: int | None
    last_ns: int | None
    cpus: list[tuple[int, int]]  # number, events
    types: list[TypeCount]  # most events first, as all lists
    processes: list[ProcessCount]
    failures: list[FailureCount]
    containers: list[ContainerCount]
    payload: Payload
    dropped: int  # events the recorder says the kernel lost
    notes: int  # places that are damaged, unknown or passed over


def summarise(capture: Capture, selected: Filter | None, *, brief: bool = False) -> Summary:
    """The facts of a capture that was read to its end.

    A brief summary counts events by type, process and container; all else is 0 or empty.
    """
    with refusals():
        summary: Summary = json.loads(capture.summary(selected, brief=brief))
    return summary


def report(summary: Summary, filter_text: str | None, zone: tzinfo | None) -> list[str]:
    """The summary as Markdown that reads well as it is."""
    names = " ".join(file["name"] for file in summary["files"])
    lines = [f"# Summary of {markdown(names)}", "", _span(summary, zone)]
    if filter_text is not None:
        events = summary["events"]
        share = 100 * events["selected"] / events["shown"] if events["shown"] else 0
        lines.append(
            f"Filter: {code(filter_text)}, {events['selected']:,} of {events['shown']:,} events, "
            f"{share:.1f} %."
        )
    lines += ["", *_facts(summary, zone)]
    if summary["types"]:
        lines += ["", "## Events by type", "", *_types(summary)]
    if summary["processes"]:
        lines += ["", "## Events by process", "", *_processes(summary)]
    if summary["containers"]:
        lines += ["", "## Containers", "", *_containers(summary)]
    if summary["failures"]:
        failed = sum(row["count"] for row in summary["failures"])
        lines += ["", f"## Failures: {failed:,}", "", *_failures(summary)]
    return lines


def _span(summary: Summary, zone: tzinfo | None) -> str:
    first, last = summary["first_ns"], summary["last_ns"]
    count = counted(summary["events"]["selected"], "event")
    state = "complete" if not summary["notes"] else counted(summary["notes"], "note")
    drops = f"drops {summary['dropped']:,}"
    if first is None or last is None:
        return f"{count}, {state}, {drops}."
    date, begin, name = moment(first, zone)
    end_date, end, _ = moment(last, zone)
    until = end if end_date == date else f"{end_date} {end}"
    return f"{date} {begin} to {until} {name}, {seconds(last - first)}, {count}, {state}, {drops}."


def _facts(summary: Summary, zone: tzinfo | None) -> list[str]:
    events, payload = summary["events"], summary["payload"]
    hidden = events["stored"] - events["shown"]
    facts = []
    for file in summary["files"]:
        length = "a stream" if file["size"] is None else f"{file['size']:,} bytes"
        packed = "" if file["compression"] == "none" else f", {file['compression']}"
        facts.append(("file", f"{markdown(file['name'])}, {length}{packed}"))
    for machine in summary["machines"]:
        facts.append(
            (
                "host",
                f"{markdown(machine['host']) or 'unnamed'}, {counted(machine['cpus'], 'CPU')}, "
                f"{size(machine['memory'])} of memory{_boot(machine['boot_ns'], zone)}",
            )
        )
    facts += [
        ("events", f"{events['enter']:,} enter, {events['exit']:,} exit"),
        (
            "hidden",
            counted(hidden, "event that only carries state", "events that only carry state"),
        ),
        ("CPUs", ", ".join(f"{cpu}: {count:,}" for cpu, count in summary["cpus"]) or "none"),
        ("payload", f"at most {payload['longest']:,} bytes a buffer, {payload['cut']:,} cut short"),
    ]
    return [f"- {name}: {what}" for name, what in facts]


def _boot(boot_ns: int | None, zone: tzinfo | None) -> str:
    if not boot_ns:
        return ""
    date, time, name = moment(boot_ns, zone)
    return f", up since {date} {time[:8]} {name}"


def _types(summary: Summary) -> list[str]:
    rows = [
        [
            one_line(row["name"]),
            f"{row['enter']:,}" if row["enter"] else "",
            f"{row['exit']:,}" if row["exit"] else "",
            f"{row['failed']:,}" if row["failed"] else "",
            duration(row["time_ns"]) if row["time_ns"] else "",
        ]
        for row in summary["types"]
    ]
    head = ["type", "enter", "exit", "failed", "time"]
    return _first(table(head, rows[:ROWS], left={0}), len(rows), "type")


def _processes(summary: Summary) -> list[str]:
    rows = [
        [
            markdown(row["name"]),
            f"{row['events']:,}",
            f"{row['failed']:,}" if row["failed"] else "",
            f"{row['pids']:,}",
            f"{row['threads']:,}",
        ]
        for row in summary["processes"]
    ]
    head = ["process", "events", "failed", "pids", "threads"]
    return _first(table(head, rows[:ROWS], left={0}), len(rows), "name")


def _containers(summary: Summary) -> list[str]:
    # Those nobody did anything in are told by their number only.
    busy = [row for row in summary["containers"] if row["events"]]
    rows = [
        [markdown(row["id"]), markdown(row["name"]), markdown(row["image"]), f"{row['events']:,}"]
        for row in busy
    ]
    known = f"{counted(len(summary['containers']), 'container')} known, {len(busy):,} with events."
    if not rows:
        return [known]
    head = ["id", "name", "image", "events"]
    shown = _first(table(head, rows[:ROWS], left={0, 1, 2}), len(rows), "container")
    return [known, "", *shown]


def _failures(summary: Summary) -> list[str]:
    rows = [
        [
            f"{row['count']:,}",
            one_line(row["type"]),
            one_line(row["error"]),
            markdown(row["process"]),
        ]
        for row in summary["failures"]
    ]
    head = ["times", "type", "error", "process"]
    return _first(table(head, rows[:ROWS], left={1, 2, 3}), len(rows), "kind")


def _first(lines: list[str], count: int, what: str) -> list[str]:
    """The lines of a table, and how many rows it leaves out."""
    if count <= ROWS:
        return lines
    return [*lines, "", f"{counted(count - ROWS, what)} more; --format json has all."]
