"""What is sent to the terminal: changes only, and always the right picture."""

import random

import pyte
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate
from textual.strip import Strip

from scaptui.frames import Frames

WIDTH, HEIGHT = 40, 12
BOLD = Style.parse("bold")
REVERSED = Style.parse("reverse")
UNDERLINED = Style.parse("underline")
RED, BLUE = Style.parse("red"), Style.parse("color(74)")
RED_REVERSED = Style.parse("red reverse")

Picture = list[list[Segment]]


class Terminal:
    """A terminal that understands what a real one does, and counts bytes."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(WIDTH, HEIGHT)
        self.stream = pyte.Stream(self.screen)
        self.frames = Frames(256)
        self.bytes = 0

    def draw(self, picture: Picture) -> None:
        sent = self.frames.changes(
            [(y, 0, line) for y, line in enumerate(picture)], (WIDTH, HEIGHT)
        )
        self.bytes = len(sent.encode())
        self.stream.feed(sent)

    def text(self) -> list[str]:
        return [line.rstrip() for line in self.screen.display]


def line(text: str, style: Style | None = None) -> list[Segment]:
    return [Segment(text.ljust(WIDTH), style or Style.null())]


def rows(first: int, count: int = HEIGHT) -> Picture:
    return [
        line(f"row {number} {number * 7919 % 9973:05} of something")
        for number in range(first, first + count)
    ]


def text_of(picture: Picture) -> list[str]:
    return ["".join(s.text for s in segments).rstrip() for segments in picture]


def test_the_first_picture_is_drawn_whole() -> None:
    terminal = Terminal()
    terminal.draw(rows(0))
    assert terminal.text() == text_of(rows(0))


def test_a_picture_that_stays_the_same_sends_nothing() -> None:
    terminal = Terminal()
    terminal.draw(rows(0))
    terminal.draw(rows(0))
    assert terminal.bytes == 0


def test_one_changed_word_is_sent_alone() -> None:
    terminal = Terminal()
    terminal.draw(rows(0))
    picture = rows(0)
    picture[3] = line("row 3 changed")
    terminal.draw(picture)
    assert terminal.text()[3] == "row 3 changed"
    assert terminal.bytes < 40


def test_lines_that_moved_are_scrolled_not_sent_again() -> None:
    terminal = Terminal()
    heading, foot = line("heading"), line("foot")
    terminal.draw([heading, *rows(0, HEIGHT - 2), foot])
    whole = terminal.bytes
    terminal.draw([heading, *rows(3, HEIGHT - 2), foot])
    assert terminal.text() == text_of([heading, *rows(3, HEIGHT - 2), foot])
    assert terminal.bytes < whole / 2


def test_lines_that_moved_down_are_scrolled_too() -> None:
    terminal = Terminal()
    terminal.draw([line("heading"), *rows(9, HEIGHT - 1)])
    terminal.draw([line("heading"), *rows(5, HEIGHT - 1)])
    assert terminal.text() == text_of([line("heading"), *rows(5, HEIGHT - 1)])


def test_styles_are_what_was_asked_for() -> None:
    terminal = Terminal()
    terminal.draw([[Segment("ab", BOLD), Segment("cd"), Segment("ef" + " " * 34, REVERSED)]])
    cells = terminal.screen.buffer[0]
    assert [cells[x].bold for x in (0, 1, 2)] == [True, True, False]
    assert [cells[x].reverse for x in (3, 4, WIDTH - 1)] == [False, True, True]


def test_after_forgetting_everything_is_drawn_again() -> None:
    terminal = Terminal()
    terminal.draw(rows(0))
    terminal.screen.reset()
    terminal.frames.forget()
    terminal.draw(rows(0))
    assert terminal.text() == text_of(rows(0))


def seen(terminal: Terminal, x: int, y: int) -> tuple[object, ...]:
    """What a person sees of a cell: of a blank neither its weight nor its colour."""
    cell = terminal.screen.buffer[y][x]
    is_ink = cell.data != " " or cell.reverse
    return cell.data, is_ink and cell.bold, cell.reverse, cell.underscore, is_ink and cell.fg


def test_only_what_an_update_is_about_is_drawn() -> None:
    frames = Frames(256)
    frames.changes([(0, 0, line("left, and right"))], (WIDTH, HEIGHT))
    # Textual hands over what lies below the left pane, too, when only the right one changed.
    chops = [{0: Strip([Segment(" " * 10)], 10), 10: Strip([Segment("new" + " " * 27)], 30)}]
    update = frames.wrap(ChopsUpdate(chops, [(0, 10, WIDTH)], [[10, WIDTH]]), (WIDTH, HEIGHT))
    sent = update.render_segments(Console())
    screen = pyte.Screen(WIDTH, HEIGHT)
    stream = pyte.Stream(screen)
    stream.feed("left, and right")
    stream.feed(sent)
    assert screen.display[0].rstrip() == "left, and new"


def test_blanks_are_neither_sent_in_colour_nor_one_by_one() -> None:
    terminal = Terminal()
    terminal.draw([line("x" * WIDTH)])
    picture = [[Segment("ab", RED), Segment(" " * 30, RED), Segment("c" * 8, RED)]]
    terminal.draw(picture)
    assert terminal.text()[0] == "ab" + " " * 30 + "c" * 8
    assert terminal.bytes < 36
    terminal.draw([[Segment("ab", RED), Segment(" " * 30, BLUE), Segment("c" * 8, RED)]])
    assert terminal.bytes == 0


def test_any_series_of_pictures_ends_right() -> None:
    chance = random.Random(3)
    styles = [Style.null(), BOLD, REVERSED, UNDERLINED, RED, BLUE, RED_REVERSED]
    words = ["", "a", "word", "日本", "ünï", "   ", "x" * 12, " " * 14, "a" + " " * 13]
    terminal = Terminal()
    picture = rows(0)
    for _ in range(300):
        if chance.random() < 0.4:
            by = chance.randint(-4, 4)
            top, end = sorted(chance.sample(range(HEIGHT + 1), 2))
            part = picture[top:end]
            picture[top:end] = part[by:] + part[:by]
        for _ in range(chance.randint(0, 3)):
            segments: list[Segment] = []
            room = WIDTH
            while room > 24:
                text = chance.choice(words)
                segments.append(Segment(text, chance.choice(styles)))
                room -= segments[-1].cell_length
            picture[chance.randrange(HEIGHT)] = [*segments, Segment(" " * room)]
        terminal.draw(picture)
        expected = Terminal()
        expected.draw(picture)
        for y in range(HEIGHT):
            for x in range(WIDTH):
                assert seen(terminal, x, y) == seen(expected, x, y)


def test_nothing_a_terminal_obeys_is_ever_sent() -> None:
    frames = Frames(256)
    evil = "a\x1b[31mb\x9bc\u202ed\x07\n"
    sent = frames.changes([(0, 0, [Segment(evil)])], (WIDTH, HEIGHT))
    assert "a?[31mb?c?d??" in sent
