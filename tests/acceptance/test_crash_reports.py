"""What `report crashes` tells of recordings of crash loops, and of healthy programs."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.running import run_program

DATABASE = "/var/lib/app/db.sqlite"
POD = "3f2c9a1e-7b64-4c0e-9d53-0a1b2c3d4e5f"


def crashes(path: Path, *words: str) -> dict[str, Any]:
    said = run_program("report", "crashes", path, *words, "--json")
    assert said.status == 0, said.err
    told: dict[str, Any] = json.loads(said.out)
    return told


@pytest.mark.parametrize(("name", "events"), [("crash.mid", 39_082), ("crash.new", 19_819)])
def test_a_script_misses_its_database(name: str, events: int, real: Callable[[str], Path]) -> None:
    told = crashes(real(f"{name}.scap.gz"))
    assert (told["events"], told["runs"], told["failing"]) == (events, 7, 7)
    host, pod = told["programs"]
    assert (host["kind"], host["command"], len(host["runs"])) == ("host", "bash c_inner.sh", 3)
    assert (pod["kind"], pod["identity"], pod["name"]) == ("pod", POD, "nginx-7c5b7f6d9-x2x9l")
    assert [run["container"] for run in pod["runs"]] == [
        "8bd8fad8d793", "612969d73117", "08c031af73cc", "84b7577a987a",
    ]  # fmt: skip
    assert [run["failed_calls"] for run in host["runs"] + pod["runs"]] == [
        65, 66, 66, 77, 77, 77, 77,
    ]  # fmt: skip
    for program in (host, pod):
        (cause,) = program["causes"]
        assert cause["rule"] == "missing file"
        assert (cause["about"], cause["error"]) == (DATABASE, "ENOENT")
        assert cause["known"] == "stderr says so"
        assert not program["back_off"]
        for run in program["runs"]:
            assert run["exit"] == 1
            assert 2.0e9 < run["life"] < 2.1e9
            assert run["gap"] is None or 0.3e9 < run["gap"] < 0.35e9
            said = [line["about"] for line in run["output"] if line["call"] == "stderr"]
            assert said[-2:] == [
                f"FATAL: cannot open database {DATABASE}",
                f"cat: {DATABASE}: No such file or directory",
            ]


def test_the_events_that_show_it(real: Callable[[str], Path]) -> None:
    told = crashes(real("crash.mid.scap.gz"), "container.id != host")
    (pod,) = told["programs"]
    first = pod["runs"][0]
    assert (first["events"], first["pid"]) == (3_267, 4_354)
    assert first["exec_chain"] == ["unshare", "sh", "bash"]
    assert first["cause"]["events"] == [15_975, 16_090, 16_092, 16_200]
    (signal,) = first["signals"]
    assert (signal["event"], signal["error"], signal["about"]) == (16_119, "SIGTERM", "nginx")


@pytest.mark.parametrize("name", ["invalid-command.mid", "invalid-command.new"])
def test_an_entrypoint_is_told_to_run_what_does_not_exist(
    name: str, real: Callable[[str], Path]
) -> None:
    told = crashes(real(f"{name}.scap.gz"))
    (pod,) = told["programs"]
    assert (pod["name"], pod["restarts"], pod["failing"]) == ("nginx-crashloop", 4, 5)
    assert pod["back_off"]
    (cause,) = pod["causes"]
    assert (cause["rule"], cause["about"]) == ("exec failed", "invalid-command")
    assert [run["exit"] for run in pod["runs"]] == [127] * 5
    for run in pod["runs"]:
        assert run["output"][-1]["about"].endswith("invalid-command: not found")


@pytest.mark.parametrize(
    "name",
    ["http.mid.scap.gz", "shell.mid.scap.gz", "shell.new.scap.gz", "502Error.scap",
     "libs_sample.scap", "cat_write.scap", "curl_google.scap", "connect_localhost.scap",
     "run_as_user_0_container.scap", "single_ipv6_conn.scap"],
)  # fmt: skip
def test_a_healthy_capture_says_so(name: str, real: Callable[[str], Path]) -> None:
    said = run_program("report", "crashes", real(name))
    assert said.status == 1
    assert said.lines[-1] == "Healthy: nothing was restarted, and no program crashed."
