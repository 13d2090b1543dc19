"""How the filter prompt is drawn: the text, its state, the pop-up, names nearest to a mistake."""

import re
from typing import Final, NamedTuple

from scaptui.filter.expression import All, Expression
from scaptui.views.calls import meaning
from scaptui.views.cells import (
    ELLIPSIS,
    Line,
    Piece,
    Role,
    fit_end,
    fit_line,
    left_and_right,
    line_width,
    pad_right,
    shown,
    width,
)
from scaptui.views.clauses import short_name
from scaptui.views.filter_choices import Choice, Choices, asked_field
from scaptui.views.filter_prompt import FilterPromptModel
from scaptui.views.filter_reading import wants
from scaptui.views.units import counted, share

HEAD: Final = " filter  "
# Rows of the pop-up between its heading and the line that counts the others.
ROWS: Final = 4
_NAME: Final = 12
_COUNT: Final = 5
_WIDE: Final = 140  # from here there is room to say what a value is
_SHORTEST: Final = 20  # screens lower than this have room for four lines of pop-up in all
# What follows in a field's explanation once the main thing is said.
_ASIDE: Final = re.compile(r"[;,:] | \(|\. ")
_QUOTED_NAME: Final = re.compile(r'"([\w.\[\]-]+)"')


class Drawn(NamedTuple):
    """The prompt as lines.

    Attributes:
        lines: The prompt, the line of its state, and what is offered.
        cursor: Column of the terminal's cursor in the first line.
        selected: The line of the chosen row, None without a pop-up.
    """

    lines: tuple[Line, ...]
    cursor: int
    selected: int | None


def draw(model: FilterPromptModel, columns: int, rows: int) -> Drawn:
    """The whole prompt on a screen of so many columns and rows."""
    prompt, cursor, first = _prompt(model, columns)
    if model.reading.validity == "error":
        column = 9 + width(_visible(model.editor.text[first : _place(model)]))
        column += 1 if first else 0
        below = [_caret(model, column, columns), *_nearest(model, columns)]
        return Drawn((prompt, *below), cursor, None)
    lines = [prompt, _state(model, columns)]
    choices = model.choices
    if choices is None:
        return Drawn(tuple(lines), cursor, None)
    anchor = model.reading.anchor if choices.title != "HISTORY" else 0
    left = 9 + width(_visible(model.editor.text[first:anchor])) - 2
    pop_up = _pop_up(choices, model.chosen, rows, columns, _among(model))
    left = max(0, min(left, columns - max(line_width(line) for line in pop_up)))
    lines += [(Piece(" " * left), *line) for line in pop_up]
    return Drawn(tuple(lines), cursor, None)


def draw_typed(model: FilterPromptModel, columns: int) -> tuple[Line, int]:
    """The line of the text, and the column of its cursor, before the text is understood."""
    prompt, cursor, _ = _prompt(model, columns)
    return prompt, cursor


def about_choice(model: FilterPromptModel) -> Line:
    """The cursor line: what the chosen row is, or what was refused."""
    if model.remark:
        return (Piece(f" {shown(model.remark)}", "warning"),)
    choice = model.choice
    if choice is None:
        return tuple(Piece(f" {shown(note.message)}") for note in model.reading.notes[:1])
    doc = choice.doc
    if choice.file is not None:
        here = "" if choice.here is None else f"{counted(choice.here)} here, "
        is_call = asked_field(model.reading.completion) == "evt.type"
        words = meaning(choice.label) if is_call else ""
        doc = words or f"{here}{counted(choice.file)} in the file"
    return (Piece(f" {choice.label}", "accent"), Piece(f"  {doc}"))


def keys(model: FilterPromptModel) -> tuple[tuple[str, str], ...]:
    """Keys of the prompt as it is now, with what they do, the most useful first."""
    if model.reading.validity == "error":
        name = short_name(model.applied, model.vocabulary)
        back = f"back to {name}" if name else "as before"
        take = (("Tab", "take the suggestion"),) if model.similar else ()
        return (*take, ("Ctrl+T", "other dialect"), ("Enter", "apply"), ("Esc", back))
    if model.choices is not None:
        return (
            ("Tab", "takes it"),
            ("↑ ↓", "choose"),
            ("Enter", "apply"),
            ("Esc", "as before"),
            ("Ctrl+R", "history"),
            ("F1", "fields"),
        )
    return (
        ("Tab", "complete"),
        ("↑ ↓", "history"),
        ("Enter", "apply"),
        ("Esc", "as before"),
        ("Ctrl+R", "search"),
        ("Ctrl+T", "dialect"),
        ("F1", "fields"),
    )


def _visible(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)


def _prompt(model: FilterPromptModel, columns: int) -> tuple[Line, int, int]:
    """Line 2, the cursor's column in it, and the first character of the text that is shown."""
    right = _count(model)
    room = max(8, columns - len(HEAD) - line_width(right) - 2)
    text, cursor = _visible(model.editor.text), model.editor.cursor
    # More characters than there are cells need not be measured.
    first = max(0, cursor - room)
    while width(text[first:cursor]) > room - (2 if first else 1):
        first += 1
    head = ELLIPSIS if first else ""
    body = head + text[first:]
    before = width(head + text[first:cursor])
    # What does not fit behind the cursor ends in a sign that there is more.
    line = left_and_right((Piece(HEAD, "accent"), Piece(fit_end(body, room))), right, columns)
    return line, len(HEAD) + before, first


def _count(model: FilterPromptModel) -> Line:
    if model.reading.validity == "error":
        return (Piece("error", "failed", bold=True),)
    selected = model.count(model.effective)
    if selected is None:
        return (Piece("counting", "muted"),)
    if model.reading.validity == "unfinished":
        return (Piece(f"{counted(selected)} so far"),)
    everything = model.count(All())
    if everything is None:
        return (Piece(counted(selected)),)
    if isinstance(model.effective, All):
        return (Piece(f"all {counted(everything)}"),)
    return (
        Piece(f"{counted(selected)} of {counted(everything)}"),
        Piece(f"{share(selected, everything):>7}"),
    )


def _state(model: FilterPromptModel, columns: int) -> Line:
    """Line 3: the state in a word, what may come next, and the count of each clause alone."""
    reading = model.reading
    if reading.validity == "ok":
        words = "; ".join(note.message for note in reading.notes)
        left: Line = (Piece(" ok", "accent"), Piece(f"  {words}", "muted"))
    elif model.is_naming:
        left = (Piece(" unfinished", "muted"), Piece("  the name of a saved filter"))
    else:
        words = wants(reading.completion, model.vocabulary)
        if not words and reading.error is not None:
            words = reading.error.message
        left = (Piece(" unfinished", "muted"), Piece(f"  {words}"))
    return left_and_right(left, _clause_counts(model, columns - 32), columns)


def _clause_counts(model: FilterPromptModel, room: int) -> Line:
    clauses = model.reading.clauses
    if not clauses:
        return ()
    numbers = [_number(model, clause) for clause in clauses]
    # Of many clauses the last ones are those being typed.
    while len(numbers) > 2 and len(" · ".join(numbers)) > room:
        numbers = [ELLIPSIS, *numbers[2:]]
    return (Piece("  clauses  ", "muted"), Piece(" · ".join(numbers)))


def _number(model: FilterPromptModel, clause: Expression | None) -> str:
    count = None if clause is None else model.count(clause)
    return "?" if count is None else counted(count)


def _among(model: FilterPromptModel) -> int | None:
    """How many events the counts "here" are out of."""
    return model.count(model.reading.here)


def _pop_up(
    choices: Choices, chosen: int, rows: int, columns: int, among: int | None
) -> list[Line]:
    room = ROWS if rows >= _SHORTEST else ROWS - 1
    room = room if rows < 36 else 2 * ROWS
    chosen = min(chosen, max(0, len(choices.rows) - 1))
    top = max(0, min(chosen - room + 1, len(choices.rows) - room)) if chosen >= room else 0
    visible = choices.rows[top : top + room]
    lines = (
        _with_counts(choices.title, visible, chosen - top, columns)
        if choices.counted
        else _with_words(choices.title, visible, chosen - top, columns)
    )
    others = len(choices.rows) - len(visible)
    if others and rows >= _SHORTEST:
        hidden = (*choices.rows[:top], *choices.rows[top + room :])
        none = ""
        if choices.counted and among is not None and all(row.here == 0 for row in hidden):
            none = f", none of these {counted(among)}"
        lines.append((Piece(f"{counted(others)} more{none}", "popup"),))
    cells = max(line_width(line) for line in lines)
    return [_filled(line, cells) for line in lines]


def _with_counts(title: str, rows: tuple[Choice, ...], chosen: int, columns: int) -> list[Line]:
    name = max(_NAME, *(min(24, width(row.label)) for row in rows))
    here = max(_COUNT, *(len(_known(row.here)) for row in rows))
    file = max(_COUNT, *(len(_known(row.file)) for row in rows))
    head = f"{pad_right(title, name + 2)}{'HERE':>{here}} {'FILE':>{file}}"
    lines: list[Line] = [(Piece(head, "popup"),)]
    for at, row in enumerate(rows):
        sign, role = _chosen(at == chosen)
        text = f"{sign} {pad_right(row.label, name)}{_known(row.here):>{here}} "
        text += f"{_known(row.file):>{file}}"
        if columns >= _WIDE and title == "EVT.TYPE" and (words := meaning(row.label)):
            text += f"  {words}"
        lines.append((Piece(text, role),))
    return lines


def _with_words(title: str, rows: tuple[Choice, ...], chosen: int, columns: int) -> list[Line]:
    longest = max(width(row.label) for row in rows)
    name = min(longest, max(16, columns - 4))
    docs = max(0, columns - name - 6)
    lines: list[Line] = [(Piece(title, "popup"),)]
    for at, row in enumerate(rows):
        sign, role = _chosen(at == chosen)
        doc = f"  {fit_end(in_short(row.doc), min(docs, 44))}" if row.doc and docs > 8 else ""
        lines.append((Piece(f"{sign} {pad_right(row.label, name)}{doc}", role),))
    return lines


def _chosen(is_chosen: bool) -> tuple[str, Role]:  # noqa: FBT001 - one fact in, two looks out
    return (">", "selection") if is_chosen else (" ", "popup")


def _known(count: int | None) -> str:
    return "?" if count is None else counted(count)


def _filled(line: Line, cells: int) -> Line:
    """The pop-up is one block: its lines are equally wide."""
    missing = cells - line_width(line)
    return (*line[:-1], line[-1]._replace(text=line[-1].text + " " * missing))


def _place(model: FilterPromptModel) -> int:
    error = model.reading.error
    return error.span[0] if error is not None else 0


def _caret(model: FilterPromptModel, column: int, columns: int) -> Line:
    error = model.reading.error
    assert error is not None
    said = _QUOTED_NAME.sub(r"\1", shown(error.message))
    message = f"column {error.column}: {said}"
    column = max(1, min(column, columns - 1))
    if column + 2 + width(message) <= columns or column < columns // 2:
        rest = fit_end(message, max(0, columns - column - 2))
        return fit_line((Piece(" " * column), Piece("^", "failed"), Piece(f" {rest}")), columns)
    rest = fit_end(message, column - 2)
    blank = " " * (column - 1 - width(rest))
    return fit_line((Piece(f"{blank}{rest} "), Piece("^", "failed")), columns)


def _nearest(model: FilterPromptModel, columns: int) -> list[Line]:
    names = model.similar
    error = model.reading.error
    if not names:
        hint = shown(error.hint) if error is not None else ""
        return [fit_line((Piece(" " * 10), Piece(hint, "muted")), columns)] if hint else []
    longest = max(width(name) for name in names)
    lines: list[Line] = []
    for at, (name, tail) in enumerate(zip(names, ("Tab puts", "it in   "), strict=False)):
        head = " nearest  " if at == 0 else "          "
        room = columns - len(head) - longest - 2 - len(tail) - 1
        row = model.vocabulary.fields.get(name)
        doc = fit_end(in_short(row.doc), room) if row is not None else ""
        line = (
            Piece(head, "muted"),
            Piece(name, "accent"),
            Piece(" " * (longest - width(name)) + "  " + doc),
        )
        lines.append(left_and_right(line, (Piece(tail, "muted"),), columns))
    return lines


def in_short(doc: str) -> str:
    """The beginning of a sentence, as it stands beside a name."""
    text = _ASIDE.split(doc, maxsplit=1)[0].rstrip(".")
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
