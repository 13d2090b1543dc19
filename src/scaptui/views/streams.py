"""Which stream is wanted, and which stands beside it."""

from dataclasses import dataclass

from scaptui._core import Capture, Event
from scaptui.capture.streams import output_of, stream_of, streams_of
from scaptui.views.stream_page import StreamPage


@dataclass(frozen=True, slots=True)
class StreamWanted:
    """A stream by what names it.

    Attributes:
        event: An event of the descriptor, or as of which `fd` is meant.
        fd: Another descriptor of the event's process.
        thread: `ProcessRow.thread`, for the output of a process and all below it.
    """

    event: int = 0
    fd: int | None = None
    thread: int | None = None


def page_of(capture: Capture, wanted: StreamWanted) -> StreamPage:
    """The page of a stream.

    Raises:
        Refused: there is no such event, or it works on no descriptor.
    """
    if wanted.thread is not None:
        return StreamPage(capture, output_of(capture, wanted.thread), output=True)
    return StreamPage(capture, stream_of(capture, wanted.event, wanted.fd))


def beside(capture: Capture, wanted: StreamWanted, by: int) -> StreamWanted | None:
    """The stream that the process of the event began to move data through after this, or before."""
    listed = streams_of(capture, wanted.event)
    number = Event(capture, wanted.event).call.fd if wanted.fd is None else wanted.fd
    lives = [
        place
        for place, each in enumerate(listed)
        if each.fd == number and each.opened <= wanted.event
    ]
    if lives:
        at = lives[-1]
    else:
        # No data went through it: it stands between those that began before and after.
        at = sum(each.first <= wanted.event for each in listed) - (1 if by > 0 else 0)
    at += by
    if not 0 <= at < len(listed):
        return None
    return StreamWanted(listed[at].first, listed[at].fd)
