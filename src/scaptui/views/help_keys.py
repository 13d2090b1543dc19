"""Lines of the help page, made from the bindings of a pane: nothing is listed twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from scaptui.views.bookmark import COLOURS
from scaptui.views.cells import width
from scaptui.views.key_names import key_name
from scaptui.views.view_table import VIEWS


@dataclass(frozen=True, slots=True)
class Bound:
    """One binding of a pane.

    Attributes:
        command: Its id, by which settings and the palette name it.
        keys: Keys as Textual names them, the first the one to show.
        words: What they do.
    """

    command: str
    keys: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the page.

    Attributes:
        group: Under which heading it stands: move, this event, mark, …
        shown: The keys as people write them.
        words: What they do.
        commands: Ids of its bindings; Enter runs the first.
        pane: The pane it belongs to; empty for all.
    """

    group: str
    shown: str
    words: str
    commands: tuple[str, ...]
    pane: str = ""


# Which bindings share a line, under which heading, in which words. A line whose bindings the pane
# lacks is left out; a binding that stands in no line comes under OTHERS in its own words.
OTHERS: Final = "more"
# Lines that only a search shows: who reads the page knows them, or they are the same everywhere.
FOUND_ONLY: Final = ""
LINES: Final = (
    ("move", ("list.down", "list.up"), "a row"),
    ("move", ("details.down", "details.up"), "a line"),
    ("move", ("bytes.down", "bytes.up"), "a line"),
    ("move", ("columns.down", "columns.up"), "a field"),
    ("move", ("list.page_down", "list.page_up"), "a page"),
    ("move", ("details.page_down", "details.page_up"), "a page"),
    ("move", ("bytes.page_down", "bytes.page_up"), "a page"),
    ("move", ("columns.page_down", "columns.page_up"), "a page"),
    ("move", ("list.half_down", "list.half_up"), "half a page"),
    ("move", ("list.first", "list.last"), "first, last"),
    ("move", ("details.first", "details.last"), "first, last"),
    ("move", ("bytes.first", "bytes.last"), "first, last"),
    ("this column", ("columns.toggle",), "on or off"),
    ("this column", ("columns.right", "columns.left"), "further right, left"),
    ("this column", ("columns.wider", "columns.narrower"), "wider, narrower"),
    ("this column", ("columns.find", "columns.find_next"), "find a field, next"),
    ("this column", ("columns.keep", "columns.restore"), "keep, as before"),
    ("move", ("screen.go_to",), "number or time"),
    ("move", ("events.back", "events.forward"), "back, forward"),
    ("move", ("events.failure", "events.failure_back"), "next, previous failure"),
    ("move", ("events.thread", "events.thread_back"), "same thread"),
    ("move", ("events.descriptor", "events.descriptor_back"), "same descriptor"),
    ("move", ("screen.find", "screen.find_next", "screen.find_previous"), "find, next, previous"),
    ("move", ("tree.parent",), "the parent"),
    ("move", ("tree.event_back", "tree.event_on"), "event back, on"),
    ("move", ("tree.second_back", "tree.second_on"), "second back, on"),
    ("fold", ("details.unfold", "details.fold"), "all fields, fewer"),
    ("fold", ("tree.fold", "tree.unfold"), "fold, unfold"),
    ("fold", ("tree.toggle",), "one or the other"),
    ("fold", ("tree.all",), "unfold all"),
    ("mark", ("events.mark", "events.mark_named", "screen.marks"), "mark, named, list"),
    ("mark", ("events.next_mark", "events.previous_mark"), "next, previous mark"),
    ("mark", ("events.note",), "note"),
    ("mark", ("screen.slice",), "write a slice"),
    ("mark", ("tree.tag", "tree.untag"), "tag, take all tags off"),
    ("process", ("tree.scope",), "events of its subtree"),
    ("process", ("tree.or", "tree.replace"), "or these, only these"),
    ("process", ("tree.files", "tree.environment"), "files, environment"),
    ("process", ("tree.streams",), "its stdout and stderr"),
    ("move", ("stream.next_call", "stream.previous_call"), "next, previous call"),
    ("move", ("stream.next", "stream.previous"), "descriptor on, back"),
    ("this call", ("stream.event",), "its event among all"),
    ("show", ("stream.form",), "text, hex, characters"),
    ("show", ("stream.side",), "one side, or both"),
    ("show", ("stream.request",), "the request it is part of"),
    ("show", ("stream.save",), "save captured bytes"),
    ("show", ("stream.close",), "back"),
    (FOUND_ONLY, ("screen.span", "screen.span_end"), "begin a span of time, filter on it"),
    ("this value", ("list.and", "list.and_not"), "filter with, without"),
    ("this value", ("list.or", "list.replace"), "or it, only it"),
    ("this value", ("list.copy",), "copy it or its row"),
    ("this bookmark", ("bookmarks.event",), "to its event"),
    ("this bookmark", ("bookmarks.note", "bookmarks.name"), "note, name"),
    ("this bookmark", ("bookmarks.delete", "bookmarks.copy"), "delete, copy"),
    (
        "this bookmark",
        tuple(f"bookmarks.{colour}" for colour in COLOURS),
        "magenta, cyan, yellow, green, blue",
    ),
    ("between", ("bookmarks.anchor",), "measure from here"),
    ("between", ("bookmarks.span",), "the events of the span"),
    ("all", ("bookmarks.export",), "write them as Markdown"),
    ("this rule", ("colours.toggle",), "on or off"),
    ("this rule", ("colours.down", "colours.up"), "further down, up"),
    ("this rule", ("colours.role",), "next look"),
    ("this rule", ("colours.name", "colours.filter"), "name, filter"),
    ("this rule", ("colours.add", "colours.delete"), "add one, delete"),
    ("all", ("colours.save",), "keep them in a file"),
    ("this value", ("list.left", "list.right"), "column left, right"),
    ("this value", ("details.and", "details.and_not"), "filter with, without"),
    ("this value", ("details.or", "details.replace"), "or it, only it"),
    ("this value", ("details.copy",), "copy"),
    ("this event", ("events.open", "screen.details"), "details"),
    ("this event", ("screen.payload",), "bytes"),
    ("this event", ("screen.stream",), "stream of its descriptor"),
    ("this event", ("screen.processes",), "its process in the tree"),
    ("this event", ("events.dig",), "filter on its process"),
    ("this event", ("events.partner",), "from enter to exit and back"),
    ("this event", ("list.explain",), "explain call and error"),
    ("this event", ("details.explain",), "explain call and error"),
    ("show", ("screen.filter",), "filter"),
    ("show", ("screen.drop_filter",), "drop the filter"),
    ("show", ("screen.filter_back",), "the filter before"),
    ("show", ("screen.why",), "why the filter selects this"),
    ("show", ("events.time", "events.reference"), "time format, reference"),
    ("show", ("events.raw",), "one or two rows a call"),
    ("show", ("events.rules", "events.edit_rules"), "colour rules, change them"),
    ("show", ("screen.columns",), "columns"),
    ("show", ("events.tail", "screen.pause"), "follow the tail, pause"),
    ("show", ("tree.sort", "tree.flat"), "sort, tree or flat"),
    ("show", ("tree.ended", "tree.user"), "hide ended, one user"),
    ("show", ("tree.follow",), "follow the event"),
    ("show", ("screen.pane",), "next pane"),
    ("show", ("processes.pane",), "tree or pane below"),
    ("show", ("screen.zoom",), "this pane alone"),
    ("show", ("screen.close",), "close, then quit"),
    ("show", ("processes.close",), "close"),
    ("move", ("slice.next", "slice.previous"), "next, previous field"),
    ("this slice", ("slice.choose",), "choose"),
    ("this slice", ("slice.write",), "write it; on the report open it"),
    ("this slice", ("slice.open", "slice.copy"), "open it, copy its path"),
    ("show", ("slice.close",), "call it off, close"),
    ("this run", ("crashes.events",), "its events, at its end"),
    ("this run", ("crashes.event",), "this event among all"),
    ("this run", ("crashes.output",), "all it wrote to stdout, stderr"),
    ("this run", ("crashes.tree",), "the process tree at its end"),
    ("this run", ("crashes.slice",), "save its events"),
    ("show", ("crashes.report",), "save the report as Markdown"),
    ("show", ("crashes.pane",), "runs or evidence"),
    ("show", ("crashes.close",), "close"),
    ("move", ("picker.down", "picker.up"), "a view"),
    ("move", ("picker.page_down", "picker.page_up"), "ten views"),
    ("this row", ("views.drill",), "the view below, or its event"),
    ("this row", ("views.up",), "up again"),
    ("this row", ("views.events",), "the events behind it"),
    ("show", ("views.sort", "views.sort_back"), "sort by next, previous column"),
    ("show", ("views.invert",), "turn the order round"),
    ("show", ("screen.views",), "views"),
    ("show", ("views.close",), "close"),
    ("this box", ("latency.box",), "begin it, forget it"),
    ("this box", ("latency.filter",), "filter on it"),
    ("this box", ("latency.events",), "its events"),
    ("this box", ("latency.call",), "its commonest call alone"),
    ("show", ("latency.all",), "all calls again"),
    ("show", ("latency.longer", "latency.shorter"), "longer, shorter rows"),
    ("show", ("latency.close",), "close"),
    *(
        (FOUND_ONLY, (f"views.{view.name}",), f"view of {view.title}")
        for view in VIEWS
        if view.pane
    ),
    (FOUND_ONLY, ("screen.pane_back",), "previous pane"),
    ("mark", ("screen.base",), "base, compare threads"),
    ("this finding", ("findings.events",), "all its events"),
    ("this finding", ("findings.event",), "its first event among all"),
    ("show", ("findings.close",), "back"),
    ("show", ("doctor.again",), "look again"),
    ("show", ("doctor.close",), "back"),
    (FOUND_ONLY, ("live.doctor",), "doctor: whether this host can capture"),
    (FOUND_ONLY, ("screen.errors",), "failed calls, ranked"),
    (FOUND_ONLY, ("screen.crashes",), "what restarts or crashed"),
    (FOUND_ONLY, ("screen.export",), "rows to a file"),
    (FOUND_ONLY, ("screen.save_filter",), "give the filter a name"),
    (FOUND_ONLY, ("screen.help",), "help"),
    (FOUND_ONLY, ("screen.commands",), "commands of this page"),
    (FOUND_ONLY, ("screen.stop", "screen.give_up"), "stop what runs"),
)
_KEY_CELLS: Final = 14


def page_keys(bindings: Iterable[Bound], pane: str = "") -> list[Key]:
    """The lines of the page for the bindings of a pane, in the order of the groups."""
    by_command = {bound.command: bound for bound in bindings if bound.command and bound.words}
    keys: list[Key] = []
    told: set[str] = set()
    for group, commands, words in LINES:
        present = [by_command[name] for name in commands if name in by_command]
        told.update(bound.command for bound in present)
        if len(present) == 1 and len(commands) > 1:
            keys.append(_key(group, present, present[0].words, pane))
        elif present:
            keys.append(_key(group, present, words, pane))
    left = [bound for name, bound in by_command.items() if name not in told]
    return [*keys, *(_key(OTHERS, [bound], bound.words, pane) for bound in left)]


def _key(group: str, bounds: Sequence[Bound], words: str, pane: str) -> Key:
    return Key(group, _keys(bounds), words, tuple(bound.command for bound in bounds), pane)


def _keys(bounds: Sequence[Bound]) -> str:
    """The first key of each binding, then their second ones as far as all of those have room."""
    shown = " ".join(key_name(bound.keys[0]) for bound in bounds if bound.keys)
    for place in range(1, max((len(bound.keys) for bound in bounds), default=0)):
        more = [key_name(bound.keys[place]) for bound in bounds if place < len(bound.keys)]
        longer = " ".join([shown, *more])
        if width(longer) > _KEY_CELLS:
            break
        shown = longer
    return shown
