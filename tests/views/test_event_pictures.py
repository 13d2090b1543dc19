"""The event list as it was drawn for real captures, cell by cell."""

from collections.abc import Callable
from pathlib import Path

from scaptui.views.cells import line_text, line_width
from tests.views.listing import event_list, read, rows_from

Real = Callable[[str], Path]


def test_one_row_a_call_at_80_cells(real: Real) -> None:
    model = event_list(read(real("crash.mid.scap.gz")), "container.id=8bd8fad8d793", height=5)
    model.marks = {16090: "mark"}
    assert rows_from(model, 16084, cursor=16090)[:2] == [
        "   16084 08:43:25.222 cat       brk        1.1us 0x55ec…",
        "   16086 08:43:25.222 cat       brk        3.5us 0x55ec…",
    ]
    model.height = 9
    assert rows_from(model, 16090, cursor=16090) == [
        ">●!16090 08:43:25.222 cat       openat     7.6us ENOENT  /var/lib/app/db.sqlite",
        "   16092 08:43:25.222 cat       write      7.6us 5       2 cat:",
        "   16094 08:43:25.222 cat       write      1.6us 22      2 /var/lib/…p/db.sqlite",
        "   16096 08:43:25.222 cat       write      1.5us 27      2 : No such…r directory",
        "   16098 08:43:25.222 cat       write      1.5us 1       2 .",
        "   16100 08:43:25.222 cat       close      912ns 0       1 opened before capture",
        "   16102 08:43:25.222 cat       close      460ns 0       2 opened before capture",
        "   16103 08:43:25.222 cat       exit_group",
        "  ×16104 08:43:25.222 cat       procexit         exit 1",
    ]
    model.height = 4
    assert rows_from(model, 16105, cursor=16090) == [
        "   16105 08:43:25.223 bash      wait4      1.4ms",
        "   16107 08:43:25.223 bash      rt_sigact… 851ns",
        "  !16109 08:43:25.223 bash      ioctl      2.3us ENOTTY  2 opened before capture",
        "   16111 08:43:25.223 bash      rt_sigpro… 671ns",
    ]


def test_titles_stand_over_their_columns(real: Real) -> None:
    model = event_list(read(real("crash.mid.scap.gz")), "proc.name=nginx and evt.failed=true")
    assert line_text(model.heading()) == (
        "     NUM TIME         PROC      CALL         LAT RESULT  INFO        row 1 of 70"
    )


def test_failed_calls_name_what_they_asked_for(real: Real) -> None:
    model = event_list(
        read(real("crash.mid.scap.gz")), "proc.name=nginx and evt.failed=true", height=10
    )
    assert rows_from(model, 1654, cursor=1654) == [
        "> ! 1654 08:43:16.125 nginx     access     4.1us ENOENT  /etc/ld.so.preload",
        "  ! 1974 08:43:16.132 nginx     connect     24us ENOENT  3 /var/run/nscd/socket",
        "  ! 1980 08:43:16.132 nginx     connect    5.4us ENOENT  3 /var/run/nscd/socket",
        "  ! 2012 08:43:16.132 nginx     connect    4.8us ENOENT  3 /var/run/nscd/socket",
        "  ! 2018 08:43:16.132 nginx     connect    3.7us ENOENT  3 /var/run/nscd/socket",
        "  ! 2235 08:43:16.134 nginx     prctl      500ns EINVAL",
        "  ! 2239 08:43:16.134 nginx     prctl      251ns EINVAL",
        "  ! 2241 08:43:16.134 nginx     prctl      230ns EINVAL",
        "  ! 2243 08:43:16.134 nginx     prctl      250ns EINVAL",
        "  : 3614 08:43:18.158 nginx     recvmsg    1.1us EAGAIN  7 unix",
    ]


def test_signals_name_the_other_process_as_the_host_calls_it(real: Real) -> None:
    model = event_list(read(real("crash.mid.scap.gz")), "container.id=8bd8fad8d793", height=1)
    assert rows_from(model, 16112, cursor=16090) == [
        "   16112 08:43:25.223 bash      signaldel…               SIGCHLD ← cat 4364"
    ]
    assert rows_from(model, 16119, cursor=16090) == [
        "   16119 08:43:25.223 bash      kill        11us 0       SIGTERM → nginx 4359"
    ]


def test_a_list_beside_a_pane_has_microseconds_and_threads(real: Real) -> None:
    capture = read(real("crash.mid.scap.gz"))
    model = event_list(capture, "container.id=8bd8fad8d793", cells=108, height=3)
    model.margin = 1
    head = line_text(model.heading())
    assert head.startswith(
        "     NUM TIME            PROC                TID CALL              LAT RESULT    INFO  "
    )
    assert head.endswith(" ")
    assert rows_from(model, 16090, cursor=16090) == [
        "> !16090 08:43:25.222910 cat                4364 openat          7.6us ENOENT    "
        "/var/lib/app/db.sqlite",
        "   16092 08:43:25.222936 cat                4364 write           7.6us 5         2 cat:",
        "   16094 08:43:25.222939 cat                4364 write           1.6us 22        "
        "2 /var/lib/app/db.sqlite",
    ]
    model.height = 1
    assert rows_from(model, 16068, cursor=16068) == [
        ">  16068 08:43:25.222636 cat                4364 set_robust_li…  371ns"
    ]


def test_connections_show_their_other_end(real: Real) -> None:
    model = event_list(read(real("502Error.scap")), "container.name=example2_lb_1", height=2)
    assert rows_from(model, 13476, cursor=13478) == [
        "   13476 00:44:37.021 haproxy   recvfrom   4.9us 121     1 HTTP/1.0 …p 2017 00:4",
        ">  13478 00:44:37.021 haproxy   close      894ns 0       1 → 192.168.0.2:80",
    ]
    model.marks = {13485: "mark"}
    assert rows_from(model, 13485, cursor=13485) == [
        ">● 13485 00:44:37.021 haproxy   sendto     6.5us 204     0 HTTP/1.0 ….Content-Ty",
        "   13487 00:44:37.021 haproxy   shutdown    31us 0       0 ← 192.168.0.1:44604",
    ]


def test_the_first_rows_of_a_capture(real: Real) -> None:
    model = event_list(read(real("502Error.scap")), height=10)
    assert rows_from(model, 23, cursor=23) == [
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
    ]


def test_raw_rows_have_enter_and_exit(real: Real) -> None:
    model = event_list(read(real("502Error.scap")), "thread.tid=13969", height=10, raw=True)
    rows = rows_from(model, 13381, cursor=13390)
    assert line_text(model.heading()) == (
        "     NUM TIME            D CALL        CONTAINER   ARGUMENTS  row 1,653 of 2,921"
    )
    assert rows == [
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
    ]


def test_a_narrow_list_drops_latency_and_the_hour(real: Real) -> None:
    model = event_list(read(real("crash.mid.scap.gz")), cells=60, height=1)
    assert line_text(model.heading()).startswith("     NUM TIME      PROC     CALL      RESULT  ")
    assert rows_from(model, 16090, cursor=16090) == [
        "> !16090 43:25.222 cat      openat    ENOENT  /var/l….sqlite"
    ]


def test_every_row_of_every_width_fills_its_cells(real: Real) -> None:
    capture = read(real("502Error.scap"))
    for raw in (False, True):
        for cells in (40, 59, 60, 79, 80, 99, 100, 108, 131, 132, 200):
            model = event_list(capture, cells=cells, height=200, raw=raw)
            assert {line_width(row.line) for row in model.lines()} == {cells}
            assert line_width(model.heading()) == cells
