"""Every field of the table, on every capture there is."""

import json
import os
from pathlib import Path

import pytest

from scaptui._core import Capture, Field, fields
from scaptui.demo.process import AT_FDCWD, ENOENT
from tests.core.asking import column, compiled, numbers, opened
from tests.core.building import Building, inet6_tuple, poll_list, unix_tuple
from tests.core.containers import ID, SANDBOX, cgroups, metadata
from tests.running import Run

FIELDS = fields()
PRINTABLE = [field for field in FIELDS if not field.filter_only]
FILTERABLE = [field for field in FIELDS if not field.print_only]
REAL = sorted(Path(os.environ.get("SCAPTUI_CAPTURES", "/nonexistent")).glob("*.scap*"))

_ARGUMENTS = {
    "index": "[1]", "name": "[app]", "index-or-name": "[0]", "dotted": ".res", "time": "[1]",
}  # fmt: skip


def asked_as(field: Field) -> str:
    """A field with the argument it needs."""
    if field.argument != "required":
        return field.name
    return field.name + _ARGUMENTS[field.argument_form]


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small capture with a little of everything, enter events and failures included."""
    building = Building(tmp_path_factory.mktemp("every") / "everything.scap")
    building.user(0, "root")
    building.interface("10.0.0.1")
    building.process(1, "init", ptid=0, env=["A=1"])
    building.process(7, "nginx", env=["app=x"], cgroups=cgroups(f"/kubepods/podu1/{ID}"))
    building.thread(8, pid=7)
    building.descriptor(7, 3, "unix", "/dev/log")
    building.descriptor(7, 4, "ip-listen", sip="0.0.0.0", sport=80, l4="tcp")
    building.happens(-1, "container", json=metadata(labels={"app": "a"}, pod_sandbox_id=SANDBOX))
    building.call(7, "openat", fd=5, dirfd=AT_FDCWD, name="/etc/hosts", flags=1)
    building.call(7, "openat", fd=ENOENT, dirfd=AT_FDCWD, name="x\xff", flags=0x4002)
    building.call(7, "write", res=7, fd=3, data=b"<13>hey", size=7)
    building.call(8, "poll", res=1, fds=poll_list(3, 4, 5, 6), timeout=1)
    building.call(8, "accept", fd=6, tuple=inet6_tuple(("fe80::1", 1), ("fe80::2", 2)))
    building.call(7, "connect", res=-111, fd=9, tuple=unix_tuple("/run/x"))
    building.clone(7, 9, "sh", args=["-c", "true"])
    building.exit(9, "execve", res=0, exe="sh", comm="sh", tid=9, pid=9, env=["B=2"])
    building.other_call(9, "getpid")
    building.happens(9, "signaldeliver", spid=7, dpid=9, sig=11)
    building.happens(9, "procexit", status=11, sig=11)
    building.happens(7, "switch", next=9)
    building.exit(99, "close", res=0, fd=1)
    return building.close()


@pytest.fixture(scope="module")
def capture(everything: Path) -> Capture:
    return opened(everything)


@pytest.fixture(scope="module")
def demonstration(crashloop: Path) -> Capture:
    return opened(crashloop)


@pytest.mark.parametrize("field", PRINTABLE, ids=lambda field: field.name)
def test_a_field_can_be_printed(capture: Capture, demonstration: Capture, field: Field) -> None:
    for some in (capture, demonstration):
        assert len(column(some, asked_as(field))) == some.progress().shown


@pytest.mark.parametrize("field", FILTERABLE, ids=lambda field: field.name)
def test_a_field_can_be_asked_for_existence(capture: Capture, field: Field) -> None:
    shown = set(column(capture, "evt.num"))
    existing = set(numbers(capture, f"{asked_as(field)} exists"))
    assert existing <= shown
    assert set(numbers(capture, f"not {asked_as(field)} exists")) == shown - existing


@pytest.mark.parametrize(
    "field", [field for field in PRINTABLE if not field.print_only], ids=lambda field: field.name
)
def test_a_field_exists_where_it_is_printed(capture: Capture, field: Field) -> None:
    rows = zip(column(capture, "evt.num"), column(capture, asked_as(field)), strict=True)
    printed = [number for number, value in rows if value is not None]
    assert numbers(capture, f"{asked_as(field)} exists") == printed


def test_the_command_prints_all_fields_at_once(
    scaptui: Run, everything: Path, capture: Capture
) -> None:
    names = [asked_as(field) for field in PRINTABLE]
    said = scaptui("print", everything, "--fields", ",".join(names), "--format", "json")
    assert (said.status, said.err) == (0, "")
    assert all(list(json.loads(line)) == names for line in said.lines)
    assert len(said.lines) == capture.progress().shown


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_all_fields_can_be_printed_of_real_captures(scaptui: Run, path: Path) -> None:
    names = [asked_as(field) for field in PRINTABLE]
    said = scaptui("print", path, "-n", "4000", "--fields", ",".join(names), "--format", "json")
    assert said.status == 0
    assert all(json.loads(line).keys() == set(names) for line in said.lines)


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_all_fields_can_be_asked_of_real_captures(path: Path) -> None:
    capture = opened(path)
    for field in FILTERABLE:
        text = f"{asked_as(field)} exists"
        selected = json.loads(capture.summary(compiled(text)))["events"]["selected"]
        assert 0 <= selected <= capture.progress().shown, field.name
