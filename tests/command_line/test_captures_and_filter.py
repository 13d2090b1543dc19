from pathlib import Path

import pytest

from scaptui.commands.arguments import captures_and_filter
from scaptui.errors import Refused


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current directory with two captures and a file that is called as a process."""
    for name in ("a.scap", "b.scap", "nginx"):
        (tmp_path / name).write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "captures", "text"),
    [
        (["a.scap"], ["a.scap"], None),
        (["a.scap", "b.scap"], ["a.scap", "b.scap"], None),
        (["a.scap", "proc.name=nginx"], ["a.scap"], "proc.name=nginx"),
        (["a.scap", "proc.name", "=", "curl"], ["a.scap"], "proc.name = curl"),
        (["-", "evt.type=open"], ["-"], "evt.type=open"),
        (["evt.type=open", "a.scap"], ["a.scap"], "evt.type=open"),
        (["nginx", "proc.name=a"], ["nginx"], "proc.name=a"),
    ],
)
def test_files_are_captures_and_the_rest_is_the_filter(
    words: list[str], captures: list[str], text: str | None
) -> None:
    assert captures_and_filter(words) == (captures, text)


@pytest.mark.usefixtures("folder")
def test_a_file_named_like_a_value_does_not_eat_the_value() -> None:
    assert captures_and_filter(["a.scap", "proc.name", "=", "nginx"]) == (
        ["a.scap"],
        "proc.name = nginx",
    )


@pytest.mark.usefixtures("folder")
def test_a_stated_filter_leaves_all_words_to_be_files() -> None:
    assert captures_and_filter(["a.scap", "nginx"], "fd.num=3") == (["a.scap", "nginx"], "fd.num=3")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "no capture named"),
        (["gone.scap"], "there is no file 'gone.scap'"),
        (["proc.name=a"], "there is no file 'proc.name=a'"),
        (["a.scap", "gone.scap.gz"], "there is no file 'gone.scap.gz'"),
        (["."], "'.' is a directory"),
        (["a\0b"], "there is no file"),
        (["x" * 5000], "there is no file"),
    ],
)
def test_what_cannot_be_a_capture_is_told(words: list[str], message: str) -> None:
    with pytest.raises(Refused) as refused:
        captures_and_filter(words)
    assert message in refused.value.message


def test_a_directory_is_answered_with_the_captures_in_it(folder: Path) -> None:
    with pytest.raises(Refused) as refused:
        captures_and_filter([str(folder)])
    assert refused.value.hint == "captures in it: a.scap, b.scap"
