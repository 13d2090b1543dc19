"""Descriptors that travel over a unix socket have names where they arrive."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.recording import Recorder
from tests.running import Run

pytestmark = [
    pytest.mark.usefixtures("kernel"),
    pytest.mark.probe,
    pytest.mark.xdist_group("record"),
]
# The parent opens a file and a connection; the child has neither but by the message.
PROGRAM = """\
import os, socket, sys
one, other = socket.socketpair()
input()
if os.fork() == 0:
    one.close()
    _, (file, end), _, _ = socket.recv_fds(other, 9, 2)
    os.read(file, 5)
    os.write(end, b"answer")
    os._exit(0)
other.close()
listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
accepted, _ = listener.accept()
file = os.open(sys.argv[1], os.O_RDONLY)
socket.send_fds(one, [b"take"], [file, accepted.fileno()])
os.wait()
print(client.getsockname()[1], listener.getsockname()[1])
"""


def test_what_came_with_a_message_has_its_name_in_later_calls(tmp_path: Path, scaptui: Run) -> None:
    asked = tmp_path / "asked for"
    asked.write_text("some text")
    output = tmp_path / "passed.scap"
    program = [sys.executable, "-c", PROGRAM, str(asked)]
    with subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as both:
        recorder = Recorder("-o", output, "--pid", str(both.pid), "evt.type in (read, write)")
        said, _ = both.communicate("\n")
        assert recorder.end() == 0
    client, server = said.split()
    fields = "evt.type,fd.type,fd.name"
    text = f"proc.ppid={both.pid} and evt.dir=< and evt.buflen>4"
    done = scaptui("print", output, text, "--fields", fields)
    rows = [line.split("\t") for line in done.out.splitlines()]
    assert ["read", "file", str(asked)] in rows, rows
    assert ["write", "ipv4", f"127.0.0.1:{client}->127.0.0.1:{server}"] in rows, rows
