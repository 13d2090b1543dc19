"""The user behind sudo."""

import os
import subprocess
import sys

import pytest

from scaptui.capture.invoker import invoker

_BECOME = """
import os
from scaptui.capture.invoker import Invoker, become
become(Invoker(65534, 65534, "nobody", "/nonexistent", "/bin/false"))
try:
    os.setresuid(0, 0, 0)
except PermissionError:
    print(os.getresuid(), os.getresgid(), os.getgroups(), os.environ["HOME"])
"""


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"SUDO_UID": "0", "SUDO_GID": "0"},
        {"SUDO_UID": "1000"},
        {"SUDO_UID": "x", "SUDO_GID": "1000"},
        {"SUDO_UID": "-1", "SUDO_GID": "1000"},
    ],
)
def test_without_sudo_nobody_else_is_asked(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert invoker(environment) is None


def test_the_user_who_ran_sudo_is_known_with_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    user = invoker({"SUDO_UID": "65534", "SUDO_GID": "65534"})
    assert user is not None
    assert (user.uid, user.gid, user.name) == (65534, 65534, "nobody")


def test_an_ordinary_user_cannot_be_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert invoker({"SUDO_UID": "65534", "SUDO_GID": "65534"}) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_root_is_given_up_for_good() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _BECOME], capture_output=True, text=True, check=True
    )
    ids = "(65534, 65534, 65534)"
    assert done.stdout.strip() == f"{ids} {ids} [65534] /nonexistent"
