"""Rule files read and compiled, and which events their rules match."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scaptui.capture.opening import Filter, compile_filter
from scaptui.errors import Refused
from scaptui.escaping import one_line
from scaptui.filter.core import vocabulary
from scaptui.filter.expression import Clause, Expression, clauses, conjunction
from scaptui.filter.rule_file import Problem
from scaptui.filter.rule_source import Source
from scaptui.filter.rules import Rule, RuleSet, read_rules
from scaptui.filter.wire import wire
from scaptui.views.format import counted


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule that the core can ask of events."""

    name: str
    priority: str
    output: str
    """A line format of sysdig's kind, without the star that it has in every rule."""
    compiled: Filter


def read_rule_files(paths: Sequence[str]) -> RuleSet:
    """Everything in rule files, with what is wrong there.

    Raises:
        Refused: a file cannot be read.
    """
    found = read_rules([Source(path, _text(path)) for path in paths], vocabulary())
    told: set[int] = set()
    for expression in found.expressions:
        # Tests of macros come first: what is told of them is not told again of their rules.
        wrong = [clause for clause in _refused(expression) if id(clause.expression) not in told]
        for clause in wrong:
            told.add(id(clause.expression))
            try:
                compile_filter(wire(clause.expression))
            except Refused as refused:
                found.refuse(clause, refused.message, refused.hint)
    found.problems.sort(key=lambda problem: problem.place)
    return found


def compiled_rules(found: RuleSet, also: Expression | None = None) -> list[CompiledRule]:
    """The rules for the core. With `also` events must match that expression, too.

    Raises:
        Refused: the files have mistakes; the first one is told with its place.
    """
    if found.errors:
        first, *more = found.errors
        rest = f" (and {counted(len(more), 'more error')})" if more else ""
        raise Refused(f"{first.place}: {first.message}{rest}", first.hint, first.excerpt)
    return [_compiled(rule, also) for rule in found.rules]


def told(problem: Problem) -> list[str]:
    """A problem as lines of text: place and message, the text of the place, the hint."""
    kind = "" if problem.is_error else "note: "
    said = [one_line(f"{problem.place}: {kind}{problem.message}")]
    if problem.is_error:
        said += problem.excerpt.split("\n")
    if problem.hint:
        said.append(one_line("hint: " + problem.hint))
    return said


def passed_over(found: RuleSet) -> str:
    """How many rules are not asked because captures lack what they are about; empty if none."""
    count = found.passed_over
    return f"{counted(count, 'rule')} passed over, scaptui check --rules says why" if count else ""


def counts(found: RuleSet) -> str:
    """What the files hold: 60 rules, 12 macros, 9 lists; 0 errors."""
    rules, macros, lists = found.counted
    holds = [counted(rules, "rule"), counted(macros, "macro"), counted(lists, "list")]
    return ", ".join(holds) + f"; {counted(len(found.errors), 'error')}"


def _compiled(rule: Rule, also: Expression | None) -> CompiledRule:
    parts = (rule.expression,) if also is None else (rule.expression, also)
    return CompiledRule(
        rule.name, rule.priority, rule.output, compile_filter(wire(conjunction(parts)))
    )


def _refused(expression: Expression) -> list[Clause]:
    """The tests of an expression that the core does not take."""
    try:
        compile_filter(wire(expression))
    except Refused:
        return [clause for clause in clauses(expression) if _is_refused(clause)]
    return []


def _is_refused(clause: Clause) -> bool:
    try:
        compile_filter(wire(clause.expression))
    except Refused:
        return True
    return False


def _text(path: str) -> str:
    try:
        return Path(path).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"{path!r} is not UTF-8, at byte {error.start:,}") from error
    except OSError as error:
        raise Refused(f"cannot read {path!r}: {(error.strerror or '').lower()}") from error
