"""Which part of a filter the kernel can decide, as options of the helper.

What is pushed down only ever leaves out events that the filter does not select: it is still asked
of every event that comes.
"""

import json
from typing import Any, Final

# The helper's options for fields whose values the kernel knows as they are.
_OPTIONS: Final = {"proc.name": "--comm", "proc.pid": "--pid"}
# The kernel's names of threads are no longer, in bytes.
_NAME: Final = 15


def pushed_down(wire: str) -> list[str]:
    """Options for what all selected events have in common, of a typed filter as JSON text."""
    expression = json.loads(wire)
    terms = expression.get("and", [expression])
    found: dict[str, str] = {}
    for term in terms:
        option, values = _alternatives(term)
        # Of two demands on one field the first is enough.
        if option and values and option not in found:
            found[option] = ",".join(values)
    return [word for pair in found.items() for word in pair]


def _alternatives(term: dict[str, Any]) -> tuple[str, list[str]]:
    """The option, and the values one of which an event must have; nothing where there is none."""
    if "or" in term:
        parts = [_alternatives(part) for part in term["or"]]
        options = {option for option, _ in parts}
        if len(options) == 1 and "" not in options:
            return parts[0][0], list(dict.fromkeys(v for _, values in parts for v in values))
        return "", []
    test = term.get("test", {})
    option = _OPTIONS.get(test.get("left", {}).get("field", ""), "")
    right = test.get("right", {})
    if not option or "quantifier" in test:
        return "", []
    if test["op"] == "eq" and "value" in right:
        return _values(option, [right["value"]])
    if test["op"] == "in" and "set" in right:
        return _values(option, right["set"])
    return "", []


def _values(option: str, literals: list[dict[str, Any]]) -> tuple[str, list[str]]:
    values = [_value(option, literal) for literal in literals]
    return (option, values) if all(values) else ("", [])


def _value(option: str, literal: dict[str, Any]) -> str:
    """The value as the option takes it; empty when it does not."""
    if option == "--pid":
        number = literal.get("int", 0)
        return str(number) if 0 < number < 2**32 else ""
    text = str(literal.get("text", ""))
    fits = 0 < len(text.encode()) <= _NAME and "," not in text
    return text if fits else ""
