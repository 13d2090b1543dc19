"""Names of keys as people write them."""

from typing import Final

# Names of keys as they stand on the page, where Textual's own differ.
_NAMES: Final = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "enter": "Enter",
    "escape": "Esc",
    "space": "Space",
    "tab": "Tab",
    "backspace": "Backspace",
    "delete": "Del",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "backslash": "\\",
    "slash": "/",
    "question_mark": "?",
    "exclamation_mark": "!",
    "colon": ":",
    "apostrophe": "'",
    "quotation_mark": '"',
    "vertical_line": "|",
    "plus": "+",
    "minus": "-",
    "equals_sign": "=",
    "comma": ",",
    "full_stop": ".",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "asterisk": "*",
}


def key_name(key: str) -> str:
    """A key as people write it: Ctrl+D, PgUp, G."""
    *modifiers, last = key.split("+") if key != "+" else [key]
    last = last or "+"
    named = _NAMES.get(last)
    if named is None:
        is_function = last[:1] == "f" and last[1:].isdigit()
        named = last.upper() if is_function or modifiers else last
    return "+".join([*(m.capitalize() for m in modifiers), named])
