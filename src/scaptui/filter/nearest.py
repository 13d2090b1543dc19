"""What a misspelled word may have meant."""

from collections.abc import Iterable

# Longer words are no slips of the finger, and comparing them takes time.
_LONGEST = 64


def nearest(
    word: str, candidates: Iterable[str], offered: int = 3, allowed: int | None = None
) -> list[str]:
    """The candidates most like the word, the most similar first.

    Similar is: few letters differ, at most `allowed` (a quarter without it), or the word is the
    beginning or the last part of a candidate. Case counts for little.
    """
    if not word or len(word) > _LONGEST:
        return []
    if allowed is None:
        allowed = max(len(word) // 4, 1) if len(word) < 4 else max(len(word) // 4, 2)
    ranked = ((_rank(word, candidate, allowed), candidate) for candidate in candidates)
    close = ((rank, len(name), name) for rank, name in ranked if rank <= allowed)
    return [name for _, _, name in sorted(close)[:offered]]


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """A hint that names the nearest candidates, empty when none is near."""
    names = nearest(word, candidates)
    if not names:
        return ""
    *others, last = names
    return f"did you mean {', '.join(others)} or {last}?" if others else f"did you mean {last}?"


def _rank(word: str, candidate: str, allowed: int) -> float:
    if word.lower() == candidate.lower():
        return 0.1
    if len(word) > 2 and candidate.startswith(word):
        return 0.5
    if len(word) > 2 and candidate.endswith("." + word):
        return 0.9
    if abs(len(word) - len(candidate)) > allowed:
        return allowed + 1
    return _distance(word.lower(), candidate.lower(), allowed)


def _distance(word: str, other: str, allowed: int) -> int:
    """Letters to insert, delete, replace or swap with a neighbour; past `allowed` not counted."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(word):
        row = [i + 1]
        for j, b in enumerate(other):
            best = min(last[j] + (a != b), last[j + 1] + 1, row[j] + 1)
            if i and j and a == other[j - 1] and word[i - 1] == b:
                best = min(best, before[j - 1] + 1)
            row.append(best)
        if min(row) > allowed:
            return allowed + 1
        before, last = last, row
    return last[-1]
