"""Rule sets: from definitions to one typed expression a rule.

Lists and macros are put in as expressions, not as text: a mistake is told where it was written,
be it in a macro or in an item of a list, and it is told once.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import yaml

from scaptui.errors import FilterError
from scaptui.filter.check import ListedError
from scaptui.filter.expression import (
    All,
    Clause,
    Expression,
    clauses,
    conjunction,
    disjunction,
    negation,
)
from scaptui.filter.nearest import did_you_mean
from scaptui.filter.operands import Operands
from scaptui.filter.operators import BY_SPELLING
from scaptui.filter.parser import parse
from scaptui.filter.rule_file import Definitions, Draft, Excepted, Problem, definitions
from scaptui.filter.rule_source import Joined, Source, Written
from scaptui.filter.source import NOWHERE
from scaptui.filter.syntax import Bracket, Name
from scaptui.filter.vocabulary import Vocabulary

# Macros are read by recursion.
_DEEPEST: Final = 60
_MOST_TESTS: Final = 20_000
_MOST_ITEMS: Final = 200_000
# Fields of event sources that captures do not have: audit logs and other plugins of Falco.
_FOREIGN: Final = re.compile(
    r"(?:ka|jevt|json|k8smeta|ct|gcp|github|okta|kafka|nomad|salesforce|box|keycloak|aws|docker|"
    r"dummy|krsi|gpu|meta|k8saudit)\.\w"
)
# A field in an output, with a width and an argument; else a percent sign, alone or escaped.
_FORMATTED: Final = re.compile(
    r"%%?(?:(?<!%%)-?\d*(?P<field>[A-Za-z]\w*(?:\.\w+)*)(?:\[(?P<argument>[^\]]*)\])?)?",
    re.ASCII,
)
# What Falco has in outputs for several fields.
_SHORTHANDS: Final = {"container.info": "%container.name (id=%container.id)"}
_PLAIN_WORD: Final = re.compile(r"[\w./:+@-]+", re.ASCII)
_LISTED: Final = frozenset(("in", "intersects", "pmatch"))


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that can be asked of events."""

    name: str
    priority: str
    output: str
    expression: Expression


@dataclass(slots=True)
class RuleSet:
    """The rules of some files that are enabled and right, what else is there, what is wrong."""

    rules: list[Rule] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    counted: tuple[int, int, int] = (0, 0, 0)
    """How many rules, macros and lists are defined."""
    passed_over: int = 0
    """How many of the rules are not about captures."""
    expressions: list[Expression] = field(default_factory=list)
    """Of macros, then of rules, also of those that are switched off: all that was understood."""
    origins: dict[int, Joined] = field(default_factory=dict)
    """The text in which a test stands, by the identity of its expression."""

    @property
    def errors(self) -> list[Problem]:
        """The problems that are errors."""
        return [problem for problem in self.problems if problem.is_error]

    def refuse(self, clause: Clause, message: str, hint: str) -> None:
        """Note an error about a test that only the core could find."""
        text = self.origins[id(clause.expression)]
        self.problems.append(_problem(text, clause.span, message, hint))


def read_rules(sources: Sequence[Source], vocabulary: Vocabulary) -> RuleSet:
    """Read rule files; a later one may change what earlier ones define."""
    found = definitions(sources)
    expander = _Expander(found, vocabulary)
    return expander.rule_set()


@dataclass(slots=True)
class _Reading:
    """What comes of a condition, while it is read and then."""

    name: str = ""
    expression: Expression = field(default_factory=All)
    is_wrong: bool = False
    foreign: str = ""
    """A field that captures lack."""
    tests: int = 0
    """How many tests came out of macros."""


class _Macros(Mapping[str, Expression]):
    """Macros as the parser asks for them; each is read when it is first asked for."""

    def __init__(self, expander: "_Expander") -> None:
        self.expander = expander

    def __getitem__(self, name: str) -> Expression:
        return self.expander.macro(name)

    def __contains__(self, name: object) -> bool:
        return name in self.expander.found.macros

    def __iter__(self) -> Iterator[str]:
        return iter(self.expander.found.macros)

    def __len__(self) -> int:
        return len(self.expander.found.macros)


class _Expander:
    def __init__(self, found: Definitions, vocabulary: Vocabulary) -> None:
        self.found = found
        self.vocabulary = vocabulary
        self.result = RuleSet(
            problems=list(found.problems),
            counted=(len(found.rules), len(found.macros), len(found.lists)),
        )
        self.known: dict[str, _Reading] = {}
        self.reading: list[_Reading] = []
        self.operands = Operands(vocabulary, [])
        self.items = self._lists()
        self.lists = {
            name: [_bare(item.text) for item in items] for name, items in self.items.items()
        }
        self.macros = _Macros(self)

    def rule_set(self) -> RuleSet:
        for name in self.found.macros:
            if name not in self.known:
                self._read_macro(name)
        self.result.expressions.extend(known.expression for known in self.known.values())
        for draft in self.found.rules.values():
            self._rule(draft)
        self.result.problems.sort(key=lambda problem: problem.place)
        return self.result

    def macro(self, name: str) -> Expression:
        """The expression of a macro. One that cannot be used is told, and matches everything."""
        using = self.reading[-1]
        if name not in self.known:
            if any(reading.name == name for reading in self.reading):
                raise FilterError(f'the macro "{name}" uses itself', NOWHERE)
            if len(self.reading) > _DEEPEST:
                raise FilterError(f"macros are nested more than {_DEEPEST} levels deep", NOWHERE)
            self._read_macro(name)
        known = self.known[name]
        using.is_wrong |= known.is_wrong
        using.foreign = using.foreign or known.foreign
        using.tests += known.tests
        if using.tests > _MOST_TESTS:
            raise FilterError(f"the macros come to more than {_MOST_TESTS:,} tests", NOWHERE)
        return known.expression

    def _read_macro(self, name: str) -> None:
        reading = _Reading(name)
        reading.expression = self._read(self.found.macros[name].condition, reading)
        reading.tests = len(clauses(reading.expression))
        self.known[name] = reading

    def _rule(self, draft: Draft) -> None:
        if draft.event_source != "syscall":
            message = f'rule "{draft.name}" is for events of {draft.event_source}, not of captures'
            self._pass_over(draft, message)
            return
        reading = _Reading()
        expression = self._read(draft.condition or Joined(()), reading)
        excepted = [self._exception(exception, reading) for exception in draft.exceptions]
        output = self._output(draft)
        if reading.foreign:
            message = f'rule "{draft.name}" asks for {reading.foreign}, which captures lack'
            self._pass_over(draft, message)
            return
        expression = conjunction(
            (expression, *(negation(each) for each in excepted if not isinstance(each, All)))
        )
        self.result.expressions.append(expression)
        if draft.enabled and not reading.is_wrong and output is not None:
            self.result.rules.append(Rule(draft.name, draft.priority, output, expression))

    def _read(self, condition: Joined, reading: _Reading) -> Expression:
        """The expression of a condition; All when it is wrong, which is told."""
        text = condition.text
        self.reading.append(reading)
        try:
            if not text.strip():
                raise FilterError("the condition is empty", NOWHERE)
            parsed = parse(text, self.vocabulary, lists=self.lists, macros=self.macros)
        except FilterError as error:
            self._refused(condition, error, reading)
            return All()
        finally:
            self.reading.pop()
        for note in parsed.notes:
            told = _problem(condition, note.span, note.message, note.hint)
            self.result.problems.append(replace(told, is_error=False))
        for clause in clauses(parsed.expression):
            # Tests of macros were read before, with their own text.
            self.result.origins.setdefault(id(clause.expression), condition)
        return parsed.expression

    def _refused(self, condition: Joined, error: FilterError, reading: _Reading) -> None:
        start, stop = error.span
        named = _FOREIGN.match(condition.text, start)
        if named is not None and error.message.startswith("there is no field"):
            reading.foreign = condition.text[start:stop]
            return
        reading.is_wrong = True
        told = _problem(condition, (start, stop), error.message, error.hint)
        if isinstance(error, ListedError):
            item = self.items[error.list_name][error.at]
            hint = error.hint or f'the list "{error.list_name}" is used at {told.place}'
            told = _problem(Joined((item,)), (0, len(item.text)), error.message, hint)
        if told not in self.result.problems:
            self.result.problems.append(told)

    def _exception(self, exception: Excepted, reading: _Reading) -> Expression:
        """What an exception excepts: one of its rows compares; All when it has none."""
        rows: list[Expression] = []
        values = exception.values if self._is_right(exception, reading) else []
        for row in values:
            text, start = _row(exception, row), row.start_mark.index
            if text is None:
                reading.is_wrong = True
                message = f'a row of exception "{exception.name}" needs a value for each field'
                place = exception.source.place(start)
                excerpt = exception.source.excerpt(start, row.end_mark.index)
                self.result.problems.append(Problem(place, message, excerpt=excerpt))
                continue
            written = Written(text, [start] * (len(text) + 1), exception.source)
            rows.append(self._read(Joined((written,)), reading))
        return disjunction(rows) if rows else All()

    def _is_right(self, exception: Excepted, reading: _Reading) -> bool:
        """Whether an exception's fields and comparisons are any, be there values or not."""
        told = len(self.result.problems)
        for name in exception.fields:
            self._read(Joined((name, name.instead("exists"))), reading)
        for comparison in exception.comparisons:
            if comparison.text not in BY_SPELLING:
                reading.is_wrong = True
                message = f'there is no operator "{comparison.text}"'
                hint = did_you_mean(comparison.text, BY_SPELLING)
                span = 0, len(comparison.text)
                self.result.problems.append(_problem(Joined((comparison,)), span, message, hint))
        return len(self.result.problems) == told and not reading.foreign

    def _output(self, draft: Draft) -> str | None:
        """The output as one line; None when it names a field that does not exist, which is told."""
        if draft.output is None:
            return ""
        text = draft.output.text
        is_right = True
        for found in _FORMATTED.finditer(text):
            name = found["field"]
            if name is None or name in _SHORTHANDS or _FOREIGN.match(name):
                continue
            try:
                self.operands.check_shown(self._named(name, found["argument"]))
            except FilterError as wrong:
                told = _problem(draft.output, found.span(), wrong.message, wrong.hint)
                self.result.problems.append(told)
                is_right = False
        return " ".join(_FORMATTED.sub(_in_captures, text).split()) if is_right else None

    def _named(self, name: str, argument: str | None) -> Name:
        """A field of an output; without an argument it is the longest name that the text has."""
        if argument is not None:
            return Name(name, (Bracket(argument, is_quoted=False, span=NOWHERE),), NOWHERE)
        longest = name
        while "." in longest and self.vocabulary.resolve(longest) is None:
            longest = longest.rpartition(".")[0]
        return Name(longest if "." in longest else name, (), NOWHERE)

    def _pass_over(self, draft: Draft, message: str) -> None:
        problem = Problem(draft.place, message + ": passed over", is_error=False)
        self.result.problems.append(problem)
        self.result.passed_over += 1

    # Lists

    def _lists(self) -> dict[str, list[Written]]:
        """The items of each list, with those of the lists it names in their place."""
        done: dict[str, list[Written]] = {}
        for name in self.found.lists:
            self._spread(name, (), done)
        return done

    def _spread(
        self, name: str, within: tuple[str, ...], done: dict[str, list[Written]]
    ) -> list[Written]:
        if name in done:
            return done[name]
        spread: list[Written] = []
        for item in self.found.lists[name].items:
            if item.text not in self.found.lists:
                spread.append(item)
            elif item.text in (*within, name):
                self._tell_item(item, f'the list "{item.text}" holds itself')
            elif len(within) > _DEEPEST:
                self._tell_item(item, f"lists are nested more than {_DEEPEST} levels deep")
            else:
                spread.extend(self._spread(item.text, (*within, name), done))
            if len(spread) > _MOST_ITEMS:
                self._tell_item(item, f"the list comes to more than {_MOST_ITEMS:,} items")
                break
        done[name] = spread
        return spread

    def _tell_item(self, item: Written, message: str) -> None:
        self.result.problems.append(_problem(Joined((item,)), (0, len(item.text)), message))


def _problem(text: Joined, span: tuple[int, int], message: str, hint: str = "") -> Problem:
    source, start, stop = text.located(span)
    return Problem(source.place(start), message, hint, source.excerpt(start, stop))


def _in_captures(found: re.Match[str]) -> str:
    """A field of an output as captures have it; a percent sign that stands for itself."""
    name = found["field"]
    if name is None:
        return "%%"
    return "<NA>" if _FOREIGN.match(name) else _SHORTHANDS.get(name, found[0])


def _bare(item: str) -> str:
    """An item without quotes of its own, which rule files put around those with blanks."""
    is_quoted = len(item) > 1 and item[0] == item[-1] and item[0] in "\"'"
    return item[1:-1] if is_quoted else item


def _row(exception: Excepted, row: yaml.Node) -> str | None:
    """One row of values as a condition; None when it has not one value for each field."""
    several = isinstance(row, yaml.SequenceNode) and not exception.is_single
    values = row.value if several else [row]
    if len(values) != len(exception.fields) or not values:
        return None
    tests = [
        f"{name} {comparison} {_value(value, comparison)}"
        for name, comparison, value in zip(
            (field.text for field in exception.fields),
            (comparison.text for comparison in exception.comparisons),
            values,
            strict=True,
        )
    ]
    return " and ".join(tests)


def _value(value: yaml.Node, comparison: str) -> str:
    if isinstance(value, yaml.SequenceNode):
        return "(" + ", ".join(_word(str(item.value)) for item in value.value) + ")"
    text = str(value.value).strip()
    if comparison not in _LISTED:
        return _word(text)
    return text if text.startswith("(") else f"({_word(text)})"


def _word(text: str) -> str:
    if _PLAIN_WORD.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
