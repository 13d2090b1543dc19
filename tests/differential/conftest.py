"""The captures that are compared."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.differential.recorder import OldBuilding
from tests.differential.stories import STORIES

Told = Callable[[str], Path]


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Writes the capture of a story, by its name."""
    folder = tmp_path_factory.mktemp("stories")

    def tell(name: str) -> Path:
        path = folder / f"{name}.scap"
        if not path.exists():
            building = OldBuilding(path)
            STORIES[name](building)
            building.close()
        return path

    return tell
