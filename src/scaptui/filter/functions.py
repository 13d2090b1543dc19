"""The functions of both dialects: what they take, what they give."""

from typing import Final, Literal

from scaptui.filter.vocabulary import BYTES, NUMBERS, TEXTS, Kind
from scaptui.records import Record

# What a function gives: a kind of its own, or what its first argument is.
Result = Kind | Literal["same"]

_TEXTUAL: Final = frozenset[Kind]((*TEXTS, "dynamic"))
_SIZED: Final = _TEXTUAL | BYTES
_WHOLE: Final = frozenset[Kind]((*NUMBERS, "dynamic"))
_NUMERIC: Final = frozenset[Kind]((*_WHOLE, "double"))
_ADDRESS: Final = frozenset[Kind](("ip", "dynamic"))
_ANY: Final = frozenset[Kind]((*_SIZED, *_NUMERIC, "bool", "ip"))


class Function(Record):
    """One function.

    Attributes:
        name: Its name in the typed expression.
        sysdig: Its name in sysdig's dialect, empty when that has none.
        wireshark: The same for Wireshark's.
        takes: Kinds its arguments can have.
        least: How many arguments it needs.
        most: How many it takes.
        gives: Kind of the result.
        doc: What it gives, for help and completion.
        lists: What becomes of a field of several values: refused, taken as a whole, or each of its
            values by itself, which gives several values again.
    """

    name: str
    sysdig: str
    wireshark: str
    takes: frozenset[Kind]
    least: int
    most: int
    gives: Result
    doc: str
    lists: Literal["refused", "whole", "each"] = "refused"


_MANY: Final = 64

FUNCTIONS: Final = (
    Function("tolower", "tolower", "lower", _TEXTUAL, 1, 1, "text", "in lower case", "each"),
    Function("toupper", "toupper", "upper", _TEXTUAL, 1, 1, "text", "in upper case", "each"),
    Function("b64", "b64", "", _SIZED, 1, 1, "text", "what the base64 text stands for", "each"),
    Function("basename", "basename", "", _TEXTUAL, 1, 1, "text", "what follows the last /", "each"),
    Function("len", "len", "len", _SIZED, 1, 1, "uint",
             "length in bytes; of several values: how many", "whole"),
    Function("join", "join", "", _TEXTUAL, 2, _MANY, "text",
             "values with a text between them: join(\",\", (proc.name, proc.pname))", "whole"),
    Function("concat", "concat", "", _TEXTUAL, 2, _MANY, "text", "texts one after the other"),
    Function("getopt", "getopt", "", _TEXTUAL, 2, 2, "text",
             "a short option out of arguments: getopt(proc.args, \"c:\")[c]", "whole"),
    Function("count", "", "count", _ANY, 1, 1, "uint", "how many values there are", "whole"),
    Function("string", "", "string", _ANY, 1, 1, "text", "the value as text"),
    Function("vals", "", "vals", _ANY, 1, 1, "text", "the name of a number, as shown"),
    Function("dec", "", "dec", _WHOLE, 1, 1, "text", "the number in decimal"),
    Function("hex", "", "hex", _WHOLE, 1, 1, "text", "the number in hex"),
    Function("float", "", "float", _NUMERIC, 1, 1, "double", "a floating point number"),
    Function("double", "", "double", _NUMERIC, 1, 1, "double", "a floating point number"),
    Function("max", "", "max", _NUMERIC, 1, _MANY, "same", "the greatest"),
    Function("min", "", "min", _NUMERIC, 1, _MANY, "same", "the least"),
    Function("abs", "", "abs", _NUMERIC, 1, 1, "same", "without its sign"),
    Function("ip_special_name", "", "ip_special_name", _ADDRESS, 1, 1, "text",
             "the name of the special block an address lies in"),
    Function("ip_special_mask", "", "ip_special_mask", _ADDRESS, 1, 1, "uint",
             "the flags of the special block an address lies in"),
    Function("ip_linklocal", "", "ip_linklocal", _ADDRESS, 1, 1, "bool", "a link-local address"),
    Function("ip_multicast", "", "ip_multicast", _ADDRESS, 1, 1, "bool", "a multicast address"),
    Function("ip_rfc1918", "", "ip_rfc1918", _ADDRESS, 1, 1, "bool", "a private IPv4 address"),
    Function("ip_ula", "", "ip_ula", _ADDRESS, 1, 1, "bool", "a unique local IPv6 address"),
)  # fmt: skip

BY_NAME: Final = {
    **{function.name: function for function in FUNCTIONS},
    **{function.wireshark: function for function in FUNCTIONS if function.wireshark},
}
