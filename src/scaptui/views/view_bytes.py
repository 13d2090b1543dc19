"""Columns of views that add up bytes."""

from typing import Final

from scaptui.views.view_columns import Column

# Other calls that have to do with input and output return no number of bytes: fcntl a flag,
# sendmmsg how many messages.
BYTES: Final = "(evt.is_io=true or evt.type=sendfile) and not evt.type in (sendmmsg, recvmmsg)"
# evt.buflen leaves copy_file_range out, which tells of one of its files, that the bytes went to.
RETURNED: Final = f"{BYTES} and evt.dir=< and evt.rawres>0"
FILE: Final = Column(
    "file", "sum", "evt.rawres", "bytes", f"{RETURNED} and fd.type=file", "bytes of files"
)
NET: Final = Column("net", "sum", "evt.buflen.net", "bytes", BYTES, "bytes of IP sockets")


def moved(kind: str) -> tuple[Column, Column]:
    """Bytes in and out of descriptors of a kind: "file", "net", or of all where it is empty."""
    dot = f".{kind}" if kind else ""
    return (
        Column("in", "sum", f"evt.buflen{dot}.in", "bytes", BYTES, "bytes read"),
        _written(kind),
    )


def _written(kind: str) -> Column:
    if kind == "net":
        return Column("out", "sum", "evt.buflen.net.out", "bytes", BYTES, "bytes written")
    of = f"fd.type={kind}" if kind else "fd.type exists"
    writes = f"(evt.is_io_write=true or evt.type=sendfile) and {of}"
    return Column("out", "sum", "evt.rawres", "bytes", f"{RETURNED} and {writes}", "bytes written")


def both_ways(kind: str) -> Column:
    """Bytes both ways."""
    if kind == "net":
        return Column("bytes", "sum", "evt.buflen.net", "bytes", BYTES, "bytes both ways")
    among = f"{RETURNED} and fd.type exists"
    return Column("bytes", "sum", "evt.rawres", "bytes", among, "bytes both ways")
