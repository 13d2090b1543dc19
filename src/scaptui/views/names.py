"""How names of programs read, and what stands where none is known."""

from typing import Final

from scaptui.views.cells import glimpse

# What recorders write, and what the core has for a thread in no table.
UNKNOWN: Final = frozenset({b"", b"<NA>"})


def named(captured: bytes) -> str:
    """A name as captured, escaped; `?` where none is known."""
    return "?" if captured in UNKNOWN else glimpse(captured)
