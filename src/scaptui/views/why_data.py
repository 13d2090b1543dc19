"""The explanation of a filter for programs: counts, values and filters as they are, for JSON."""

from collections.abc import Iterable

from scaptui.escaping import decoded
from scaptui.filter.expression import Expression
from scaptui.views.executed import Executions, Failure
from scaptui.views.report_source import Json
from scaptui.views.why import ClauseCount, Explanation, with_value
from scaptui.views.why_findings import NO_FORM, Finding
from scaptui.views.why_layout import written
from scaptui.views.why_places import Occurrence
from scaptui.views.why_told import conclusion


def as_data(known: Explanation) -> dict[str, Json]:
    r"""What is known. Filters are texts that every command takes; None where there is no such text.

    Texts are as captured but for bytes that are no UTF-8, which are `\xHH`.
    """
    first = known.first_to_empty
    return {
        "filter": _filter(known.expression),
        "events": known.total,
        "selected": known.selected,
        "clauses": [_clause(clause) for clause in known.clauses],
        "first_to_empty": None if first is None else first + 1,
        "conclusion": list[Json](conclusion(known)),
        "findings": [_finding(finding) for finding in known.findings],
        "text": known.word or None,
        "elsewhere": [_place(place) for place in known.elsewhere],
        "executed": None if known.executed is None else _executions(known.executed),
    }


def _filter(expression: Expression | None) -> str | None:
    text = "" if expression is None else written(expression)
    return text if text and NO_FORM not in text else None


def _clause(clause: ClauseCount) -> Json:
    return {
        "filter": _filter(clause.expression),
        "field": clause.field or None,
        "alone": clause.alone,
        "with_those_before": clause.together,
        "have_the_field": clause.present,
        "parts": [{"filter": _filter(part), "alone": count} for part, count in clause.parts],
        "nearest": _values(clause, clause.nearest),
        "do_alike": _values(clause, clause.alike),
        "values": _values(clause, clause.values),
    }


def _values(clause: ClauseCount, values: Iterable[tuple[bytes, int]]) -> list[Json]:
    return [
        {
            "value": decoded(value),
            "events": count,
            "filter": _filter(with_value(clause, value)) if clause.test is not None else None,
        }
        for value, count in values
    ]


def _finding(finding: Finding) -> Json:
    shown = finding.expression is not None
    return {
        "text": finding.text,
        "filter": _filter(finding.expression),
        "selects": finding.count if shown else None,
    }


def _place(place: Occurrence) -> Json:
    return {
        "field": place.field,
        "filter": _filter(place.expression),
        "events": place.count,
        "example": decoded(place.example) if place.example else None,
    }


def _executions(did: Executions) -> Json:
    return {
        "program": decoded(did.name),
        "calls": did.made,
        "succeeded": did.succeeded,
        "all_looked_at": did.is_whole,
        "its_executions": list[Json](did.executed),
        "it_runs_as": [decoded(name) for name in did.under],
        "failed": [_failure(failure) for failure in did.failures],
    }


def _failure(failure: Failure) -> Json:
    first = failure.first
    attempts, count = failure.attempts
    ends, ended = failure.ends or (None, None)
    return {
        "program": decoded(first.name),
        "by": decoded(first.comm),
        "command_line": decoded(failure.program),
        "container": decoded(failure.container) or None,
        "error": first.error,
        "searches": len(failure.searches),
        "exit_status": first.exit_status,
        "concerns_the_filter": failure.is_related,
        "attempts": {"filter": _filter(attempts), "events": count},
        "ends": None if ends is None else {"filter": _filter(ends), "events": ended},
        "said": None
        if failure.said is None
        else {"event": failure.said[0], "text": decoded(failure.said[1])},
    }
