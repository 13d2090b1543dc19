"""Fields, functions, slices and arithmetic: from what was written to what it means."""

import re
from typing import Final

from scaptui.errors import FilterError
from scaptui.filter import literals
from scaptui.filter.expression import (
    Arith,
    Call,
    Double,
    FieldRef,
    Integer,
    Negate,
    Operand,
    Slice,
    Text,
    type_of,
)
from scaptui.filter.functions import BY_NAME, Function
from scaptui.filter.grammar import FIELD
from scaptui.filter.nearest import did_you_mean
from scaptui.filter.notes import Note
from scaptui.filter.source import Span
from scaptui.filter.syntax import (
    ArithNode,
    Bracket,
    CallNode,
    ListNode,
    Name,
    NegateNode,
    Node,
    Quoted,
    Word,
)
from scaptui.filter.vocabulary import (
    BYTES,
    NUMBERS,
    TEXTS,
    FieldRow,
    Resolved,
    Vocabulary,
    argument_problem,
    usage,
)

_FIELD_ALONE: Final = rf"(?a)({FIELD})((?:\[[^\[\]\"']*\])*)"
_BRACKET: Final = r"\[([^\[\]]*)\]"
_RANGE: Final = r"(?a)(-?\d{1,9})?\s*(?:(:)\s*(-?\d{1,9})?|-\s*(-?\d{1,9}))?"
_NUMERIC: Final = NUMBERS | {"double", "dynamic"}
_SLICEABLE: Final = TEXTS | BYTES | {"dynamic"}


class Operands:
    """Reads operands of one filter. Notes gather in `notes`."""

    def __init__(self, vocabulary: Vocabulary, notes: list[Note]) -> None:
        self.vocabulary = vocabulary
        self.notes = notes

    def operand(self, node: Node) -> Operand:
        """What an operand means.

        Raises:
            FilterError: an unknown field or function, or one applied to what it does not take.
        """
        match node:
            case Name():
                return self.field(node)
            case CallNode():
                return self._call(node)
            case ArithNode(operator, left, right):
                return Arith(operator, self._number(left, operator), self._number(right, operator))
            case NegateNode(inner):
                return self._negated(inner)
            case Word() | Quoted():
                return literals.guessed(node)

    def field(self, name: Name) -> Operand:
        """A field, with its argument, or a slice of it.

        Raises:
            FilterError: there is no such field, or its brackets are not what it takes.
        """
        return self._indexed(self._resolved(name), name)

    def is_in_seconds(self, node: Node) -> bool:
        """Whether a name stands for a field whose values the filter writes in seconds."""
        found = self.vocabulary.resolve(node.name) if isinstance(node, Name) else None
        return found is not None and found.in_seconds

    def field_in(self, word: Word) -> Name | None:
        """The field a bare word on the right side names, None when it is just text."""
        found = re.fullmatch(_FIELD_ALONE, word.text) if "." in word.text else None
        if found is None or "." not in found[1] or self.vocabulary.resolve(found[1]) is None:
            return None
        at = word.span.start
        brackets = tuple(
            Bracket(
                b[1].strip(),
                is_quoted=False,
                span=Span(at + found.end(1) + b.start(), at + found.end(1) + b.end()),
            )
            for b in re.finditer(_BRACKET, found[2])
        )
        return Name(found[1], brackets, word.span)

    def _resolved(self, name: Name) -> Resolved:
        found = self.vocabulary.resolve(name.name)
        if found is None:
            raise self._unknown_field(name)
        return found

    def _unknown_field(self, name: Name) -> FilterError:
        bare = name.name
        hint = self.vocabulary.why_gone(bare)
        if not hint and bare.lower() in ("and", "or", "xor", "not", "in", "exists"):
            hint = f"did you mean {bare.lower()}?"
        if not hint and re.search(r"-\d", bare):
            hint = "a minus needs a blank before it"
        hint = hint or did_you_mean(bare, self.vocabulary.names())
        return FilterError(
            f'there is no field "{bare}"', name.span, hint or "`scaptui fields` lists them"
        )

    def check_shown(self, name: Name) -> None:
        """Refuse a field that cannot be shown as it is named.

        Raises:
            FilterError: there is no such field, or its brackets are not what it takes.
        """
        brackets = list(name.brackets)
        row = self._with_argument(self._resolved(name), name, brackets).row
        if brackets:
            raise FilterError(f"{row.name} takes no argument", name.span)
        if row.name in _NEVER_SHOWN:
            hint = "`scaptui fields` says which can be shown"
            raise FilterError(f"{row.name} can be filtered by, not shown", name.span, hint)

    def _indexed(self, found: Resolved, name: Name) -> Operand:
        brackets = list(name.brackets)
        field = self._with_argument(found, name, brackets)
        if field.row.print_only:
            raise FilterError(f"{field.row.name} can be shown, not filtered by", name.span)
        return self._sliced(field, brackets)

    def _with_argument(self, found: Resolved, name: Name, brackets: list[Bracket]) -> FieldRef:
        """The field with its argument, which is taken off the brackets."""
        row, argument = found.row, found.argument
        if row.argument != "none" and argument is None and brackets:
            argument = self._argument(row, brackets)
        if row.argument == "required" and argument is None:
            raise FilterError(f"{row.name} needs an argument", name.span, f"write {usage(row)}")
        if argument is not None:
            argument = self._checked(row, argument, name.span)
        return FieldRef(row, argument, name.span)

    def _argument(self, row: FieldRow, brackets: list[Bracket]) -> str | None:
        """The first bracket, unless the field may stand without one and it can only be a slice."""
        first = brackets[0]
        is_slice = ":" in first.text and not first.is_quoted and row.argument_form == "index"
        if row.argument == "optional" and is_slice:
            return None
        return brackets.pop(0).text

    def _checked(self, row: FieldRow, argument: str, span: Span) -> str:
        problem = argument_problem(row, argument)
        if not problem and not argument.isprintable():
            problem = "it has unprintable characters"
        if problem:
            raise FilterError(
                f'"{literals.plain(argument)}" is no argument of {row.name}: {problem}',
                span,
                f"write {usage(row)}",
            )
        if row.argument_form in ("index", "time") or (
            row.argument_form == "index-or-name" and argument.isascii() and argument.isdigit()
        ):
            argument = argument.lstrip("0") or "0"
        self._check_names(row, argument, span)
        return argument

    def _check_names(self, row: FieldRow, argument: str, span: Span) -> None:
        names = self.vocabulary.event_names
        if row.name == "evt.type.is" and not argument.isdigit() and argument not in names:
            raise FilterError(
                f'there is no event or system call "{argument}"',
                span,
                did_you_mean(argument, names),
            )
        known = self.vocabulary.parameter_names
        is_parameter = row.name in ("evt.arg", "evt.rawarg") and not argument.isdigit()
        if known and is_parameter and argument not in known:
            self.notes.append(
                Note(f'no event has a parameter "{argument}"', span, did_you_mean(argument, known))
            )

    def _sliced(self, operand: FieldRef | Call, brackets: list[Bracket]) -> Operand:
        if not brackets:
            return operand
        if len(brackets) > 1:
            raise FilterError(
                "a slice cannot be cut again", brackets[1].span, "several parts: [0:2,4:1]"
            )
        return self._slice(operand, brackets[0])

    def _slice(self, operand: FieldRef | Call, bracket: Bracket) -> Operand:
        if isinstance(operand, FieldRef) and type_of(operand).is_list:
            raise FilterError(f"{operand.name} has several values and cannot be cut", bracket.span)
        if type_of(operand).kind not in _SLICEABLE:
            what = operand.name if isinstance(operand, FieldRef) else "this"
            kind = type_of(operand).kind
            raise FilterError(
                f"{what} takes no argument and, being {kind}, cannot be cut into parts",
                bracket.span,
            )
        return Slice(operand, tuple(_range(part, bracket) for part in bracket.text.split(",")))

    def _call(self, node: CallNode) -> Operand:
        if node.name == "val":
            return self._val(node)
        row = BY_NAME.get(node.name)
        if row is None:
            hint = did_you_mean(node.name, BY_NAME) or "text with brackets needs quotes"
            if node.name.lower() in ("in", "and", "or", "not"):
                hint = f"{node.name.lower()} stands between tests"
            raise FilterError(f'there is no function "{node.name}"', node.span, hint)
        brackets = list(node.brackets)
        arguments = [self._call_argument(row, argument) for argument in _flat(row, node)]
        if not row.least <= len(arguments) <= row.most:
            wanted = str(row.least) if row.least == row.most else f"{row.least} or more"
            raise FilterError(
                f"{node.name}() takes {wanted} arguments, not {len(arguments)}"
                .replace(" 1 arguments", " 1 argument"),
                node.span,
            )  # fmt: skip
        if row.name == "getopt" and brackets:
            arguments.append(_option(node, brackets))
        return self._sliced(Call(row.name, tuple(arguments)), brackets)

    def _val(self, node: CallNode) -> Operand:
        inner = node.arguments[0] if len(node.arguments) == 1 else None
        if not isinstance(inner, Name) or node.brackets:
            raise FilterError("val() takes one field", node.span, "write val(proc.pname)")
        return self.field(inner)

    def _call_argument(self, row: Function, node: Node | ListNode) -> Operand:
        if isinstance(node, ListNode):
            raise FilterError(f"{row.name}() takes no list in brackets", node.span)
        operand = Text(node.value) if isinstance(node, Quoted) else self.operand(node)
        if isinstance(operand, FieldRef) and not operand.row.transformable:
            raise FilterError(f"{operand.name} cannot be put into a function", node.span)
        given = type_of(operand)
        if given.kind not in row.takes:
            raise FilterError(
                f"{row.name}() takes no {_NOUNS.get(given.kind, given.kind)}", node.span
            )
        if given.is_list and row.lists == "refused":
            raise FilterError(f"{row.name}() takes one value, not several", node.span)
        return operand

    def _number(self, node: Node, operator: str) -> Operand:
        if isinstance(node, Word):
            node = self.field_in(node) or node
        if isinstance(node, Word | Quoted):
            return literals.number(node)
        operand = self.operand(node)
        given = type_of(operand)
        if given.kind not in _NUMERIC or given.is_list:
            name = operand.name if isinstance(operand, FieldRef) else "this"
            raise FilterError(f"{operator} takes numbers, and {name} is {given.kind}", node.span)
        if operator == "&" and given.kind == "double":
            raise FilterError("& takes whole numbers", node.span)
        return operand

    def _negated(self, node: Node) -> Operand:
        match self._number(node, "-"):
            case Integer(value) if value <= 2**63:
                return Integer(-value)
            case Double(value):
                return Double(-value)
            case Negate(inner):
                return inner
            case operand:
                return Negate(operand)


_NEVER_SHOWN: Final = frozenset(("evt.around",))
_NOUNS: Final = {"ip": "address", "int": "number", "uint": "number", "bool": "truth value"}


def _flat(row: Function, node: CallNode) -> list[Node | ListNode]:
    """The arguments; the list that `join` takes is spread out behind its separator."""
    if row.name != "join" or len(node.arguments) != 2:
        return list(node.arguments)
    separator, values = node.arguments
    return [separator, *(values.items if isinstance(values, ListNode) else (values,))]


def _option(node: CallNode, brackets: list[Bracket]) -> Operand:
    """The option `getopt` looks for, as one more argument."""
    if len(brackets[0].text) != 1:
        raise FilterError(
            "the option of getopt() is one letter", node.span, 'write getopt(proc.args, "c:")[c]'
        )
    return Text(brackets.pop(0).text.encode("utf-8", "replace"))


def _range(part: str, bracket: Bracket) -> tuple[int, int | None]:
    """One part of a slice as start and length; the rest when the length is None."""
    found = re.fullmatch(_RANGE, part.strip())
    wrong = FilterError(
        f'"{literals.plain(part.strip())}" is no slice',
        bracket.span,
        "slices are [start:length] [first-last] [at] [:length] [start:]",
    )
    if found is None or not part.strip() or part.strip() == ":":
        raise wrong
    first, colon, length, last = found.groups()
    if colon:
        if length is not None and int(length) < 1:
            raise wrong
        return int(first or 0), None if length is None else int(length)
    if first is None:
        raise wrong
    start = int(first)
    if last is None:
        return start, 1
    stop = int(last)
    if stop < start or (start < 0) != (stop < 0):
        raise wrong
    return start, stop - start + 1
