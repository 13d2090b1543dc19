"""The form of a slice as plain data."""

import pytest

from scaptui.errors import Refused
from scaptui.views.cells import line_text
from scaptui.views.slice_form import FIELDS, SliceForm, proposed_name


def form(text: str = "proc.name=nginx") -> SliceForm:
    return SliceForm("dir/crash.scap.gz", text, (3, 90))


def lines(model: SliceForm, width: int = 80, height: int = 20) -> list[str]:
    return [line_text(line).rstrip() for line in model.lines(width, height)[0]]


@pytest.mark.parametrize(
    ("source", "text", "name"),
    [
        ("a/502Error.scap", "fd.name contains 54886", "502Error-54886.scap.gz"),
        ("crash.scap.gz", "proc.name=nginx", "crash-nginx.scap.gz"),
        ("day0001.scap3.zst", "", "day0001-slice.scap.gz"),
        ("-", "evt.type=open", "capture-open.scap.gz"),
        ("x.scap", "proc.name='../../etc/$(reboot)'", "x-reboot.scap.gz"),
    ],
)
def test_the_name_of_the_file_is_made_of_capture_and_filter(
    source: str, text: str, name: str
) -> None:
    assert proposed_name(source, text) == name


def test_tab_goes_through_all_fields_and_begins_again() -> None:
    model = form()
    seen = [model.chosen]
    for _ in FIELDS:
        model.move(1)
        seen.append(model.chosen)
    assert seen == [*FIELDS, "filter"]
    model.move(-1)
    assert model.chosen == FIELDS[-1]


def test_space_chooses_what_the_field_is_about() -> None:
    model = form()
    for field, attribute in (("payload", "without_payload"), ("scrub", "scrub")):
        model.chosen = field  # type: ignore[assignment]
        assert model.choose()
        assert getattr(model, attribute) is True
        assert getattr(model.wanted(None), attribute) is True
    model.chosen = "first"
    model.choose()
    assert (model.wanted(None).first, model.wanted(None).last) == (3, 90)
    model.chosen = "filter"
    model.choose()
    assert model.wanted(None).first is None
    model.chosen = "file"
    assert not model.choose()


def test_the_compression_is_the_names() -> None:
    model = form()
    model.chosen = "packing"
    names = []
    for _ in range(3):
        model.choose()
        names.append(model.path)
    assert names == ["crash-nginx.scap.zst", "crash-nginx.scap", "crash-nginx.scap.gz"]


@pytest.mark.parametrize(
    ("text", "events", "ns"),
    [("0 ms", 0, 0), ("10ms", 0, 10_000_000), ("1.5 s", 0, 1_500_000_000), ("5", 5, 0)],
)
def test_around_is_a_time_or_a_number_of_events(text: str, events: int, ns: int) -> None:
    model = form()
    model.chosen = "around"
    assert model.editor is not None
    model.editor.set(text)
    wanted = model.wanted(None)
    assert (wanted.around_events, wanted.around_ns) == (events, ns)


def test_what_is_no_number_is_refused() -> None:
    model = form()
    model.chosen = "last"
    assert model.editor is not None
    model.editor.set("soon")
    model.changed()
    with pytest.raises(Refused, match="no number of an event"):
        model.wanted(None)


def test_a_low_screen_keeps_the_field_in_sight() -> None:
    model = form()
    for field in FIELDS:
        model.chosen = field
        drawn, at = model.lines(60, 5)
        assert len(drawn) <= 5
        assert 0 <= at < len(drawn)
    model.chosen = "file"
    assert any("crash-nginx.scap.gz" in line for line in lines(model, 60, 5))


def test_why_it_was_refused_stands_below() -> None:
    model = form()
    model.refused = "no space left on device"
    assert lines(model)[-1].strip() == "no space left on device"
    model.changed()
    assert "no space" not in "".join(lines(model))
