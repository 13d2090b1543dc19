"""Why a run ended: rules in their order, each one entry of a table. docs/crashes.md tells them.

How a process ended is looked at first: a program that could not be executed, a signal and who sent
it. Then each rule says which failed calls it is about. Of all failures that a rule knows, the one
is taken that output names, that all runs have, that stands near the end and whose process ended
badly; one that programs live with is none. What only output tells comes next, then the exit status.
"""

import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Final

from scaptui.views.crash_evidence import LOOKS, Failure, Found
from scaptui.views.crash_runs import FAULTS
from scaptui.views.crashes import SIGNALLED, Cause, Certainty, End, Evidence
from scaptui.views.harmless import harmless

# Calls by what they are about.
_OPENS: Final = frozenset({"open", "openat", "openat2", "creat", "open_by_handle_at"})
_EXECUTES: Final = frozenset({"execve", "execveat"})
_USES: Final = _OPENS | frozenset(
    {"mkdir", "mkdirat", "chdir", "rename", "renameat", "renameat2", "unlink", "unlinkat",
     "rmdir", "chmod", "fchmodat", "chown", "fchownat", "mount", "chroot", "symlink", "symlinkat",
     "link", "linkat", "truncate", "mknod", "mknodat", "write", "pwrite", "writev", "pwritev",
     "ftruncate", "fallocate", "fsync", "setuid", "setgid", "setgroups", "setresuid", "setresgid",
     "capset", "prctl", "unshare", "setns", "ptrace", "bpf", "ioctl", "utimensat", "read"}
)  # fmt: skip
_MEMORY: Final = frozenset(
    {"mmap", "mmap2", "brk", "mremap", "mprotect", "clone", "clone3", "fork", "vfork"}
)
_CONNECTS: Final = frozenset({"connect", "sendto", "sendmsg", "recvfrom", "recvmsg", "write",
                              "read", "getsockopt"})  # fmt: skip
_LIBRARY: Final = re.compile(rb"\.so(\.[0-9]+)*$")
# A run's last moments, ns: what fails there stands near its end.
NEAR: Final = 100_000_000
# Exit statuses of shells for what they could not run.
_NOT_RUN: Final = frozenset({126, 127})
_NOT_LOADED: Final = 127
# As many programs with the same failure live with it.
_COMMON: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One kind of cause.

    Attributes:
        name: How reports call it.
        verb: What went wrong, before what it went wrong with.
        short: The same in a cell of a table.
        calls: Calls whose failure it is about.
        errors: Errors it is about.
        says: What programs write when it happens.
        about: What of the path or address must fit.
    """

    name: str
    verb: str
    short: str
    calls: AbstractSet[str]
    errors: AbstractSet[str]
    says: re.Pattern[bytes]
    about: re.Pattern[bytes] | None = None

    def fits(self, failed: Evidence) -> bool:
        """Whether the rule is about this failure."""
        return (
            failed.error in self.errors
            and failed.call in self.calls
            and (self.about is None or self.about.search(failed.about) is not None)
        )


def _says(*words: str) -> re.Pattern[bytes]:
    return re.compile("|".join(words).encode(), re.IGNORECASE)


EXEC_FAILED: Final = Rule(
    name="exec failed", verb="cannot execute", short="cannot execute",
    calls=_EXECUTES, errors={"ENOENT", "EACCES", "ENOEXEC", "EPERM", "ENOTDIR", "ELOOP", "E2BIG",
                             "ELIBBAD", "ETXTBSY", "EISDIR", "EINVAL", "ENOMEM"},
    says=_says("not found$", "exec format error", "cannot execute", "exec failed",
               "executable file not found", "no such file or directory: unknown"),
)  # fmt: skip
KILLED: Final = "killed by signal"
OUT_OF_MEMORY: Final = Rule(
    name="out of memory", verb="out of memory", short="out of memory",
    calls=_MEMORY, errors={"ENOMEM", "EAGAIN"},
    says=_says("out of memory", "cannot allocate memory", "outofmemory", "bad_alloc",
               "memoryerror", "oom-kill"),
)  # fmt: skip
# In their order: of two that fit as well, the first is the cause.
RULES: Final = (
    EXEC_FAILED,
    OUT_OF_MEMORY,
    Rule(
        name="address in use", verb="cannot listen on", short="in use:",
        calls=frozenset({"bind", "listen"}), errors={"EADDRINUSE"},
        says=_says("address already in use", "eaddrinuse", "port is already allocated"),
    ),
    Rule(
        name="missing library", verb="cannot load", short="no", calls=_OPENS | LOOKS,
        errors={"ENOENT"}, about=_LIBRARY,
        says=_says("error while loading shared libraries", "cannot open shared object",
                   "error loading shared library", "dlopen"),
    ),
    Rule(
        name="missing file", verb="cannot open", short="no", calls=_USES | LOOKS,
        errors={"ENOENT", "ENOTDIR", "ELOOP", "EISDIR"},
        says=_says("no such file", "enoent", "cannot open", "can't open", "not a directory",
                   "does not exist", "filenotfound", "cannot find", "could not find"),
    ),
    Rule(
        name="permission", verb="no permission for", short="no permission:",
        calls=_USES | LOOKS | {"bind", "socket", "kill"}, errors={"EACCES", "EPERM"},
        says=_says("permission denied", "operation not permitted", "access denied", "eacces",
                   "eperm"),
    ),
    Rule(
        name="connection", verb="cannot connect to", short="no connection to", calls=_CONNECTS,
        errors={"ECONNREFUSED", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH", "ECONNRESET",
                "EPIPE", "ENETDOWN", "EADDRNOTAVAIL"},
        says=_says("connection refused", "econnrefused", "timed out", "unreachable",
                   "connection reset", "could not connect", "failed to connect", "no route to"),
    ),
    Rule(
        name="name lookup", verb="cannot look up a name at", short="no name from",
        calls=frozenset({"connect", "sendto", "sendmsg", "sendmmsg", "recvfrom", "recvmsg"}),
        errors={"ECONNREFUSED", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH"},
        about=re.compile(rb":(53|domain)$"),
        says=_says("name resolution", "name or service not known", "could not resolve",
                   "couldn't resolve", "host not found", "no such host", "enotfound",
                   "eai_again", "unknown host", "nxdomain", "servname not supported"),
    ),
    Rule(
        name="disk full", verb="no space left for", short="disk full:", calls=_USES,
        errors={"ENOSPC", "EDQUOT"},
        says=_says("no space left", "enospc", "disk quota exceeded", "disk full"),
    ),
    Rule(
        name="read-only", verb="cannot write to the read-only", short="read-only:", calls=_USES,
        errors={"EROFS"}, says=_says("read-only file system", "erofs"),
    ),
    Rule(
        name="too many files", verb="too many open files at", short="too many files:",
        calls=_OPENS | {"socket", "accept", "accept4", "pipe", "pipe2", "dup", "epoll_create1"},
        errors={"EMFILE", "ENFILE"}, says=_says("too many open files", "emfile"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One run as the rules see it.

    Attributes:
        end: How it ended.
        exit: The event of its end.
        pid: Its process.
        found: What was found near its end.
        everywhere: Kinds of failure that all runs have that ended badly; empty with one run.
        survived: Kinds of failure that runs have which ended well or still live.
    """

    end: End
    exit: Evidence | None
    pid: int
    found: Found
    everywhere: AbstractSet[tuple[str, str, bytes]] = frozenset()
    survived: AbstractSet[tuple[str, str, bytes]] = frozenset()

    @property
    def ended(self) -> int:
        """When it ended, ns since the epoch; 0 when that was not seen."""
        return self.exit.ts if self.exit else 0

    @property
    def last(self) -> tuple[int, ...]:
        """Number of the event of its end."""
        return (self.exit.event,) if self.exit else ()


def likely_cause(case: Case) -> Cause:
    """Why a run ended."""
    for judge in _JUDGES:
        cause = judge(case)
        if cause is not None:
            return replace(cause, events=tuple(sorted({*cause.events, *case.last})))
    status = case.end.text
    verb = f"ended with {'status ' + status if status else 'nothing known'}, nothing tells why"
    return Cause(rule="unknown", verb=verb, short="unknown", events=case.last)


def _by_signal(case: Case) -> Cause | None:
    """A signal ended it: who sent it, or what it means that nobody did."""
    name = case.end.signal
    if not name:
        return None
    sent = [each for each in case.found.signals if each.target == case.pid and each.error == name]
    sender = next((each for each in reversed(sent) if each.pid > 0), None)
    events = tuple(each.event for each in sent[-2:])
    if sender is not None and sender.pid != case.pid:
        who = sender.name + f" {sender.pid}".encode()
        return Cause(
            rule=KILLED, verb=f"killed by {name} from", about=who, short=f"{name} from",
            certainty="exit status says so", events=events,
        )  # fmt: skip
    if name == "SIGKILL":
        return Cause(
            rule=OUT_OF_MEMORY.name, verb="killed with SIGKILL that no process sent, as the "
            "kernel does out of memory", short="out of memory?", certainty="likely", events=events,
        )  # fmt: skip
    if sender is not None and name == "SIGABRT":
        last = case.found.said[-1:]
        return Cause(rule=KILLED, verb="gave up (SIGABRT)" + (", says" if last else ""),
                     about=last[0].about if last else b"", short="SIGABRT" + ":" * len(last),
                     certainty="exit status says so",
                     events=(*events, *(each.event for each in last)))  # fmt: skip
    verb = f"killed by {name}"
    if sender is not None:
        verb += " that it sent itself"
    elif name in FAULTS:
        verb += ", a fault of its own"
    return Cause(rule=KILLED, verb=verb, short=name, certainty="exit status says so", events=events)


def _by_failure(case: Case) -> Cause | None:
    """The failed call that tells best."""
    if case.end.status == 0:
        return None
    best: tuple[tuple[int, int, int], Cause] | None = None
    for failure in case.found.failures:
        for place, rule in enumerate(RULES):
            if rule.fits(failure.last):
                weight, cause = _weighed(case, failure, rule)
                rank = (weight, -place, failure.last.event)
                if weight >= _LEAST and (best is None or rank > best[0]):
                    best = rank, cause
    return best[1] if best else None


# What a failure must weigh to be called the cause: more than being there.
_LEAST: Final = 5


def _weighed(case: Case, failure: Failure, rule: Rule) -> tuple[int, Cause]:
    last, found = failure.last, case.found
    names, says = _naming(case, failure, rule)
    badly = [pid for pid in failure.pids if pid in found.ended_badly]
    weight = 8 if names else 5 if says else 0
    weight += 3 if failure.kind in case.everywhere else 0
    weight += 3 if last.ts >= case.ended - NEAR else 0
    weight += 2 if badly else 0
    weight -= 10 if failure.kind in case.survived else 0
    certainty: Certainty = "likely"
    told = names or says
    if told:
        in_stderr = any(each.call == "stderr" for each in told)
        certainty = "stderr says so" if in_stderr else "output says so"
    about = last.about
    if rule is EXEC_FAILED:
        if any(found.ran_later.get(pid, 0) > last.ts for pid in failure.pids):
            weight -= 20
        statuses = [found.ended_badly[pid] for pid in badly]
        if any(status in _NOT_RUN for status in statuses):
            weight += 6
            certainty = certainty if told else "exit status says so"
        if len(failure.abouts) > 1:
            about = about.rpartition(b"/")[2]  # looked for in each directory of PATH
    elif not names:
        lived = [pid for pid in failure.pids if pid in found.ended_well]
        if lived or len(failure.names) >= _COMMON:
            weight -= 6
        is_search = last.call in LOOKS | _OPENS and _LIBRARY.search(about) and not says
        if is_search and _ended_by_loader(case, failure):
            certainty = "exit status says so"
        elif is_search or harmless(last.call, last.error, about):
            weight -= 6
        if last.call in LOOKS:
            weight -= 4
    events = {last.event, *(each.event for each in told[-2:])}
    return weight, Cause(
        rule=rule.name, verb=rule.verb, about=about, error=last.error, short=rule.short,
        certainty=certainty, events=tuple(sorted(events)),
    )  # fmt: skip


def _ended_by_loader(case: Case, failure: Failure) -> bool:
    """Whether a process ended as the loader ends it, with nothing that failed after this."""
    is_last = all(each.last.event <= failure.last.event for each in case.found.failures)
    return is_last and any(case.found.ended_badly.get(pid) == _NOT_LOADED for pid in failure.pids)


def _naming(
    case: Case, failure: Failure, rule: Rule
) -> tuple[Sequence[Evidence], Sequence[Evidence]]:
    """Lines of output that tell of a failure: with its name in them, and with the rule's words.

    They stand after it or shortly before: scripts also say what they are about to look into.
    """
    about = failure.last.about
    base = about.rpartition(b"/")[2]
    words = [word for word in (about, base) if len(word) > 2]
    if rule.name in {"address in use", "connection", "name lookup"}:
        words = [about.rpartition(b":")[2]] if b":" in about else words
    names, says = [], []
    for line in case.found.said:
        if line.ts < failure.last.ts - NEAR:
            continue
        if any(stands_in(word, line.about) for word in words):
            names.append(line)
        elif rule.says.search(line.about) and line.pid in failure.pids:
            says.append(line)
    return names, says


def stands_in(word: bytes, line: bytes, *, whole: bool = False) -> bool:
    """Whether a name stands in a line as a word of its own, `whole`: nor as folder of another."""
    after = rb"(?![\w/-])" if whole else rb"(?![\w-])"
    return re.search(rb"(?<![\w.-])" + re.escape(word) + after, line) is not None


def _by_output(case: Case) -> Cause | None:
    """What only output tells: a rule whose words stand in one of the last lines."""
    if case.end.status == 0:
        return None
    for line in reversed(case.found.said):
        for rule in RULES:
            if rule.says.search(line.about):
                return Cause(
                    rule=rule.name, verb=f"{rule.name}:", about=line.about, short=f"{rule.name}:",
                    certainty="stderr says so" if line.call == "stderr" else "output says so",
                    events=(line.event,),
                )  # fmt: skip
    return None


def _by_request(case: Case) -> Cause | None:
    """Somebody outside asked it to end, and it did."""
    asked = {"SIGTERM": 15, "SIGINT": 2, "SIGQUIT": 3, "SIGHUP": 1, "SIGKILL": 9}
    for each in reversed(case.found.signals):
        is_answered = case.end.status in (0, SIGNALLED + asked.get(each.error, 0))
        if each.target == case.pid and each.error in asked and is_answered and each.pid > 0:
            who = each.name + f" {each.pid}".encode()
            return Cause(rule=KILLED, verb=f"ended on {each.error} from", about=who,
                         short=f"{each.error} from", certainty="exit status says so",
                         events=(each.event,))  # fmt: skip
    return None


def _by_child(case: Case) -> Cause | None:
    """Its status tells that a child died of a signal."""
    status = case.end.status or 0
    killed = [pid for pid, code in case.found.ended_badly.items() if code is None]
    if not SIGNALLED < status < SIGNALLED + 65 or not killed:
        return None
    sent = [each for each in case.found.signals if each.target in killed]
    return Cause(rule=KILLED, verb=f"status {status}: signal {status - SIGNALLED} ended its child",
                 about=str(killed[-1]).encode(), short=f"signal {status - SIGNALLED}: child",
                 certainty="exit status says so",
                 events=tuple(each.event for each in sent[-2:]))  # fmt: skip


def _by_status(case: Case) -> Cause | None:
    """It ended well."""
    if case.end.status != 0:
        return None
    return Cause(rule="normal exit", verb="ended by itself with status 0", short="ended by itself",
                 certainty="exit status says so")  # fmt: skip


def _by_last_words(case: Case) -> Cause | None:
    """The last line that it wrote."""
    for line in reversed(case.found.said):
        return Cause(rule="last words", verb=f"status {case.end.text or 'unknown'}, says",
                     about=line.about, short="says", certainty="likely",
                     events=(line.event,))  # fmt: skip
    return None


_JUDGES: Final[tuple[Callable[[Case], Cause | None], ...]] = (
    _by_signal,
    _by_request,
    _by_failure,
    _by_child,
    _by_output,
    _by_status,
    _by_last_words,
)
