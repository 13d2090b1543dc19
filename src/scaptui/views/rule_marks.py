"""Which events rules match, for a screen: found in steps beside it, asked for by event number."""

from collections.abc import Sequence
from typing import Final

from scaptui._core import Call, Capture, Filter, Selection
from scaptui.capture.opening import compile_filter
from scaptui.escaping import one_line
from scaptui.views.cells import Line, Piece, fit_end, fit_line
from scaptui.views.event_text import EventText, Form
from scaptui.views.rule_set import CompiledRule
from scaptui.views.rule_text import output_of, title

# Rows remembered: several windows of the list.
_MOST_KNOWN: Final = 2_000


class RuleMarks:
    """The events that each of some rules matches.

    `step` is for a thread beside the screen; everything else answers at once from what was found
    until then.
    """

    def __init__(self, capture: Capture, rules: Sequence[CompiledRule], zone: str) -> None:
        self.capture = capture
        self.rules = rules
        self._zone = zone
        self._selections = [Selection(capture, rule.compiled, calls=False) for rule in rules]
        self._undone = list(range(len(rules)))
        """Rules that have not looked at the whole capture; the first of them is at work."""
        self._without_news = 0
        self._matching: list[int] = []
        """Rules that match anything so far."""
        self._known: dict[int, tuple[int, ...]] = {}

    def step(self, budget_ms: int) -> bool:
        """Look at more events for a rule; whether all rules have looked at all there is."""
        if not self._undone:
            return True
        at = self._undone[0]
        before = self._selections[at].progress().looked
        progress = self._selections[at].step(budget_ms)
        if progress.events and at not in self._matching:
            self._matching.append(at)
        if progress.done:
            del self._undone[0]
        elif progress.looked == before:
            # The reader is not further: the others have a turn before this one asks again.
            self._undone.append(self._undone.pop(0))
            self._without_news += 1
        if progress.looked != before:
            self._without_news = 0
        return not self._undone

    @property
    def is_idle(self) -> bool:
        """Whether all rules have looked at what has been read so far."""
        return self._without_news >= len(self._undone)

    def among(self, calls: Sequence[Call]) -> frozenset[int]:
        """Numbers of those of some calls, in order, that any rule matches."""
        if not calls:
            return frozenset()
        numbers = [number for call in calls for number in _halves(call)]
        first, last = min(numbers), max(numbers)
        found: set[int] = set()
        for at in list(self._matching):
            selection = self._selections[at]
            # Most rules match nothing in a window.
            if selection.row(first) != selection.row(last + 1):
                found.update(
                    call.number
                    for call in calls
                    if call.number not in found and self._rule_matches(at, call)
                )
        return frozenset(found)

    def of(self, call: Call) -> Sequence[CompiledRule]:
        """Rules that match an event or, where they match it, the other half of its call."""
        known = self._known.get(call.number)
        if known is None:
            matching = sorted(self._matching)
            known = tuple(at for at in matching if self._rule_matches(at, call))
            if not self._undone:
                if len(self._known) > _MOST_KNOWN:
                    self._known.clear()
                self._known[call.number] = known
        return [self.rules[at] for at in known]

    def output(self, call: Call, rule: CompiledRule) -> EventText:
        """The output of a rule for the event, or half of a call, that it matches.

        To be stepped beside the screen: the event is looked for from the first one on.
        """
        selection = self._selections[self.rules.index(rule)]
        halves = (number for number in _halves(call) if _holds(selection, number))
        form = Form(output_of(rule), zone=self._zone, limit=1)
        return EventText(self.capture, _event(next(halves, call.number)), form, "terminal")

    def _rule_matches(self, at: int, call: Call) -> bool:
        return any(_holds(self._selections[at], number) for number in _halves(call))


def _halves(call: Call) -> list[int]:
    return [call.number] if call.partner is None else [call.number, call.partner]


def _holds(selection: Selection, number: int) -> bool:
    return selection.number(selection.row(number)) == number


def rule_line(rules: Sequence[CompiledRule], output: str, cells: int) -> Line:
    """The cursor line of an event that rules match: priority, rule, output, other rules."""
    first, *others = rules
    more = f"   +{len(others)}: " + ", ".join(one_line(rule.name) for rule in others)
    tail = fit_end(more, max(0, cells // 3)) if others else ""
    head = " rule  "
    named = fit_end(title(first), cells - len(head) - len(tail))
    room = cells - len(head) - len(named) - len(tail) - 3
    said = f"   {fit_end(output, room)}" if output and room > 0 else ""
    return fit_line(
        (Piece(head, "mark"), Piece(named, "mark"), Piece(said), Piece(tail, "muted")), cells
    )


def _event(number: int) -> Filter:
    # The one filter that needs no text: the field is there in every capture.
    return compile_filter(
        f'{{"test":{{"left":{{"field":"evt.num","arg":null}},"op":"eq",'
        f'"right":{{"value":{{"int":{number}}}}}}}}}'
    )
