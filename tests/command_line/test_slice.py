"""`scaptui slice`: a file of its own, and what is said about it."""

import json
from pathlib import Path

import pytest

from tests.running import Run
from tests.screens.hostile import NAMES, hostile_capture


def test_the_report_says_how_many_events_are_equal(
    scaptui: Run, crashloop: Path, tmp_path: Path
) -> None:
    out = tmp_path / "nginx.scap.gz"
    said = scaptui("slice", crashloop, "proc.name=nginx", "-o", out)
    count = len(scaptui("print", crashloop, "proc.name=nginx").lines)
    assert (said.status, said.err) == (0, "")
    state, file, equal, named, lost = said.lines
    assert state.startswith("state: ")
    assert file == f"{out}, {out.stat().st_size:,} bytes, opened again and compared"
    assert equal == f"{count:,} of {count:,} events identical, field for field"
    assert named.startswith(f"{count:,} of {count:,} have process, descriptor, container and user")
    assert lost == "0 names lost, 0 names changed"
    assert len(scaptui("print", out).lines) == count


def test_a_slice_prints_what_the_capture_prints(
    scaptui: Run, crashloop: Path, tmp_path: Path
) -> None:
    out, form = tmp_path / "slice.scap", "*%evt.time %proc.name %proc.pname %fd.name %evt.args"
    text = "container.id!=host and evt.failed=true"
    assert scaptui("slice", crashloop, "-f", text, "-o", out).status == 0
    before = scaptui("print", crashloop, "-f", text, "-p", form)
    assert scaptui("print", out, "-p", form).lines == before.lines != []


def test_nothing_matched_ends_with_1_and_makes_no_file(
    scaptui: Run, crashloop: Path, tmp_path: Path
) -> None:
    out = tmp_path / "slice.scap"
    said = scaptui("slice", crashloop, "proc.name=nobody", "-o", out)
    assert (said.status, said.out) == (1, "")
    assert "nothing matched" in said.err
    assert not out.exists()


def test_a_file_is_written_over_only_when_forced(
    scaptui: Run, crashloop: Path, tmp_path: Path
) -> None:
    out = tmp_path / "slice.scap"
    out.write_bytes(b"precious")
    said = scaptui("slice", crashloop, "proc.name=nginx", "-o", out)
    assert said.status == 2
    assert "exists already" in said.err
    assert "--force" in said.err
    assert out.read_bytes() == b"precious"
    assert scaptui("slice", crashloop, "proc.name=nginx", "-o", out, "--force").status == 0
    assert out.read_bytes() != b"precious"


def test_a_directory_is_no_file_to_write(scaptui: Run, crashloop: Path, tmp_path: Path) -> None:
    for force in ((), ("--force",)):
        said = scaptui("slice", crashloop, "proc.name=nginx", "-o", tmp_path, *force)
        assert said.status == 2
        assert "is a directory" in said.err
        assert "name a file in it" in said.err


def test_the_capture_itself_is_never_written_over(
    scaptui: Run, crashloop: Path, tmp_path: Path
) -> None:
    source = tmp_path / "own.scap.gz"
    source.write_bytes(crashloop.read_bytes())
    said = scaptui("slice", source, "proc.name=nginx", "-o", source, "--force")
    assert said.status == 2
    assert source.read_bytes() == crashloop.read_bytes()


def test_what_cannot_be_is_refused_with_2(scaptui: Run, crashloop: Path, tmp_path: Path) -> None:
    out = tmp_path / "slice.scap"
    for words, told in (
        ((), "no file to write"),
        (("-o", "-"), "standard output"),
        (("-o", str(tmp_path / "none" / "x.scap")), "no such file or directory"),
        (("-o", str(out), "--redact", "("), "no regular expression"),
        (("-o", str(out), "--around", "near"), "no time as 10ms"),
        (("-o", str(out), "--from", "noon"), "no number of an event and no time"),
        (("-o", str(out), "proc.nam=x"), "proc.name"),
    ):
        said = scaptui("slice", crashloop, *words)
        assert (said.status, said.out) == (2, ""), words
        assert told in said.err, said.err
    assert not list(tmp_path.iterdir())


def test_from_to_and_around(scaptui: Run, crashloop: Path, tmp_path: Path) -> None:
    out = tmp_path / "slice.scap"
    numbers = scaptui("print", crashloop, "-p", "%evt.num").lines
    times = scaptui("print", crashloop, "-p", "%evt.rawtime").lines
    said = scaptui("slice", crashloop, "--from", numbers[10], "--to", numbers[19], "-o", out)
    assert said.status == 0
    assert scaptui("print", out, "-p", "%evt.rawtime").lines == times[10:20]
    words = ("evt.num=" + numbers[15], "--around", "2", "--force", "-o")
    assert scaptui("slice", crashloop, *words, out).status == 0
    assert scaptui("print", out, "-p", "%evt.rawtime").lines == times[13:18]
    assert scaptui("slice", crashloop, "--to", "+0.5", "--force", "-o", out).status == 0
    kept = scaptui("print", out, "-p", "%evt.rawtime").lines
    assert int(kept[-1]) - int(kept[0]) <= 500_000_000
    assert kept == times[: len(kept)]


def test_what_is_blanked_is_told_apart_from_what_is_lost(
    scaptui: Run, crashloop: Path, tmp_path: Path
) -> None:
    out = tmp_path / "slice.scap"
    said = scaptui("slice", crashloop, "proc.name=nginx", "--redact", "nginx[.]conf", "-o", out)
    assert said.status == 0
    assert "0 names lost" in said.out
    assert "differ only in what was left out or blanked" in said.out
    assert b"nginx.conf" not in out.read_bytes()


def test_what_an_older_form_leaves_out_is_not_lost(
    scaptui: Run, crashloop: Path, tmp_path: Path
) -> None:
    words = ("proc.name=nginx", "--compat", "0.29", "-o", tmp_path / "slice.scap")
    said = scaptui("slice", crashloop, *words)
    assert (said.status, said.err) == (0, "")
    assert "differ only in what was left out or blanked" in said.out
    assert "not whole" not in said.out


@pytest.mark.parametrize("name", ["out.scap.lz4", "out.scap.bz2"])
def test_a_name_says_how_the_file_is_compressed(
    scaptui: Run, crashloop: Path, tmp_path: Path, name: str
) -> None:
    said = scaptui("slice", crashloop, "-o", tmp_path / name)
    assert said.status == 2
    assert f"{name}' would not be what its name says" in said.err
    assert "hint: names in .gz and .zst are compressed so" in said.err
    assert not (tmp_path / name).exists()


def test_hostile_names_reach_the_report_escaped(scaptui: Run, tmp_path: Path) -> None:
    out = tmp_path / "$(reboot)\x1b[2J.scap"
    source = hostile_capture(tmp_path / "hostile.scap", *NAMES.values())
    said = scaptui("slice", source, "-o", out)
    assert said.status == 0
    assert "\x1b" not in said.out + said.err
    assert out.exists()
    first = json.loads(scaptui("report", "summary", source, "--json").out)
    second = json.loads(scaptui("report", "summary", out, "--json").out)
    assert first["events"]["shown"] == second["events"]["shown"]
    for fraction in ("identical, field for field", "as in the original"):
        line = next(line for line in said.lines if line.endswith(fraction))
        assert line.split()[0] == line.split()[2]
