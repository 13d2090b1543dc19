import errno
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scaptui.capture.helper import Answers, Attempt, Helper
from scaptui.capture.host import Host, Runtime
from scaptui.views.doctor import Diagnosis, diagnose, lines

BPF_AND_PERFMON = 1 << 39 | 1 << 38
ALL = BPF_AND_PERFMON | 1 << 19 | 1 << 2
WORKS = Attempt()

ANSWERS = Answers("1.0.0", ALL, WORKS, WORKS, WORKS)
HELPER = Helper(Path("/opt/bin/scaptui-probe"), ANSWERS, group="scaptui", mode=0o750)
HOST = Host(
    release="6.18.0",
    machine="x86_64",
    btf_bytes=5_900_000,
    tracepoint=True,
    lockdown="none",
    cpus=8,
    free_bytes=12_025_908_428,
    locked_bytes=8 << 20,
    uid=0,
    user="root",
    helper=HELPER,
    version="1.0.0",
    sudo=True,
    on_sudo_path=True,
    setcap=True,
    installer="apt-get install libcap2-bin",
    runtime=None,
    own_pids=False,
    own_users=False,
)
# An ordinary user; unprivileged programs may make ring buffers on this host.
NOBODY = Answers("1.0.0", 0, WORKS, Attempt(errno.EPERM))


def with_helper(**changes: Any) -> Host:
    return replace(HOST, helper=replace(HELPER, **changes))


def with_answers(**changes: Any) -> Host:
    return with_helper(answers=replace(ANSWERS, **changes))


def user(**changes: Any) -> Host:
    return replace(with_helper(answers=NOBODY), uid=1000, user="me", **changes)


def text(host: Host, width: int | None = None) -> str:
    return "\n".join(line.text for line in lines(diagnose(host), width))


def row(host: Host, name: str) -> tuple[str, str]:
    found = next(r for r in diagnose(host).requirements if r.name == name)
    return found.verdict, found.found


def commands(host: Host) -> list[str]:
    return [command for mend in diagnose(host).mends for command in mend.commands]


def missing(diagnosis: Diagnosis) -> list[str]:
    return [requirement.name for requirement in diagnosis.missing]


def test_an_ordinary_user_reads_what_is_missing_and_both_ways() -> None:
    assert (
        text(user())
        == """\
Cannot capture on this host yet: 1 of 8 requirements is missing.

  yes  kernel           6.18.0 x86_64, at least 5.8 is needed
  yes  BTF              /sys/kernel/btf/vmlinux, 5.9 MB
  yes  ring buffer      BPF_MAP_TYPE_RINGBUF works
  NO   privileges       needs CAP_BPF and CAP_PERFMON; uid 1000 has none
  yes  lockdown         none
  yes  tracepoints      raw_syscalls/sys_exit is there
  yes  memory           64 MB for 8 buffers, 11.2 GB free
  yes  helper           scaptui-probe 1.0.0, same version as the viewer
  --   containers       no runtime socket: ids without names (optional)

Either of these is enough:

    sudo scaptui live
    sudo setcap cap_bpf,cap_perfmon,cap_sys_ptrace,cap_dac_read_search+ep \\
        "$(command -v scaptui-probe)"

The first keeps root in the small helper only; the viewer drops to your user.
Reading capture files needs none of this:  scaptui open FILE"""
    )


def test_a_host_that_can_says_so_and_gives_no_advice() -> None:
    told = text(HOST).splitlines()
    assert told[0] == "This host can capture: all 8 requirements are met."
    assert [line[:5] for line in told[2:]] == ["  yes"] * 8 + ["  -- "]
    assert diagnose(HOST).ready


@pytest.mark.parametrize("width", [40, 60, 61, 80, 120])
@pytest.mark.parametrize("host", [HOST, user(), replace(HOST, own_pids=True, btf_bytes=None)])
def test_all_but_commands_fits_the_terminal(host: Host, width: int) -> None:
    told = lines(diagnose(host), width)
    assert all(len(line.text) < width for line in told if line.role != "command")


def test_narrow_terminals_have_what_was_found_below_its_name() -> None:
    told = text(user(), 60).splitlines()
    at = told.index("  NO   privileges")
    assert told[at + 1] == "       needs CAP_BPF and CAP_PERFMON; uid 1000 has none"
    assert "  yes  lockdown         none" in told


def test_long_values_go_on_below_themselves() -> None:
    host = replace(HOST, release="6.1.0-" + "-".join(["long"] * 12))
    told = text(host, 80).splitlines()
    assert told[2].startswith("  yes  kernel           6.1.0-long-")
    assert told[3].startswith(" " * 24 + "long") or told[3].startswith(" " * 24 + "x86_64")


def test_lines_have_roles() -> None:
    told = lines(diagnose(user()))
    assert [line.text.split()[1] for line in told if line.role == "missing"] == ["privileges"]
    assert [line.text.split()[0] for line in told if line.role == "command"] == [
        "sudo",
        "sudo",
        '"$(command',
    ]


@pytest.mark.parametrize(
    ("host", "name", "verdict", "found"),
    [
        (replace(HOST, release="5.4.0-90"), "kernel", "no", "5.4.0-90 x86_64, at least 5.8"),
        (replace(HOST, release="5.11.0"), "kernel", "yes", "5.11.0 x86_64"),
        (replace(HOST, release="odd"), "kernel", "no", "odd x86_64"),
        (replace(HOST, machine="riscv64"), "kernel", "no", "only x86_64 and aarch64 are known"),
        (replace(HOST, btf_bytes=None), "BTF", "no", "/sys/kernel/btf/vmlinux is not there"),
        (
            with_answers(ring_buffer=Attempt(errno.EINVAL)),
            "ring buffer",
            "no",
            "BPF_MAP_TYPE_RINGBUF: invalid argument",
        ),
        (
            with_answers(ring_buffer=Attempt(errno.EPERM)),
            "ring buffer",
            "unknown",
            "not tried, it takes the privileges below",
        ),
        (
            with_answers(capabilities=1 << 39),
            "privileges",
            "no",
            "needs CAP_BPF and CAP_PERFMON; uid 0 lacks CAP_PERFMON",
        ),
        (
            with_answers(capabilities=BPF_AND_PERFMON),
            "privileges",
            "yes",
            "without CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH files of others stay unnamed",
        ),
        (
            with_answers(capabilities=1 << 21 | 1 << 19 | 1 << 2),
            "privileges",
            "yes",
            "uid 0 has them",
        ),
        (
            with_answers(program=Attempt(errno.EPERM), tracepoint=None),
            "privileges",
            "no",
            "yet the kernel refuses the program: operation not permitted",
        ),
        (
            replace(with_answers(program=Attempt(errno.EPERM), tracepoint=None), own_users=True),
            "privileges",
            "no",
            "it is in a user namespace",
        ),
        (
            replace(with_helper(capabilities=ALL), uid=1000),
            "privileges",
            "yes",
            "carried by the helper",
        ),
        (replace(HOST, lockdown="integrity"), "lockdown", "yes", "integrity, which allows it"),
        (replace(HOST, lockdown="confidentiality"), "lockdown", "no", "may not read the kernel"),
        (
            with_answers(tracepoint=Attempt(errno.ENOENT)),
            "tracepoints",
            "no",
            "raw_syscalls/sys_exit: no such file or directory",
        ),
        (
            replace(with_answers(tracepoint=None), tracepoint=False),
            "tracepoints",
            "no",
            "raw_syscalls/sys_exit is not in the kernel",
        ),
        (
            replace(with_answers(tracepoint=None), tracepoint=None),
            "tracepoints",
            "unknown",
            "could not be looked for",
        ),
        (replace(HOST, free_bytes=30 << 20), "memory", "no", "64 MB for 8 buffers, 30 MB free"),
        (replace(HOST, free_bytes=None), "memory", "unknown", "what is free is not known"),
        (replace(HOST, cpus=1), "memory", "yes", "8 MB for 1 buffer, 11.2 GB free"),
        (
            replace(HOST, release="5.10.0", locked_bytes=65_536),
            "memory",
            "no",
            "64 kB may be locked; kernels before 5.11 lock them",
        ),
        (
            replace(
                with_answers(capabilities=ALL | 1 << 24), release="5.10.0", locked_bytes=65_536
            ),
            "memory",
            "yes",
            "11.2 GB free",
        ),
        (replace(HOST, release="5.10.0", locked_bytes=None), "memory", "yes", "11.2 GB free"),
        (
            replace(HOST, helper=None),
            "helper",
            "no",
            "scaptui-probe is neither beside scaptui nor on the search path",
        ),
        (
            with_helper(answers=None, why_not="Exec format error"),
            "helper",
            "no",
            "/opt/bin/scaptui-probe (root:scaptui 0750) does not run: Exec format error",
        ),
        (
            with_answers(version="0.9.0"),
            "helper",
            "no",
            "scaptui-probe 0.9.0, the viewer is 1.0.0 (/opt/bin/scaptui-probe)",
        ),
        (replace(HOST, own_pids=True), "container", "no", "process ids in here are not the host"),
        (
            replace(HOST, runtime=Runtime("docker", "/run/docker.sock", usable=True)),
            "containers",
            "yes",
            "docker at /run/docker.sock",
        ),
        (
            replace(HOST, runtime=Runtime("docker", "/run/docker.sock", usable=False)),
            "containers",
            "optional",
            "/run/docker.sock is not for uid 0",
        ),
    ],
)
def test_each_outcome(host: Host, name: str, verdict: str, found: str) -> None:
    told_verdict, told = row(host, name)
    assert told_verdict == verdict
    assert found in told
    assert diagnose(host).ready == (verdict != "no")


@pytest.mark.parametrize(
    "host",
    [
        replace(HOST, release="4.19.0"),
        replace(HOST, machine="riscv64"),
        replace(HOST, btf_bytes=None),
        with_answers(ring_buffer=Attempt(errno.EINVAL)),
        replace(HOST, lockdown="confidentiality"),
        replace(HOST, tracepoint=False, helper=replace(HELPER, answers=NOBODY)),
        replace(HOST, free_bytes=0),
        replace(HOST, helper=None),
        replace(HOST, own_pids=True),
        user(),
    ],
)
def test_whatever_is_missing_has_a_way_out(host: Host) -> None:
    diagnosis = diagnose(host)
    assert diagnosis.missing
    assert all(requirement.mend is not None for requirement in diagnosis.missing)
    assert text(host).endswith("Reading capture files needs none of this:  scaptui open FILE")


def test_several_missing_ones_are_counted_and_each_is_mended() -> None:
    host = replace(HOST, btf_bytes=None, lockdown="confidentiality")
    diagnosis = diagnose(host)
    assert missing(diagnosis) == ["BTF", "lockdown"]
    assert text(host).startswith(
        "Cannot capture on this host yet: 2 of 8 requirements are missing."
    )
    assert len(diagnosis.mends) == 2


def test_inside_a_container_there_is_one_requirement_more() -> None:
    host = replace(HOST, own_pids=True)
    assert "1 of 9 requirements" in text(host)
    assert commands(host) == ["--privileged --pid=host"]
    without = replace(
        with_answers(
            capabilities=0, ring_buffer=Attempt(errno.EPERM), program=Attempt(errno.EPERM)
        ),
        own_pids=True,
    )
    # One advice for both.
    assert missing(diagnose(without)) == ["privileges", "container"]
    assert commands(without) == ["--privileged --pid=host"]


def test_only_ways_that_this_host_has_are_told() -> None:
    assert commands(user())[0] == "sudo scaptui live"
    assert commands(user(on_sudo_path=False))[0] == "scaptui live"
    assert not any("sudo" in command for command in commands(user(sudo=False)))
    assert "This is enough, as root:" in text(user(sudo=False))
    assert commands(user(setcap=False))[1] == "sudo apt-get install libcap2-bin"
    assert commands(user(setcap=False, installer="")) == ["sudo scaptui live"]
    assert "This is enough:" in text(user(setcap=False, installer=""))
    assert commands(user(sudo=False, setcap=False, installer="")) == ["scaptui live"]


@pytest.mark.parametrize(
    "changes",
    [
        {"owner": "me"},
        {"mode": 0o755},
        {"mode": 0o770},
        {"open_folders": (Path("/home/me/my venv"),)},
        {"nosuid": True},
    ],
)
def test_capabilities_are_put_on_a_copy_where_others_could_use_the_file(
    changes: dict[str, Any],
) -> None:
    path = Path("/home/me/my venv/scaptui-probe")
    helper = replace(HELPER, answers=NOBODY, path=path, **changes)
    assert commands(replace(user(), helper=helper))[1:] == [
        "sudo groupadd --force --system scaptui",
        "sudo install -o root -g scaptui -m 0750 '/home/me/my venv/scaptui-probe'"
        " /usr/local/bin/scaptui-probe",
        "sudo setcap cap_bpf,cap_perfmon,cap_sys_ptrace,cap_dac_read_search+ep \\\n"
        "    /usr/local/bin/scaptui-probe",
        "sudo usermod -aG scaptui me",
    ]


def test_a_helper_that_anybody_may_run_with_capabilities_is_warned_of() -> None:
    host = with_helper(capabilities=ALL, mode=0o755, path=Path("/usr/local/bin/scaptui-probe"))
    assert diagnose(host).ready
    told = text(host)
    assert "Careful: /usr/local/bin/scaptui-probe carries capabilities, and may be run by" in told
    # A new owner takes capabilities away, so they are given last.
    assert [command.split()[1] for command in commands(host)] == [
        "groupadd",
        "chown",
        "chmod",
        "setcap",
    ]
    assert "Careful" not in text(with_helper(capabilities=ALL))
    assert "Careful" not in text(with_helper(mode=0o777))


def test_a_user_outside_the_group_is_told_how_to_get_in() -> None:
    host = replace(
        with_helper(answers=None, why_not="Permission denied"), uid=1000, user="me", sudo=True
    )
    assert commands(host) == ["sudo usermod -aG scaptui me"]


def test_text_of_others_is_escaped() -> None:
    host = with_helper(answers=None, why_not="\x1b]0;evil\x07")
    assert "\x1b" not in text(host)
    assert "\\x1b]0;evil\\x07" in text(host)


def test_the_same_as_plain_data() -> None:
    data = diagnose(user()).as_json()
    assert data["ready"] is False
    assert data["requirements"][3] == {
        "name": "privileges",
        "verdict": "no",
        "found": "needs CAP_BPF and CAP_PERFMON; uid 1000 has none",
    }
    assert data["mends"][0]["commands"][0] == "sudo scaptui live"
