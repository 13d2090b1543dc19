"""Which events rules match, while a capture is read and while it is still written."""

import time
from pathlib import Path

from scaptui.capture.opening import Capture, compile_filter, open_capture, read_all
from scaptui.capture.selecting import Call, select_events
from scaptui.filter.core import understood
from scaptui.filter.wire import wire
from scaptui.views.rule_marks import RuleMarks
from scaptui.views.rule_set import CompiledRule


def rule(name: str, text: str, output: str = "") -> CompiledRule:
    return CompiledRule(name, "Notice", output, compile_filter(wire(understood(text).expression)))


def calls(capture: Capture) -> list[Call]:
    selection = select_events(capture, None, calls=False)
    while not selection.step(50).done:
        pass
    return selection.calls(0, selection.progress().rows)


def test_events_are_of_the_rules_whose_conditions_they_meet(crashloop: Path) -> None:
    capture = open_capture([str(crashloop)])
    read_all(capture)
    texts = ("evt.type=openat", "evt.failed=true", "evt.num=0", "evt.dir=> and evt.type=close")
    marks = RuleMarks(capture, [rule(text, text) for text in texts], "UTC")
    while not marks.step(50):
        pass
    every = calls(capture)
    for call in every[:500]:
        names = [found.name for found in marks.of(call)]
        assert ("evt.type=openat" in names) == (call.name == "openat")
        assert "evt.num=0" not in names
        # Either half stands for the call.
        assert ("evt.dir=> and evt.type=close" in names) == (call.name == "close")
        assert (call.number in marks.among([call])) == bool(names)
    window = every[100:140]
    assert marks.among(window) == {call.number for call in window if marks.of(call)}
    assert marks.among([]) == set()


def test_an_output_is_of_the_event_and_its_fields_may_lack(crashloop: Path) -> None:
    capture = open_capture([str(crashloop)])
    read_all(capture)
    asked = rule("A", "evt.num=188", "at %evt.num: %fd.name %fd.sip")
    marks = RuleMarks(capture, [asked], "UTC")
    while not marks.step(50):
        pass
    call = next(call for call in calls(capture) if call.number == 188)
    text = marks.output(call, asked)
    assert b"".join(text.pieces()) == b"at 188: /etc/nginx/nginx.conf <NA>\n"


def test_rules_take_turns_while_a_capture_is_written(plain_crashloop: Path, tmp_path: Path) -> None:
    data = plain_crashloop.read_bytes()
    path = tmp_path / "growing.scap"
    path.write_bytes(data[: len(data) // 2])
    capture = open_capture([str(path)], follow=True)
    marks = RuleMarks(capture, [rule("A", "evt.type=openat"), rule("B", "evt.failed=true")], "UTC")
    before = _idle(marks, capture)
    assert before > 0
    with path.open("ab") as growing:
        growing.write(data[len(data) // 2 :])
    deadline = time.monotonic() + 20
    while (after := _idle(marks, capture)) <= before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert after > before
    capture.close()


def _idle(marks: RuleMarks, capture: Capture) -> int:
    """How many events are marked once the rules have looked at what there is."""
    capture.wait(200)
    for _ in range(2_000):
        assert not marks.step(5)
        if marks.is_idle:
            break
    selection = select_events(capture, None, calls=False)
    selection.step(500)
    return len(marks.among(selection.calls(0, selection.progress().rows)))
