"""The panes of the main screen: where each stands, and what it shows of the cursor's event."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget

from scaptui.capture.selecting import Call
from scaptui.screens.background import Once, Saying
from scaptui.screens.keys import (
    CHOICE_KEYS,
    COLUMNS_KEYS,
    DETAILS_KEYS,
    LIST_KEYS,
    PAYLOAD_KEYS,
    WIDE_LIST_KEYS,
    prompt_keys,
    told,
)
from scaptui.screens.leading import LeadingScreen
from scaptui.screens.opened import Opened
from scaptui.screens.rest import Rest
from scaptui.views.arrangement import (
    TALL,
    WIDE,
    arrange,
    chooser_height,
    chooser_width,
    opens_details,
    opens_payload,
)
from scaptui.views.cells import Line, Piece
from scaptui.views.details import DetailsModel
from scaptui.views.facts import Facts
from scaptui.views.payload import Payload
from scaptui.views.pods import Pods
from scaptui.views.status import (
    Counts,
    CursorFacts,
    State,
    cursor_line,
    file_line,
    filter_line,
)
from scaptui.views.strip import bars, marks
from scaptui.widgets.choice import Choice
from scaptui.widgets.columns import ColumnsPane
from scaptui.widgets.details import DetailsPane
from scaptui.widgets.event_list import EventList
from scaptui.widgets.footer import Footer
from scaptui.widgets.lines import LinesView
from scaptui.widgets.made import MadeLines
from scaptui.widgets.payload import PayloadPane
from scaptui.widgets.prompt import Prompt

if TYPE_CHECKING:  # loaded when first needed: the filter language takes longer than the screen
    from scaptui.views.rule_set import CompiledRule

# Below so many lines one pane stands below the list, not two.
_TWO_PANES: Final = 24
# Calls after the event among which is looked for what happened next.
_FOLLOWING: Final = 200
# What is drawn of a model; other panes draw themselves.
FOLLOWING_CURSOR: Final = ("strip", "events", "cursor")
_LINES: Final = ("status", "filter", *FOLLOWING_CURSOR)


class PanedScreen(LeadingScreen):
    """Places the panes and draws them; what keys do is told elsewhere."""

    DEFAULT_CSS = """
    PanedScreen { layout: vertical; overflow: hidden; }
    PanedScreen #strip { height: 2; }
    PanedScreen #body, PanedScreen #left { height: 1fr; width: 1fr; overflow: hidden; }
    PanedScreen #border { width: 1; height: 1fr; }
    PanedScreen #side { height: 1fr; }
    """

    class RulesLooked(Message):
        """More events were looked at for the rules."""

    class RuleSaid(Message):
        """What a rule's output is for an event."""

        def __init__(self, number: int, output: str) -> None:
            super().__init__()
            self.number = number
            self.output = output

    class PodFound(Message):
        """The containers of a pod are known."""

    def __init__(self, opened: Opened) -> None:
        super().__init__(opened)
        self.told = opened.hint
        self.stopped = False
        self._follow = opened.follow
        self._text = ""
        self.marked_times: Sequence[int] = ()
        self._choosing: ColumnsPane | None = None
        self._event: Facts | None = None
        self._zoomed: Widget | None = None
        self._unfolded = False
        self._pods = Pods(self.capture)
        self._rules = opened.rules
        # The event that a rule's output was asked for last, and the output once it is there.
        self._ruled: tuple[int, str] = (0, "")
        self._wants_details: bool | None = None
        self._wants_payload: bool | None = None
        self._rest = Rest(self, self._keys_rest)

    def compose(self) -> ComposeResult:
        """The frame, from top to bottom."""
        yield MadeLines(self._status_lines, id="status")
        yield MadeLines(self._filter_lines, id="filter")
        yield MadeLines(self._strip_lines, id="strip")
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield EventList(self.model, id="events")
                yield DetailsPane(DetailsModel(self.capture, self.model.zone), id="details")
                yield PayloadPane(id="payload")
            yield MadeLines(lambda _, height: [(Piece("│", "muted"),)] * height, id="border")
            yield DetailsPane(DetailsModel(self.capture, self.model.zone), side=True, id="side")
        yield MadeLines(self._cursor_lines, id="cursor")
        yield Prompt(id="prompt")
        yield Choice(id="choice")
        yield Footer(id="footer")
        yield MadeLines(self._small_lines, id="small")

    # Panes

    def action_details(self) -> None:
        """Open the details, or close them."""
        self._wants_details = not self._details_wanted()
        if self._wants_details and self.size.height < _TWO_PANES:
            self._wants_payload = False
        self._place_panes()

    def action_payload(self) -> None:
        """Open the bytes, show them in the next form, close them."""
        if not self._payload_wanted():
            self._wants_payload = True
            if self.size.height < _TWO_PANES:
                self._wants_details = False
        elif not self.query_one(PayloadPane).next_form():
            self._wants_payload = False
        self._place_panes()

    def action_zoom(self) -> None:
        """Show the focused pane alone, or all again."""
        self._zoomed = None if self._zoomed is not None else self.focused
        self._place_panes()

    def _place_panes(self) -> None:
        self._place(self.size.width, self.size.height)
        if self.focused is None or not self.focused.display:
            self.set_focus(self.query_one("#events"))
        self._redraw()

    def _details_wanted(self) -> bool:
        return opens_details(*self.size) if self._wants_details is None else self._wants_details

    def _payload_wanted(self) -> bool:
        return opens_payload(*self.size) if self._wants_payload is None else self._wants_payload

    def _place(self, width: int, height: int) -> None:
        self._fit(width, height)
        wants = (self._details_wanted(), self._payload_wanted())
        self._unfolded = self.query_one("#details", DetailsPane).model.unfolded
        places = arrange(width, height, details=wants[0], payload=wants[1], unfolded=self._unfolded)
        explains, chooses = self._is_explaining, self._choosing is not None
        # A page of text or a prompt needs the lines more than a strip does.
        takes_lines = self._typing is not None or chooses or explains
        there = {
            "strip": places.strip and (not takes_lines or (height >= TALL and not explains)),
            "events": not explains,
            "details": bool(places.details) and not chooses and not explains,
            "payload": bool(places.payload) and not chooses and not explains,
            "side": bool(places.side) and not chooses and not explains,
        }
        if self._zoomed is not None:
            there = {name: self._zoomed.id == name for name in there}
        for name, is_shown in there.items():
            self.query_one(f"#{name}").display = is_shown
        beside = there["side"] if self._choosing is None else width >= WIDE
        self.query_one("#body").styles.layout = (
            "vertical" if chooses and not beside else "horizontal"
        )
        if self._choosing is not None:
            self._choosing.styles.width = chooser_width(width) if beside else "1fr"
            self._choosing.styles.height = "1fr" if beside else chooser_height(height)
        alone = self._zoomed is not None
        self.query_one("#border").display = beside and not alone
        self.query_one("#left").display = not (alone and there["side"])
        self.query_one("#details").styles.height = "1fr" if alone else places.details
        self.query_one("#payload").styles.height = "1fr" if alone else places.payload
        self.query_one("#side").styles.width = "1fr" if alone else max(0, places.side - 1)
        self.model.margin = 1 if beside and not alone else 0

    # Drawing

    def _tell(self, told: str) -> None:
        """Say something in the cursor line until the next key, and draw what may have changed."""
        self.told = told
        self._redraw()

    def _redraw(self, lines: Sequence[str] = _LINES, *, at_once: bool = True) -> None:
        if all(child.id != _LINES[0] for child in self.children):
            return  # a page above was left while the viewer ends and panes go one by one
        for name in lines:
            widget = self.query_one(f"#{name}", LinesView)
            if widget.display:
                widget.redraw()
        payload = self.query_one("#payload", PayloadPane)
        if payload.display:
            payload.set_payload(self._payload_of_event())
        for name in ("#details", "#side"):
            pane = self.query_one(name, DetailsPane)
            if not pane.display:
                continue
            if at_once or not pane.model.has_sections:
                self._show_event(pane)
            else:
                self._rest.wait()

    def _keys_rest(self) -> None:
        """Show what takes long to find out, of the event where the cursor came to rest."""
        self.key_comes()
        for name in ("#details", "#side"):
            pane = self.query_one(name, DetailsPane)
            if pane.display:
                self._show_event(pane)

    def _show_event(self, pane: DetailsPane) -> None:
        call, row = self.model.current(), self.model.cursor + 1
        following: Sequence[Call] = ()
        if pane.model.has_sections:
            following = self.model.selection.calls(row, row + _FOLLOWING)
        pane.show_event(call and call.number, following, self._place_in_pod())

    def _tell_keys(self) -> None:
        focused, footer = self.focused, self.query_one(Footer)
        asks = isinstance(focused, (Prompt, Choice))
        if self._typing is not None and self._choosing is None and not asks:
            footer.tell(self._typing_keys)
            return
        wanted = WIDE_LIST_KEYS if self.size.width >= WIDE else LIST_KEYS
        if isinstance(focused, DetailsPane):
            wanted = DETAILS_KEYS
        elif isinstance(focused, PayloadPane):
            wanted = PAYLOAD_KEYS
        elif isinstance(focused, ColumnsPane):
            wanted = COLUMNS_KEYS
        elif isinstance(focused, Prompt):
            wanted = prompt_keys(focused)
        elif isinstance(focused, Choice):
            wanted = CHOICE_KEYS
        footer.tell(told(self, wanted))

    def first_line(self, name: str, width: int) -> Line:
        """Line 1 of a screen of this name."""
        facts = self._file
        if self._follow and not self.stopped:
            # It has no end, so there is no share of it that has been read.
            facts = replace(facts, state=State("following", role="live"))
        return file_line(facts, name, self.model.zone, width)

    def _status_lines(self, width: int, _height: int) -> Sequence[Line]:
        name = "events · raw" if self.model.raw else "events"
        return [self.first_line("why" if self._is_explaining else name, width)]

    def _filter_lines(self, width: int, _height: int) -> Sequence[Line]:
        found, read = self.model.progress, self.capture.progress()
        counts = Counts(found.events, read.shown, complete=found.done and read.done)
        return [filter_line(self.filter_text, counts, width)]

    def counts_line(self, width: int) -> Line:
        """Line 2: the filter, and what it selects."""
        return self._filter_lines(width, 1)[0]

    def _strip_lines(self, width: int, _height: int) -> Sequence[Line]:
        call = self.model.current()
        return self.strip_at(call.ts if call else None, width)

    def strip_at(self, ts: int | None, width: int) -> Sequence[Line]:  # noqa: ARG002 - the strip has one
        """The strip with the cursor's mark at a time."""
        if self._strip is None:
            return []
        read = self.capture.progress()
        notes = ("", "")
        if not read.done:
            notes = (f"{read.shown:,} ev read", "Ctrl+C stops reading, keeps these")
        below = marks(self._strip, ts, bookmarks=self.marked_times, note=notes[1])
        return [bars(self._strip, notes[0]), below]

    def _facts(self, number: int) -> Facts:
        """What is known of an event, asked once while the cursor is on it."""
        if self._event is None or self._event.number != number:
            self._event = Facts(self.capture, number, self.model.zone)
        return self._event

    def _place_in_pod(self) -> tuple[int, int] | None:
        """Which of its pod's containers the event's is; looked for once all has been read."""
        call = self.model.current()
        if call is None or not call.container or not self.capture.progress().done:
            return None
        facts = self._facts(call.number)
        pod, container = facts.captured("k8s.pod.uid"), facts.captured("container.id")
        if not pod or not container:
            return None
        if not self._pods.is_known(pod) and not self._work.busy("pod"):
            self._work.give("pod", Once(lambda: self._find_pod(pod)))
        return self._pods.place(pod, container)

    def _find_pod(self, pod: bytes) -> None:
        """On the working thread."""
        self._pods.find(pod)
        self._post(self.PodFound())

    def on_paned_screen_pod_found(self) -> None:
        """Show it."""
        self._redraw()

    def _payload_of_event(self) -> Payload | None:
        call = self.model.current()
        found = None if call is None else self._facts(call.number).event.payload()
        return None if found is None else Payload(*found, sought=self._text.encode())

    def _cursor_lines(self, width: int, _height: int) -> Sequence[Line]:
        if self._typing:
            return [self._typing]
        call = self.model.current()
        if self.told or call is None:
            return [(Piece(" " + self.told),)]
        rules = self._rules.of(call) if self._rules is not None else ()
        if rules:
            return [self._rule_line(call, rules, width)]
        said = self._said_of(call, width)
        if said:
            return [said]
        facts = self._facts(call.number)
        named = any(ancestor.name for ancestor in facts.lineage)
        command = b"" if named else facts.captured("proc.cmdline") or b""
        return [cursor_line(CursorFacts(call, facts.lineage, facts.arguments, command), width)]

    def _said_of(self, _call: Call, _width: int) -> Line:
        """What somebody noted on an event; empty when nothing is."""
        return ()

    def _rule_line(self, call: Call, rules: Sequence["CompiledRule"], width: int) -> Line:
        from scaptui.views.rule_marks import rule_line

        marks = self._rules
        if self._ruled[0] != call.number and marks is not None:
            self._ruled = number, _ = (call.number, "")
            said = Saying(
                lambda: marks.output(call, rules[0]),
                lambda output: self._post(self.RuleSaid(number, output)),
            )
            self._work.give("rule", said)
        return rule_line(rules, self._ruled[1], width)

    def on_paned_screen_rule_said(self, message: RuleSaid) -> None:
        """Show it, where the cursor is still on the event."""
        if message.number == self._ruled[0]:
            self._ruled = (message.number, message.output)
            self.query_one("#cursor", LinesView).redraw()

    def on_paned_screen_rules_looked(self) -> None:
        """Mark what was found."""
        self._redraw(("events", "cursor"))
