"""Which control group holds a container, on a made tree of groups."""

import os
from pathlib import Path

import pytest

from scaptui.capture import control_groups
from scaptui.capture.control_groups import group_of

ID, OTHER = "8bd8fad8d793", "612969d73117"
POD = "3f2c9a1e-7b64-4c0e-9d53-0a1b2c3d4e5f"
SLICE = (
    f"kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{POD.replace('-', '_')}.slice"
)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(control_groups, "_sees_all", lambda: True)
    (tmp_path / "cgroup.controllers").touch()
    for path in (
        f"system.slice/docker-{ID}{'0' * 52}.scope/init.scope",
        "system.slice/ssh.service",
        f"{SLICE}/cri-containerd-{OTHER}{'1' * 52}.scope",
        f"kubepods/besteffort/pod{POD.replace('3f', '4f')}/{'2' * 64}",
    ):
        (tmp_path / path).mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize(
    ("texts", "path"),
    [
        ([ID], f"/system.slice/docker-{ID}{'0' * 52}.scope"),
        ([OTHER], f"/{SLICE}/cri-containerd-{OTHER}{'1' * 52}.scope"),
        ([POD], f"/{SLICE}"),
        ([POD, OTHER], f"/{SLICE}"),
        ([POD.replace("3f", "4f")], f"/kubepods/besteffort/pod{POD.replace('3f', '4f')}"),
    ],
)
def test_the_innermost_group_of_all_is_found(root: Path, texts: list[str], path: str) -> None:
    found = group_of(texts, root)
    assert found is not None
    assert found.path == path
    assert (root / path[1:]).is_dir()


def test_several_groups_of_a_container_have_one_around_them(root: Path) -> None:
    for name in (f"libpod-{'a' * 64}.scope", f"libpod-conmon-{'a' * 64}.scope"):
        (root / "machine.slice" / name).mkdir(parents=True)
    found = group_of(["a" * 12], root)
    assert found is not None
    assert found.path == "/machine.slice"


def test_the_newest_group_is_told(root: Path) -> None:
    found = group_of([ID], root)
    inodes = [
        (Path(path) / name).stat().st_ino for path, names, _ in os.walk(root) for name in names
    ]
    assert found is not None
    assert found.newest == max(inodes)


@pytest.mark.parametrize("texts", [["0123456789ab"], [ID, OTHER]])
def test_no_group_or_only_that_of_all_is_none(root: Path, texts: list[str]) -> None:
    assert group_of(texts, root) is None


def test_where_paths_do_not_tell_all_there_is_none(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control_groups, "_sees_all", lambda: False)
    assert group_of([ID], root) is None
    monkeypatch.undo()
    (root / "cgroup.controllers").unlink()
    assert group_of([ID], root) is None
