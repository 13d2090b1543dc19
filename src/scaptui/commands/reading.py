"""What commands that read a capture share: the filter, telling of damage and of emptiness."""

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from scaptui.capture.opening import Capture, Filter, compile_filter, damage, read_all
from scaptui.commands.arguments import settled_zone
from scaptui.errors import FilterError, Refused
from scaptui.output import tell
from scaptui.views import filter_zone
from scaptui.views.format import counted, lost_events

if TYPE_CHECKING:  # the language takes longer to load than a short capture to read
    from scaptui.filter.expression import Expression
    from scaptui.filter.parser import Parsed
    from scaptui.views.summary import Summary

# In captures of so many events what happened instead is found in a moment.
_SOON_EXPLAINED: Final = 500_000
_FURTHER: Final = "`scaptui why` with the same words looks further"


class Asked(NamedTuple):
    """A filter that was understood and compiled; both are None when all events are meant."""

    expression: "Expression | None"
    compiled: Filter | None


def asked_for(text: str | None, zone: str | None = None) -> Asked:
    """The filter of a command line. Says where it may mean something else than it seems.

    Times in it are of the zone, of the one that the settings say without one.

    Raises:
        Refused: the filter cannot be understood; the excerpt points at the place.
    """
    filter_zone.settle(settled_zone() if zone is None else zone)
    if text is None:
        return Asked(None, None)
    from scaptui.filter.core import understood

    parsed = understood(text)
    for note in parsed.notes:
        tell("note: " + ", ".join(filter(None, [note.message, note.hint])))
    return Asked(parsed.expression, compiled(parsed))


def compiled(parsed: "Parsed") -> Filter:
    """What the core makes of a filter.

    Raises:
        FilterError: a test of it is refused, a regular expression that is none for example.
    """
    from scaptui.filter.wire import wire

    try:
        return compile_filter(wire(parsed.expression))
    except Refused:
        from scaptui.filter.excerpt import pointed
        from scaptui.filter.expression import clauses
        from scaptui.filter.parser import value_span

        # The core does not know the text, so the tests are tried one by one.
        for clause in clauses(parsed.expression):
            try:
                compile_filter(wire(clause.expression))
            except Refused as refused:
                where = value_span(parsed.text, clause.span)
                error = FilterError(refused.message, where, refused.hint)
                error.excerpt = pointed(parsed.text, where)
                raise error from None
        raise


def tell_nothing(capture: Capture, asked: Asked) -> None:
    """Say on standard error why there is no answer, in a sentence at least."""
    read_all(capture)
    for sentence in _why_nothing(capture, asked):
        tell("nothing matched: " + sentence)


def _why_nothing(capture: Capture, asked: Asked) -> list[str]:
    shown = capture.progress().shown
    if not shown:
        return ["the capture holds no events"]
    if selected := capture.count(asked.compiled):
        return [f"{counted(selected, 'event')} selected, none of which the view counts"]
    assert asked.expression is not None
    from scaptui.views.nothing import why_nothing
    from scaptui.views.summary import summarise

    whole = summarise(capture, None, brief=True)
    sentences = why_nothing(asked.expression, whole)
    if shown <= _SOON_EXPLAINED:
        sentences += _conclusions(capture, asked.expression, whole)
        further = [f"the filter selects none of {counted(shown, 'event')}; {_FURTHER}"]
        return sentences or further
    return [*sentences, _FURTHER]


def _conclusions(capture: Capture, expression: "Expression", whole: "Summary") -> list[str]:
    """What a look at what happened instead tells."""
    from scaptui.filter.core import vocabulary
    from scaptui.views.counts import CaptureCounts
    from scaptui.views.why import explain
    from scaptui.views.why_told import in_short

    counts, fields = CaptureCounts(capture), vocabulary().fields
    *_, known = explain(expression, counts, fields, lambda: whole, looks_elsewhere=False)
    return in_short(known)


def tell_damage(capture: Capture) -> None:
    """Say on standard error what of the capture was damaged, unknown, passed over or lost."""
    for line in damage(capture.notes()):
        tell("note: " + line)
    if lost := json.loads(capture.facts()).get("dropped"):
        tell("note: " + lost_events(lost))
