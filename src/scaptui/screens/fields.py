"""The page of fields, from which one is taken into the filter."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from scaptui.filter.vocabulary import Vocabulary
from scaptui.screens.searching import SearchingScreen
from scaptui.views.cells import Line
from scaptui.views.field_list import FieldListModel
from scaptui.widgets.footer import Footer
from scaptui.widgets.lines import LinesView

_KEYS = (("Enter", "takes it"), ("↑ ↓", "choose"), ("Esc", "back to the filter"))


class FieldsScreen(SearchingScreen[str | None]):
    """Lists fields; typing searches. It is dismissed with what to put in, or with None."""

    DEFAULT_CSS = """
    FieldsScreen { layout: vertical; overflow: hidden; }
    FieldsScreen #fields-head { height: 2; }
    FieldsScreen #fields-page { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1", "close", "back to the filter", id="fields.close"),
        Binding("enter,tab", "take", "takes it", id="fields.take"),
        Binding("down", "move(1)", "next", id="fields.down"),
        Binding("up", "move(-1)", "previous", id="fields.up"),
        Binding("pagedown,ctrl+d", "page(1)", "page down", id="fields.page_down"),
        Binding("pageup,ctrl+u", "page(-1)", "page up", id="fields.page_up"),
    ]

    def __init__(
        self, vocabulary: Vocabulary, word: str, title: Callable[[int], Line] = lambda _: ()
    ) -> None:
        super().__init__()
        self.model = FieldListModel(vocabulary, word)
        self._title = title

    def compose(self) -> ComposeResult:
        """Status and search, the fields, what the chosen one means, the keys."""
        yield LinesView(id="fields-head")
        yield LinesView(id="fields-page")
        yield LinesView(id="fields-about")
        yield Footer(id="fields-keys")

    @property
    def searched(self) -> FieldListModel:
        """What is searched."""
        return self.model

    def on_mount(self) -> None:
        """Tell the keys."""
        self.query_one(Footer).tell(_KEYS)

    def action_close(self) -> None:
        """Leave the filter as it was."""
        self.dismiss(None)

    def action_take(self) -> None:
        """Put the chosen field into the filter."""
        text = self.model.chosen_text
        if text is not None:
            self.dismiss(text)

    def action_move(self, by: int) -> None:
        """Choose another field."""
        self.model.move(by)
        self._draw()

    def action_page(self, by: int) -> None:
        """Choose a field a page away."""
        self.action_move(by * max(1, self.query_one("#fields-page").size.height - 1))

    def _draw(self) -> None:
        width = self.size.width
        page = self.query_one("#fields-page", LinesView)
        head = [self._title(width), self.model.heading(width)]
        self.query_one("#fields-head", LinesView).show(head)
        page.show(*self.model.lines(width, max(1, page.size.height)))
        about = self.model.about_choice(width)
        self.query_one("#fields-about", LinesView).show([about])
