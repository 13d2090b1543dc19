"""A capture to fill."""

from pathlib import Path

import pytest

from tests.core.building import Building


@pytest.fixture
def building(tmp_path: Path) -> Building:
    """An empty capture that a test fills."""
    return Building(tmp_path / "test.scap")
