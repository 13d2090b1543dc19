"""`scaptui live --ssh`: a real sshd on the loopback interface, with keys of its own."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
import pytest

from tests.conftest import IN_CI
from tests.live.conftest import ends, runs_helper
from tests.running import PROBE, SCAPTUI, run_program
from tests.screens.terminal import Terminal

HOST = "root@127.0.0.1"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def key(path: Path) -> Path:
    words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)]
    subprocess.run(words, check=True)
    return path


@pytest.fixture(scope="module")
def running(
    kernel: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[int, Sequence[str]]]:
    """A server; gives its process and the options with which ssh reaches it."""
    sshd = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
    if sshd is None or shutil.which("ssh") is None:
        assert not IN_CI, "CI installs openssh-server"
        pytest.skip("openssh-server is not installed")
    folder = tmp_path_factory.mktemp("ssh")
    Path("/run/sshd").mkdir(exist_ok=True)
    port = free_port()
    user, host = key(folder / "user"), key(folder / "host")
    (folder / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {host}\nPidFile {folder / 'pid'}\n"
        f"AuthorizedKeysFile {user}.pub\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n"
        "PasswordAuthentication no\n"
    )
    words = [sshd, "-D", "-e", "-f", str(folder / "config")]
    server = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 10
    while not answers(port):
        assert server.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)
    yield (
        server.pid,
        (
            *("-F", "/dev/null", "-p", str(port), "-i", str(user), "-o", "IdentitiesOnly=yes"),
            *("-o", f"UserKnownHostsFile={folder / 'known'}", "-o", "StrictHostKeyChecking=no"),
        ),
    )
    server.terminate()
    server.wait()


@pytest.fixture
def ssh(running: tuple[int, Sequence[str]]) -> Sequence[str]:
    """Options of ssh."""
    return running[1]


@pytest.fixture
def server(running: tuple[int, Sequence[str]]) -> int:
    """The process that listens."""
    return running[0]


def test_another_host_is_seen_here(ssh: Sequence[str], server: int, busy: str) -> None:
    words = ("live", "--ssh", HOST, "--remote-probe", str(PROBE), f"proc.name={busy}", "--", *ssh)
    with Terminal(*words) as terminal:
        terminal.wait_for("/etc/hostname")
        terminal.wait_for(f" live {socket.gethostname()[:6]}")
        assert f"kernel: name {busy}" in terminal.text[1]
        # Of another host there are no samples.
        terminal.wait_for(lambda t: any(f" {busy} " in line for line in t.text[5:13]))
        below = psutil.Process(server).children(recursive=True)
        (helper,) = [each for each in below if runs_helper(each)]
        terminal.keys("q")
        assert terminal.wait() == 0
    assert ends(helper.pid)


def test_a_host_without_the_helper_is_told_before_the_terminal_is_taken(
    ssh: Sequence[str],
) -> None:
    said = run_program("live", "--ssh", HOST, "--remote-probe", "/nonexistent", "--", *ssh)
    assert said.status == 2
    assert "/nonexistent" in said.err
    assert "hint: scaptui-probe has to be there" in said.err


def test_a_host_that_does_not_answer_is_told_in_ssh_s_words() -> None:
    if shutil.which("ssh") is None:
        pytest.skip("ssh is not installed")
    port = free_port()
    said = run_program("live", "--ssh", HOST, "--", "-F", "/dev/null", "-p", str(port))
    assert said.status == 2
    assert "Connection refused" in said.err


def test_the_stream_of_ssh_can_be_piped(ssh: Sequence[str], busy: str) -> None:
    remote = f"{PROBE} --for 1 --comm {busy}"
    with subprocess.Popen(["ssh", *ssh, HOST, remote], stdout=subprocess.PIPE) as stream:
        done = subprocess.run(
            [SCAPTUI, "print", "-", f"proc.name={busy} and evt.type=openat"],
            stdin=stream.stdout,
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")
    assert "name=/etc/hostname" in done.stdout
