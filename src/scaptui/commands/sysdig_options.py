"""Options of sysdig that scaptui does not have, and what it has instead."""

import argparse
from collections.abc import Sequence
from typing import Any, Final, NoReturn

from scaptui.errors import Refused

_SLICE = "`scaptui slice FILE FILTER -o OUT` takes along all that the events need"
_PROGRAMS = (
    "`scaptui live` and `scaptui record -o OUT` bring their programs for the kernel: leave it out"
)
_SNAPLEN = "`scaptui record -o OUT --snaplen N`, or `scaptui live --snaplen N`"
_METADATA = "names of containers and pods are read out of the capture itself: leave it out"
_PLUGINS = "`scaptui print FILE` reads system calls; plugins are not loaded"

# Options, whether a value follows, and what to do instead.
NOT_OURS: Final[tuple[tuple[tuple[str, ...], bool, str], ...]] = (
    (("-c", "--chisel"), True,
     "`scaptui report summary FILE` counts, `scaptui view FILE processes` is the process tree"),
    (("-cl", "--list-chisels"), False, "`scaptui --help` lists what there is"),
    (("-i", "--chisel-info"), True, "`scaptui COMMAND --help` explains a command"),
    (("-S", "--summary"), False, "`scaptui report summary FILE` counts events by type and process"),
    (("-j", "--json"), False, "`scaptui print FILE --fields evt.num,proc.name --format json`"),
    (("-l", "--list", "-lv"), False, "`scaptui fields [PATTERN]`"),
    (("--list-markdown",), False, "`scaptui fields --markdown`"),
    (("-L", "--list-events"), False, "`scaptui events [PATTERN]`"),
    (("-w", "--write"), True,
     "`scaptui slice FILE FILTER -o OUT` of a capture, `scaptui record -o OUT` of the machine"),
    (("-z", "--compress"), False, "a name in .gz or .zst: `scaptui slice FILE -o OUT.gz`"),
    (("-F", "--fatfile"), False, _SLICE),
    (("-C", "--file-size"), True, "`scaptui record -o OUT --rotate N --max-size 100M`"),
    (("-G", "--seconds"), True, "`scaptui record -o OUT --rotate N --every 10m`"),
    (("-W", "--limit"), True,
     "`scaptui record -o OUT --rotate N --max-size 100M` keeps N files"),
    (("-e", "--events"), True,
     "files are begun by size or time: `scaptui record -o OUT --rotate N --max-size 100M`"),
    (("-M",), True, "`evt.rawtime` in a filter bounds the time, -n the number of events"),
    (("-d", "--displayflt"), False, "filters always see the full state here: leave it out"),
    (("-D", "--debug"), False, "internal events change the state and are not shown"),
    (("-E", "--exclude-users"), False, "leave it out"),
    (("-k", "--k8s-api"), True, _METADATA),
    (("-K", "--k8s-api-cert"), True, _METADATA),
    (("-m", "--mesos-api"), True, _METADATA),
    (("--cri",), True, _METADATA),
    (("-P", "--progress"), False, "leave it out"),
    (("-q", "--quiet"), False, "send the output to /dev/null"),
    (("-R", "--resolve-ports"), False, "ports are numbers; a filter takes names: `fd.sport=https`"),
    (("-s", "--snaplen"), True, _SNAPLEN),
    (("-T", "--force-tracers-capture"), False, _SNAPLEN),
    (("-B", "--bpf"), False, _PROGRAMS),
    (("--modern-bpf",), False, _PROGRAMS),
    (("-g", "--gvisor-config"), True,
     "`scaptui live` shows the calls of this kernel; those inside of gVisor are not recorded"),
    (("--page-faults",), False, "`scaptui record -o OUT --page-faults`"),
    (("-U", "--suppress-comm"), True, "`not proc.name=NAME` in the filter"),
    (("--filter-proclist",), False, "leave it out"),
    (("-H", "--plugin"), True, _PLUGINS),
    (("-I", "--input"), True, _PLUGINS),
    (("--unbuffered",), False, "lines are written as soon as they are there: leave it out"),
    (("-v", "--verbose"), False, "`scaptui report summary FILE` tells the drops; no buffer is cut"),
)  # fmt: skip


class _Instead(argparse.Action):
    """An option that is refused with what to do instead."""

    def __call__(
        self,
        _parser: argparse.ArgumentParser,
        _namespace: argparse.Namespace,
        _values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> NoReturn:
        raise Refused(f"sysdig's {option_string} is not an option here", str(self.const))


def add_refusals(parser: argparse.ArgumentParser) -> None:
    """Let the parser refuse sysdig's other options kindly. They stay out of the help."""
    for flags, takes_value, instead in NOT_OURS:
        parser.add_argument(
            *flags,
            dest="not_ours",
            action=_Instead,
            nargs="?" if takes_value else 0,
            const=instead,
            help=argparse.SUPPRESS,
        )
