"""What terminals can show, and themes as files."""

import pytest
from rich.color import Color

from scaptui.errors import Refused
from scaptui.theming import ROLES, THEMES, Palette, colour_depth, load, palette_for, parse


@pytest.mark.parametrize("name", [*THEMES, "16", "mono"])
def test_every_theme_has_a_style_for_every_role(name: str) -> None:
    assert set(load(name).styles) == set(ROLES)


@pytest.mark.parametrize("name", [*THEMES, "16", "mono"])
def test_only_selections_matches_and_popups_have_a_background(name: str) -> None:
    palette = load(name)
    for role, style in palette.styles.items():
        filled = bool(style.bgcolor or style.reverse)
        allowed = role in {"selection", "match", "popup"} or (name == "mono" and role == "warning")
        assert not filled or allowed, role


@pytest.mark.parametrize(("name", "background"), [("dark", 0), ("high-contrast", 0), ("light", 15)])
def test_every_colour_stands_out_from_the_background(name: str, background: int) -> None:
    behind = _luminance(Color.from_ansi(background if background == 0 else 231))
    for role, style in load(name).styles.items():
        if style.color is not None:
            light, dark = sorted((_luminance(style.color), behind), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, role


def test_a_failure_looks_different_from_text_without_colours() -> None:
    palette = load("mono")
    assert palette.style("failed") != palette.style("text")
    assert all(style.color is None for style in palette.styles.values())


@pytest.mark.parametrize(
    ("environment", "depth"),
    [
        ({"TERM": "xterm-256color"}, 256),
        ({"TERM": "tmux-256color"}, 256),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, 256),
        ({"TERM": "linux"}, 16),
        ({"TERM": "putty"}, 16),
        ({"TERM": "vt220"}, 0),
        ({"TERM": "dumb"}, 0),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, 0),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, 256),
    ],
)
def test_the_environment_says_how_many_colours_there_are(
    environment: dict[str, str], depth: int
) -> None:
    assert colour_depth("auto", environment) == depth


def test_what_is_asked_for_beats_the_environment() -> None:
    assert colour_depth("256", {"TERM": "linux", "NO_COLOR": "1"}) == 256
    assert colour_depth("never", {"TERM": "xterm-256color"}) == 0


def test_few_colours_have_their_own_theme() -> None:
    assert palette_for("light", 16).name == "16"
    assert palette_for("light", 0).name == "mono"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[roles\n", "theme 'x': "),
        ('[roles]\nfialed = "red"\n', "no role is called 'fialed'"),
        ('[roles]\ntext = "default"\n', "has no style"),
    ],
)
def test_a_mistake_in_a_theme_is_named(text: str, said: str) -> None:
    with pytest.raises(Refused, match="theme 'x'") as refused:
        parse("x", text)
    assert said in refused.value.message


def test_a_word_that_is_no_colour_is_named_with_its_role() -> None:
    roles = "\n".join(f'{role} = "default"' for role in ROLES if role != "mark")
    with pytest.raises(Refused, match="'purpel' of role 'mark' is no colour"):
        parse("x", f'[roles]\n{roles}\nmark = "purpel"\n')


def test_bold_is_added_to_the_style_of_a_role() -> None:
    palette: Palette = load("dark")
    assert palette.style("failed", bold=True).bold
    assert palette.style("failed", bold=True).color == palette.style("failed").color


def _luminance(colour: Color) -> float:
    def linear(channel: int) -> float:
        value = channel / 255
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = colour.get_truecolor()
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
