"""What a stream is, in words: whose it is, between whom, how long, how much of it is captured."""

from scaptui.capture.streams import Stream, StreamEnd, StreamPiece
from scaptui.views.cells import Line, Piece, Role, glimpse
from scaptui.views.names import UNKNOWN, named
from scaptui.views.units import latency


def holder(end: StreamEnd) -> str:
    """A process and its descriptor: haproxy 13969/1."""
    return f"{numbered(end)}/{end.fd}"


def numbered(end: StreamEnd) -> str:
    """A program with its process; where that is not known, with the first thread that was seen."""
    known = [end.pid] if end.pid > 0 else end.tids[:1]
    return f"{named(end.comm)} {known[0] if known else '?'}"


def called(stream: Stream, place: int) -> str:
    """An end by its program, with its number where that tells it from nobody."""
    end, name = stream.ends[place], named(stream.ends[place].comm)
    alike = [each for each in stream.ends if named(each.comm) == name]
    return numbered(end) if len(alike) > 1 or end.comm in UNKNOWN else name


def arrow(stream: Stream) -> str:
    """Which way a connection was made, from the own end's view."""
    return "←" if stream.ends[0].role == "server" else "→"


def both_ends(stream: Stream, *, output: bool) -> tuple[str, str, Role]:
    """Whose stream it is, what is known of the other end, and the role of that."""
    own = stream.ends[0]
    if output:
        return f"{named(own.comm)} {own.pid} and all below it", "stdout and stderr", "muted"
    if len(stream.ends) > 1:
        other = holder(stream.ends[1])
        if not own.first:
            return holder(own), "", "muted"
        return f"{holder(own)} {arrow(stream)} {other}", "both ends captured", "muted"
    if own.kind in ("file", "directory", "memfd"):
        return holder(own), "", "muted"
    return holder(own), "other end not captured", "warning"


def nature(stream: Stream) -> tuple[str, str]:
    """What kind of thing it is, and its name: tcp, 10.0.0.1:80 → 10.0.0.2:80."""
    end = stream.ends[0]
    if len(stream.ends) > 1 and not (end.name or end.l4):
        end = stream.ends[1]
    kind = end.l4 or end.kind or "unknown"
    name = glimpse(end.name)
    if end.l4:
        name = name.replace("->", " → ")
    return kind, name or ("opened before the capture" if not end.opened else "no name")


def lasted(stream: Stream, times: dict[int, int], end_ts: int) -> str:
    """How long it was open and who closed it; `times` are of the events named by its ends."""
    own = stream.ends[0]
    started = times.get(own.opened) if own.opened else None
    closers = [place for place, end in enumerate(stream.ends) if end.closed]
    stop = max((times.get(stream.ends[at].closed, end_ts) for at in closers), default=end_ts)
    if len(closers) == len(stream.ends):
        by = "closed by both" if len(closers) > 1 else "closed"
    elif closers:
        by = f"closed by {called(stream, closers[0])}"
    else:
        by = "stays open"
    if started is None:
        return f"opened before, {by}"
    return f"open {latency(max(0, stop - started))}  {by}"


def totals(stream: Stream, *, output: bool) -> list[tuple[str, str]]:
    """For each way who gets the data, and how much of them is captured by whom."""
    own = stream.ends[0]
    ways = (own.written, own.read)
    if output:
        return [(name, _bytes(*way)) for name, way in zip(("stdout", "stderr"), ways, strict=True)]
    if len(stream.ends) == 1:
        names = ("written", "read")
        return [(name, _bytes(*way)) for name, way in zip(names, ways, strict=True)]
    other = stream.ends[1]
    rows = []
    for way, sums in enumerate(((own.written, other.read), (own.read, other.written))):
        shown = stream.shown[way]
        names = called(stream, shown), called(stream, 1 - shown)
        said = _compared(names, sums[shown], sums[1 - shown])
        rows.append((f"to {called(stream, 1 - way)}", said))
    return rows


def _bytes(moved: int, captured: int) -> str:
    if not moved:
        return "nothing"
    return f"{moved:,} bytes, {'all' if captured == moved else f'{captured:,}'} captured"


def _compared(
    names: tuple[str, str], shown_sum: tuple[int, int], hidden_sum: tuple[int, int]
) -> str:
    """What the end whose bytes are shown moved, and what the other one did."""
    moved, captured = shown_sum
    if shown_sum == hidden_sum:
        return f"{_bytes(moved, captured)} by both ends" if moved else "nothing"
    shown_name, hidden_name = names
    text = f"{_bytes(moved, captured)} by {shown_name}'s end"
    if hidden_sum[0] == moved:
        return f"{text}, {hidden_sum[1]:,} by {hidden_name}'s"
    return f"{text}; {hidden_name}'s moved {hidden_sum[0]:,}, {hidden_sum[1]:,} captured"


def happened(piece: StreamPiece) -> Line:
    """What a call without data did."""
    who = f"by {named(piece.comm)} {piece.tid}/{piece.fd}"
    if piece.error:
        role: Role = "muted" if piece.error == "EINPROGRESS" else "failed"
        return (Piece(piece.error, role), Piece(f"  {who}", "muted"))
    reads = piece.call.startswith(("read", "recv", "pread"))
    if reads:
        return (Piece(f"nothing more to read  {who}", "muted"),)
    return (Piece(who, "muted"),)


def moved_line(piece: StreamPiece, stream: Stream) -> Line:
    """The cursor line of a call that moved data."""
    if piece.captured == piece.moved:
        extent = "all captured"
    else:
        extent = f"{piece.captured:,} of {piece.moved:,} bytes captured"
    text = f" {named(piece.comm)} {piece.tid} {piece.call}   {piece.moved:,} bytes, {extent}"
    if piece.mirror and len(stream.ends) > 1:
        reads = piece.call.startswith(("read", "recv", "pread"))
        verb = "sent" if reads else "read back"
        text += f", {verb} by {called(stream, 1 - piece.end)} in {piece.mirror}"
    return (Piece(text),)
