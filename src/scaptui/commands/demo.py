"""`scaptui demo`: the bundled capture of a crash loop."""

import shutil
import sys
from importlib.resources import as_file, files
from typing import Final

from scaptui.capture.opening import open_capture, read_all
from scaptui.commands import arguments
from scaptui.commands.open import add_look, look, on_terminal, show
from scaptui.errors import Status
from scaptui.output import Output
from scaptui.views import processes
from scaptui.views.format import zone_named
from scaptui.views.summary import report, summarise

CAPTURE: Final = "crashloop.scap.gz"
EXAMPLE: Final = """\
scaptui demo
scaptui demo --where           the path of the capture, to try other commands on"""


def run(words: list[str]) -> Status:
    """Show the bundled capture: on a terminal in the viewer, else its summary and process tree."""
    parser = arguments.Parser(
        "demo",
        "",
        "Shows the bundled capture: nginx in a pod that crashes, is restarted and crashes again.",
        EXAMPLE,
    )
    parser.add_argument("--where", action="store_true", help="only say where the capture is")
    add_look(parser)
    options = parser.parse_args(words)
    if on_terminal() and not options.where:
        with as_file(files("scaptui.demo") / CAPTURE) as path:
            return show([str(path)], None, look(options))
    zone = zone_named(options.zone or "local")
    out = Output.of_process()
    with as_file(files("scaptui.demo") / CAPTURE) as path:
        if options.where:
            out.line(str(path))
            return Status.MATCHED
        capture = open_capture([str(path)])
        read_all(capture)
        out.lines(report(summarise(capture, None), None, zone))
        out.lines(["", "## Processes", ""])
        out.lines(processes.as_text(processes.process_tree(capture, None, None)))
        program = "scaptui" if shutil.which("scaptui") else sys.argv[0]
        out.lines(["", f"Try: {program} print {path} 'proc.name=nginx and evt.failed=true'"])
    return Status.MATCHED
