"""Whole screens, cell by cell, as they were designed from real captures.

Where the design says something else the reason stands beside it.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from scaptui.widgets.event_list import EventList
from tests.screens.app import viewer

Real = Callable[[str], Path]


@pytest.fixture(autouse=True)
def no_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def uncounted(picture: list[str]) -> list[str]:
    """Without the counts of fields: there will be more."""
    return [re.sub(r"\d{3}(?= (fields|shown) ─)", "###", line) for line in picture]


async def test_a_capture_from_its_first_row(real: Real) -> None:
    async with viewer(real("502Error.scap")) as screen:
        # The file was read at once: the frame is that of a capture that is complete.
        assert screen.picture[4:] == [
            "     NUM TIME         PROC      CALL         LAT RESULT  INFO     row 1 of 4,501",
            ">     23 00:44:29.900 curl      clone            0       in the child",
            "      25 00:44:29.900 curl      set_robus… 437ns",
            "      27 00:44:29.900 curl      socket     5.0us 3       3 unix",
            "  !   29 00:44:29.900 curl      connect    9.1us ENOENT  3 /var/run/nscd/socket",
            "      31 00:44:29.900 curl      close      359ns 0       3 unix",
            "      33 00:44:29.900 curl      socket     934ns 3       3 unix",
            "  !   35 00:44:29.900 curl      connect    1.9us ENOENT  3 /var/run/nscd/socket",
            "      37 00:44:29.900 curl      close      143ns 0       3 unix",
            "      39 00:44:29.900 curl      mmap       2.0us 0x7f1a…",
            "      41 00:44:29.900 curl      munmap     3.3us 0",
            "      43 00:44:29.900 curl      munmap     949ns 0",
            "      45 00:44:29.900 curl      mprotect   999ns",
            "      47 00:44:29.900 curl      open       2.6us 3       /etc/nsswitch.conf",
            # The design left the name out; the descriptor is known.
            "      49 00:44:29.900 curl      fstat      632ns 0       3 /etc/nsswitch.conf",
            "      51 00:44:29.900 curl      read       1.7us 566     3 # /etc/ns…itch functi",
            "      53 00:44:29.900 curl      read       362ns 0       3",
            "      55 00:44:29.900 curl      close      173ns 0       3 /etc/nsswitch.conf",
            " thread 843 of 842 curl localhost/bar   clone, returning in the new thread",
            " ? help  f filter  / find  e failure  m mark  s stream  i details  q",
        ]


async def test_the_main_screen(real: Real) -> None:
    async with viewer(real("crash.mid.scap.gz"), "container.id=8bd8fad8d793") as screen:
        await screen.press(*"16090G")
        await screen.scroll(16084)
        assert screen.picture == [
            " crash.mid.scap.gz  2026-11-22 UTC  39,082 ev  16.9 s  complete  drops 0  events",
            # The process that made the container was in it as of its execve: 88 events more.
            " filter  container.id=8bd8fad8d793                        3,355 of 39,082   8.6%",
            " ▇   ▆    ▅▇    ▆    ▅▇    ▆    ▅▇    ▆    ▅▇    ▆   ▅▅▇    ▆   ▅ ▇    ▆   ▅ ▅█",
            " ×        ××         ××         ××         ▲×        ×××        × ×        ×",
            "     NUM TIME         PROC      CALL         LAT RESULT  INFO row 1,620 of 1,690",
            "   16084 08:43:25.222 cat       brk        1.1us 0x55ec…",
            "   16086 08:43:25.222 cat       brk        3.5us 0x55ec…",
            "   16088 08:43:25.222 cat       newfstatat 2.8us 0       1 opened before capture",
            "> !16090 08:43:25.222 cat       openat     7.6us ENOENT  /var/lib/app/db.sqlite",
            "   16092 08:43:25.222 cat       write      7.6us 5       2 cat:",
            "   16094 08:43:25.222 cat       write      1.6us 22      2 /var/lib/…p/db.sqlite",
            "   16096 08:43:25.222 cat       write      1.5us 27      2 : No such…r directory",
            "   16098 08:43:25.222 cat       write      1.5us 1       2 .",
            "   16100 08:43:25.222 cat       close      912ns 0       1 opened before capture",
            # The shell has put back 2, too, which was /dev/null for a while.
            "   16102 08:43:25.222 cat       close      460ns 0       2 opened before capture",
            "   16103 08:43:25.222 cat       exit_group",
            "  ×16104 08:43:25.222 cat       procexit         exit 1",
            "   16105 08:43:25.223 bash      wait4      1.4ms",
            "   16107 08:43:25.223 bash      rt_sigact… 851ns",
            "  !16109 08:43:25.223 bash      ioctl      2.3us ENOTTY  2 opened before capture",
            "   16111 08:43:25.223 bash      rt_sigpro… 671ns",
            "   16112 08:43:25.223 bash      signaldel…               SIGCHLD ← cat 4364",
            " 4364 cat ‹ 4354 bash   openat /var/lib/app/db.sqlite O_RDONLY   no such file",
            # Bookmarks, streams and views have no keys yet.
            " ? help  f filter  / find  e failure  m mark  s stream  i details  q",
        ]


async def test_the_main_screen_with_details_beside_the_list(real: Real) -> None:
    capture = real("crash.mid.scap.gz")
    async with viewer(capture, "container.id=8bd8fad8d793", size=(160, 45)) as screen:
        await screen.press(*"16090G")
        await screen.scroll(16068)
        await screen.until("in this pod")
        # Other than designed, beside what the narrow screen says: wait4 stands where it returned;
        # bytes that would have gone over the border are cut; what is cut in the lineage ends in its
        # sign; latencies below the second digit are cut, not rounded; an exit is told by its event,
        # which follows the call; and 2, too, is what the shell has put back.
        expected = (Path(__file__).parent / "main-160x45.txt").read_text()
        assert screen.picture == expected.splitlines()


async def test_raw_rows_and_the_column_chooser(real: Real) -> None:
    async with viewer(real("502Error.scap"), "thread.tid=13969") as screen:
        await screen.press("D", *"13390G", "C", *"jjjj")
        await screen.scroll(13381)
        assert uncounted(screen.picture) == [
            " 502Error.scap  2017-09-23 UTC  9,478 ev  12.1 s  complete  drops 0 events · raw",
            " filter  thread.tid=13969                                  2,921 of 9,478  30.8%",
            "     NUM TIME            D CALL        CONTAINER   ARGUMENTS  row 1,653 of 2,921",
            # Whatever is cut ends in a sign that it is.
            "   13381 00:44:37.019924 > recvfrom    example2_l… fd=0(<4t>192.168.0.1:44604->…",
            "   13382 00:44:37.019928 < recvfrom    example2_l… res=76 data=GET /foo HTTP/1.…",
            "   13383 00:44:37.019957 > socket      example2_l… domain=2(AF_INET) type=1 pro…",
            "   13384 00:44:37.019964 < socket      example2_l… fd=1(<4>)",
            "   13385 00:44:37.019965 > fcntl       example2_l… fd=1(<4>) cmd=5(F_SETFL)",
            "   13386 00:44:37.019966 < fcntl       example2_l… res=0(<4t>192.168.0.1:44604-…",
            "   13387 00:44:37.019966 > setsockopt  example2_l…",
            "   13388 00:44:37.019967 < setsockopt  example2_l…",
            "   13389 00:44:37.019968 > connect     example2_l… fd=1(<4>)",
            "> :13390 00:44:37.020082 < connect     example2_l… res=-115(EINPROGRESS) tuple=…",
            # The rule ends as that of other panes.
            "─ columns ──────────────────────────────────────────────────── 6 of ### shown ─",
            "   ON  FIELD                TYPE     WIDTH  HERE IN THE CURSOR'S ROW",
            "   1   evt.num              number       5  13390",
            "   2   evt.time             time        15  00:44:37.020082980",
            "   3   evt.dir              text         1  <",
            "   4   evt.type             text        11  connect",
            ">  5   container.name       text        11  example2_lb_1",
            "   6   evt.args             text      rest  res=-115(EINPROGRESS) tuple=192.168…",
            # The list's own columns come first among those that are not shown.
            "       INFO                 text        12  -",
            ' container.name  Container name; "host" outside containers, absent until the me…',
            " Space on/off  J K move  + - width  / search fields  Enter keeps  Esc as before",
        ]


async def test_values_are_offered_while_a_filter_is_typed(real: Real) -> None:
    async with viewer(real("crash.mid.scap.gz")) as screen:
        await screen.press("f")
        await screen.type("proc.name=nginx and evt.failed=true and evt.type=co")
        await screen.until("none of these 70")
        assert screen.picture == [
            " crash.mid.scap.gz  2026-11-22 UTC  39,082 ev  16.9 s  complete  drops 0  events",
            " filter  proc.name=nginx and evt.failed=true and evt.type=co           70 so far",
            " unfinished  a call or event name                       clauses  4,434 · 957 · ?",
            "                                               EVT.TYPE       HERE  FILE",
            "                                               > connect        28   130",
            "                                                 prctl          28    98",
            "                                                 access          7   600",
            "                                                 recvmsg         7    28",
            "                                               85 more, none of these 70",
            "> ! 1654 08:43:16.125 nginx     access     4.1us ENOENT  /etc/ld.so.preload",
            "  ! 1974 08:43:16.132 nginx     connect     24us ENOENT  3 /var/run/nscd/socket",
            "  ! 1980 08:43:16.132 nginx     connect    5.4us ENOENT  3 /var/run/nscd/socket",
            "  ! 2012 08:43:16.132 nginx     connect    4.8us ENOENT  3 /var/run/nscd/socket",
            "  ! 2018 08:43:16.132 nginx     connect    3.7us ENOENT  3 /var/run/nscd/socket",
            "  ! 2235 08:43:16.134 nginx     prctl      500ns EINVAL",
            "  ! 2239 08:43:16.134 nginx     prctl      251ns EINVAL",
            "  ! 2241 08:43:16.134 nginx     prctl      230ns EINVAL",
            "  ! 2243 08:43:16.134 nginx     prctl      250ns EINVAL",
            # What the socket is for is in no capture.
            "  : 3614 08:43:18.158 nginx     recvmsg    1.1us EAGAIN  7 unix",
            "  ! 4909 08:43:18.477 nginx     access     3.2us ENOENT  /etc/ld.so.preload",
            "  ! 5248 08:43:18.485 nginx     connect     20us ENOENT  3 /var/run/nscd/socket",
            "  ! 5254 08:43:18.485 nginx     connect    4.9us ENOENT  3 /var/run/nscd/socket",
            # The errors a call had among these events are one key away, not counted here.
            " connect  give a socket its peer",
            " Tab takes it  ↑ ↓ choose  Enter apply  Esc as before  Ctrl+R history  F1 fields",
        ]


async def test_a_mistake_in_a_filter_is_shown_in_its_place(real: Real) -> None:
    async with viewer(real("crash.mid.scap.gz"), "proc.name=nginx") as screen:
        await screen.press(*"2012G", "f")
        await screen.type(" and evt.faild=true")
        await screen.scroll(1996)
        assert screen.picture == [
            " crash.mid.scap.gz  2026-11-22 UTC  39,082 ev  16.9 s  complete  drops 0  events",
            " filter  proc.name=nginx and evt.faild=true                                error",
            "                             ^ column 21: there is no field evt.faild",
            # In the words of the table of fields.
            " nearest  evt.failed  whether the call returned an error                Tab puts",
            "          evt.arg     one parameter as text by name or position from 0  it in",
            "     NUM TIME         PROC      CALL         LAT RESULT  INFO  last valid filter",
            # Names of descriptors that the design left out are known.
            "    1996 08:43:16.132 nginx     newfstatat 901ns 0       3 /etc/nsswitch.conf",
            "    1998 08:43:16.132 nginx     close      1.5us 0       3 /etc/nsswitch.conf",
            "    2000 08:43:16.132 nginx     openat     4.1us 3       /etc/passwd",
            "    2002 08:43:16.132 nginx     newfstatat 811ns 0       3 /etc/passwd",
            "    2004 08:43:16.132 nginx     lseek      2.0us 0       3 /etc/passwd",
            "    2006 08:43:16.132 nginx     read       1.7us 1271    3 root:x:0:…in/nologin.",
            "    2008 08:43:16.132 nginx     close      1.4us 0       3 /etc/passwd",
            "    2010 08:43:16.132 nginx     socket     5.6us 3       3 unix",
            "> ! 2012 08:43:16.132 nginx     connect    4.8us ENOENT  3 /var/run/nscd/socket",
            "    2014 08:43:16.132 nginx     close      3.2us 0       3 /var/run/nscd/socket",
            "    2016 08:43:16.132 nginx     socket     3.3us 3       3 unix",
            "  ! 2018 08:43:16.132 nginx     connect    3.7us ENOENT  3 /var/run/nscd/socket",
            "    2020 08:43:16.132 nginx     close      2.9us 0       3 /var/run/nscd/socket",
            "    2022 08:43:16.132 nginx     newfstatat 1.9us 0       /etc/nsswitch.conf",
            "    2024 08:43:16.132 nginx     openat     4.8us 3       /etc/group",
            "    2026 08:43:16.132 nginx     newfstatat 851ns 0       3 /etc/group",
            " 4313 nginx ‹ 4309 bash   connect /var/run/nscd/socket   no such file",
            " Tab take the suggestion  Ctrl+T other dialect  Enter apply  Esc back to nginx",
        ]


async def test_details_and_bytes_of_an_event(real: Real) -> None:
    async with viewer(real("502Error.scap"), "container.name=example2_lb_1") as screen:
        await screen.press(*"13485G", "i", "X", "tab", "j")
        await screen.until("events match")
        assert uncounted(screen.picture) == [
            " 502Error.scap  2017-09-23 UTC  9,478 ev  12.1 s  complete  drops 0       events",
            " filter  container.name=example2_lb_1                      3,002 of 9,478  31.7%",
            # Switches between threads are no calls, so that there are fewer rows.
            "     NUM TIME         PROC      CALL         LAT RESULT  INFO   row 784 of 1,359",
            "   13476 00:44:37.021 haproxy   recvfrom   4.9us 121     1 HTTP/1.0 …p 2017 00:4",
            "   13478 00:44:37.021 haproxy   close      894ns 0       1 → 192.168.0.2:80",
            "   13481 00:44:37.021 haproxy   epoll_ctl  2.5us",
            "   13483 00:44:37.021 haproxy   epoll_pwa… 761ns",
            ">  13485 00:44:37.021 haproxy   sendto     6.5us 204     0 HTTP/1.0 ….Content-Ty",
            "   13487 00:44:37.021 haproxy   shutdown    31us 0       0 ← 192.168.0.1:44604",
            "─ event 13485 ──────────────────────────────────────────────────── ### fields ─",
            "   evt.res         204 bytes written     sendto, net, exit of 13484",
            ">  fd.name         192.168.0.1:44604->192.168.0.3:80    fd 0, tcp, server side",
            "   proc.cmdline    haproxy -f /haproxy.cfg -db -q       pid 13969, inside 9",
            "   proc.aname      dockercloud-hap 13924 ‹ tini 13851 ‹ ? 13834",
            "   user.uid        100, in the container; the host calls 100 systemd-timesync",
            "─ bytes ────────────────────────────────── 80 of 204 captured, cut by snaplen ─",
            "   0000  48 54 54 50 2f 31 2e 30  20 35 30 32 20 42 61 64  HTTP/1.0 502 Bad",
            "   0010  20 47 61 74 65 77 61 79  0d 0a 43 61 63 68 65 2d   Gateway..Cache-",
            "   0020  43 6f 6e 74 72 6f 6c 3a  20 6e 6f 2d 63 61 63 68  Control: no-cach",
            "   0030  65 0d 0a 43 6f 6e 6e 65  63 74 69 6f 6e 3a 20 63  e..Connection: c",
            "   0040  6c 6f 73 65 0d 0a 43 6f  6e 74 65 6e 74 2d 54 79  lose..Content-Ty",
            "   0050  … 124 bytes not captured",
            " Enter filters on fd.name=192.168.0.1:44604->192.168.0.3:80   11 events match",
            # Streams have no key yet; all fields are one key away.
            " Tab pane  + and  - not  c copy  y explain  l all fields  X bytes  i close",
        ]


async def test_an_empty_result_explains_itself(real: Real) -> None:
    async with viewer(real("invalid-command.mid.scap.gz"), 'proc.name == "nginx"') as screen:
        await screen.until("nginx never started")
        await screen.until("1,478 of 19,622 match")
        # The span goes before the file's name is cut.
        assert screen.picture == [
            " invalid-command.mid.scap.gz  2026-11-22 UTC  19,622 ev  complete  drops 0   why",
            ' filter  proc.name == "nginx"                                        0 of 19,622',
            "",
            ' 1  proc.name = "nginx"              0 events    19,622 have the field',
            "    names here  bash 6,853 · mkdir 5,723 · find 2,888 · sed 747 · rmdir 595",
            "                docker-entrypoi 626 · sh 617 · unshare 524 · 5 more",
            "",
            ' "nginx" occurs elsewhere',
            ">   proc.cmdline                 1,478 events    hostname nginx-crashloop; …",
            "    failed execve                   15 events    -c.hostname nginx-crashloop; …",
            '    evt.buffer                       9 events    if [ "$1" = "nginx" ]; then …',
            "    proc.exepath, fd.name            0 events    no file of that name was opened",
            "",
            " What ran instead                               5 times, the first of them:",
            "    docker-entrypoint.sh invalid-command        container 1f2e3d4c5b6a, pid 4523",
            "  !  3713  execve invalid-command               ENOENT, 6 times, along PATH",
            "     3725  stderr /srv/demo/work/seed/docker-entrypoint.sh: 4: exec: invalid-co…",
            "  ×  3731  docker-entrypoi exits 127, command not found, 960us after its exec",
            "     and    151 execve in the file, 85 succeeded, none of them nginx",
            ' So  nginx never started. docker-entrypoint.sh tried to run "invalid-command",',
            "     which does not exist. All 5 runs end this way, with exit status 127.",
            "",
            ' Enter  filters on proc.cmdline contains "nginx"           1,478 of 19,622 match',
            # Crashes have no key yet.
            " Enter use it  Tab what happened  g to event 3723  p processes  f edit  ?",
        ]


@pytest.mark.parametrize("name", ["invalid-command.mid.scap.gz", "invalid-command.new.scap.gz"])
async def test_two_keys_lead_from_nothing_to_the_search_and_the_status_of_each_run(
    real: Real, name: str
) -> None:
    async with viewer(real(name), 'proc.name == "nginx"') as screen:
        await screen.until("nginx never started")
        await screen.press("tab", "enter")
        await screen.until("row 1 of 35")
        rows = [
            (line[2], line[32:42].strip(), line[49:55].strip()) for line in screen.picture[5:12]
        ]
        assert rows == [
            *[("!", "execve", "ENOENT")] * 6,
            ("×", "procexit", "127"),
        ]
        model = screen.app.screen.query_one(EventList).model
        calls = model.selection.calls(0, 100)
        assert {call.path for call in calls if call.name == "execve"} == {
            f"{folder}/invalid-command".encode()
            for folder in (
                "/usr/local/sbin",
                "/usr/local/bin",
                "/usr/sbin",
                "/usr/bin",
                "/sbin",
                "/bin",
            )
        }
        ends = [call for call in calls if call.exit_status is not None]
        assert [(call.comm, call.exit_status) for call in ends] == [
            (b"docker-entrypoi", 127 << 8)
        ] * 5


async def test_one_key_leads_to_the_last_attempt_among_all_events(real: Real) -> None:
    async with viewer(real("invalid-command.mid.scap.gz"), 'proc.name == "nginx"') as screen:
        await screen.until("nginx never started")
        await screen.press("g")
        await screen.until("3723")
        assert any(line.startswith("> ! 3723 ") for line in screen.picture)
        assert any("procexit" in line and line.split()[-1] == "127" for line in screen.picture)
