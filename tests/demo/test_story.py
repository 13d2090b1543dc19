import json
import subprocess
from pathlib import Path

import pytest

from scaptui.demo import encoding
from scaptui.demo.cluster import POD, container_id, container_json
from scaptui.demo.programs import CERTIFICATE
from scaptui.demo.story import BACK_OFF, write_story


def test_the_story_has_about_two_thousand_events(tmp_path: Path) -> None:
    assert 1_800 <= write_story(str(tmp_path / "again.scap")) <= 2_400


def test_each_run_is_a_container_of_its_own_in_the_same_pod() -> None:
    told = [json.loads(container_json(run, 0))["container"] for run in range(1, 6)]
    assert len({container["id"] for container in told}) == len(told)
    assert {container["labels"]["io.kubernetes.pod.name"] for container in told} == {POD}


def test_a_container_is_told_with_the_first_twelve_digits() -> None:
    told = json.loads(container_json(1, 0))["container"]
    assert told["full_id"] == container_id(1)
    assert told["id"] == container_id(1)[:12]


def test_sysdig_reads_the_same_failures(sysdig: str, crashloop: Path) -> None:
    said = subprocess.run(
        [sysdig, "-r", str(crashloop), "-p", "%evt.type %evt.res %evt.arg.name",
         "proc.name=nginx and evt.type=openat and evt.failed=true"],
        capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    assert said == [f"openat ENOENT {CERTIFICATE}"] * (len(BACK_OFF) + 1)


def test_sysdig_names_the_pod(sysdig: str, crashloop: Path) -> None:
    said = subprocess.run(
        [sysdig, "-r", str(crashloop), "-p", "%k8s.pod.name", "proc.name=nginx"],
        capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    assert set(said) == {POD}


def test_a_parameter_takes_the_width_of_its_type() -> None:
    widths = {kind: len(encoding.parameter(kind, None)) for kind in ("fd", "uint32", "sigtype")}
    assert widths == {"fd": 8, "uint32": 4, "sigtype": 1}


def test_text_ends_in_a_nul_and_absent_text_is_nothing() -> None:
    assert encoding.parameter("charbuf", "a") == b"a\0"
    assert encoding.parameter("charbuf", None) == b""


def test_an_address_is_family_bytes_and_port() -> None:
    assert encoding.inet_address("127.0.0.1", 6379) == b"\x02\x7f\x00\x00\x01\xeb\x18"


def test_a_value_of_the_wrong_kind_is_an_error() -> None:
    with pytest.raises(TypeError):
        encoding.parameter("fd", "three")
