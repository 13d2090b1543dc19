"""Fields by their definition: what each says about an event made for it."""

from typing import Any, Final

import pytest

from scaptui._core import Capture
from scaptui.demo.encoding import inet_tuple
from scaptui.demo.process import AT_FDCWD, SECOND, US
from tests.core.asking import column, numbers, opened
from tests.core.building import START, Building, poll_list
from tests.core.containers import ID, SANDBOX, cgroups, metadata

CREATED: Final = 0x4000  # the kernel made the file
CREATE, WRITE, READ = 4, 2, 1
NAMESPACE: Final = START - 100 * SECOND  # when the container's first process began
CLIENT, SERVER = ("10.0.0.1", 54886), ("10.0.0.2", 80)


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Capture:
    """A container's server is asked, starts a child, and fails in many ways."""
    building = Building(tmp_path_factory.mktemp("defined") / "defined.scap")
    building.machine("alpha")
    building.interface("10.0.0.1")
    building.process(1, "init", ptid=0, sid=1, vpgid=1, pgid=1)
    building.process(
        7, "nginx", ptid=1, exe="nginx: master", args=["-g", "daemon off;"], sid=7, vpgid=7,
        pgid=7, vmrss_kb=300, vmsize_kb=900, cgroups=cgroups(f"/kubepods/podu1/{ID}"),
        pidns_init_start_ts=NAMESPACE, cwd="/srv/",
    )  # fmt: skip
    building.thread(8, pid=7, comm="nginx")
    building.descriptor(7, 0, "file", "/dev/null", flags=1)
    building.descriptor(7, 1, "pipe", "")
    building.descriptor(7, 2, "file", "/var/log/error.log", flags=2)
    probe = {"exe": "/bin/probe", "args": ["--fast"]}
    building.happens(
        -1, "container", json=metadata(
            pod_sandbox_id=SANDBOX, host_pid=True, host_network=False, host_ipc=True,
            ReadinessProbe=probe, cni_json='{"ip":1}', labels={"io.kubernetes.pod.name": "web"},
        ),
    )  # fmt: skip
    building.exit(
        7, "openat", fd=3, dirfd=AT_FDCWD, name="new//file", flags=CREATED | CREATE | WRITE,
        mode=0o755, dev=0x801, ino=42,
    )  # fmt: skip
    building.exit(7, "write", res=5, fd=3, size=5, data=b"hello")
    building.now += 2 * SECOND
    building.exit(7, "read", res=-5, fd=3, size=5)
    building.exit(7, "accept", fd=4, tuple=inet_tuple(CLIENT, SERVER))
    building.exit(7, "read", res=3, fd=4, size=9, data=b"GET")
    building.exit(7, "recvfrom", res=-104, fd=4, size=9)
    building.exit(7, "poll", res=1, fds=poll_list(4, 3), timeout=1)
    building.exit(7, "mmap", res=-12, length=4096, fd=-1)
    building.exit(7, "kill", res=-3, pid=99, sig=9)
    building.exit(7, "rename", res=0, oldpath="a", newpath="../b")
    building.exit(7, "mkdir", res=0, path="dir/./new", mode=0o755)
    building.clone(7, 9, "nginx")
    building.exit(
        9, "execve", res=0, exe="./job", comm="job", tid=9, pid=9, args=["-x", "yz"],
        cap_effective=0x21, exe_ino=77, exe_ino_ctime=START - SECOND, exe_ino_mtime=START - 2 * US,
        flags=5, pgid=9, vpgid=9, trusted_exepath="/srv/job",
    )  # fmt: skip
    building.happens(7, "useradded", uid=1000, gid=1000, name="ada")
    building.exit(7, "close", res=0, fd=9)
    building.happens(7, "switch", next=1)
    building.now += 4 * US
    building.happens(1, "switch", next=7)
    building.exit(8, "close", res=0, fd=9)
    return opened(building.close())


# A field, the events it is asked of, and what it says of each.
SAYS: Final[tuple[tuple[str, str, list[Any]], ...]] = (
    ("evt.hostname", "evt.type=openat", ["alpha"]),
    ("evt.source", "evt.type=openat", ["syscall"]),
    ("evt.is_async", "evt.type in (mkdir, useradded)", [False, True]),
    ("evt.asynctype", "evt.type in (mkdir, useradded)", [None, "useradded"]),
    ("evt.buflen.file", "evt.type in (read, write)", [5, None, None]),
    ("evt.buflen.file.out", "evt.type in (read, write)", [5, None, None]),
    ("evt.buflen.file.in", "evt.type in (read, write)", [None, None, None]),
    ("evt.buflen.net", "evt.type in (read, write)", [None, None, 3]),
    ("evt.buflen.net.in", "evt.type in (read, write)", [None, None, 3]),
    ("evt.buflen.net.out", "evt.type in (read, write)", [None, None, None]),
    ("evt.buflen.in", "evt.type in (read, write)", [None, None, 3]),
    ("evt.buflen.out", "evt.type in (read, write)", [5, None, None]),
    ("evt.count.exit", "evt.type in (mkdir, useradded)", [1, None]),
    ("evt.is_open_create", "evt.type in (openat, mkdir)", [True, False]),
    ("evt.is_open_exec", "evt.type in (openat, mkdir)", [True, False]),
    ("evt.rawtime.s", "evt.type=write or evt.res=EIO", [1_700_000_000, 1_700_000_002]),
    ("evt.rawtime.ns", "evt.type=write or evt.res=EIO", [3_000, 4_000]),
    ("evt.reltime.s", "evt.type=write or evt.res=EIO", [0, 2]),
    ("evt.reltime.ns", "evt.type=write or evt.res=EIO", [1_000, 2_000]),
    ("evt.deltatime.s", "evt.type=write or evt.res=EIO", [0, 2]),
    ("evt.deltatime.ns", "evt.type=write or evt.res=EIO", [0, 1_000]),
    ("fd.containername", "evt.type=write", [f"{ID[:12]}:/srv/new/file"]),
    ("fd.containerdirectory", "evt.type=write", [f"{ID[:12]}:/srv/new"]),
    ("fd.nameraw", "evt.type=write", ["new/file"]),
    ("fd.dev", "evt.type=write", [0x801]),
    ("fd.dev.major", "evt.type=write", [8]),
    ("fd.dev.minor", "evt.type=write", [1]),
    ("fd.ino", "evt.type=write", [42]),
    ("fd.cproto", "evt.type=accept", ["54886"]),
    ("fd.sproto", "evt.type=accept", ["80"]),
    ("fd.lproto", "evt.type=accept", ["54886"]),
    ("fd.rproto", "evt.type=accept", ["80"]),
    ("fd.lip.name", "evt.type=accept", [None]),
    ("fdlist.nums", "evt.type=poll", ["4,3"]),
    ("fdlist.names", "evt.type=poll", ["10.0.0.1:54886->10.0.0.2:80,/srv/new/file"]),
    ("fdlist.cips", "evt.type=poll", ["10.0.0.1"]),
    ("fdlist.cports", "evt.type=poll", ["54886"]),
    ("fdlist.sips", "evt.type=poll", ["10.0.0.2"]),
    ("fdlist.sports", "evt.type=poll", ["80"]),
    ("fs.path.name", "evt.type in (openat, mkdir)", ["/srv/new/file", "/srv/dir/new"]),
    ("fs.path.nameraw", "evt.type in (openat, mkdir)", ["new//file", "dir/./new"]),
    ("fs.path.source", "evt.type=rename", ["/srv/a"]),
    ("fs.path.sourceraw", "evt.type=rename", ["a"]),
    ("fs.path.target", "evt.type=rename", ["/b"]),
    ("fs.path.targetraw", "evt.type=rename", ["../b"]),
    ("proc.cmdlenargs", "evt.type=write", [13]),
    ("proc.cmdnargs", "evt.type=write", [2]),
    ("proc.is_sid_leader", "evt.type in (write, execve)", [True, False]),
    ("proc.is_pgid_leader", "proc.pid=9", [False, True]),
    ("proc.is_vpgid_leader", "proc.pid=9", [False, True]),
    ("proc.pgid", "proc.pid=9", [7, 9]),
    ("proc.pgid.name", "proc.pid=9", ["nginx", "job"]),
    ("proc.pgid.exe", "proc.pid=9", ["nginx: master", "./job"]),
    ("proc.pgid.exepath", "proc.pid=9", ["/bin/nginx", "/srv/job"]),
    ("proc.vpgid.name", "proc.pid=9", ["nginx", "job"]),
    ("proc.vpgid.exe", "proc.pid=9", ["nginx: master", "./job"]),
    ("proc.vpgid.exepath", "proc.pid=9", ["/bin/nginx", "/srv/job"]),
    ("proc.sid.exe", "evt.type=execve", ["nginx: master"]),
    ("proc.sid.exepath", "evt.type=execve", ["/bin/nginx"]),
    ("proc.pexe", "evt.type=execve", ["nginx: master"]),
    ("proc.pexepath", "evt.type=execve", ["/bin/nginx"]),
    ("proc.pvpid", "evt.type=execve", [7]),
    ("proc.pid.ts", "evt.type=execve", [START + 2 * SECOND + 13 * US]),
    ("proc.ppid.ts", "evt.type=execve", [0]),
    ("proc.pidns_init_start_ts", "evt.type=write", [NAMESPACE]),
    ("proc.stdin.name", "evt.type=write", ["/dev/null"]),
    ("proc.stdin.type", "evt.type=write", ["file"]),
    ("proc.stdout.name", "evt.type=write", [""]),
    ("proc.stdout.type", "evt.type=write", ["pipe"]),
    ("proc.stderr.name", "evt.type=write", ["/var/log/error.log"]),
    ("proc.stderr.type", "evt.type=write", ["file"]),
    ("proc.is_exe_writable", "proc.pid=9", [False, True]),
    ("proc.is_exe_from_memfd", "proc.pid=9", [False, True]),
    ("proc.is_exe_upper_layer", "proc.pid=9", [False, False]),
    ("proc.exe_ino", "evt.type=execve", [77]),
    ("proc.exe_ino.ctime", "evt.type=execve", [START - SECOND]),
    ("proc.exe_ino.mtime", "evt.type=execve", [START - 2 * US]),
    (
        "proc.exe_ino.ctime_duration_proc_start", "proc.pid=9",
        [None, 3 * SECOND + 13 * US],
    ),
    (
        "proc.exe_ino.ctime_duration_pidns_start", "proc.pid=9",
        [None, 99 * SECOND],
    ),
    ("thread.cap_effective", "proc.pid=9", ["", "CAP_CHOWN CAP_KILL"]),
    ("thread.nametid", "evt.type=execve", ["job9"]),
    ("thread.vmsize", "evt.type=write", [900]),
    ("thread.vmsize.b", "evt.type=write", [900 * 1024]),
    ("thread.vmrss", "evt.type=write or thread.tid=8", [300, 0]),
    ("thread.vmrss.b", "evt.type=write or thread.tid=8", [300 * 1024, 0]),
    ("thread.exectime", "evt.type=switch", [0, 5 * US]),
    ("thread.totexectime", "evt.type=switch", [0, 5 * US]),
    ("container.start_ts", "evt.type=write", [NAMESPACE]),
    ("container.duration", "evt.type=write", [100 * SECOND + 3 * US]),
    ("container.host_pid", "evt.type=write", [True]),
    ("container.host_network", "evt.type=write", [False]),
    ("container.host_ipc", "evt.type=write", [True]),
    ("container.readiness_probe", "evt.type=write", ["/bin/probe --fast"]),
    ("container.liveness_probe", "evt.type=write", ["NONE"]),
    ("container.cni.json", "evt.type=write", ['{"ip":1}']),
    ("k8s.pod.cni.json", "evt.type=write", ['{"ip":1}']),
    ("k8s.pod.name", "evt.type=write", ["web"]),
    ("util.cnt", "evt.type in (write, mkdir)", [1, 2]),
)  # fmt: skip


@pytest.mark.parametrize(("field", "text", "said"), SAYS, ids=[field for field, _, _ in SAYS])
def test_a_field_says_what_it_is_defined_to(
    capture: Capture, field: str, text: str, said: list[Any]
) -> None:
    assert column(capture, field, text) == said


@pytest.mark.parametrize(
    ("field", "types"),
    [
        ("evt.count.error.file", ["read"]),
        ("evt.count.error.net", ["recvfrom"]),
        ("evt.count.error.memory", ["mmap"]),
        ("evt.count.error.other", ["kill"]),
    ],
)
def test_a_failure_counts_as_one_of_its_kind(
    capture: Capture, field: str, types: list[str]
) -> None:
    assert column(capture, "evt.type", f"{field}=1") == types


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("fd.proto=80", ["accept", "read", "recvfrom"]),
        ("fd.cnet=10.0.0.0/31", ["accept", "read", "recvfrom"]),
        ("fd.lnet=10.0.0.1/32", ["accept", "read", "recvfrom"]),
        ("fd.rnet=10.0.0.2/32", ["accept", "read", "recvfrom"]),
        ("fd.snet=10.0.0.1/32", []),
    ],
)
def test_a_field_for_filters_only_is_of_either_end(
    capture: Capture, text: str, types: list[str]
) -> None:
    assert column(capture, "evt.type", text) == types


@pytest.mark.parametrize(
    "field",
    [
        "k8s.deployment.id", "k8s.deployment.labels", "k8s.deployment.label[app]", "k8s.rc.id",
        "k8s.rc.labels", "k8s.rs.id", "k8s.rs.labels", "k8s.svc.id", "k8s.svc.labels",
        "k8s.ns.labels", "k8s.ns.label[app]", "evt.pluginname", "evt.plugininfo",
        "evt.infra.docker.name", "evt.infra.docker.container.id",
    ],
)  # fmt: skip
def test_what_no_event_of_the_capture_tells_is_absent_everywhere(
    capture: Capture, field: str
) -> None:
    assert set(column(capture, field)) == {None}
    assert numbers(capture, f"{field} exists") == []


@pytest.mark.parametrize("kind", ["Healthcheck", "LivenessProbe", "ReadinessProbe"])
def test_a_process_that_is_run_as_a_probe_of_its_container_is_told(
    building: Building, kind: str
) -> None:
    building.process(7, "probe", exe="/bin/probe", args=["-q"], cgroups=cgroups(f"/docker/{ID}"))
    building.process(8, "probe", exe="/bin/probe", args=["-v"], cgroups=cgroups(f"/docker/{ID}"))
    probe: dict[str, Any] = {kind: {"exe": "/bin/probe", "args": ["-q"]}}
    building.happens(-1, "container", json=metadata(**probe))
    for tid in (7, 8):
        building.exit(tid, "close", res=0, fd=9)
    capture = opened(building.close())
    fields = {
        "Healthcheck": "proc.is_container_healthcheck",
        "LivenessProbe": "proc.is_container_liveness_probe",
        "ReadinessProbe": "proc.is_container_readiness_probe",
    }
    said = {name: column(capture, field) for name, field in fields.items()}
    assert said == {name: [name == kind, False] for name in fields}


def test_a_syslog_message_has_its_facility_as_a_number(building: Building) -> None:
    building.process(7)
    building.descriptor(7, 3, "unix", "/dev/log")
    building.exit(7, "write", res=9, fd=3, data=b"<165>hey", size=9)
    capture = opened(building.close())
    assert column(capture, "syslog.facility") == [20]
    assert numbers(capture, "syslog.facility=20") == [1]


def test_an_event_lies_around_a_time_up_to_that_distance(building: Building) -> None:
    building.process(7)
    for _ in range(5):
        building.exit(7, "close", res=0, fd=9)
        building.now += 400_000 - US
    capture = opened(building.close())
    middle = column(capture, "evt.rawtime", "evt.num=3")[0]
    assert numbers(capture, f"evt.around[{middle}]=0") == [3]
    assert numbers(capture, f"evt.around[{middle}]=1") == [1, 2, 3, 4, 5]
    assert numbers(capture, f"evt.around[{middle - 1_200_000}]=1") == [1, 2]
    assert numbers(capture, f"not evt.around[{middle - 1_200_000}]=1") == [3, 4, 5]
