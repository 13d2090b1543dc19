"""Where what two threads did parts: in a call, in an error, in what they wrote.

Calls are compared by name, by what they were about, and by their error; process ids, ports and
addresses do not matter, as the core leaves them out. Data is compared word by word, numbers being
alike. A word that differs in what both *read* may differ in the same way in what they write: an
answer names what was asked for. Everything else that differs in what they write is told.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

from scaptui.capture.doings import Step

Kind = Literal["call", "error", "data"]

# Calls that come as memory, clocks and other threads have it.
UNEVEN: Final = frozenset(
    (
        "brk", "mmap", "mmap2", "munmap", "mprotect", "madvise", "mremap", "futex", "switch",
        "sched_yield", "rt_sigprocmask", "rt_sigaction", "clock_gettime", "gettimeofday", "time",
        "nanosleep", "clock_nanosleep", "restart_syscall", "page_fault", "membarrier", "rseq",
        "signaldeliver",
    )
)  # fmt: skip
_WORD: Final = re.compile(rb"[A-Za-z0-9_]+|\s+|.", re.DOTALL)
_DIGIT: Final = re.compile(rb"[0-9]")
# So many calls that agree again end a difference.
_AGAIN: Final = 3
# A difference longer than this is not bridged.
_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Parting:
    """One place where two threads part.

    Attributes:
        kind: call: one of them did something else; error: the same with another outcome; data: the
            same with other words in what was written.
        ours: Calls that only the first did, or the one that differs; may be empty.
        theirs: The same of the second.
        our_line: Of data the line that differs.
        their_line: The same of the second.
    """

    kind: Kind
    ours: tuple[Step, ...]
    theirs: tuple[Step, ...]
    our_line: bytes = b""
    their_line: bytes = b""


@dataclass(frozen=True, slots=True)
class Compared:
    """Two sequences of calls.

    Attributes:
        partings: Where they part, in order.
        alike: Calls that agree.
        of: Calls that were held against each other, of the longer sequence.
    """

    partings: tuple[Parting, ...]
    alike: int
    of: int


def compare(ours: Sequence[Step], theirs: Sequence[Step]) -> Compared:
    """What two threads did, held against each other."""
    a = [step for step in ours if step.call not in UNEVEN]
    b = [step for step in theirs if step.call not in UNEVEN]
    partings: list[Parting] = []
    learned: dict[bytes, bytes] = {}
    alike = 0
    for pairs, only_a, only_b in _aligned(a, b):
        for mine, other in pairs:
            found = _held(mine, other, learned)
            alike += found is None
            if found is not None:
                partings.append(found)
        if only_a or only_b:
            partings.append(_stretch(tuple(only_a), tuple(only_b)))
    return Compared(tuple(partings), alike, max(len(a), len(b)))


def _stretch(only_a: tuple[Step, ...], only_b: tuple[Step, ...]) -> Parting:
    if only_a and only_b and _deed(only_a[0]) == _deed(only_b[0]):
        return Parting("error", only_a, only_b)
    return Parting("call", only_a, only_b)


def _deed(step: Step) -> tuple[str, bytes]:
    return step.call, step.about


def _key(step: Step) -> tuple[str, bytes, str]:
    return step.call, step.about, step.error


def _aligned(
    a: Sequence[Step], b: Sequence[Step]
) -> Iterator[tuple[list[tuple[Step, Step]], Sequence[Step], Sequence[Step]]]:
    """Stretches that agree, each with what stands only in one of them behind it."""
    keys_a, keys_b = [_key(step) for step in a], [_key(step) for step in b]
    i = j = 0
    while i < len(a) or j < len(b):
        pairs = []
        while i < len(a) and j < len(b) and keys_a[i] == keys_b[j]:
            pairs.append((a[i], b[j]))
            i, j = i + 1, j + 1
        skip_a, skip_b = _bridge(keys_a, keys_b, i, j)
        yield pairs, a[i : i + skip_a], b[j : j + skip_b]
        i, j = i + skip_a, j + skip_b


def _bridge(
    a: Sequence[tuple[str, bytes, str]], b: Sequence[tuple[str, bytes, str]], i: int, j: int
) -> tuple[int, int]:
    """How many calls to leave out on either side until they agree again, as few as possible."""
    left_a, left_b = len(a) - i, len(b) - j
    for total in range(1, min(_LONGEST, left_a + left_b) + 1):
        for skip_a in range(max(0, total - left_b), min(total, left_a) + 1):
            skip_b = total - skip_a
            rest = min(_AGAIN, left_a - skip_a, left_b - skip_b)
            at_end = skip_a == left_a and skip_b == left_b
            start_a, start_b = i + skip_a, j + skip_b
            agree = a[start_a : start_a + rest] == b[start_b : start_b + rest]
            if at_end or (rest > 0 and agree):
                return skip_a, skip_b
    return left_a, left_b


def _held(mine: Step, other: Step, learned: dict[bytes, bytes]) -> Parting | None:
    """Two calls of one kind: whether their data parts. What was read teaches words."""
    if not mine.way or not (mine.data or other.data):
        return None
    a, b = _words(mine.data), _words(other.data)
    if _cut(mine) or _cut(other):
        # What was not captured is not compared.
        shorter = min(len(a), len(b))
        a, b = a[:shorter], b[:shorter]
    if a == b:
        return None
    if mine.way == "read":
        _learn(a, b, learned)
        return None
    at = next(
        (at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y and learned.get(x) != y),
        None,
    )
    if at is None:
        if len(a) == len(b):
            return None
        at = min(len(a), len(b))
    return Parting("data", (mine,), (other,), _line(mine.data, at), _line(other.data, at))


def _cut(step: Step) -> bool:
    return len(step.data) < step.moved


def _words(data: bytes) -> list[bytes]:
    """Words, blanks and signs; what holds a digit is a number, and all numbers are alike."""
    return [b"0" if _DIGIT.search(word) else word for word in _WORD.findall(data)]


def _learn(a: Sequence[bytes], b: Sequence[bytes], learned: dict[bytes, bytes]) -> None:
    for tag, i, i_end, j, j_end in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "replace" and i_end - i == j_end - j:
            learned.update(zip(a[i:i_end], b[j:j_end], strict=True))


def _line(data: bytes, word: int) -> bytes:
    """The line of the data in which a word stands."""
    place = 0
    for at, match in enumerate(_WORD.finditer(data)):
        place = match.start()
        if at == word:
            break
    start = data.rfind(b"\n", 0, place) + 1
    end = data.find(b"\n", place)
    return data[start : end if end >= 0 else len(data)].rstrip(b"\r")
