"""What to say when the text does not go on as the grammar wants."""

import re
from typing import Final

from scaptui.errors import FilterError
from scaptui.filter.nearest import did_you_mean
from scaptui.filter.operators import BY_SPELLING, MISTAKES, QUANTIFIERS
from scaptui.filter.source import Span

# What the grammar can want, in words.
_WANTED: Final = {
    "test": "a test such as proc.name=nginx",
    "operator": "an operator such as = or contains",
    "value": "a value",
    "list": "a list in brackets",
    "argument": "a field, a value or a function",
    "closing": "a closing bracket",
    "list end": "a comma or the end of the list",
    "connective": "and, or, or the end",
}
_OPERATOR_WORDS: Final = (*BY_SPELLING, "exists", "not in")
_CONNECTIVES: Final = ("and", "or", "xor", "not")
_OPERATORS: Final = "= != < <= > >= contains startswith endswith glob regex matches in exists"
_LAST_WORD: Final = r"(\w+)\s*$"
_FOUND: Final = r"(?s)[\w.-]+|[=<>!~&|^]+|."


def stuck(text: str, at: int, expected: str) -> FilterError:
    """The error at a place where something else was expected."""
    if at >= len(text) or not text[at:].strip():
        return _at_end(text, expected)
    found = re.match(_FOUND, text[at:])
    word = found[0] if found else text[at]
    span = Span(at, at + len(word))
    return FilterError(*_explain(text, word, expected, span), expected=expected)


def unclosed_quote(found: re.Match[str]) -> None:
    """Refuse a quote that nothing closes."""
    raise FilterError(
        "the quote opened here is never closed", Span(found.start(), found.end()),
        'a quote inside of quotes is \\"', expected="value",
    )  # fmt: skip


def unknown_operator(found: re.Match[str]) -> None:
    """Refuse an operator of some other language."""
    raise FilterError(
        f'there is no operator "{found[0]}"', Span(found.start(), found.end()),
        f"did you mean {MISTAKES[found[0]]}?", expected="operator",
    )  # fmt: skip


def unsupported(found: re.Match[str]) -> None:
    """Refuse what Wireshark has and this language has not."""
    what, hint = {
        "$": (
            "macros ($name) and field references (${field}) are not supported",
            "write out what it stands for",
        ),
        "@": ("raw fields (@field) are not supported", "leave the @ out"),
    }[found[0][0]]
    raise FilterError(what, Span(found.start(), found.end()), hint)


def _at_end(text: str, expected: str) -> FilterError:
    end = len(text.rstrip())
    span = Span(end, end + 1)
    last = text[:end].split()[-1:]
    after = (
        f' after "{last[0]}"'
        if last and last[0] in (*_CONNECTIVES, *_OPERATOR_WORDS, "&&", "||")
        else ""
    )
    hint = ""
    if expected == "value":
        hint = 'the empty text is ""'
    elif expected == "list":
        hint = "write (a, b)"
    wanted = {"test": "a test"}.get(expected, _WANTED[expected])
    return FilterError(f"unexpected end: {wanted} is expected{after}", span, hint, expected)


def _explain(text: str, word: str, expected: str, span: Span) -> tuple[str, Span, str]:
    if word in ("[", "]") or (expected == "operator" and word == "#"):
        return _square(word, span)
    match expected:
        case "test":
            return _no_test(text, word, span)
        case "operator":
            return _no_operator(text, word, span)
        case "connective":
            return _no_connective(word, span)
        case "value" if word.startswith("("):
            hint = f"lists follow in, intersects, pmatch or {' '.join(QUANTIFIERS)}"
            return "a list cannot stand here", span, hint
        case "value" if word.startswith("{"):
            return "a value is expected, not a bracket", span, "text with brackets needs quotes"
    shown = _shown(word)
    return f"{_WANTED[expected]} is expected, not {shown}", span, _hint(word, expected)


def _hint(word: str, expected: str) -> str:
    if expected == "value":
        if word in _CONNECTIVES:
            return f'to compare with the word itself, quote it: "{word}"'
        return "text with any of ( ) , = needs quotes"
    if expected == "list":
        return "write (a, b)"
    return ""


def _square(word: str, span: Span) -> tuple[str, Span, str]:
    if word == "#":
        return "layers (field#1) are not supported", span, "an event has one layer"
    if word == "[":
        return (
            "the square bracket opened here is never closed",
            span,
            "write proc.aname[2] or proc.name[0:3]",
        )
    return "a square bracket is closed that was never opened", span, ""


def _no_test(text: str, word: str, span: Span) -> tuple[str, Span, str]:
    if word == ")":
        before = text[: span.start].rstrip()
        if before.endswith("("):
            return "there is nothing between the brackets", Span(len(before) - 1, span.stop), ""
        return "a test is expected before the closing bracket", span, ""
    if word in _CONNECTIVES or word[:2] in ("&&", "||", "^^"):
        return f'a test is expected before "{word}"', span, ""
    return f"a test such as proc.name=nginx is expected, not {_shown(word)}", span, ""


def _no_operator(text: str, word: str, span: Span) -> tuple[str, Span, str]:
    before = re.search(_LAST_WORD, text[: span.start])
    if before and before[1].lower() == "not":  # NOT was taken for a name
        where = Span(before.start(1), before.end(1))
        return f'there is no "{before[1]}"', where, "did you mean not?"
    hint = did_you_mean(word, (*_OPERATOR_WORDS, *_CONNECTIVES))
    if word.lower() in MISTAKES:
        hint = f"did you mean {MISTAKES[word.lower()]}?"
    if hint:
        return f"there is no operator {_shown(word)}", span, hint
    return f"an operator is expected before {_shown(word)}", span, _OPERATORS


def _no_connective(word: str, span: Span) -> tuple[str, Span, str]:
    message = f'"and", "or" or the end is expected, not {_shown(word)}'
    if word.lower() in _CONNECTIVES:
        return message, span, f"did you mean {word.lower()}?"
    if word in ("&", "|", "^"):
        return message, span, f"did you mean {word * 2}?"
    if word[0] in "=(),{}":
        return message, span, "text with any of ( ) { } , = needs quotes"
    return message, span, did_you_mean(word, _CONNECTIVES) or "text with blanks needs quotes"


def _shown(word: str) -> str:
    if not word.isprintable():
        return "the character U+" + f"{ord(word[0]):04X}"
    cut = word if len(word) <= 40 else word[:39] + "…"
    return f"'{cut}'" if '"' in cut else f'"{cut}"'
