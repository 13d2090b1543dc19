"""From one test as written to a typed expression, or to the reason why it makes no sense."""

from collections.abc import Mapping, Sequence

from scaptui.errors import FilterError
from scaptui.filter import literals
from scaptui.filter.expression import (
    Address,
    Arith,
    Boolean,
    Call,
    Check,
    Double,
    Exists,
    Expression,
    FieldRef,
    Integer,
    Literal,
    Negate,
    Network,
    Operand,
    Range,
    Set,
    Text,
    Type,
    conjunction,
    negation,
    type_of,
)
from scaptui.filter.nearest import did_you_mean
from scaptui.filter.notes import Note
from scaptui.filter.operands import Operands
from scaptui.filter.operators import BY_SPELLING, BY_WIRE, QUANTIFIABLE, RELATIONS, Operator
from scaptui.filter.source import Span
from scaptui.filter.syntax import (
    Comparison,
    Listed,
    ListName,
    Name,
    Node,
    Quoted,
    RangeNode,
    SetNode,
    TestNode,
    Word,
)
from scaptui.filter.vocabulary import BYTES, NUMBERS, TEXTS, Kind, Vocabulary

_NUMERIC = NUMBERS | {"double"}
_TEXTUAL = TEXTS | BYTES
# Which operator is the opposite for one value; `all a < b` is "present and not any a >= b".
_OPPOSITE = {"lt": "ge", "ge": "lt", "le": "gt", "gt": "le", "ne": "eq"}


class ListedError(FilterError):
    """A value of a named list does not suit the field that the list is compared with."""

    def __init__(self, error: FilterError, item: Listed) -> None:
        super().__init__(error.message, error.span, error.hint, error.expected)
        self.list_name = item.list_name
        self.at = item.at


class Checker:
    """Checks the tests of one filter.

    Args:
        vocabulary: Fields and names.
        lists: Named lists, for `in` and inside of lists.
        macros: Named expressions, which a name without a dot stands for.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        lists: Mapping[str, Sequence[str]],
        macros: Mapping[str, Expression],
    ) -> None:
        self.vocabulary = vocabulary
        self.lists = lists
        self.macros = macros
        self.notes: list[Note] = []
        self.operands = Operands(vocabulary, self.notes)

    def test(self, node: TestNode) -> Expression:
        """The expression of one test; a chain of comparisons is a conjunction.

        Raises:
            FilterError: a name is unknown, or a value or operator does not suit its field.
        """
        operand = node.operand
        is_plain = isinstance(operand, Name) and "." not in operand.name
        if is_plain and not node.comparisons and not node.exists:
            return self._macro(operand)  # type: ignore[arg-type]
        if not node.comparisons:
            return self._existence(node)
        tests: list[Expression] = []
        left: Node = operand
        for comparison in node.comparisons:
            span = left.span.to(comparison.right.span)
            tests.append(self._comparison(left, comparison, node.prefix, span))
            if comparison is not node.comparisons[-1]:
                left = _next_in_chain(comparison)
        return conjunction(tests, node.span)

    def _macro(self, name: Name) -> Expression:
        if name.name in self.macros and not name.brackets:
            try:
                return self.macros[name.name]
            except FilterError as error:
                error.span = name.span
                raise
        keyword = name.name.lower()
        if keyword in ("and", "or", "xor", "not", "in", "exists"):
            raise FilterError(
                f'a test is expected, not "{name.name}"', name.span, f"did you mean {keyword}?"
            )
        hint = did_you_mean(name.name, (*self.macros, *self.vocabulary.names()))
        raise FilterError(
            f'there is no macro "{name.name}", and fields have a dot in their names',
            name.span,
            hint,
        )

    def _existence(self, node: TestNode) -> Expression:
        operand = node.operand
        if isinstance(operand, Word | Quoted):
            raise FilterError(
                f"{literals.shown(operand)} alone is no test",
                operand.span,
                "compare it with a field: proc.name = nginx",
                expected="operator",
            )
        meaning = self.operands.operand(operand)
        kind = type_of(meaning).kind
        if not node.exists:
            if isinstance(meaning, Call) and kind == "bool":
                return Check(meaning, "eq", Boolean(True), span=node.span)  # noqa: FBT003
            if isinstance(meaning, Arith | Negate):
                return Check(meaning, "ne", Integer(0), span=node.span)
            if isinstance(meaning, FieldRef) and kind == "bool":
                self.notes.append(
                    Note(
                        f"{meaning.name} alone asks whether there is a value, be it false",
                        node.span,
                        f"write {meaning.name}=true",
                    )
                )
        _refuse_literal(meaning, node.span)
        return Exists(meaning, node.span)

    def _comparison(
        self, left: Node, comparison: Comparison, prefix: str, span: Span
    ) -> Expression:
        operator = BY_SPELLING[comparison.operator]
        right = comparison.right
        if isinstance(left, Word | Quoted):
            return self._literal_left(left, operator, comparison, span)
        meaning = self.operands.operand(left)
        _refuse_literal(meaning, left.span)
        _check_operator(meaning, operator, comparison.span)
        if isinstance(right, SetNode | ListName):
            test = self._set_test(left, meaning, operator, right, span)
        else:
            test = Check(
                meaning, operator.wire, self._right(left, meaning, operator, right), span=span
            )
        if prefix:
            return _quantified(prefix, test, comparison.span)
        return negation(test, span) if comparison.is_negated else test

    def _literal_left(
        self, left: Word | Quoted, operator: Operator, comparison: Comparison, span: Span
    ) -> Expression:
        """`3 < fd.num` is `fd.num > 3`; what has no mirror image keeps its text on the left."""
        right = comparison.right
        if isinstance(right, SetNode | ListName):
            raise FilterError("a field is expected before in, not a value", left.span)
        if isinstance(right, Word):
            right = self.operands.field_in(right) or right
        if isinstance(right, Word | Quoted):
            hint = "text with any of = < > in it needs quotes"
            raise FilterError("two values are compared, and no field", span, hint)
        if operator.mirrored:
            mirrored = BY_WIRE[operator.mirrored]
            meaning = self.operands.operand(right)
            _check_operator(meaning, mirrored, comparison.span)
            value = self._right(right, meaning, mirrored, left)
            return Check(meaning, mirrored.wire, value, span=span)
        text = literals.typed(left, "text", "the text")
        meaning = self.operands.operand(right)
        _check_operator(text, operator, comparison.span)
        self._check_pair(text, meaning, operator, right.span)
        return Check(text, operator.wire, meaning, span=span)

    def _right(self, left: Node, meaning: Operand, operator: Operator, right: Node) -> Operand:
        if isinstance(right, Word) and operator.takes_field:
            right = self.operands.field_in(right) or right
        if isinstance(right, Word | Quoted):
            return self._value(left, meaning, operator, right)
        if not operator.takes_field:
            raise FilterError(f"{operator.spellings[0]} takes a text, not a field", right.span)
        other = self.operands.operand(right)
        if isinstance(other, Integer):  # a number in brackets, or with a sign of its own
            other = self._number_as(meaning, other, right.span)
        self._check_pair(meaning, other, operator, right.span)
        if self.operands.is_in_seconds(left) or self.operands.is_in_seconds(right):
            raise FilterError("a time in seconds can only be compared with a number", right.span)
        return other

    def _number_as(self, meaning: Operand, number: Integer, span: Span) -> Operand:
        given = type_of(meaning).kind
        if given not in _NUMERIC and given != "dynamic":
            return number
        return literals.typed(Word(str(number.value), span), given, described(meaning))

    def _value(
        self, left: Node, meaning: Operand, operator: Operator, value: Word | Quoted
    ) -> Literal:
        if operator.right == "hex":
            return literals.hex_digits(value, operator.wire)
        kind = type_of(meaning).kind
        if kind == "bytes" and operator.right == "text" and isinstance(value, Word):
            self._note_bytes(value)
        takes_text = operator.right in ("text", "pattern") or operator.wire == "pmatch"
        if takes_text and kind == "dynamic":
            return literals.typed(value, "text", described(meaning))
        if self.operands.is_in_seconds(left):
            return literals.seconds(value, described(left))
        found = literals.typed(value, kind, described(meaning), zone=self.vocabulary.zone())
        if isinstance(found, Integer) and isinstance(meaning, FieldRef) and meaning.row.bits < 64:
            _check_width(meaning, found, value)
        if isinstance(found, Network) and operator.wire in ("lt", "le", "gt", "ge"):
            raise FilterError(
                "a network is neither less nor greater", value.span, "= asks whether it is inside"
            )
        if operator.right == "pattern" and isinstance(found, Text):
            _check_pattern(found, value.span)
        if operator.wire in ("eq", "ne", "all_eq", "any_ne", "in", "intersects"):
            self._check_word(meaning, value, found)
        return found

    def _note_bytes(self, value: Word) -> None:
        if literals.is_colon_bytes(value):
            count = len(value.text.split(":"))
            self.notes.append(
                Note(f"{value.text} is read as {count} bytes", value.span, "for the text, quote it")
            )

    def _check_word(self, meaning: Operand, value: Word | Quoted, found: Literal) -> None:
        """Fields whose values are words of a list: anything else can never match."""
        words = self.vocabulary.values_of(meaning.name) if isinstance(meaning, FieldRef) else None
        if words is None or not isinstance(found, Text):
            return
        word = found.value.decode("utf-8", "replace")
        if word in words.words or (word.lstrip("-").isdigit() and not words.certain):
            return
        hint = did_you_mean(word, words.words)
        if words.certain:
            if not hint and len(words.words) < 10:
                hint = "it is " + " or ".join(words.words)
            elif not hint and described(meaning) == "evt.type":
                hint = "scaptui events lists them"
            raise FilterError(
                f"there is no {words.noun} {literals.shown(value)}",
                value.span,
                hint,
                expected="value",
            )
        name = described(meaning)
        self.notes.append(
            Note(f"{name} is not known to ever be {literals.shown(value)}", value.span, hint)
        )

    def _set_test(
        self,
        left: Node,
        meaning: Operand,
        operator: Operator,
        right: SetNode | ListName,
        span: Span,
    ) -> Check:
        quantifier = right.quantifier if isinstance(right, SetNode) else None
        if quantifier and operator.wire not in QUANTIFIABLE:
            raise FilterError(f"{quantifier} cannot follow {operator.spellings[0]}", right.span)
        if quantifier is None and operator.right != "set":
            raise FilterError("a list cannot stand here", right.span, "lists follow in")
        if isinstance(right, ListName):
            values = self._named_list(right.name, right.span)
        else:
            values = [item for given in right.items for item in self._expanded(given)]
        items = tuple(
            self._item(
                left,
                meaning,
                operator,
                item,
                is_braced=isinstance(right, SetNode) and right.is_braced,
            )
            for item in values
        )
        return Check(meaning, operator.wire, Set(items), quantifier, span)

    def _named_list(self, name: str, span: Span) -> list[Word | Quoted | RangeNode]:
        if name not in self.lists:
            hint = did_you_mean(name, self.lists) or f"a list of one is written ({name})"
            raise FilterError(f'there is no list "{name}"', span, hint)
        return [Listed(value, span, name, at) for at, value in enumerate(self.lists[name])]

    def _expanded(self, item: Word | Quoted | RangeNode) -> list[Word | Quoted | RangeNode]:
        if isinstance(item, Word) and item.text in self.lists:
            return self._named_list(item.text, item.span)
        return [item]

    def _item(
        self,
        left: Node,
        meaning: Operand,
        operator: Operator,
        item: Word | Quoted | RangeNode,
        *,
        is_braced: bool,
    ) -> Literal | Range:
        if isinstance(item, RangeNode):
            is_word = isinstance(item.low, Word) and isinstance(item.high, Word)
            if is_word and not is_braced and type_of(meaning).kind in _TEXTUAL:
                # sysdig has no ranges: there, 1..5 in round brackets is a text.
                item = Word(f"{item.low.text}..{item.high.text}", item.span)  # type: ignore[union-attr]
            else:
                return self._range(left, meaning, operator, item)
        try:
            return self._value(left, meaning, operator, item)
        except FilterError as error:
            if isinstance(item, Listed):
                raise ListedError(error, item) from None
            raise

    def _range(self, left: Node, meaning: Operand, operator: Operator, item: RangeNode) -> Range:
        low = self._value(left, meaning, operator, item.low)
        high = self._value(left, meaning, operator, item.high)
        if (
            operator.wire in QUANTIFIABLE
            or operator.wire == "pmatch"
            or type(low) is not type(high)
            or isinstance(low, Boolean)
        ):
            raise FilterError("a range cannot stand here", item.span)
        if isinstance(low, Address) and isinstance(high, Address):
            in_order = low.value.version == high.value.version and int(low.value) <= int(high.value)
        elif isinstance(low, Text | Integer | Double) and isinstance(high, type(low)):
            in_order = low.value <= high.value  # type: ignore[operator]
        else:
            raise FilterError("a range has single values at its ends", item.span)
        if not in_order:
            raise FilterError("the range is empty: its end lies before its beginning", item.span)
        return Range(low, high)

    def _check_pair(self, left: Operand, right: Operand, operator: Operator, span: Span) -> None:
        """Whether two operands can be compared with each other."""
        for operand in (left, right):
            if isinstance(operand, FieldRef) and not operand.row.comparable:
                raise FilterError(f"{operand.name} cannot be compared with another field", span)
        ours, theirs = type_of(left), type_of(right)
        if theirs.is_list and operator.right != "set":
            raise FilterError(
                f"{described(right)} has several values", span, "use in or intersects"
            )
        if not _alike(ours.kind, theirs.kind):
            raise FilterError(
                f"{described(left)} is {_A.get(ours.kind, ours.kind)} and cannot be compared with "
                f"{described(right)}, which is {_A.get(theirs.kind, theirs.kind)}",
                span,
            )


def described(operand: Operand | Node) -> str:
    """An operand in an error message."""
    match operand:
        case FieldRef() | Name():
            return operand.name
        case Call(function):
            return f"{function}()"
        case _:
            return "the left side"


def _check_width(field: FieldRef, number: Integer, value: Word | Quoted) -> None:
    """A number that does not fit into the field is a slip: it would match nothing, or all."""
    row = field.row
    is_signed = row.kind == "int"
    least = -(1 << row.bits - 1) if is_signed else 0
    most = (1 << row.bits - is_signed) - 1
    if not least <= number.value <= most:
        raise FilterError(
            f"{literals.shown(value)} is out of range", value.span, f"from {least} to {most}"
        )


def _check_pattern(pattern: Text, span: Span) -> None:
    try:
        pattern.value.decode()
    except UnicodeDecodeError:
        raise FilterError("a regular expression has to be valid UTF-8", span) from None


def _next_in_chain(comparison: Comparison) -> Node:
    if isinstance(comparison.right, SetNode | ListName):
        raise FilterError(
            '"and", "or" or the end is expected after a list',
            comparison.right.span,
            expected="connective",
        )
    if isinstance(comparison.right, Word):
        text = comparison.right.text
        if "." in text and text[0].isalpha():
            return Name(text, (), comparison.right.span)
    return comparison.right


def _refuse_literal(operand: Operand, span: Span) -> None:
    if isinstance(operand, Text | Integer | Double):
        raise FilterError("a value alone is no test", span, "compare it with a field")


def _check_operator(operand: Operand, operator: Operator, span: Span) -> None:
    given: Type = type_of(operand)
    name = described(operand)
    written = operator.spellings[0]
    if given.is_list and operator.right != "set":
        raise FilterError(
            f"{name} has several values, and {written} takes one",
            span,
            "use in, intersects or exists",
        )
    if given.kind not in operator.kinds:
        allowed = [op.spellings[0] for op in BY_WIRE.values() if given.kind in op.kinds]
        raise FilterError(
            f"{written} cannot be applied to {name}, which is {_A.get(given.kind, given.kind)}",
            span,
            "it takes " + " ".join((*allowed, "exists")),
            expected="operator",
        )
    if name == "evt.around" and operator.wire != "eq":
        raise FilterError("evt.around takes = alone", span, "write evt.around[TIME]=MILLISECONDS")


_A = {
    "int": "a number", "uint": "a number", "port": "a number", "bool": "true or false",
    "ip": "an address", "net": "a network", "double": "a number", "time": "a time",
    "duration": "a duration", "mode": "a number", "bytes": "bytes",
}  # fmt: skip


def _alike(ours: Kind, theirs: Kind) -> bool:
    if "dynamic" in (ours, theirs) or ours == theirs:
        return True
    return any({ours, theirs} <= family for family in (_NUMERIC, _TEXTUAL, {"ip", "net"}))


def _quantified(prefix: str, test: Check, span: Span) -> Expression:
    """`any` and `all` before a field of several values."""
    several = isinstance(test.left, FieldRef) and (
        test.left.row.filter_only
        or (test.left.row.argument == "optional" and test.left.argument is None)
    )
    if prefix == "any":
        return (
            Check(test.left, "any_ne", test.right, span=test.span)
            if test.operator == "ne"
            else test
        )
    if test.operator == "eq":
        return Check(test.left, "all_eq", test.right, span=test.span)
    if not several:
        return test
    if test.operator not in _OPPOSITE or test.operator not in RELATIONS:
        raise FilterError(
            f"all cannot be asked with {test.operator}", span, "it goes with == != < <= > >="
        )
    opposite = Check(test.left, _OPPOSITE[test.operator], test.right, span=test.span)
    return conjunction((Exists(test.left, test.span), negation(opposite, test.span)), test.span)
