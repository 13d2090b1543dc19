"""What container runtimes write: cgroup paths and metadata."""

import json
from typing import Any, Final

ID: Final = "0123456789ab" + "c" * 52
SANDBOX: Final = "fedcba987654" + "d" * 52
DOCKER: Final = 0
CONTAINERD: Final = 7
PODMAN: Final = 11


def cgroups(path: str) -> list[str]:
    """The control groups of a process, as recorders list them."""
    return ["cpuset=/", f"cpu={path}", f"memory={path}"]


def metadata(full_id: str = ID, engine: int = CONTAINERD, **more: Any) -> str:
    """What a runtime tells of a container, as the JSON text of a container event."""
    facts = {
        "id": full_id[:12],
        "full_id": full_id,
        "type": engine,
        "name": "web",
        "image": "nginx",
    }
    return json.dumps({"container": {**facts, **more}})
