"""What the viewer is opened on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scaptui.capture.opening import Capture, Filter
from scaptui.views import filter_zone
from scaptui.views.live import Live
from scaptui.views.units import Zone

if TYPE_CHECKING:  # loaded when needed: with them comes the filter language
    from scaptui.views.comparison import Question
    from scaptui.views.rule_marks import RuleMarks


@dataclass(frozen=True)
class Opened:
    """A capture with what the command line says about how to show it.

    Attributes:
        capture: The capture; a thread of the core reads it.
        filter_text: The filter to begin with, empty for none.
        compiled: The same, compiled.
        zone: The zone of all times.
        follow: Whether what is written to the capture from now on is shown, too.
        rules: The rules whose matches are marked, None without any.
        live: Where the capture comes from while it is made; None for one that was made before.
        sources: Names of the capture's files as they were given; bookmarks are kept beside them.
        notes: A file of bookmarks to be used in place of those.
        question: What the page that compares is opened with; None for the events.
        hint: What the cursor line says until the first key.
    """

    capture: Capture
    filter_text: str
    compiled: Filter | None
    zone: Zone
    follow: bool = False
    rules: "RuleMarks | None" = None
    live: Live | None = None
    sources: tuple[str, ...] = ()
    notes: str = ""
    question: "Question | None" = None
    hint: str = ""

    @classmethod
    def of(
        cls,
        capture: Capture,
        filter_text: str | None,
        zone: str,
        *,
        follow: bool = False,
        rules: Sequence[str] = (),
        live: Live | None = None,
        sources: Sequence[str] = (),
        notes: str = "",
        question: "Question | None" = None,
        hint: str = "",
    ) -> "Opened":
        """Check the filter and the files of rules before the screen is touched.

        Raises:
            Refused: the filter or a rule cannot be understood, or no zone has this name.
        """
        named = Zone.named(zone)
        filter_zone.settle(zone)
        filter_text = with_saved(filter_text) if filter_text else ""
        compiled = compiled_filter(filter_text) if filter_text else None
        marks = rule_marks(capture, rules, zone) if rules else None
        text, of = filter_text, tuple(sources)
        return cls(capture, text, compiled, named, follow, marks, live, of, notes, question, hint)


def rule_marks(capture: Capture, paths: Sequence[str], zone: str) -> "RuleMarks":
    """The rules of some files, to be asked of the events of a capture.

    Raises:
        Refused: a file cannot be read or has mistakes.
    """
    from scaptui.views.rule_marks import RuleMarks
    from scaptui.views.rule_set import compiled_rules, read_rule_files

    return RuleMarks(capture, compiled_rules(read_rule_files(paths)), zone)


def with_saved(text: str) -> str:
    """A filter's text with what each `@name` stands for.

    Raises:
        Refused: there is no saved filter of a name, or they cannot be read.
    """
    if "@" not in text:
        return text
    from scaptui.filter.core import with_saved

    return with_saved(text)


def compiled_filter(text: str) -> Filter:
    """A filter's text, compiled.

    Raises:
        Refused: it cannot be understood.
    """
    # Loading the language takes longer than reading a short capture.
    from scaptui.capture.opening import compile_filter
    from scaptui.filter.core import understood
    from scaptui.filter.wire import wire

    return compile_filter(wire(understood(text).expression))
