"""Takes down what processes do, each on a clock of its own, and writes it in the order of time."""

from dataclasses import dataclass
from typing import Final

from scaptui._core import EventType, Writer, event_types, syscall_names
from scaptui.demo.encoding import Value, parameter

# Bytes of each buffer that are kept, as `sysdig -s 256` does.
SNAPLEN: Final = 256


@dataclass(frozen=True, slots=True)
class _Taken:
    at: int  # ns since the epoch
    tid: int
    cpu: int
    kind: EventType
    values: dict[str, Value]


class Recorder:
    """Events in the order they were taken down; `write_to` sorts them by time."""

    def __init__(self) -> None:
        self._events: list[_Taken] = []
        self._step = 0
        # The newest type of each name, and the enter event that belongs to it.
        table = {row.id: row for row in event_types()}
        self._exits = {row.name: row for row in table.values() if row.is_exit and not row.old}
        self._enters = {name: table.get(row.id - 1) for name, row in self._exits.items()}
        self._others = {row.name: row for row in table.values() if not row.is_exit and not row.old}
        self._codes = {name: code for code, name in enumerate(syscall_names())}

    def code(self, call: str) -> int:
        """The number generic events give a call."""
        return self._codes[call]

    def result_name(self, call: str) -> str:
        """The parameter that holds the result of a call."""
        return self._exits[call].parameters[0][0]

    def enter(self, call: str, at: int, tid: int, cpu: int, values: dict[str, Value]) -> None:
        """Take down that a call begins."""
        kind = self._enters[call]
        if kind is None:
            raise KeyError(call)
        self._events.append(_Taken(at, tid, cpu, kind, values))

    def exit(self, call: str, at: int, tid: int, cpu: int, values: dict[str, Value]) -> None:
        """Take down that a call ends; parameters without a value are empty or zero."""
        kind = self._exits[call]
        unknown = values.keys() - {name for name, _ in kind.parameters}
        if unknown:
            raise KeyError(f"{call} has no parameter {unknown}")
        self._events.append(_Taken(at, tid, cpu, kind, values))

    def happened(self, name: str, at: int, tid: int, cpu: int, values: dict[str, Value]) -> None:
        """Take down an event that is no call: procexit, signaldeliver, container."""
        self._events.append(_Taken(at, tid, cpu, self._others[name], values))

    def jitter(self, ns: int) -> int:
        """About this long, never the same twice, always the same in each run of the program."""
        self._step = (self._step * 1_103_515_245 + 12_345) & 0x7FFF_FFFF
        return max(1, ns * (80 + self._step % 61) // 100)

    def write_to(self, writer: Writer) -> int:
        """Write all in the order of time; how many events that is."""
        for taken in sorted(self._events, key=lambda taken: taken.at):
            params = [
                parameter(kind, _captured(name, taken.values.get(name)))
                for name, kind in taken.kind.parameters
            ]
            writer.event(taken.at, taken.tid, taken.kind.id, params, cpu=taken.cpu)
        return len(self._events)


def _captured(name: str, value: Value | None) -> Value | None:
    """What of a value a recorder keeps: payload is cut."""
    return value[:SNAPLEN] if name == "data" and isinstance(value, bytes) else value
