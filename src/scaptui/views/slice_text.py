"""What became of a slice, in words: how much it holds, and how it compares with its capture."""

from typing import Final

from scaptui.capture.slicing import SliceComparison, SliceReport
from scaptui.views.cells import Line, Piece, Role, fit_end, glimpse, shown
from scaptui.views.format import counted

# Differences that are told one by one.
_TOLD: Final = 5
# Cells of a value that is told.
_VALUE: Final = 48


def state_words(report: SliceReport) -> str:
    """What a slice begins with, in one line."""
    return ", ".join(state_parts(report))


def state_parts(report: SliceReport) -> list[str]:
    """What a slice begins with: processes, descriptors, containers, users, interfaces."""
    return [
        counted(report.processes, "process", "processes"),
        counted(report.descriptors, "descriptor"),
        counted(report.containers, "container"),
        counted(report.users, "user"),
        counted(report.interfaces, "interface"),
    ]


def outcome(report: SliceReport, name: str) -> list[tuple[str, Role]]:
    """The report a line each, with what role it has: the file, then what the comparison found."""
    compared = report.compared
    lines: list[tuple[str, Role]] = []
    if compared is None:
        return lines
    lines.append((f"{shown(name)}, {report.bytes:,} bytes, opened again and compared", "text"))
    same = compared.equal == report.events and not compared.surplus
    accord: Role = "accent" if same else "text"
    of = f"of {report.events:,}"
    lines.append((f"{compared.equal:,} {of} events identical, field for field", accord))
    named = f"{compared.same_names:,} {of} have process, descriptor, container and user "
    lines.append((f"{named}as in the original", "text"))
    wrong: Role = "failed" if compared.lost or compared.changed else "text"
    lost = f"{counted(compared.lost, 'name')} lost"
    lines.append((f"{lost}, {counted(compared.changed, 'name')} changed", wrong))
    if compared.left_out:
        left = f"{counted(compared.left_out, 'event')} differ only in what was left out or blanked"
        lines.append((left, "text"))
    if not is_whole(report):
        lines.append((f"not whole: {loss(report)}", "failed"))
    lines += [(text, "failed") for text in differences(compared)]
    return lines


def differences(compared: SliceComparison) -> list[str]:
    """The first fields that are not what they were, each of another name."""
    told: dict[str, str] = {}
    for event, field, before, after in compared.differences:
        was, now = _value(before), _value(after)
        told.setdefault(field, f"event {event:,}: {field} was {was} and is {now}")
    lines = list(told.values())[:_TOLD]
    more = len(told) - len(lines)
    return [*lines, f"and {counted(more, 'other field')}"] if more > 0 else lines


def is_whole(report: SliceReport) -> bool:
    """Whether nothing is lost or wrong, apart from what was to be left out."""
    compared = report.compared
    return compared is None or (
        compared.equal + compared.left_out == report.events and not compared.surplus
    )


def loss(report: SliceReport) -> str:
    """How much of a slice that is not whole differs from its capture."""
    compared = report.compared
    if compared is None or is_whole(report):
        return ""
    if compared.surplus:
        word = "more" if compared.surplus > 0 else "fewer"
        return f"it shows {counted(abs(compared.surplus), 'event')} {word} than it should"
    differ = report.events - compared.equal - compared.left_out
    return f"{differ:,} of {counted(report.events, 'event')} differ from the capture"


def outcome_lines(report: SliceReport, name: str, width: int) -> list[Line]:
    """The report for a screen."""
    return [
        (Piece("   "), Piece(fit_end(text, width - 3), role, bold=role == "failed"))
        for text, role in outcome(report, name)
    ]


def _value(value: bytes | None) -> str:
    return "absent" if value is None else f"“{fit_end(glimpse(value), _VALUE)}”"
