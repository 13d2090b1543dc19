"""The filter language: sysdig's filters and Wireshark's display filters in one grammar.

`parser.parse` reads a text with a `Vocabulary` of fields and names; `wire.wire` writes the typed
expression for the core; `dialects.normalised` writes it for people, in either dialect;
`completion.complete` says what may follow at a cursor. Only `core` needs the built core.
"""


def wire_of(text: str) -> str:
    """A filter as the core takes it: the typed expression as JSON text.

    Raises:
        FilterError: the filter cannot be understood; the excerpt points at the place.
    """
    # Parser and tables are loaded when the first filter is read.
    from scaptui.filter.core import understood
    from scaptui.filter.wire import wire

    return wire(understood(text).expression)
