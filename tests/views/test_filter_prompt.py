"""The filter prompt, without a terminal."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scaptui.capture.opening import open_capture, read_all
from scaptui.filter.core import vocabulary
from scaptui.filter.dialects import Dialect, normalised
from scaptui.filter.expression import Expression
from scaptui.views.cells import line_text
from scaptui.views.counts import CaptureCounts
from scaptui.views.filter_history import FilterHistory
from scaptui.views.filter_lines import about_choice, draw, keys
from scaptui.views.filter_prompt import FilterPromptModel, answers
from tests.filter.table import VOCABULARY

COUNTS = {
    "": 39_082,
    'proc.name == "nginx"': 4_434,
    "evt.failed == True": 957,
    'proc.name == "nginx" && evt.failed == True': 70,
}
CALLS_HERE = [(b"connect", 28), (b"prctl", 28), (b"access", 7), (b"recvmsg", 7)]
CALLS = [(b"mmap", 900), (b"access", 600), (b"connect", 130), (b"prctl", 98), (b"recvmsg", 28)]


class Counted:
    """A file whose counts stand in a table."""

    def count(self, expression: Expression) -> int:
        return COUNTS.get(normalised(expression, Dialect.WIRESHARK), 1)

    def values(self, field: str, expression: Expression, limit: int) -> list[tuple[bytes, int]]:
        if field != "evt.type":
            return [(b"bash", 300), (b"nginx", 70), (b"a b", 3)]
        return CALLS if not normalised(expression, Dialect.SYSDIG) else CALLS_HERE


def prompt(text: str, applied: str = "", history: FilterHistory | None = None) -> FilterPromptModel:
    """A prompt with the cursor at the | of the text, its counts known."""
    model = FilterPromptModel(VOCABULARY, history or FilterHistory(), applied)
    before, _, after = text.partition("|")
    model.editor.set(before + after, len(before))
    model.edited()
    count(model)
    return model


def count(model: FilterPromptModel) -> None:
    while question := model.question():
        for answer in answers(question, Counted()):
            model.answered(answer)


def drawn(model: FilterPromptModel, columns: int = 80, rows: int = 24) -> list[str]:
    return [line_text(line).rstrip() for line in draw(model, columns, rows).lines]


def test_an_unfinished_value_offers_those_of_the_file_below_its_clause() -> None:
    model = prompt("proc.name=nginx and evt.failed=true and evt.type=co|")
    assert drawn(model) == [
        " filter  proc.name=nginx and evt.failed=true and evt.type=co           70 so far",
        " unfinished  a call or event name                       clauses  4,434 · 957 · ?",
        "                                               EVT.TYPE       HERE  FILE",
        "                                               > connect        28   130",
        "                                                 prctl          28    98",
        "                                                 access          7   600",
        "                                                 recvmsg         7    28",
        "                                               1 more, none of these 70",
    ]
    assert draw(model, 80, 24).cursor == 60


def test_the_picture_of_a_value_being_typed_on_a_real_capture(
    real: Callable[[str], Path],
) -> None:
    capture = open_capture([str(real("crash.mid.scap.gz"))])
    read_all(capture)
    model = FilterPromptModel(vocabulary(), FilterHistory())
    model.set_text("proc.name=nginx and evt.failed=true and evt.type=co")
    counts = CaptureCounts(capture)
    while question := model.question():
        for answer in answers(question, counts):
            model.answered(answer)
    assert drawn(model) == [
        " filter  proc.name=nginx and evt.failed=true and evt.type=co           70 so far",
        " unfinished  a call or event name                       clauses  4,434 · 957 · ?",
        "                                               EVT.TYPE       HERE  FILE",
        "                                               > connect        28   130",
        "                                                 prctl          28    98",
        "                                                 access          7   600",
        "                                                 recvmsg         7    28",
        "                                               85 more, none of these 70",
    ]
    assert line_text(about_choice(model)) == " connect  give a socket its peer"


def test_a_wrong_name_is_pointed_at_and_its_neighbours_are_offered() -> None:
    lines = drawn(prompt("proc.name=nginx and evt.faild=true|", applied="proc.name=nginx"))
    assert lines[0] == f"{' filter  proc.name=nginx and evt.faild=true':75}error"
    assert lines[1] == "                             ^ column 21: there is no field evt.faild"
    assert lines[2].startswith(" nearest  evt.failed  ")
    assert lines[2].endswith(" Tab puts")
    assert lines[3].endswith(" it in")


def test_an_error_keeps_the_last_result_in_the_list() -> None:
    model = prompt("proc.name=nginx|")
    model.type(" and evt.faild=true")
    assert normalised(model.effective, Dialect.SYSDIG) == "proc.name = nginx"


def test_complete_clauses_already_count_while_the_next_is_typed() -> None:
    model = prompt("(proc.name=nginx and evt.failed=true and fd.na|")
    effective = normalised(model.effective, Dialect.SYSDIG)
    assert effective == "proc.name = nginx and evt.failed = true"


@pytest.mark.parametrize(
    ("text", "validity"),
    [
        ("|", "ok"),
        ("proc.name=nginx|", "ok"),
        ("proc.name=nginx and|", "unfinished"),
        ("proc.name=nginx and |", "unfinished"),
        ("proc.na|", "unfinished"),
        ("proc.name=|", "unfinished"),
        ("(proc.name=nginx|", "unfinished"),
        ('proc.name="ngi|', "unfinished"),
        ("evt.type in (open, co|", "unfinished"),
        ("evt.type=co|", "unfinished"),
        ("evt.type=co and proc.name=x|", "error"),
        ("proc.nam=x|", "error"),
        ("evt.type=qqqq|", "error"),
        ("fd.num=abc|", "error"),
        ("proc.name=a b c|", "error"),
    ],
)
def test_unfinished_is_what_typing_on_can_mend(text: str, validity: str) -> None:
    assert prompt(text).reading.validity == validity


def test_tab_takes_the_choice() -> None:
    model = prompt("proc.name=nginx and evt.type=co|")
    assert model.take()
    assert model.editor.text == "proc.name=nginx and evt.type=connect"
    assert model.choices is None


def test_tab_on_an_error_puts_the_nearest_name_in() -> None:
    model = prompt("evt.faild=true and proc.name=nginx|")
    assert model.take()
    assert model.editor.text == "evt.failed=true and proc.name=nginx"


def test_a_value_with_a_blank_is_put_in_with_quotes() -> None:
    model = prompt("proc.name=a|")
    model.take()
    assert model.editor.text == 'proc.name="a b"'


def test_a_quote_that_is_open_is_taken_over() -> None:
    model = prompt('proc.name="ng|" and evt.failed=true')
    model.take()  # a filter that is right already: Tab asks first
    model.take()
    assert model.editor.text == "proc.name=nginx and evt.failed=true"


def test_down_chooses_and_enter_never_takes_the_choice() -> None:
    model = prompt("proc.name=nginx and evt.type=|")
    model.down()
    assert model.choice is not None
    assert model.choice.label == "prctl"
    assert model.submit() is None
    assert model.editor.text == "proc.name=nginx and evt.type="


def test_enter_on_an_error_goes_to_the_place() -> None:
    model = prompt("evt.faild=true and proc.name=x|", applied="evt.failed=true")
    assert model.submit() is None
    assert (model.editor.cursor, model.applied) == (0, "evt.failed=true")


def test_escape_restores_the_filter_from_before() -> None:
    model = prompt("evt.faild=true|", applied="proc.name=nginx")
    assert ("Esc", "back to nginx") in keys(model)
    assert model.restore() == "proc.name=nginx"
    assert model.editor.text == "proc.name=nginx"


def test_without_a_pop_up_the_arrows_walk_through_the_history() -> None:
    history = FilterHistory()
    for text in ("evt.failed=true", "proc.name=nginx"):
        history.add(text)
    model = prompt("fd.num=3 |", history=history)
    model.close_choices()
    model.editor.set("fd.num=3")
    model.edited()
    model.up()
    model.up()
    assert model.editor.text == "evt.failed=true"
    model.down()
    model.down()
    assert model.editor.text == "fd.num=3"


def test_the_history_is_searched_by_what_is_typed() -> None:
    history = FilterHistory()
    for text in ("evt.failed=true", "proc.name=nginx", "proc.name=bash"):
        history.add(text)
    model = prompt("proc|", history=history)
    model.search_history()
    assert [line.strip() for line in drawn(model)[2:]] == [
        "HISTORY",
        "> proc.name=bash",
        "proc.name=nginx",
    ]
    model.take()
    assert model.editor.text == "proc.name=bash"


def test_the_other_dialect_says_the_same() -> None:
    model = prompt("proc.name=nginx and evt.failed=true|")
    model.switch_dialect()
    assert model.editor.text == 'proc.name == "nginx" && evt.failed == True'
    model.switch_dialect()
    assert model.editor.text == "proc.name = nginx and evt.failed = true"


def test_what_the_other_dialect_cannot_say_is_told_in_the_cursor_line() -> None:
    model = prompt("proc.name=a xor proc.name=b|")
    model.switch_dialect()
    model.switch_dialect()
    assert "xor" in line_text(about_choice(model))


def test_a_filter_too_long_scrolls_and_shows_that_it_goes_on() -> None:
    text = " and ".join(f"fd.num={number}" for number in range(20))
    line = drawn(prompt(text + "|"))[0]
    assert line.startswith(" filter  …")
    assert "fd.num=19" in line
    assert drawn(prompt("|" + text))[0].split("  ")[1].endswith("…")


@pytest.mark.parametrize("columns", [40, 60, 80, 132])
@pytest.mark.parametrize(
    "text", ["evt.type=co|", "evt.faild=true|", "proc.|", "a" * 90 + ".b=1|", "proc.name=x or y|"]
)
def test_every_line_fits_the_screen(text: str, columns: int) -> None:
    assert all(len(line) <= columns for line in drawn(prompt(text), columns, 15))


def test_on_a_low_screen_the_pop_up_has_four_rows() -> None:
    assert len(drawn(prompt("evt.type=|"), 60, 15)) == 2 + 4


def test_counts_of_an_older_state_of_the_file_are_dropped() -> None:
    model = prompt("proc.name=nginx|")
    model.capture_grew()
    question = model.question()
    assert question is not None
    model.capture_grew()
    for answer in answers(question, Counted()):
        model.answered(answer)
    assert model.count(model.effective) is None


def test_until_counts_are_known_the_words_of_the_language_are_offered() -> None:
    model = FilterPromptModel(VOCABULARY, FilterHistory())
    model.type("evt.type=conn")
    assert drawn(model)[3].split() == [">", "connect"]
    assert drawn(model)[0].endswith("counting")


def test_hostile_values_are_offered_and_taken_as_text() -> None:
    value = b"\x1b]0;owned\x07" + b"x" * 1_000_000

    class Hostile(Counted):
        def values(self, field: str, expression: Expression, limit: int) -> list[tuple[bytes, int]]:
            return [(value, 3), ("\u202eevil".encode(), 2)]

    model = FilterPromptModel(VOCABULARY, FilterHistory())
    model.type("proc.cmdline=")
    while question := model.question():
        for answer in answers(question, Hostile()):
            model.answered(answer)
    lines = drawn(model)
    assert all(len(line) <= 80 and line.isprintable() for line in lines)
    model.take()
    assert model.editor.text == "proc.cmdline="
    assert "at most" in line_text(about_choice(model))
    model.down()
    model.take()
    assert model.editor.text.isprintable()
