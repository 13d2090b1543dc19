"""Events that rules match as text: number, time, priority and name of the rule, its output."""

import re
from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import islice, pairwise
from typing import Final, NamedTuple

from scaptui.capture.opening import Capture
from scaptui.errors import Refused
from scaptui.escaping import one_line
from scaptui.output import Escape
from scaptui.views.event_text import EventText, Form
from scaptui.views.rule_set import CompiledRule

# Characters that no escaped text of a capture holds part the events, and the fields before the
# output; in raw text a number and a time behind them still tell.
_LINE: Final = "*\x1e%evt.num\x1f%evt.outputtime\x1f"
_BEGIN: Final = re.compile(rb"\x1e(\d+)\x1f([^\x1e\x1f]*)\x1f")


class Match(NamedTuple):
    """An event that a rule matches; `order` is the rule's place among the rules."""

    number: int
    order: int
    line: bytes


def matches(
    capture: Capture, rules: Sequence[CompiledRule], form: Form, escape: Escape
) -> Iterator[bytes]:
    """A line for each event and each rule that matches it, in the order of events.

    A text of the form, where there is one, takes the place of the rules' own outputs.

    Raises:
        Refused: an output cannot be printed.
    """
    # Not before the first match of each rule is known can one be the first of all.
    found = merge(
        *(_of_rule(capture, rule, order, form, escape) for order, rule in enumerate(rules))
    )
    return (match.line for match in islice(found, form.limit))


def output_of(rule: CompiledRule) -> str:
    """The line format that prints a rule's output; a field that an event lacks is `<NA>`."""
    return "*" + one_line(rule.output)


def title(rule: CompiledRule) -> str:
    """Priority and name."""
    return one_line(f"{rule.priority} {rule.name}".lstrip())


def _of_rule(
    capture: Capture, rule: CompiledRule, order: int, form: Form, escape: Escape
) -> Iterator[Match]:
    text = form.text or output_of(rule)
    printed = form._replace(text=_LINE + text.removeprefix("*"), kind="line")
    head = title(rule)
    try:
        events = EventText(capture, rule.compiled, printed, escape)
    except Refused as refused:
        message = f'the output of rule "{rule.name}": {refused.message}'
        raise Refused(message, refused.hint) from refused
    for number, time, output in _events(events.pieces()):
        said = f"{head}: ".encode() + output if output else head.encode()
        yield Match(number, order, b"%d %s %s\n" % (number, time, said))


def _events(pieces: Iterator[bytes]) -> Iterator[tuple[int, bytes, bytes]]:
    """Number, time and output of each event; what comes last may go on in the next piece."""
    rest = b""
    for piece in pieces:
        rest += piece
        begins = list(_BEGIN.finditer(rest)) if piece else []
        for begin, after in pairwise(begins):
            yield int(begin[1]), begin[2], rest[begin.end() : after.start()].removesuffix(b"\n")
        if begins:
            rest = rest[begins[-1].start() :]
    if last := _BEGIN.match(rest):
        yield int(last[1]), last[2], rest[last.end() :].removesuffix(b"\n")
