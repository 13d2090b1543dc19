"""The filter prompt: text, what it means so far, what may come next, and counts as they arrive.

The model counts nothing itself. `question` says which counts are missing; `answers` finds them,
off the screen's thread; `take` puts an answer in. Answers are kept by what they are about, so one
that comes late does no harm.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from scaptui.errors import FilterError, Refused
from scaptui.filter.dialects import Dialect, NoForm, normalised
from scaptui.filter.expression import All, Expression
from scaptui.filter.limits import LONGEST
from scaptui.filter.saved import Saved, expanded, saved_filters, typed_name
from scaptui.filter.vocabulary import Vocabulary
from scaptui.views import filter_choices
from scaptui.views.clauses import How, extended, value_word
from scaptui.views.counts import Counts
from scaptui.views.filter_choices import Choice, Choices, asked_field
from scaptui.views.filter_history import FilterHistory
from scaptui.views.filter_reading import Reading, read, similar
from scaptui.views.line_editor import LineEditor

# Values looked at of a field; those beyond are too rare to be offered.
MOST_VALUES: Final = 500


@dataclass(frozen=True, slots=True)
class Question:
    """Counts the prompt would like to show.

    Attributes:
        generation: Which state of the file it is about.
        counts: Expressions to count.
        values: Fields, each with the events whose values of it are wanted.
    """

    generation: int
    counts: tuple[Expression, ...]
    values: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Some of what was asked for."""

    generation: int
    counts: Mapping[Expression, int] = field(default_factory=dict)
    values: Mapping[tuple[str, Expression], list[tuple[bytes, int]]] = field(default_factory=dict)


def answers(question: Question, counts: Counts) -> Iterator[Answer]:
    """Answer piece by piece; each piece is one look at the capture."""
    for expression in question.counts:
        yield Answer(question.generation, counts={expression: counts.count(expression)})
    for name, among in question.values:
        found = counts.values(name, among, MOST_VALUES)
        yield Answer(question.generation, values={(name, among): found})


class FilterPromptModel:
    """A prompt that is opened on the filter now applied, and left with another one or with it."""

    def __init__(self, vocabulary: Vocabulary, history: FilterHistory, applied: str = "") -> None:
        self.vocabulary = vocabulary
        self.history = history
        self.applied = applied
        self.editor = LineEditor(applied)
        self.generation = 0
        self.remark = ""
        self.chosen = 0
        self._asked_for: Literal["", "completion", "history"] = ""
        self._is_closed = False
        self._entry: int | None = None
        self._draft = ""
        self._counts: dict[Expression, int] = {}
        self._values: dict[tuple[str, Expression], list[tuple[bytes, int]]] = {}
        self._reading = read(applied, len(applied), vocabulary)
        self._effective: Expression = self._reading.expression or All()
        self._choices: Choices | None = None
        self._saved: Mapping[str, Saved] = {}
        # Where an `@` stands before the cursor, and what is typed behind it.
        self._named: tuple[int, str] | None = None

    # What it is about now.

    @property
    def reading(self) -> Reading:
        """What the text means so far."""
        return self._reading

    @property
    def effective(self) -> Expression:
        """What the list shows meanwhile: the complete clauses, on an error those of before."""
        return self._effective

    @property
    def choices(self) -> Choices | None:
        """What is offered, None while no pop-up is open."""
        if self._is_closed:
            return None
        if self._asked_for == "history":
            found = self.history.containing(self.editor.text)
            offered = filter_choices.history([e for e in found if e != self.editor.text])
            return offered if offered.rows else None
        if self._named is not None:
            if self._choices is None:
                self._choices = filter_choices.saved(self._saved.values(), self._named[1])
            return self._choices if self._choices.rows else None
        if not self._is_offered():
            return None
        if self._choices is None:
            self._choices = self._offered()
        return self._choices if self._choices.rows else None

    @property
    def choice(self) -> Choice | None:
        """The row that Tab takes."""
        choices = self.choices
        if choices is None or not choices.rows:
            return None
        return choices.rows[min(self.chosen, len(choices.rows) - 1)]

    @property
    def similar(self) -> list[str]:
        """What the word that is wrong may have meant."""
        if self._reading.validity != "error":
            return []
        return similar(self._reading, self.vocabulary)

    def count(self, expression: Expression) -> int | None:
        """Events an expression selects, None while that is not known."""
        return self._counts.get(expression)

    # Typing.

    def type(self, text: str) -> None:
        """Put text in at the cursor."""
        if self._has_room(len(text)):
            self.editor.insert(text)
            self.edited()

    def edited(self) -> None:
        """The text or the cursor changed: read it again."""
        self._reading = read(self.editor.text, self.editor.cursor, self.vocabulary)
        self.remark = ""
        self._look_for_saved()
        if self._reading.validity == "ok" and self._reading.expression is not None:
            self._effective = self._reading.expression
        elif self._reading.validity == "unfinished":
            self._effective = self._reading.before
        self.chosen = 0
        self._choices = None
        self._is_closed = False
        if self._asked_for == "completion":
            self._asked_for = ""

    def set_text(self, text: str) -> None:
        """Replace the text, the cursor at its end."""
        self.editor.set(text)
        self._asked_for = ""
        self.edited()

    def open(self, text: str) -> None:
        """Begin with the filter now applied: nothing is offered before something is typed."""
        self.applied = text
        self.set_text(text)
        self._entry = None
        self._is_closed = self._reading.validity == "ok"

    def put_field(self, text: str) -> None:
        """Put a field in place of the name under the cursor."""
        replaces = self._reading.completion.replaces
        if self._reading.completion.wanted == "field":
            self._put(replaces.start, replaces.stop, text)
        else:
            self.type(text)

    def add(self, clause: str, how: How) -> None:
        """Add a clause made of a value on the screen."""
        self.set_text(extended(self.editor.text, clause, how, self.vocabulary))

    # Choosing.

    def take(self) -> bool:
        """Put the chosen row in, on an error the nearest name; False when nothing is offered."""
        choice = self.choice
        if choice is not None:
            if self._asked_for == "history":
                self.set_text(choice.text)
                return True
            if self._named is not None:
                self._put_saved(choice.text)
                return True
            replaces = self._reading.completion.replaces
            self._put(replaces.start, replaces.stop, self._words(choice))
            return True
        names = self.similar
        if names and self._reading.error is not None:
            self._put(*self._reading.error.span, names[0])
            return True
        if self._reading.validity != "error":
            self._asked_for, self._is_closed = "completion", False
            return self.choice is not None
        return False

    def up(self) -> None:
        """The choice before; without a pop-up the filter applied before."""
        if self.choices is None:
            self._recall(-1)
        else:
            self.chosen = max(0, self.chosen - 1)

    def down(self) -> None:
        """The next choice; without a pop-up the filter applied after this one."""
        choices = self.choices
        if choices is None:
            self._recall(1)
        else:
            self.chosen = min(len(choices.rows) - 1, self.chosen + 1)

    def search_history(self) -> None:
        """Offer the filters applied before that contain what is typed."""
        self._asked_for = "" if self._asked_for == "history" else "history"
        self.chosen, self._is_closed = 0, False
        is_missed = self._asked_for == "history" and self.choices is None
        if is_missed:
            self._asked_for = ""
        self.remark = "no other filter applied before contains this" if is_missed else ""

    def close_choices(self) -> bool:
        """Close a pop-up that was asked for; False when there is none."""
        if not self._asked_for:
            return False
        self._asked_for, self._is_closed = "", True
        return True

    def switch_dialect(self) -> None:
        """Write the filter in the other dialect; `remark` says why when that cannot be done."""
        expression = self._reading.expression
        if expression is None:
            self.remark = "only a filter that is right can be translated"
            return
        try:
            text = normalised(expression, self._other_dialect(expression))
        except NoForm as reason:
            self.remark = str(reason)
            return
        self.set_text(text)

    # Leaving.

    def submit(self) -> str | None:
        """The filter to apply; None when it is wrong, with the cursor at the place."""
        if "@" in self.editor.text and not self._put_all_saved():
            return None
        if self._reading.validity != "ok":
            error = self._reading.error
            if error is not None:
                self.editor.move_to(error.span[0])
            self._is_closed = True
            return None
        self.applied = self.editor.text.strip()
        self.history.add(self.applied)
        return self.applied

    def restore(self) -> str:
        """The filter from before the prompt was opened."""
        self.set_text(self.applied)
        return self.applied

    # Counts.

    def question(self) -> Question | None:
        """The counts that are missing, None when none is."""
        wanted = [clause for clause in self._reading.clauses if clause is not None]
        wanted += [self._effective, All()]
        counts = tuple(dict.fromkeys(e for e in wanted if e not in self._counts))
        values = tuple(key for key in self._value_keys() if key not in self._values)
        return Question(self.generation, counts, values) if counts or values else None

    def answered(self, answer: Answer) -> None:
        """Put counts in; those of an older state of the file are dropped."""
        if answer.generation != self.generation:
            return
        self._counts.update(answer.counts)
        self._values.update(answer.values)
        if answer.values:
            self._choices = None

    def capture_grew(self) -> None:
        """More of the file was read: every count is asked for again."""
        self.generation += 1
        self._counts.clear()
        self._values.clear()

    # Saved filters.

    @property
    def is_naming(self) -> bool:
        """Whether the name of a saved filter is typed."""
        return self._named is not None

    def _look_for_saved(self) -> None:
        """What is typed behind an `@` is no mistake while it may become a name."""
        self._named = None
        text, cursor = self.editor.text, self.editor.cursor
        if "@" not in text:
            return
        try:
            self._saved = saved_filters()
            self._read_with_saved(expanded(text, self._saved))
        except FilterError as error:
            self._reading = replace(self._reading, validity="error", error=error)
        except Refused as refused:
            self.remark = refused.message
            return
        named = typed_name(text, cursor)
        if named is not None and any(named[1].lower() in name.lower() for name in self._saved):
            self._named = named
            if named[1] not in self._saved:
                self._reading = replace(self._reading, validity="unfinished", expression=None)

    def _read_with_saved(self, whole: str) -> None:
        """Understand the text as what its names stand for; places in it stay its own."""
        if whole == self.editor.text:
            return
        known, end = read(whole, len(whole), self.vocabulary), len(self.editor.text)
        error = known.error and FilterError(known.error.message, (end, end + 1), known.error.hint)
        self._reading = replace(
            known, text=self.editor.text, completion=self._reading.completion, error=error,
            anchor=self._reading.anchor,
        )  # fmt: skip

    def _put_saved(self, text: str) -> None:
        start, name = self._named or (self.editor.cursor, "")
        stop = start + 1 + len(name)
        whole = self.editor.text
        if whole[:start].strip() or whole[stop:].strip():
            text = f"({text})"
        self._put(start, stop, text)

    def _put_all_saved(self) -> bool:
        """Put in what each name stands for; `remark` says why that cannot be done."""
        try:
            text = expanded(self.editor.text)
        except FilterError as error:
            self.remark = ", ".join(filter(None, [error.message, error.hint]))
            self.editor.move_to(error.span[0])
            return False
        except Refused as refused:
            self.remark = refused.message
            return False
        if text != self.editor.text:
            self.set_text(text)
        return True

    def _value_keys(self) -> list[tuple[str, Expression]]:
        name = asked_field(self._reading.completion)
        return list(dict.fromkeys([(name, self._reading.here), (name, All())])) if name else []

    def _offered(self) -> Choices:
        reading = self._reading
        name = asked_field(reading.completion)
        if not name:
            return filter_choices.named(reading.completion, reading.word)
        here = self._values.get((name, reading.here))
        return filter_choices.values(
            reading.completion, reading.word, here, self._values.get((name, All()))
        )

    def _is_offered(self) -> bool:
        reading = self._reading
        if self._asked_for == "completion":
            return True
        if reading.validity == "error" or not reading.text.strip():
            return False
        if reading.validity == "unfinished":
            return reading.completion.wanted != "operator" or bool(reading.word)
        # A filter that is right may still be the beginning of a longer word.
        word = reading.word.lower()
        if not word or self.editor.cursor < len(reading.text.rstrip()):
            return False
        if self._choices is None:
            self._choices = self._offered()
        labels = (row.label.lower() for row in self._choices.rows)
        return any(label.startswith(word) and label != word for label in labels)

    def _words(self, choice: Choice) -> str:
        if choice.value is None:
            return choice.text
        name = asked_field(self._reading.completion)
        return value_word(name, choice.value, self.vocabulary)

    def _put(self, start: int, stop: int, text: str) -> None:
        if not self._has_room(len(text) - (stop - start)):
            return
        # A quote that was closed behind the cursor belongs to the value, too.
        opened = self.editor.text[start : start + 1]
        if opened in ('"', "'") and self.editor.text[stop : stop + 1] == opened:
            stop += 1
        self.editor.replace(start, stop, text)
        self.edited()
        self._is_closed = self._reading.validity == "ok"

    def _has_room(self, more: int) -> bool:
        """Whether the text may grow so much; `remark` says so when not."""
        if len(self.editor.text) + more <= LONGEST:
            return True
        self.remark = f"a filter has at most {LONGEST:,} characters"
        return False

    def _recall(self, by: int) -> None:
        entries = self.history.entries
        if self._entry is None:
            if by > 0 or not entries:
                return
            self._draft, self._entry = self.editor.text, len(entries)
            if entries[-1] == self._draft:
                # The filter that stands there already is not what is looked for.
                self._entry -= 1
        at = self._entry + by
        if at < 0:
            return
        text = entries[at] if at < len(entries) else self._draft
        self.set_text(text)
        self._is_closed = True
        self._entry = at if at < len(entries) else None

    def _other_dialect(self, expression: Expression) -> Dialect:
        text = self.editor.text
        is_wireshark = any(sign in text for sign in ("==", "&&", "||", "True", "False", "!("))
        if not is_wireshark:
            try:
                is_wireshark = text == normalised(expression, Dialect.WIRESHARK)
            except NoForm:
                is_wireshark = False
        return Dialect.SYSDIG if is_wireshark else Dialect.WIRESHARK
