"""The crash page of a wide screen, cell by cell, as it was designed from a real capture.

Where the design says something else the reason stands beside it.
"""

from collections.abc import Callable
from pathlib import Path

from tests.screens.app import viewer

Real = Callable[[str], Path]


async def test_the_crash_page_of_a_wide_screen(real: Real) -> None:
    async with viewer(real("crash.mid.scap.gz"), size=(200, 50)) as screen:
        await screen.press("K")
        await screen.until("db.sqlite")
        picture = screen.picture
        assert picture[4:15] == [
            "     RUN  START          LIFE    GAP  EXIT     EVENTS  FAIL  CONTAINER       PID"
            "  CAUSE",
            "   ▾ pod 3f2c9a1e-7b64-4c0e-9d53-0a1b2c3d4e5f   hostname nginx-7c5b7f6d9-x2x9l"
            f"{'4 runs, all the same way':>122}",
            "> ×    1  08:43:23.185  2.04s         exit 1    3,267    77  8bd8fad8d793   4354"
            "  cannot open /var/lib/app/db.sqlite: ENOENT, stderr says so",
            "  ×    2  08:43:25.558  2.03s  333ms  exit 1    3,263    77  612969d73117   4378"
            "  same",
            "  ×    3  08:43:27.932  2.04s  340ms  exit 1    3,291    77  08c031af73cc   4402"
            "  same",
            "  ×    4  08:43:30.301  2.04s  333ms  exit 1    3,262    77  84b7577a987a   4426"
            "  same",
            f"   ▾ host   bash c_inner.sh{'3 runs, all the same way':>173}",
            "  ×    1  08:43:16.114  2.05s         exit 1    3,084    65  host           4309"
            "  cannot open /var/lib/app/db.sqlite: ENOENT, stderr says so",
            "  ×    2  08:43:18.463  2.05s  302ms  exit 1    3,070    66  host           4320"
            "  same",
            "  ×    3  08:43:20.818  2.03s  303ms  exit 1    3,082    66  host           4331"
            "  same",
            "",
        ]
        assert picture[15].startswith("─ run 1 ─")
        assert picture[15].endswith(
            "─ container 8bd8fad8d793, pod 3f2c9a1e-7b64-4c0e-9d53-0a1b2c3d4e5f, 3,267 events ─"
        )
        assert picture[16:20] == [
            # The order of children that ended early is by how many there were, then by time.
            "   exec chain   unshare 4353 › sh 4354 › bash 4354 c_inner.sh ns1 18082      children"
            "  nginx 4359, nginx 4361, cat ×3, sleep ×2, hostname, mkdir, curl",
            # How the cause is known stands here, too.
            "   cause        cannot open /var/lib/app/db.sqlite: ENOENT, stderr says so,"
            " in all 7 runs, within 6 ms of each exit",
            # Of 13 processes of this run only three ask nscd: it is not in every process.
            "   not causes   /config/app.yaml ENOENT: tolerated, 2.02 s before the end"
            "    connect /var/run/nscd/socket ENOENT: in 3 processes, tolerated",
            "",
        ]
        assert [line[:93].rstrip() for line in picture[20:36]] == [
            "     EVENT  BEFORE EXIT  TIME             PROC   TID  WHAT",
            "     12934       -2.04s  08:43:23.185779  unsh… 4354  container starts",
            "     13148       -2.03s  08:43:23.193174  bash  4354  execve bash"
            " c_inner.sh ns1 18082",
            "  !  13965       -2.02s  08:43:23.202318  cat   4358  openat /config/app.yaml ENOENT",
            "     14006       -2.02s  08:43:23.202689  bash  4354  writes stderr, 31 bytes",
            # The command line goes on, and says so.
            "     14186       -2.02s  08:43:23.204206  nginx 4359  execve nginx -c …/ns1/nginx.conf"
            " -p …",
            "     15737       -1.01s  08:43:24.217674  nginx 4361  writes HTTP/1.1 200 OK,"
            " the run works",
            "     15975       -4.0ms  08:43:25.221535  bash  4354  writes stderr, 51 bytes",
            "  !  16090       -2.6ms  08:43:25.222910  cat   4364  openat /var/lib/app/db.sqlite"
            " ENOENT",
            "  ×  16104       -2.5ms  08:43:25.222970  cat   4364  exits 1",
            "     16119       -2.3ms  08:43:25.223207  bash  4354  SIGTERM to nginx 4359,"
            " its own child",
            "     16146       -1.7ms  08:43:25.223810  nginx 4361  exits 0",
            # Below a millisecond microseconds are told, as everywhere.
            "     16171       -899us  08:43:25.224619  nginx 4359  exits 0",
            "  ×  16200            0  08:43:25.225518  bash  4354  exits 1",
            "",
            "     next run  +333ms    08:43:25.558418        4378  as container 612969d73117",
        ]
        side = [line[93:] for line in picture[21:44]]
        assert side[0] == "│ stderr and stdout of the run"
        assert side[1:8] == [
            # What went to files is told with the file's name; the design left both out.
            "│    -2.02s  nginx.conf worker_processes 1; daemon off; pid "
            "/srv/demo/work/crash/ns1/nginx.pid; error_lo",
            "│    -2.02s  cat: /config/app.yaml: No such file or directory",
            "│    -2.02s  config missing, using defaults",
            "│    -1.01s  access.log 127.0.0.1 - - [22/Nov/2026:08:43:24 +0000] "
            '"GET / HTTP/1.1" 200 2 "-" "curl/7.88',
            "│    -4.0ms  FATAL: cannot open database /var/lib/app/db.sqlite",
            "│    -2.6ms  cat: /var/lib/app/db.sqlite: No such file or directory",
            "│",
        ]
        assert side[8] == "│ last failures before the exit"
        # Each kind stands where it last happened, with how often it was seen in the run: nscd was
        # asked eight times, the last time by curl. Calls that a terminal is asked for in vain
        # (ENOTTY) are no failures.
        failures = [" ".join(line[1:].split()) for line in side[9:18]]
        assert failures[-5:] == [
            "-1.01s openat /root/.config/curlrc ENOENT 1",
            "-1.01s connect /var/run/nscd/socket ENOENT 8",
            "-1.01s openat /root/.curlrc ENOENT 2",
            "-3.0ms access /etc/ld.so.preload ENOENT 11",
            "-2.6ms openat /var/lib/app/db.sqlite ENOENT 1",
        ]
        assert side[18:22] == [
            "│",
            "│ runs 2, 3 and 4",
            "│   77 failures each, the same cause;",
            # Pids and ports are numbers; others are not looked at one by one.
            "│   only numbers and the container differ",
        ]
        assert picture[-2].startswith(
            " run 1 of 4   3,267 events, 77 failures   next run 333 ms later as 612969d73117"
        )
        assert picture[-1].startswith(
            " ? help  Enter events of the run  g to event  o whole output"
            "  p process tree at the end  W slice this run  M report as Markdown"
        )


async def test_a_status_of_three_digits_is_not_cut(real: Real) -> None:
    async with viewer(real("invalid-command.mid.scap.gz"), size=(140, 30)) as screen:
        await screen.press("K")
        await screen.until("cannot execute")
        assert screen.picture[4].startswith(
            "> ×    1  08:43:35.634  4.6ms         exit 127    333    15  1f2e3d4c5b6a   4523"
        )
        assert any(
            line.startswith("   not causes   execve /usr/sbin/sh ENOENT: found elsewhere")
            for line in screen.picture
        )
        assert any("     next run  +233ms" in line and "in the same container" in line
                   for line in screen.picture)  # fmt: skip
        await screen.pilot.resize_terminal(80, 24)
        await screen.rest()
        assert screen.picture[4].startswith(
            "> ×    1  08:43:35.634 4.6ms        exit 127 15 1f2e3d4c5b6a  "
        )
