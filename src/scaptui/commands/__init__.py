"""What `scaptui COMMAND` does: a module a command, and the table of them."""

from typing import NamedTuple


class Command(NamedTuple):
    """One command. Its module, imported when it is asked for, has `run(words) -> int`."""

    name: str
    module: str
    usage: str
    summary: str


COMMANDS = (
    Command("open", "open", "FILE... [FILTER]", "the viewer"),
    Command("live", "live", "[FILTER] [-- COMMAND...]", "see system calls while they are made"),
    Command("record", "record", "-o FILE [FILTER]", "what happens on this machine, into a file"),
    Command(
        "print", "printing", "FILE... [FILTER]", "events as text, in sysdig's form or as fields"
    ),
    Command(
        "view", "view", "FILE VIEW [FILTER]", "a view as a table: files, connections, errors, ..."
    ),
    Command("views", "views", "[PATTERN]", "the views there are, and what each answers"),
    Command(
        "report",
        "report",
        "summary|crashes|errors|notes FILE [FILTER]",
        "what a capture holds, why programs crash, which calls fail, what was noted",
    ),
    Command(
        "stream", "stream", "FILE... --event N", "what went through a descriptor, both ends joined"
    ),
    Command(
        "diff",
        "diff",
        "FIRST SECOND [FILTER]",
        "what is in only one of two captures or selections; where threads part",
    ),
    Command(
        "slice", "slice", "FILE... [FILTER] -o OUT", "some events with all they need, into a file"
    ),
    Command("why", "why", "FILE... FILTER", "why a filter selects nothing, or what it does"),
    Command("check", "check", "FILTER", "is a filter right? shows it in both dialects"),
    Command("filters", "filters", "[PATTERN]", "the saved filters, which @NAME stands for"),
    Command("fields", "fields", "[PATTERN]", "the fields that filters and formats take"),
    Command("events", "events", "[PATTERN]", "the event types and their parameters"),
    Command("index", "index", "[FILE...]", "keep what reading finds out, list what is kept"),
    Command(
        "doctor",
        "doctor",
        "[--format json]",
        "can this host capture? and what mends it when it cannot",
    ),
    Command("demo", "demo", "", "the bundled capture of a crash loop"),
)
