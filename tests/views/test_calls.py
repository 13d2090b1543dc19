"""What calls are for."""

import pytest

from scaptui.views.calls import meaning


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("connect", "give a socket its peer"),
        ("openat2", "open a file"),
        ("newfstatat", "ask about a file"),
        ("preadv2", "read at a place"),
        ("clone3", "start a process or a thread; it returns in both"),
        ("container", ""),
    ],
)
def test_versions_of_a_call_mean_the_same(name: str, words: str) -> None:
    assert meaning(name) == words
