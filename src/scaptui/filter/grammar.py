"""The grammar of both dialects, in pyparsing.

It reads a filter as a flat row of brackets, connectives and tests; `structure` puts the row
together. So brackets need no recursion, however deep they are; only functions inside functions
do. Where something must follow, the last alternative raises our own error: pyparsing never
backtracks over a test, and its own messages are never seen.

White space is pyparsing's to skip, with the characters of BLANK; every terminal is one regular
expression. A bare word on the right side follows sysdig: it may hold almost anything, and ends at
white space, quotes, round and curly brackets, commas and `=`.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Final, Literal, cast

from scaptui.errors import FilterError
from scaptui.filter import parsing as pp
from scaptui.filter import syntax
from scaptui.filter.expectations import stuck, unclosed_quote, unknown_operator, unsupported
from scaptui.filter.operators import MISTAKES, OPERATORS, QUANTIFIERS
from scaptui.filter.quoting import encoded, unescape
from scaptui.filter.source import Span

BLANK: Final = " \t\n\r\b\f\v\xa0"
_B: Final = r"[ \t\n\r\x08\f\v\xa0]"
_END: Final = r"(?![\w.-])"  # a word ends here
_WORD_STOPS: Final = r" \t\n\r\x08\f\v\xa0()\"',={}"

IDENTIFIER: Final = r"[A-Za-z_]\w*"
FIELD: Final = rf"{IDENTIFIER}(?:\.\w+(?:-\w+)*)*"
_DOTTED_FIELD: Final = rf"{IDENTIFIER}(?:\.\w+(?:-\w+)*)+"
_NUMBER: Final = r"[+-]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
_CONNECTIVES: Final = r"(?:and|or|xor)" + _END + r"|&&|\|\||\^\^"
_QUOTE: Final = r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'"
_RAW: Final = r"r\"((?:[^\"\\]|\\.)*)\"|r'((?:[^'\\]|\\.)*)'"
# A & or | inside a word belongs to it, O_RDONLY|O_CLOEXEC; at its end or doubled it is an operator.
_WORD: Final = rf"(?![&|])(?:[^{_WORD_STOPS}&|^]|[&|](?=[^{_WORD_STOPS}&|])|\^(?!\^))+"
# `a= and b=1` lacks its value; `a=and and b=1` does not.
_NO_CONNECTIVE: Final = rf"(?!(?:and|or|xor|not){_B}+(?!{_CONNECTIVES}|\)|$))"
# 1<fd.num<5 without blanks, where sysdig would read one word.
_CHAINED: Final = (
    rf"(?:{_DOTTED_FIELD}|{_NUMBER})"
    rf"(?=(?:<=?|>=?|!==?|===?)(?:{_DOTTED_FIELD}|{_NUMBER})(?:[)}}<>=!]|{_B}|$))"
)
# Curly and angular quotes, which editors put in place of straight ones.
_TYPOGRAPHIC: Final = "\u201c\u201d\u201e\u2018\u2019\u201a\xab\xbb"
_RESERVED: Final = rf"(?!(?:and|or|xor|not|in|exists){_END})"


def _spellings(*, sets: bool) -> str:
    spellings = [s for op in OPERATORS if (op.right == "set") == sets for s in op.spellings]
    spellings.sort(key=len, reverse=True)
    words = "|".join(s for s in spellings if s.isidentifier())
    signs = "".join("|" + re.escape(s) for s in spellings if not s.isidentifier())
    return f"(?:{words}){_END}{signs}"


def parse_items(text: str) -> tuple[syntax.Symbol | syntax.TestNode, ...]:
    """The symbols and tests of a filter, in order.

    Raises:
        FilterError: the text does not follow the grammar.
    """
    found = cast(syntax.Items, _grammar().parse_string(text)[0])
    return found.items


@cache
def _grammar() -> pp.ParserElement:
    operand = pp.Forward()
    call, grouped = _call(operand), _grouped(operand)
    operand <<= _left(call, grouped)
    test = _tests(operand, call, _right(call, grouped))
    before = _token(rf"\(|not{_END}|!(?!=)", _symbol)
    after = _token(r"\)", _symbol)
    connective = _token(_CONNECTIVES, _symbol)
    group = before[...] + _required(test, "test") + after[...]
    end = _required(pp.StringEnd(), "connective")
    whole = _made(group + (connective + group)[...] + end, lambda toks: syntax.Items(tuple(toks)))
    return whole.parse_with_tabs()


def _made(element: pp.ParserElement, make: Callable[[pp.ParseResults], object]) -> pp.ParserElement:
    # All three arguments: pyparsing would find out by trial how many an action takes, and read a
    # traceback for each trial that fails.
    made: pp.ParserElement = element.add_parse_action(lambda _text, _at, toks: make(toks))
    return made


def _token(pattern: str, make: Callable[[re.Match[str]], object]) -> pp.ParserElement:
    element = pp.Regex(pattern, re.ASCII | re.DOTALL, as_match=True)
    # True of all that are not just looked at ahead. To find it out pyparsing would compile each
    # pattern; so the first text it is tried on does, and most filters need few.
    element.mayReturnEmpty = False
    return _made(element.set_whitespace_chars(BLANK), lambda toks: make(toks[0]))


def _mark(pattern: str) -> pp.ParserElement:
    """A terminal that leaves nothing but the end of its place, for spans."""
    return _token(pattern, lambda found: syntax.Symbol(found[0], _span(found)))


def _required(element: pp.ParserElement, expected: str) -> pp.ParserElement:
    return pp.MatchFirst([element, _failure(expected)])


@cache
def _failure(expected: str) -> pp.ParserElement:
    def refuse(text: str, at: int, _: pp.ParseResults) -> None:
        raise stuck(text, at, expected)

    failure: pp.ParserElement = pp.Empty().set_whitespace_chars(BLANK).add_parse_action(refuse)
    return failure


def _span(found: re.Match[str]) -> Span:
    return Span(found.start(), found.end())


_SYMBOLS: Final = {"!": "not", "&&": "and", "||": "or", "^^": "xor"}


def _symbol(found: re.Match[str]) -> syntax.Symbol:
    return syntax.Symbol(_SYMBOLS.get(found[0], found[0]), _span(found))


def _word(found: re.Match[str]) -> syntax.Word:
    if found[0][0] in _TYPOGRAPHIC:
        raise FilterError(
            f"{found[0][0]} is a typographic quote", _span(found), "quotes are \" or '"
        )
    return syntax.Word(found[0], _span(found))


def _quoted(found: re.Match[str]) -> syntax.Quoted:
    body = found[1] if found[1] is not None else found[2]
    return syntax.Quoted(unescape(body, found.start() + 1), found[0][0], _span(found))


def _raw(found: re.Match[str]) -> syntax.Quoted:
    body = found[1] if found[1] is not None else found[2]
    return syntax.Quoted(encoded(body, found.start() + 2), "r", _span(found))


def _bracket(found: re.Match[str]) -> syntax.Bracket:
    text = found[0][1:-1].strip(BLANK)
    if len(text) > 1 and text[0] in "\"'" and text[-1] == text[0]:
        value = unescape(text[1:-1], found.start() + 1)
        return syntax.Bracket(
            value.decode("utf-8", "surrogateescape"), is_quoted=True, span=_span(found)
        )
    return syntax.Bracket(text, is_quoted=False, span=_span(found))


@cache
def _strings() -> pp.ParserElement:
    unclosed = _token(r"r?[\"']", unclosed_quote)
    return _token(_RAW, _raw) | _token(_QUOTE, _quoted) | unclosed


@cache
def _brackets() -> pp.ParserElement:
    # One more pair of brackets inside is a glob's: container.mount.dest[/a[0-9]*].
    pattern = rf"\[(?:{_QUOTE}|[^\[\]\"']|\[[^\[\]\"']*\])*\]"
    return _token(pattern, _bracket).leave_whitespace()


def _left(call: pp.ParserElement, grouped: pp.ParserElement) -> pp.ParserElement:
    """What can stand on the left of an operator, and inside of functions."""
    term = pp.Forward()
    named = _made(_token(_RESERVED + FIELD, lambda found: found) + _brackets()[...], _name)
    number = _token(rf"(?:\d+(?:\.\d+){{3}}(?:/\d+)?|{_NUMBER})(?![\w.:])", _word)
    minus = _made(_token(rf"-(?:{_B}*-)*", _symbol) + _required(term, "argument"), _negated)
    term <<= (
        call
        | named
        | _strings()
        | number
        | minus
        | grouped
        | _token(r"\$\{|\$(?:\w+\(?)?|@", unsupported)
    )
    operator = _token(r"[+\-*/%]|&(?!&)", _symbol)
    return _made(term + (operator + _required(term, "argument"))[...], _arithmetic)


def _call(operand: pp.ParserElement) -> pp.ParserElement:
    arguments = pp.Forward()
    opened, closed = _mark(r"\("), _required(_mark(r"\)"), "closing")
    listed = _made(opened + arguments + closed, _list)
    argument = _required(operand | listed, "argument")
    comma = _token(r",", lambda found: found).suppress()
    arguments <<= argument + (comma + argument)[...]
    name = _token(rf"{_RESERVED}{IDENTIFIER}\(", lambda found: found)
    filled = pp.Opt(~pp.FollowedBy(_mark(r"\)")) + arguments)
    return _made(name + filled + closed + _brackets()[...], _called)


def _grouped(operand: pp.ParserElement) -> pp.ParserElement:
    opened = _token(r"\{", _symbol).suppress()
    closed = _required(_token(r"\}", _symbol), "closing").suppress()
    return opened + _required(operand, "argument") + closed


def _right(call: pp.ParserElement, grouped: pp.ParserElement) -> pp.ParserElement:
    """What can stand on the right: as on the left, but words need no quotes."""
    ends = pp.FollowedBy(_mark(rf"{_B}|[)}},]|&&|\|\||\^\^|$").leave_whitespace())
    indexed = _token(rf"{_DOTTED_FIELD}(?=\[)", lambda found: found) + _brackets()[1, ...]
    # All but a few values: the same as what the alternatives below make of it.
    plain = _token(r"(?!and|or|xor|not)[\w/][\w./-]*(?=[ )]|$)", _word)
    term = (
        plain
        | call
        | _strings()
        | grouped
        | _token(r"\$\{|\$[A-Za-z_]\w*\(", unsupported)
        | _made(indexed, _name) + ends
        | _token(_CHAINED, _word)
        | _token(_NO_CONNECTIVE + _WORD, _word)
    )
    operator = _token(rf"(?<={_B})(?:[+\-*/%]|&(?!&))", _symbol)
    return _made(term + (operator + _required(term, "argument"))[...], _arithmetic)


def _sets() -> pp.ParserElement:
    value = (
        _strings()
        | _token(r"[+-]?\d[0-9A-Fa-f:.xX]*?(?=[ \t\n\r]*\.\.[^./])", _word)
        | _token(_WORD, _word)
    )
    dots = _token(r"\.\.(?![./])", _symbol).suppress()
    item = _made(value + pp.Opt(dots + _required(value, "value")), _item)
    comma = _token(r",", _symbol).suppress()
    round_ = _mark(r"\(") + pp.Opt(item + (comma + _required(item, "value"))[...])
    curly = _mark(r"\{") + (item + pp.Opt(comma))[...]
    ended_round = round_ + _required(_mark(r"\)"), "list end")
    ended_curly = curly + _required(_mark(r"\}"), "list end")
    return _made(ended_round | ended_curly, _set)


def _tests(
    operand: pp.ParserElement, call: pp.ParserElement, right: pp.ParserElement
) -> pp.ParserElement:
    sets = _sets()
    quantifier = _token(rf"(?:{'|'.join(QUANTIFIERS)})(?={_B}*[({{])", _symbol)
    quantified = _made(quantifier + sets, _quantified)
    list_name = _token(rf"{_RESERVED}[A-Za-z_][\w-]*(?![\w.(])", _list_name)
    listing = _token(rf"(?:not{_B}+)?(?:{_spellings(sets=True)})", _symbol)
    relation = _token(_spellings(sets=False), _symbol)
    mistake = _token(
        "|".join(re.escape(m) for m in MISTAKES if not m[0].isalpha()), unknown_operator
    )
    comparison = mistake | _made(
        (relation + _required(quantified | right, "value"))
        | (listing + _required(sets | call | list_name, "list")),
        _comparison,
    )
    alone = pp.FollowedBy(_mark(rf"\)|{_CONNECTIVES}|$"))
    tail = _token(rf"exists{_END}", _symbol) | comparison[1, ...] | alone
    prefix = _token(rf"(?:any|all){_B}+(?=[A-Za-z_{{])(?!{_CONNECTIVES})", _prefix)
    return _made(pp.Opt(prefix) + operand + _required(tail, "operator"), _test)


def _prefix(found: re.Match[str]) -> syntax.Symbol:
    return syntax.Symbol(found[0].strip(BLANK), _span(found))


def _name(toks: pp.ParseResults) -> syntax.Name:
    found, *brackets = toks
    span = _span(found).to(brackets[-1].span) if brackets else _span(found)
    return syntax.Name(found[0], tuple(brackets), span)


def _called(toks: pp.ParseResults) -> syntax.CallNode:
    found, *rest = toks
    brackets = [part for part in rest if isinstance(part, syntax.Bracket)]
    arguments = [part for part in rest if not isinstance(part, syntax.Bracket | syntax.Symbol)]
    span = _span(found).to(rest[-1].span)
    return syntax.CallNode(found[0][:-1], tuple(arguments), tuple(brackets), span)


def _list(toks: pp.ParseResults) -> syntax.ListNode:
    opened, *items, closed = toks
    return syntax.ListNode(tuple(items), opened.span.to(closed.span))


def _negated(toks: pp.ParseResults) -> object:
    minus, operand = toks
    if minus.word.count("-") % 2 == 0:
        return operand
    return syntax.NegateNode(operand, minus.span.to(operand.span))


# How tightly arithmetic operators bind.
_BINDS: Final = {"&": 1, "+": 2, "-": 2, "*": 3, "/": 3, "%": 3}
_DEEPEST_ARITHMETIC: Final = 20


def _arithmetic(toks: pp.ParseResults) -> object:
    """Operands with operators between them, the tighter ones first."""
    operands: list[syntax.Node] = [toks[0]]
    operators: list[syntax.Symbol] = []
    for at in range(1, len(toks), 2):
        while operators and _BINDS[operators[-1].word] >= _BINDS[toks[at].word]:
            _join(operands, operators)
        operators.append(toks[at])
        operands.append(toks[at + 1])
    while operators:
        _join(operands, operators)
    return operands[0]


def _join(operands: list[syntax.Node], operators: list[syntax.Symbol]) -> None:
    right, left = operands.pop(), operands.pop()
    depth = 1 + max(n.depth if isinstance(n, syntax.ArithNode) else 0 for n in (left, right))
    span = left.span.to(right.span)
    if depth > _DEEPEST_ARITHMETIC:
        raise FilterError(f"more than {_DEEPEST_ARITHMETIC} arithmetic operators in a row", span)
    operands.append(syntax.ArithNode(operators.pop().word, left, right, span, depth))


def _item(toks: pp.ParseResults) -> object:
    if len(toks) == 1:
        return toks[0]
    return syntax.RangeNode(toks[0], toks[1], toks[0].span.to(toks[1].span))


def _set(toks: pp.ParseResults) -> syntax.SetNode:
    opened, *items, closed = toks
    return syntax.SetNode(tuple(items), opened.word == "{", opened.span.to(closed.span))


def _quantified(toks: pp.ParseResults) -> syntax.SetNode:
    quantifier, listed = toks
    return syntax.SetNode(
        listed.items, listed.is_braced, quantifier.span.to(listed.span), quantifier.word
    )


def _list_name(found: re.Match[str]) -> syntax.ListName:
    return syntax.ListName(found[0], _span(found))


def _comparison(toks: pp.ParseResults) -> syntax.Comparison:
    operator, right = toks
    words = operator.word.split()
    return syntax.Comparison(words[-1], len(words) > 1, right, operator.span)


def _test(toks: pp.ParseResults) -> syntax.TestNode:
    prefix = toks[0].word if isinstance(toks[0], syntax.Symbol) else ""
    operand, *rest = toks[1:] if prefix else toks
    exists = bool(rest) and isinstance(rest[0], syntax.Symbol)
    comparisons = () if exists else tuple(rest)
    first = toks[0].span
    last = comparisons[-1].right.span if comparisons else rest[0].span if exists else operand.span
    return syntax.TestNode(
        operand, comparisons, exists, first.to(last), cast(Literal["any", "all", ""], prefix)
    )
