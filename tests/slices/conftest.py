"""Captures to cut."""

from pathlib import Path

import pytest

from tests.core.building import Building
from tests.differential.conftest import told

__all__ = ["building", "told"]


@pytest.fixture
def building(tmp_path: Path) -> Building:
    """An empty capture to fill, in a folder of its own."""
    folder = tmp_path / "source"
    folder.mkdir()
    return Building(folder / "built.scap")
