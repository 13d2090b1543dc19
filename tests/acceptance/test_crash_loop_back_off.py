"""The filters people type who look for the reason of a CrashLoopBackOff."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.asking import Asking

NGINX = 'proc.name == "nginx"'
LOGS = (
    'evt.is_io_write == True && evt.dir == "<" && (fd.name contains "/var/log" || '
    'fd.name contains ".log" || fd.name contains "_log") && proc.name == "nginx"'
)
FAILURES = (
    '(evt.failed == True) && !(evt.res == "EAGAIN") && !(evt.res == "EALREADY") '
    '&& proc.name =="nginx"'
)
COMMANDS = (
    'evt.type == "execve" and evt.dir == "<" and (proc.pname == "bash" or proc.pname == "zsh" '
    'or proc.pname == "tcsh" or proc.pname == "ksh" or proc.pname == "fish")'
)


@pytest.mark.parametrize(
    ("name", "text", "count"),
    [
        ("crash.mid.scap.gz", NGINX, 4434),
        ("crash.mid.scap.gz", LOGS, 7),
        ("crash.mid.scap.gz", FAILURES, 63),
        ("crash.mid.scap.gz", COMMANDS, 116),
        ("crash.new.scap.gz", NGINX, 2242),
        ("crash.new.scap.gz", LOGS, 7),
        ("crash.new.scap.gz", FAILURES, 63),
        ("crash.new.scap.gz", COMMANDS, 116),
        ("invalid-command.mid.scap.gz", NGINX, 0),
        ("invalid-command.mid.scap.gz", LOGS, 0),
        ("invalid-command.mid.scap.gz", FAILURES, 0),
        ("invalid-command.mid.scap.gz", COMMANDS, 62),
        ("invalid-command.new.scap.gz", NGINX, 0),
        ("invalid-command.new.scap.gz", LOGS, 0),
        ("invalid-command.new.scap.gz", FAILURES, 0),
        ("invalid-command.new.scap.gz", COMMANDS, 62),
    ],
)
def test_they_select(real: Callable[[str], Path], name: str, text: str, count: int) -> None:
    assert Asking(real(name)).count(text) == count


@pytest.mark.parametrize(
    ("text", "count"), [(NGINX, 1), (LOGS, 5), (FAILURES, 10), (COMMANDS, 0)], ids=str
)
def test_they_find_the_reason_in_the_bundled_capture(
    crashloop: Path, text: str, count: int
) -> None:
    assert Asking(crashloop).count(text) >= count


def test_the_log_line_tells_the_missing_file(crashloop: Path) -> None:
    (first, *_) = Asking(crashloop).values("%evt.buffer", LOGS)
    assert '[emerg] 7#7: cannot load certificate "/etc/nginx/certs/tls.crt"' in first


def test_the_command_that_does_not_exist_is_why_there_is_no_nginx(
    real: Callable[[str], Path],
) -> None:
    ends = Asking(real("invalid-command.mid.scap.gz")).processes()
    assert sum(row["ended"] == "exit 127" for row in ends) >= 5
