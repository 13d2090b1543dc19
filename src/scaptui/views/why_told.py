"""What an explanation comes to, in sentences: for the page, for text, and for standard error."""

from typing import Final

from scaptui.escaping import decoded, one_line
from scaptui.views.executed import NOT_EXECUTABLE, NOT_FOUND, Executions, Failure, program_line
from scaptui.views.format import counted
from scaptui.views.why import Explanation

_EXITS: Final = {NOT_FOUND: "command not found", NOT_EXECUTABLE: "found but not executable"}
_ERRORS: Final = {
    "ENOENT": "does not exist",
    "ENOTDIR": "does not exist",
    "EACCES": "may not be executed",
    "ENOEXEC": "is no program",
}


def conclusion(known: Explanation) -> list[str]:
    """Why a program's events are missing, in at most two sentences; each rests on an event."""
    did = known.executed
    if did is None or not did.made:
        return []
    name = one_line(did.name)
    if did.executed:
        under = ", ".join(one_line(comm) for comm in did.under[:3])
        return [
            f"{name} was executed {_times(len(did.executed))}, first in event "
            f"{did.executed[0]:,}; then its events are of {under}."
        ]
    told = [failure for failure in did.failures if failure.first.name == did.name]
    if told:
        lead = f"{name} never started: " if did.is_whole else ""
        return [f"{lead}{attempted(told[0])}.", *_ends(told[0])]
    other = [failure for failure in did.failures if failure.is_related]
    never = (
        [f"{name} was never executed in this file, nor did anything try."] if did.is_whole else []
    )
    if not other:
        return never
    wanted = one_line(other[0].first.name)
    fate = _ERRORS.get(other[0].first.error, f"failed with {other[0].first.error}")
    said = f'{_who(other[0])} tried to run "{wanted}", which {fate}.'
    return [*([f"{name} never started."] if did.is_whole else []), said, *_ends(other[0])]


def attempted(failure: Failure) -> str:
    """How a program was tried: execve of nginx failed with ENOENT, 6 times, along PATH."""
    first = failure.first
    return f"execve of {one_line(first.name)} failed with {how_often(failure)}"


def how_often(failure: Failure) -> str:
    """The error, how often, and where: ENOENT, 6 times, along PATH."""
    first = failure.first
    often = "" if len(first.numbers) == 1 else f", {len(first.numbers):,} times"
    return f"{first.error}{often}{', along PATH' if len(first.folders) > 1 else ''}"


def ended(failure: Failure) -> str:
    """How the first thread that searched ended: exits 127, command not found."""
    status = failure.first.exit_status
    end = failure.first.end
    if end is None:
        return "goes on to another program" if failure.first.went_on else "has no end in the file"
    if status is None:
        return "ends" if end.status is None else f"is ended by signal {end.status & 0x7F}"
    meaning = _EXITS.get(status)
    return f"exits {status}" + (f", {meaning}" if meaning else "")


def what_ran(did: Executions) -> str:
    """How many programs were executed: 151 execve in the file, 85 succeeded, none of them nginx."""
    at_least = "" if did.is_whole else "at least "
    ran = f"{len(did.executed):,} of them {decoded(did.name)}"
    return f"{at_least}{did.made:,} execve in the file, {did.succeeded:,} succeeded, " + (
        ran if did.executed else f"none of them {decoded(did.name)}"
    )


def in_short(known: Explanation) -> list[str]:
    """What standard error gets beside the names: contradictions, and what became of a program."""
    told = " ".join(conclusion(known)).rstrip(".")
    return [*(finding.text for finding in known.findings), *([told] if told else [])]


def _ends(failure: Failure) -> list[str]:
    if failure.first.end is None:
        return []
    status = failure.first.exit_status
    how = ended(failure) if status is None else f"with exit status {status}"
    runs = len(failure.searches)
    if failure.of == 1:
        return [f"The run ends this way, {how}."]
    often = f"All {runs:,}" if runs == failure.of else f"{runs:,} of {failure.of:,}"
    return [f"{often} runs end this way, {how}."]


def _who(failure: Failure) -> str:
    return one_line(program_line(failure.first.comm, failure.program).split(b" ")[0])


def _times(count: int) -> str:
    return "once" if count == 1 else f"{counted(count, 'time')}"
