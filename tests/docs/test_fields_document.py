import pytest

from scaptui import _core
from scaptui.views.reference import CLASSES, find_event_types, find_fields


def test_every_class_of_fields_is_explained() -> None:
    assert {field.name.partition(".")[0] for field in _core.fields()} <= CLASSES.keys()


@pytest.mark.parametrize("field", _core.fields(), ids=lambda field: field.name)
def test_every_field_is_found_by_its_name(field: _core.Field) -> None:
    assert field.name in [found.name for found in find_fields(field.name)]


def test_a_glob_matches_whole_names() -> None:
    assert [field.name for field in find_fields("fd.?port")] == [
        "fd.cport", "fd.lport", "fd.rport", "fd.sport",
    ]  # fmt: skip


def test_event_types_are_found_by_a_part_of_the_name() -> None:
    assert {row.name for row in find_event_types("openat")} == {"openat", "openat2"}
