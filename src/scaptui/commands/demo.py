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
from scaptui.views.format import zone_named

CAPTURE: Final = "crashloop.scap.gz"
# What the viewer says before the first key: the events begin long before the crash.
HINT: Final = "nginx crashes and is restarted, 5 times: K shows each run and why it ended"
EXAMPLE: Final = """\
scaptui demo
scaptui demo --where           the path of the capture, to try other commands on"""


def run(words: list[str]) -> Status:
    """Show the bundled capture: on a terminal in the viewer, else what crashes in it."""
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
            return show([str(path)], None, look(options), hint=HINT)
    zone = zone_named(options.zone)
    out = Output.of_process()
    with as_file(files("scaptui.demo") / CAPTURE) as path:
        if options.where:
            out.line(str(path))
            return Status.MATCHED
        from scaptui.views.crash_finding import crashes
        from scaptui.views.crash_report import first_look

        capture = open_capture([str(path)])
        read_all(capture)
        out.lines(first_look(capture, crashes(capture), zone))
        program = "scaptui" if shutil.which("scaptui") else sys.argv[0]
        others = {
            f"{program} demo": "the same in the viewer, press K",
            f"{program} report crashes {path}": "this with evidence",
        }
        width = max(map(len, others))
        told = [f"{command:<{width}}  {what}" for command, what in others.items()]
        out.lines(["", *(f"{'Next:' if at == 0 else '':<7}{line}" for at, line in enumerate(told))])
    return Status.MATCHED
