"""The filter language: sysdig's filters and Wireshark's display filters in one grammar.

`parser.parse` reads a text with a `Vocabulary` of fields and names; `wire.wire` writes the typed
expression for the core; `dialects.normalised` writes it for people, in either dialect;
`completion.complete` says what may follow at a cursor. Only `core` needs the built core.
"""
