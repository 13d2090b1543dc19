"""`scaptui report crashes`, as a person and as a program reads it."""

import json
import re
from pathlib import Path

from tests.core.building import Building
from tests.running import Run
from tests.views.crash_loops import fails_to_open, host_loop, says

FAILED = 1 << 8
HOSTILE = "$(reboot)`id`\x1b]52;c;aGk=\x07\u202eevil|<b>[x](e)"


def test_the_report_is_markdown_that_reads_well(scaptui: Run, crashloop: Path) -> None:
    said = scaptui("report", "crashes", crashloop)
    assert said.status == 0
    assert said.lines == [
        "# Crashes in crashloop.scap.gz",
        "",
        "2026-11-20 09:15:00.000 to 09:17:32.300 UTC, 2,228 events, complete, drops 0.",
        "1 program restarts, 5 of 5 runs fail.",
        "",
        "## pod 3f2c9a1e-7b64-4c0e-9d53-0a1b2c3d4e5f, nginx-7c5b7f6d9-x2x9l",
        "",
        "**Cause:** cannot open `/etc/nginx/certs/tls.crt` (ENOENT); stderr says so.",
        "",
        "| run | start           |    life |     gap | exit | container    | failed calls |",
        "|----:|-----------------|--------:|--------:|------|--------------|-------------:|",
        "|   1 | 09:15:00.600327 | 13.7 ms |         | 1    | 4f3b6db469d8 |            5 |",
        "|   2 | 09:15:10.954592 | 11.5 ms | 10.34 s | 1    | ddb81519901c |            5 |",
        "|   3 | 09:15:31.306643 | 14.4 ms | 20.34 s | 1    | c6ba7d830023 |            5 |",
        "|   4 | 09:16:11.661629 | 11.3 ms | 40.34 s | 1    | eec31150a77d |            5 |",
        "|   5 | 09:17:32.013523 | 11.4 ms | 80.34 s | 1    | becc8c66021a |            5 |",
        "",
        "Back-off: each wait before a start is longer than the one before, "
        "10.34 s, 20.34 s, 40.34 s, 80.34 s.",
        "",
        "Exec chain: containerd-shim, docker-entrypoi docker-entrypoint.sh nginx -g daemon off;",
        "",
        "Children: nginx 4147",
        "",
        "    220  -226 us  nginx 4147            openat /etc/nginx/certs/tls.crt = ENOENT",
        "    222  -206 us  nginx 4147            error.log: 2026/11/20 09:15:00 [emerg] 7#7: "
        'cannot load certificate "/etc/nginx/certs/tl...',
        "    224  -200 us  nginx 4147            stderr: nginx: [emerg] cannot load certificate "
        '"/etc/nginx/certs/tls.crt": BIO_new_fi...',
        "    226  -194 us  nginx 4147            stderr: nginx: configuration file "
        "/etc/nginx/nginx.conf test failed",
        "    235   -80 us  docker-entrypoi 4141  stderr: /docker-entrypoint.sh: configuration "
        "test failed, not starting",
        "    237        0  docker-entrypoi 4141  exits 1",
        "",
        "Not causes: access `/etc/ld.so.preload` ENOENT, in 2 processes.",
    ]


def test_json_has_the_same(scaptui: Run, crashloop: Path) -> None:
    told = json.loads(scaptui("report", "crashes", crashloop, "--format", "json").out)
    assert (told["runs"], told["failing"], told["events"], told["complete"]) == (5, 5, 2_228, True)
    (program,) = told["programs"]
    assert (program["kind"], program["restarts"], program["back_off"]) == ("pod", 4, True)
    (cause,) = program["causes"]
    assert (cause["rule"], cause["about"]) == ("missing file", "/etc/nginx/certs/tls.crt")
    first = program["runs"][0]
    assert first["cause"] == cause
    assert {first[key] for key in ("run", "exit", "failed_calls")} == {1, 5}
    assert first["exec_chain"] == ["containerd-shim", "docker-entrypoi"]
    assert cause["events"][-1] == 237


def test_nothing_that_crashes_is_status_1(scaptui: Run, crashloop: Path, tmp_path: Path) -> None:
    well = host_loop(tmp_path / "well.scap", lambda building, pid: None, 0, 0)
    said = scaptui("report", "crashes", well)
    assert said.status == 1
    assert said.lines[-1] == "Healthy: nothing was restarted, and no program crashed."
    said = scaptui("report", "crashes", crashloop, "proc.name=redis-server")
    assert said.status == 1
    assert said.lines[-1].endswith(
        "Nothing with events that the filter selects was restarted or crashed."
    )


def test_lost_events_cast_doubt_on_health(scaptui: Run, tmp_path: Path) -> None:
    building = Building(tmp_path / "lost.scap")
    building.process(7, "nginx")
    building.happens(7, "drop", ratio=2)
    said = scaptui("report", "crashes", building.close())
    assert said.status == 1
    assert "Healthy" in said.out


def test_hostile_text_is_inert(scaptui: Run, tmp_path: Path) -> None:
    def work(building: Building, pid: int) -> None:
        fails_to_open(building, pid, "/tmp/" + HOSTILE)
        says(building, pid, f"/tmp/{HOSTILE}: No such file\n")
        says(building, pid, b"x" * 5_000 + b"\n")

    path = host_loop(tmp_path / "loop.scap", work, FAILED, FAILED)
    said = scaptui("report", "crashes", path)
    assert said.status == 0
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", said.out)
    assert "`` /tmp/$(reboot)`id`" in said.out or "``/tmp/$(reboot)`id`" in said.out
    assert max(map(len, said.lines)) < 500
    told = scaptui("report", "crashes", path, "--json")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", told.out)
    assert json.loads(told.out)["programs"][0]["causes"][0]["about"] == f"/tmp/{HOSTILE}"
