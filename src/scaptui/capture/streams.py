"""Streams: what went through one descriptor, or out of a tree of processes."""

from scaptui._core import Capture, ListedStream, Stream, StreamEnd, StreamPiece, streams_of
from scaptui.capture.opening import refusals

__all__ = [
    "ListedStream",
    "Stream",
    "StreamEnd",
    "StreamPiece",
    "output_of",
    "stream_of",
    "streams_of",
]


def stream_of(capture: Capture, event: int, fd: int | None = None) -> Stream:
    """The stream of an event's descriptor, or of another descriptor of its process as of then.

    Raises:
        Refused: there is no such event, or it works on no descriptor.
    """
    with refusals():
        return Stream(capture, event, fd)


def output_of(capture: Capture, thread: int) -> Stream:
    """Standard output (out) and error (in) of a process and all below it."""
    return Stream.output(capture, thread)
