"""One request followed from process to process: connections that were open within each other.

A server that asks another one while it answers has a second connection open within the first. Where
both are captured the words of the request tell that they belong together; where they differ, or are
not captured, the place in time alone does, and that is said. Connections that carried no data, such
as health checks, are left out.
"""

from dataclasses import dataclass
from typing import Final

from scaptui._core import Capture, Event, ProcessRow
from scaptui.capture.streams import Stream, StreamEnd, StreamPiece, stream_of, streams_of
from scaptui.escaping import decoded
from scaptui.views.findings import Finding, Findings
from scaptui.views.names import named
from scaptui.views.stream_told import holder, nature
from scaptui.views.units import latency

_SOCKETS: Final = ("ipv4", "ipv6", "unix")
# Connections within each other are followed so far.
_DEEPEST: Final = 8
# Connections of one process that are looked at for one hop, the nearest in time.
_MOST: Final = 40
# Who asked is sought among processes that did something so long before, ns.
_JUST_BEFORE_NS: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Said:
    """The beginning of what went one way.

    Attributes:
        event: The first call that moved it.
        ts: Its time.
        last: Time of the last call.
        moved: Bytes in all.
        line: The first line, as far as it is captured.
    """

    event: int
    ts: int
    last: int
    moved: int
    line: bytes


@dataclass(frozen=True, slots=True)
class Hop:
    """One connection of the request.

    Attributes:
        stream: The connection.
        depth: How many it stands within.
        asked: What the client sent.
        answered: What the server sent.
        sure: Whether words, and not only times, say that it belongs to the one above.
    """

    stream: Stream
    depth: int
    asked: Said | None
    answered: Said | None
    sure: bool


@dataclass(frozen=True, slots=True)
class Request:
    """All hops, the outermost first, and who may have asked."""

    hops: tuple[Hop, ...]
    asker: ProcessRow | None = None


def request_of(capture: Capture, event: int, fd: int | None = None) -> Request:
    """The request that an event's connection is part of.

    Raises:
        Refused: there is no such event, or it works on no descriptor.
    """
    top = stream_of(capture, event, fd)
    for _ in range(_DEEPEST):
        above = _above(capture, top)
        if above is None:
            break
        top = above
    hops: list[Hop] = []
    _descend(capture, top, 0, None, hops)
    return Request(tuple(hops), _asker(capture, hops[0]))


def request_findings(request: Request) -> Findings:
    """The hops as rows that lead to events."""
    rows: list[Finding] = []
    start = next((hop.asked.ts for hop in request.hops if hop.asked), 0)
    if request.asker is not None:
        told = f"? {decoded(request.asker.cmdline)}  process {request.asker.pid}, by its arguments"
        rows.append(Finding((told,), "warning"))
    # An answer stands behind the hops that it waited for.
    waiting: list[Hop] = []
    for hop in request.hops:
        while waiting and waiting[-1].depth >= hop.depth:
            rows += _answer(waiting.pop(), start)
        kind, name = nature(hop.stream)
        ends = hop.stream.ends
        whom = " → ".join(holder(end) for end in ends)
        doubt = "" if hop.sure else "   ? by its time alone"
        rows.append(Finding((f"{_indent(hop)}{kind} {name}   {whom}{doubt}",), "accent"))
        if hop.asked:
            rows.append(_said(hop, hop.asked, "───▸", start))
        waiting.append(hop)
    while waiting:
        rows += _answer(waiting.pop(), start)
    count = len(request.hops)
    title = "one connection" if count == 1 else f"{count} connections"
    return Findings(f"request over {title}", rows, nothing="it moved no data")


def _answer(hop: Hop, start: int) -> list[Finding]:
    return [_said(hop, hop.answered, "◂───", start)] if hop.answered else []


def _said(hop: Hop, said: Said, arrow: str, start: int) -> Finding:
    server = hop.stream.ends[-1].comm if len(hop.stream.ends) > 1 else hop.stream.ends[0].comm
    time = latency(said.ts - start) if said.ts != start else "0"
    line = decoded(said.line)
    text = f"{_indent(hop)}  {said.event}  +{time}  {arrow} {said.moved:,} bytes  {line}"
    told = f"event {said.event}, {said.moved:,} bytes, server {named(server)}"
    return Finding((text,), event=said.event, told=told)


def _indent(hop: Hop) -> str:
    return " " + "    " * hop.depth


def _descend(
    capture: Capture, stream: Stream, depth: int, above: Hop | None, hops: list[Hop]
) -> None:
    asked, answered = _ways(stream)
    sure = above is None or (
        asked is not None and above.asked is not None and _same(asked.line, above.asked.line)
    )
    hop = Hop(stream, depth, asked, answered, sure)
    hops.append(hop)
    if depth >= _DEEPEST:
        return
    server = _server(stream)
    if server is None or not asked:
        return
    known = {(end.pid, end.first) for each in hops for end in each.stream.ends}
    for within in _within(capture, server, asked.event, answered.event if answered else 0):
        if not any((end.pid, end.first) in known for end in within.ends):
            _descend(capture, within, depth + 1, hop, hops)


def _within(capture: Capture, server: StreamEnd, first: int, last: int) -> list[Stream]:
    """Connections that the server opened after it was asked and used before it answered."""
    until = last or server.last
    near = [
        each
        for each in streams_of(capture, server.first)
        if each.kind in _SOCKETS and first < each.opened and each.first < until
    ]
    streams = (stream_of(capture, each.first, each.fd) for each in near[:_MOST])
    return [
        stream
        for stream in streams
        if _is_client(stream, server) and set(_tids(stream, server)) & set(server.tids)
    ]


def _above(capture: Capture, stream: Stream) -> Stream | None:
    """The connection that the client was answering while it used this one."""
    client = stream.ends[0]
    if client.role != "client":
        return None
    open_then = [
        each
        for each in streams_of(capture, client.first)
        if each.kind in _SOCKETS and each.first < client.first <= each.last
    ]
    best: Stream | None = None
    for each in open_then[-_MOST:]:
        above = stream_of(capture, each.first, each.fd)
        server = _server(above)
        if server is None or server.pid != client.pid or not set(server.tids) & set(client.tids):
            continue
        asked, _ = _ways(above)
        if asked is None or asked.event > client.first:
            continue
        # The one that was asked last before.
        if best is None or _asked(best) < asked.event:
            best = above
    return best


def _asked(stream: Stream) -> int:
    asked, _ = _ways(stream)
    return asked.event if asked else 0


def _server(stream: Stream) -> StreamEnd | None:
    return next((end for end in stream.ends if end.role == "server"), None)


def _is_client(stream: Stream, process: StreamEnd) -> bool:
    return any(end.role == "client" and end.pid == process.pid for end in stream.ends)


def _tids(stream: Stream, process: StreamEnd) -> list[int]:
    return [tid for end in stream.ends if end.pid == process.pid for tid in end.tids]


def _ways(stream: Stream) -> tuple[Said | None, Said | None]:
    """What the client sent, and what the server did."""
    pieces = list(enumerate(stream.pieces(0, stream.count)))
    out = _beginning(stream, [(at, piece) for at, piece in pieces if piece.way == "out"])
    back = _beginning(stream, [(at, piece) for at, piece in pieces if piece.way == "in"])
    # Of a server that stands alone what comes in was sent by its client.
    alone = len(stream.ends) == 1 and stream.ends[0].role == "server"
    return (back, out) if alone else (out, back)


def _beginning(stream: Stream, pieces: list[tuple[int, StreamPiece]]) -> Said | None:
    if not pieces:
        return None
    at, first = pieces[0]
    line = stream.data(at).split(b"\n", 1)[0].removesuffix(b"\r")
    moved = sum(piece.moved for _, piece in pieces)
    return Said(first.event, first.ts, pieces[-1][1].ts, moved, line)


def _same(one: bytes, other: bytes) -> bool:
    return bool(one) and one == other


def _asker(capture: Capture, top: Hop) -> ProcessRow | None:
    """The process whose arguments name what was asked for, and that did something just before.

    Only where the client's end is not captured: it may then be another process of this machine.
    """
    if len(top.stream.ends) > 1 or top.asked is None or _server(top.stream) is None:
        return None
    words = top.asked.line.split(b" ")
    target = words[1] if len(words) > 1 else b""
    if not target.startswith(b"/") or len(target) < 2:
        return None
    server = top.stream.ends[0].pid
    named = [
        row
        for row in capture.processes(None, top.asked.event)
        if row.pid != server and any(word.endswith(target) for word in row.cmdline.split(b" "))
    ]
    recent = [(last, row) for row in named if (last := _last_before(capture, row, top.asked))]
    return max(recent, key=lambda each: each[0], default=(0, None))[1]


def _last_before(capture: Capture, row: ProcessRow, asked: Said) -> int:
    """Time of the last event of a process before it was asked, 0 where that is long ago."""
    from scaptui.capture.opening import compile_filter
    from scaptui.capture.selecting import select_events
    from scaptui.filter.core import understood
    from scaptui.filter.wire import wire

    compiled = compile_filter(wire(understood(f"proc.pid = {row.pid}").expression))
    selection = select_events(capture, compiled, calls=False)
    while not selection.step(100).done:
        if not capture.progress().done:
            break
    number = selection.number(max(0, selection.row(asked.event) - 1))
    if number is None or number > asked.event:
        return 0
    ts = Event(capture, number).call.ts
    return ts if asked.ts - ts < _JUST_BEFORE_NS else 0
