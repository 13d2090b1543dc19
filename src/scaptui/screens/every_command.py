"""Every command that can be given a key, whichever pane has it."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from textual.binding import Binding
from textual.dom import DOMNode

from scaptui import screens, widgets
from scaptui.views.help_keys import Bound


def every_command() -> dict[str, Bound]:
    """All commands by their ids. What several panes have is told as each of them has it."""
    found: dict[str, list[Binding]] = {}
    for binding in _bindings():
        if binding.id:
            found.setdefault(binding.id, []).append(binding)
    return {name: _together(name, bindings) for name, bindings in found.items()}


def _together(name: str, bindings: list[Binding]) -> Bound:
    keys = dict.fromkeys(key for binding in bindings for key in binding.key.split(","))
    words = dict.fromkeys(binding.description for binding in bindings)
    return Bound(name, tuple(keys), " / ".join(words))


def _bindings() -> Iterator[Binding]:
    for package in (widgets, screens):
        for module in iter_modules(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    classes: dict[type[DOMNode], None] = {DOMNode: None}
    waiting = [DOMNode]
    while waiting:
        below = [each for each in waiting.pop(0).__subclasses__() if each not in classes]
        classes.update(dict.fromkeys(below))
        waiting += below
    for each in classes:
        if each.__module__.startswith("scaptui."):
            yield from (b for b in each.__dict__.get("BINDINGS", ()) if isinstance(b, Binding))
