"""What the grammar needs of pyparsing, without the rest.

`import pyparsing` runs the package's `__init__`, which also loads helpers for HTML and for unit
tests, and with them half of the standard library: as long again as its parser takes to load. The
parser is a module of its own that needs none of that, so it is loaded by itself.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec, module_from_spec

__all__ = [
    "Empty",
    "FollowedBy",
    "Forward",
    "MatchFirst",
    "Opt",
    "ParseResults",
    "ParserElement",
    "Regex",
    "StringEnd",
]


@contextmanager
def _package_not_run(name: str) -> Iterator[None]:
    """Modules of the package are found, and its `__init__` waits for who imports the package."""
    spec = None if name in sys.modules else find_spec(name)
    if spec is None:
        yield
        return
    sys.modules[name] = module_from_spec(spec)
    try:
        yield
    finally:
        del sys.modules[name]


try:
    with _package_not_run("pyparsing"):
        from pyparsing.core import (
            Empty,
            FollowedBy,
            Forward,
            MatchFirst,
            Opt,
            ParserElement,
            Regex,
            StringEnd,
        )
        from pyparsing.results import ParseResults
except (ImportError, AttributeError):  # a release whose parser is elsewhere, or needs the rest
    from pyparsing import (
        Empty,
        FollowedBy,
        Forward,
        MatchFirst,
        Opt,
        ParserElement,
        ParseResults,
        Regex,
        StringEnd,
    )
