"""Whatever is typed, the prompt stays a prompt."""

from hypothesis import given, settings
from hypothesis import strategies as st

from scaptui.views.cells import line_width
from scaptui.views.filter_history import FilterHistory
from scaptui.views.filter_lines import about_choice, draw, keys
from scaptui.views.filter_prompt import FilterPromptModel
from tests.filter.table import VOCABULARY

WORDS = [
    *("proc.name", "evt.type", "fd.num", "evt.arg", "nginx", "co", "1", "0:3", "tolower("),
    *("=", "==", "!", ">", "..", ".", ",", "(", ")", "{", "}", "[", "]", '"', "'", "\\x"),
    *("and", "or", "not", "in", "exists", "contains", "&&", "||", "xor"),
    *("\xe9", "\u202e", "\x1b", "\U0001d4b3", "\u6f22"),
]
texts = st.lists(st.sampled_from([*WORDS, " ", " "]), max_size=14).map("".join)
KEYS = ("take", "up", "down", "search_history", "close_choices", "switch_dialect", "submit")


@settings(deadline=None, max_examples=300)
@given(
    text=texts,
    place=st.floats(0, 1),
    pressed=st.lists(st.sampled_from(KEYS), max_size=4),
    size=st.sampled_from([(20, 10), (40, 15), (80, 24), (160, 50)]),
)
def test_any_text_with_any_keys_is_drawn_within_the_screen(
    text: str, place: float, pressed: list[str], size: tuple[int, int]
) -> None:
    history = FilterHistory()
    history.add("proc.name=nginx")
    model = FilterPromptModel(VOCABULARY, history)
    model.editor.set(text, int(place * len(text)))
    model.edited()
    for key in ("", *pressed):
        if key:
            getattr(model, key)()
        drawn = draw(model, *size)
        assert all(line_width(line) <= max(size[0], 40) for line in drawn.lines)
        assert 0 <= model.editor.cursor <= len(model.editor.text)
        about_choice(model)
        keys(model)
