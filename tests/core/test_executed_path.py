"""The program an execve was asked for, in rows of the list."""

from scaptui._core import Selection
from tests.core.asking import opened
from tests.core.building import Building


def test_an_exit_alone_tells_what_was_passed_not_who_called(building: Building) -> None:
    building.process(7, "sh")
    building.exit(
        7, "execve", res=-2, exe="tool", trusted_exepath="/usr/bin/dash", filename="/opt/bin/tool"
    )
    building.exit(7, "execve", res=-2, exe="tool", trusted_exepath="/usr/bin/dash")
    selection = Selection(opened(building.close()), None)
    while not selection.step(1_000).done:
        pass
    first, second = selection.calls(0, 2)
    assert first.path == b"/opt/bin/tool"
    assert second.path == b"tool"
