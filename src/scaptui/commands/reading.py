"""What commands that read a capture share: the filter, and telling of damage."""

from scaptui.capture.opening import Capture, Filter, compile_filter, damage
from scaptui.output import tell


def selected_by(text: str | None) -> Filter | None:
    """The compiled filter, None where none is given.

    Raises:
        Refused: the filter cannot be understood; the excerpt points at the place.
    """
    if text is None:
        return None
    # The grammar takes most of the start-up time: only commands with a filter pay for it.
    from scaptui.filter import wire_of

    return compile_filter(wire_of(text))


def tell_damage(capture: Capture) -> None:
    """Say on standard error what of the capture was damaged, unknown or passed over."""
    for line in damage(capture.notes()):
        tell("note: " + line)
