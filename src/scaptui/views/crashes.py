"""Programs and containers that were restarted or crashed: what each run did, and why it ended.

Plain data. `crash_runs` finds the runs, `crash_evidence` what stands in the capture near their
ends, `crash_causes` holds the rules, `crash_report` makes text of it.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

Kind = Literal["pod", "container", "host"]
Certainty = Literal["stderr says so", "output says so", "exit status says so", "likely", "unknown"]

# Shells tell that a child died of a signal as 128 and the signal's number.
SIGNALLED: Final = 128

_NUMBER: Final = re.compile(rb"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a process ended.

    Attributes:
        status: Exit status; None when a signal ended it or nothing tells.
        signal: Name of the signal that ended it, else empty.
    """

    status: int | None = None
    signal: str = ""

    @classmethod
    def of(cls, ended: str) -> "End":
        """From the core's words: "exit 1", "signal 11 SIGSEGV"; others tell nothing."""
        words = ended.split()
        match words:
            case ["exit", status]:
                return cls(status=int(status))
            case ["signal", number, *name]:
                return cls(signal=name[0] if name else f"signal {number}")
        return cls()

    @property
    def is_bad(self) -> bool:
        """Whether it ended with a status that is not 0, or by a signal."""
        return bool(self.signal or self.status)

    @property
    def text(self) -> str:
        """Status or signal in a word; empty when nothing tells."""
        return self.signal or ("" if self.status is None else str(self.status))


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing that happened in a run. Texts are as captured: escape them before showing.

    Attributes:
        event: Number of the event.
        ts: Its time, ns since the epoch.
        pid: Process that did it.
        name: Its short name.
        kind: A call that failed, something that was written, a signal sent, a process' end; the
            start of the run, a program executed, an answer over the network.
        call: Name of the call; of something written where to: stderr, stdout or a log's name.
        error: Name of the error, of a signal the signal.
        about: Path or address, the line that was written, whom the signal went to, a command line.
        target: Pid the signal went to.
        times: How often a failed call of this kind was seen in its run.
        processes: How many processes of the run failed so.
        is_named: Whether something written right after a failed call has its path in it.
        is_own: Whether a signal went to a child of its sender.
        size: Bytes of what was written, also those that were not captured.
    """

    event: int
    ts: int
    pid: int
    name: bytes
    kind: Literal["failed", "said", "signal", "exit", "starts", "executes", "answers"]
    call: str = ""
    error: str = ""
    about: bytes = b""
    target: int = 0
    times: int = 1
    processes: int = 1
    is_named: bool = False
    is_own: bool = False
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """Processes of one name in a run, or one that stayed.

    Attributes:
        name: As captured.
        times: How many.
        pid: Of one that lived at least half as long as the run; None for the others together.
    """

    name: bytes
    times: int = 1
    pid: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why a run ended, by the first rule that the evidence bears out.

    Attributes:
        rule: Name of the rule, a row of the table in docs/crashes.md.
        verb: What went wrong, in words: "cannot open".
        about: What it went wrong with, as captured; may be empty.
        error: The error's name; may be empty.
        short: The same for a table's cell: "no".
        certainty: How it is known.
        events: Numbers of the events that show it.
    """

    rule: str
    verb: str
    about: bytes = b""
    error: str = ""
    short: str = ""
    certainty: Certainty = "unknown"
    events: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One life of a program.

    Attributes:
        number: Counted from 1 within its program.
        pid: Of the process whose end ends the run.
        started: ns since the epoch; None when it was there before the capture.
        ended: ns since the epoch; None while it lives.
        gap: ns between the end of the run before and its start; None for the first.
        end: How it ended.
        lives: Whether it still runs at the end of the capture.
        container: Id of its container, "host" outside.
        events: Events of the process and all below it.
        failed: Calls of those that failed.
        chain: Names the process had, one for each program it executed.
        command: Its last command line, with blanks between words.
        failures: The last failed calls before its end, each kind once, oldest first.
        said: The last lines it wrote to stderr, stdout and logs, oldest first.
        signals: Signals sent to it or by it shortly before its end, oldest first.
        exit: Its end as evidence; None when it was not seen.
        cause: Why it ended; None while it lives.
        thread: The process as the core knows it (`ProcessRow.thread`).
        parent: Pid of its parent, when the first name of the chain is the parent's; else None.
        children: All processes below it, those that stayed first.
        happened: Its start, programs executed, the first answer, ends of processes; oldest first.
    """

    number: int
    pid: int
    started: int | None
    ended: int | None
    gap: int | None
    end: End
    lives: bool
    container: str
    events: int
    failed: int
    chain: tuple[bytes, ...] = ()
    command: bytes = b""
    failures: tuple[Evidence, ...] = ()
    said: tuple[Evidence, ...] = ()
    signals: tuple[Evidence, ...] = ()
    exit: Evidence | None = None
    cause: Cause | None = None
    thread: int = 0
    parent: int | None = None
    children: tuple[Child, ...] = ()
    happened: tuple[Evidence, ...] = ()

    @property
    def life(self) -> int | None:
        """How long it lived, ns; None when start or end were not seen."""
        return None if self.started is None or self.ended is None else self.ended - self.started


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program or container, and its runs in order of time.

    Attributes:
        kind: Where it runs.
        identity: Uid of the pod, id of the container; empty on the host. As captured.
        name: Name of the pod or container, empty when nothing tells it. As captured.
        is_hostname: Whether that is only what `hostname NAME` called the machine.
        command: The words all runs' command lines begin with. As captured.
        runs: At least one.
    """

    kind: Kind
    identity: bytes
    name: bytes
    command: bytes
    runs: tuple[Run, ...]
    is_hostname: bool = False

    @property
    def restarts(self) -> int:
        """How often it was started again."""
        return sum(run.gap is not None for run in self.runs)

    @property
    def failing(self) -> int:
        """Runs that ended badly."""
        return sum(run.end.is_bad for run in self.runs)

    @property
    def causes(self) -> tuple[Cause, ...]:
        """What its runs ended of, the commonest first, each once."""
        counts: dict[tuple[str, str, bytes, str], int] = {}
        first: dict[tuple[str, str, bytes, str], Cause] = {}
        for run in self.runs:
            if run.cause is not None:
                key = same(run.cause)
                counts[key] = counts.get(key, 0) + 1
                first.setdefault(key, run.cause)
        return tuple(first[key] for key in sorted(counts, key=lambda key: -counts[key]))

    @property
    def backs_off(self) -> bool:
        """Whether each wait before a start is clearly longer than the one before."""
        gaps = [run.gap for run in self.runs if run.gap is not None]
        pairs = list(pairwise(gaps))
        return bool(pairs) and all(later * 5 >= earlier * 6 for earlier, later in pairs)


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked at for restarts and crashes.

    Attributes:
        processes: How many processes.
        programs: How many names they have.
        ended: How many of the processes ended.
        badly: How many of those with another status than 0, or by a signal.
        is_chosen: Whether a filter chose them.
    """

    processes: int = 0
    programs: int = 0
    ended: int = 0
    badly: int = 0
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Crashes:
    """What restarts or crashed, in order of the first start."""

    programs: tuple[Program, ...] = ()
    looked: Looked = Looked()

    @property
    def runs(self) -> int:
        """Runs of all programs."""
        return sum(len(program.runs) for program in self.programs)

    @property
    def failing(self) -> int:
        """Runs that ended badly, of all programs."""
        return sum(program.failing for program in self.programs)


def alike(text: bytes) -> bytes:
    """The text without what differs from run to run: numbers become `#`."""
    return _NUMBER.sub(b"#", text)


def short_command(cmdline: bytes) -> bytes:
    """A command line with the folder of what a script interpreter runs left out."""
    words = cmdline.split(b" ")
    if len(words) > 1 and words[1].startswith(b"/"):
        words[1] = words[1].rstrip(b"/").rpartition(b"/")[2] or words[1]
    return b" ".join(words)


def same(cause: Cause) -> tuple[str, str, bytes, str]:
    """What two causes have in common when they are the same."""
    return cause.rule, cause.verb, alike(cause.about), cause.error
