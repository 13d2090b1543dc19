"""The operators: how each is spelled in both dialects, and what it can be applied to."""

from typing import Final, Literal

from scaptui.filter.vocabulary import BYTES, KINDS, TEXTS, Kind
from scaptui.records import Record

Right = Literal["value", "text", "pattern", "hex", "set"]

_ALL: Final = KINDS
_ORDERED: Final = frozenset(kind for kind in _ALL if kind not in ("bool", "net"))
_TEXTUAL: Final = frozenset[Kind]((*TEXTS, *BYTES, "dynamic"))


class Operator(Record):
    """One operator.

    Attributes:
        wire: Its name in the typed expression.
        spellings: Everything a filter may say for it.
        sysdig: How it is written in sysdig's dialect, empty when that has no such operator.
        wireshark: The same for Wireshark's.
        kinds: The kinds of values on the left that it can be applied to.
        right: What stands on its right: a value of the field's kind, text, a pattern, hex digits
            or a list. A value or a text may also be another field.
        doc: What it asks, for help and completion.
        mirrored: The operator that asks the same with both sides swapped.
    """

    wire: str
    spellings: tuple[str, ...]
    sysdig: str
    wireshark: str
    kinds: frozenset[Kind]
    right: Right
    doc: str
    mirrored: str = ""

    @property
    def takes_field(self) -> bool:
        """Whether its right side may be another field."""
        return self.right in ("value", "text") or self.wire in ("in", "intersects")


_PATHS: Final = frozenset[Kind]((*TEXTS, "dynamic"))

OPERATORS: Final = (
    Operator("eq", ("=", "==", "eq", "any_eq"), "=", "==", _ALL, "value",
             "equal; for a network: inside", "eq"),
    Operator("ne", ("!=", "ne", "all_ne"), "!=", "!=", _ALL, "value", "present and different",
             "ne"),
    Operator("lt", ("<", "lt"), "<", "<", _ORDERED, "value", "less", "gt"),
    Operator("le", ("<=", "le"), "<=", "<=", _ORDERED, "value", "less or equal", "ge"),
    Operator("gt", (">", "gt"), ">", ">", _ORDERED, "value", "greater", "lt"),
    Operator("ge", (">=", "ge"), ">=", ">=", _ORDERED, "value", "greater or equal", "le"),
    Operator("all_eq", ("===", "all_eq"), "", "===", _ALL, "value", "every occurrence is equal",
             "all_eq"),
    Operator("any_ne", ("!==", "any_ne"), "", "!==", _ALL, "value", "some occurrence differs",
             "any_ne"),
    Operator("contains", ("contains",), "contains", "contains", _TEXTUAL, "text",
             "has the text in it; case counts"),
    Operator("icontains", ("icontains",), "icontains", "", _TEXTUAL, "text",
             "has the text in it, in any case"),
    Operator("startswith", ("startswith",), "startswith", "", _TEXTUAL, "text",
             "begins with the text"),
    Operator("endswith", ("endswith",), "endswith", "", _TEXTUAL, "text", "ends with the text"),
    Operator("bcontains", ("bcontains",), "bcontains", "", BYTES, "hex",
             "has the bytes in it, given as hex digits"),
    Operator("bstartswith", ("bstartswith",), "bstartswith", "", BYTES, "hex",
             "begins with the bytes, given as hex digits"),
    Operator("glob", ("glob",), "glob", "", _TEXTUAL, "text",
             "fits the pattern of * ? [..], whole; * takes / too"),
    Operator("iglob", ("iglob",), "iglob", "", _TEXTUAL, "text", "as glob, in any case"),
    Operator("regex", ("regex",), "regex", "", _TEXTUAL, "pattern",
             "fits the regular expression, whole; case counts"),
    Operator("matches", ("matches", "~"), "", "matches", _TEXTUAL, "pattern",
             "has something in it that fits the regular expression, in any case"),
    Operator("in", ("in",), "in", "in", _ALL, "set",
             "is one of the list; for a field of several values: all are"),
    Operator("intersects", ("intersects",), "intersects", "", _ALL, "set",
             "at least one value is in the list"),
    Operator("pmatch", ("pmatch",), "pmatch", "", _PATHS, "set",
             "is, or lies below, one of the paths"),
)  # fmt: skip

BY_WIRE: Final = {operator.wire: operator for operator in OPERATORS}
BY_SPELLING: Final = {
    spelling: operator for operator in OPERATORS for spelling in operator.spellings
}

# What a list on the right of an ordinary operator asks: how many of its elements satisfy it.
QUANTIFIERS: Final = ("oneof", "anyof", "allof")
QUANTIFIABLE: Final = frozenset(
    operator.wire
    for operator in OPERATORS
    if operator.right != "set"
    and operator.wire not in ("lt", "le", "gt", "ge", "all_eq", "any_ne", "matches")
)
RELATIONS: Final = frozenset(operator.wire for operator in OPERATORS if operator.mirrored)

# What people write for an operator that is spelled otherwise.
MISTAKES: Final = {
    "<>": "!=", "=~": "matches", "~=": "!==", "!~": "not ... matches", ":=": "=",
    "is": "=", "equals": "=", "like": "glob", "match": "matches", "has": "contains",
    "includes": "contains", "starts": "startswith", "ends": "endswith", "isnot": "!=",
}  # fmt: skip
