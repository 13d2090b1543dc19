"""What is drawn with the picture of a key, and what once keys rest."""

from collections.abc import Collection, Sequence
from pathlib import Path

from textual.app import App, ComposeResult
from textual.geometry import Region

from scaptui.screens.background import Background, Once
from scaptui.views.cells import Line, Piece
from scaptui.widgets.details import DetailsPane
from scaptui.widgets.lines import LinesView
from tests.screens.app import viewer

SIZE = (200, 50)


class Numbers(LinesView):
    """Lines of a model, and which of them a picture was asked to show."""

    DEFAULT_CSS = "Numbers { height: 10; }"

    def __init__(self) -> None:
        super().__init__()
        self.numbers = list(range(10))
        self.drawn: list[int] = []

    def make_lines(self) -> Sequence[Line]:
        return [(Piece(str(number)),) for number in self.numbers]

    def _exchange_repaint_regions(self) -> Collection[Region]:
        regions = list(super()._exchange_repaint_regions())
        self.drawn += sorted(y for region in regions for y in region.line_range)
        return regions


class Counting(App[None]):
    def compose(self) -> ComposeResult:
        yield Numbers()


async def test_only_lines_that_changed_are_drawn() -> None:
    app = Counting()
    async with app.run_test(size=(20, 12)) as pilot:
        pane = app.query_one(Numbers)
        pane.redraw()
        await pilot.pause()
        pane.redraw()
        await pilot.pause()
        pane.drawn.clear()
        pane.numbers[3] = 33
        pane.numbers[7] = 77
        pane.redraw()
        await pilot.pause()
        assert pane.drawn == [3, 7]
        pane.drawn.clear()
        pane.redraw()
        await pilot.pause()
        assert pane.drawn == []


async def test_lines_made_for_another_pane_are_all_drawn_next() -> None:
    app = Counting()
    async with app.run_test(size=(20, 12)) as pilot:
        pane = app.query_one(Numbers)
        pane.redraw()
        await pilot.pause()
        await pilot.pause()
        pane.drawn.clear()
        pane.numbers[3] = 33
        pane.redraw()
        pane.render_lines(pane.size.region)
        await pilot.pause()
        assert set(pane.drawn) == set(range(10))


async def test_the_pane_at_the_side_follows_once_keys_rest(crashloop: Path) -> None:
    async with viewer(crashloop, size=SIZE) as screen:
        side = screen.app.screen.query_one("#side", DetailsPane)
        shown: list[int | None] = []
        show = side.show_event

        def shows(number: int | None, *more: object) -> None:
            shown.append(number)
            show(number, *more)  # type: ignore[arg-type]

        side.show_event = shows  # type: ignore[assignment]
        events = screen.app.screen.query_one("#events")
        for _ in range(3):
            events.action_move(1)  # type: ignore[attr-defined]
        await screen.rest()
        number = int(screen.row.split()[1])
        await screen.until(f" event {number}")
        assert shown == [number]
        assert screen.pane("side")[0].strip() == f"event {number}"


def test_work_that_is_held_goes_on_when_the_picture_is_made() -> None:
    failures: list[BaseException] = []
    work = Background(failures.append)
    done: list[str] = []
    work.hold(60)
    work.give("one", Once(lambda: done.append("one")))
    work.start()
    assert work.busy("one")
    assert not done
    work.go_on()
    while work.busy("one"):
        pass
    work.end()
    assert done == ["one"]
    assert not failures
