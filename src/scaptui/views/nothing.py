"""Why a filter selects nothing: names it asks for that the capture does not hold."""

from typing import Final

from scaptui.errors import shortened
from scaptui.escaping import decoded, one_line
from scaptui.filter.expression import Check, Expression, FieldRef, Set, Text, clauses
from scaptui.views.format import counted, lost_events
from scaptui.views.summary import Summary

# Calls that do the same; which of them a program makes depends on its C library and the kernel.
FAMILIES: Final = tuple(
    frozenset(names.split())
    for names in (
        "open openat openat2 creat open_by_handle_at",
        "stat lstat fstat newfstatat statx stat64 lstat64 fstat64 fstatat64",
        "access faccessat faccessat2",
        "clone clone3 fork vfork",
        "execve execveat",
        "accept accept4",
        "dup dup2 dup3",
        "pipe pipe2",
        "poll ppoll select pselect6 epoll_wait epoll_pwait epoll_pwait2",
        "read readv pread preadv preadv2",
        "write writev pwrite pwritev pwritev2",
        "send sendto sendmsg sendmmsg",
        "recv recvfrom recvmsg recvmmsg",
        "rename renameat renameat2",
        "unlink unlinkat rmdir",
        "mkdir mkdirat",
        "link linkat",
        "symlink symlinkat",
        "chmod fchmod fchmodat fchmodat2",
        "chown lchown fchown fchownat",
        "umount umount2",
        "nanosleep clock_nanosleep",
        "kill tkill tgkill",
        "exit exit_group procexit",
        "inotify_init inotify_init1",
        "eventfd eventfd2",
        "epoll_create epoll_create1",
        "signalfd signalfd4",
        "getdents getdents64",
    )
)
# Names shown of a kind.
SHOWN: Final = 6
# Sentences at most: a list of a hundred names is not explained name by name.
SENTENCES: Final = 4


def why_nothing(expression: Expression, whole: Summary) -> list[str]:
    """A sentence for each name the filter asks for and the capture does not hold.

    `whole` is the summary of all its events.
    """
    sentences = []
    for clause in clauses(expression):
        test = clause.expression
        if clause.is_negated or not isinstance(test, Check) or not isinstance(test.left, FieldRef):
            continue
        names = _texts(test)
        match test.left.name:
            case "evt.type":
                sentences += [_no_type(name, whole) for name in names]
            case "proc.name":
                sentences += [_no_process(name, whole) for name in names]
    sentences = list(dict.fromkeys(shortened(sentence) for sentence in sentences if sentence))
    rest = len(sentences) - SENTENCES
    if rest > 1:
        sentences[SENTENCES:] = [f"and {rest:,} more names of the filter are not in this file"]
    return sentences


def _texts(test: Check) -> list[str]:
    if test.operator not in {"eq", "in", "all_eq"}:
        return []
    items = test.right.items if isinstance(test.right, Set) else (test.right,)
    return [decoded(item.value) for item in items if isinstance(item, Text)]


def _no_type(name: str, whole: Summary) -> str:
    counts = {row["name"]: row["enter"] + row["exit"] for row in whole["types"]}
    if name in counts:
        return ""
    if name == "drop":
        return _no_drop(whole["dropped"])
    family: frozenset[str] = next((names for names in FAMILIES if name in names), frozenset())
    used = [f"{other} ({counts[other]:,})" for other in counts if other in family]
    return f"there is no {name} event in this file" + (
        f"; it uses {', '.join(used[:SHOWN])}" if used else ""
    )


def _no_drop(lost: int) -> str:
    told = "events that only tell of losses are never listed"
    return f"{told}: {lost_events(lost)}" if lost else f"{told}, and this file tells of none"


def _no_process(name: str, whole: Summary) -> str:
    counts = {row["name"]: row["events"] for row in whole["processes"]}
    if name in counts:
        return ""
    shown = ", ".join(f"{one_line(n)} ({count:,})" for n, count in list(counts.items())[:SHOWN])
    more = f" and {len(counts) - SHOWN:,} more" if len(counts) > SHOWN else ""
    places = [row for row in whole["containers"] if name in row["image"]]
    places += [row for row in whole["containers"] if name in row["name"] and row not in places]
    where = ""
    if places:
        first = places[0]
        where = (
            f"; container {first['id']} ({first['name']}, {first['image']}) is called so and has "
        )
        where += counted(first["events"], "event")
    return f'no event is of a process called "{name}"; names are {shown}{more}{where}'
