"""Writes the manual page, completions of three shells, pages of fields, views and settings.

python -m tools.manual          writes docs/scaptui.1, some of docs/*.md, completions/
python -m tools.manual --check  says which of them `make docs` would change
"""

import sys
from pathlib import Path
from typing import Final

from scaptui.views.reference import fields_markdown
from scaptui.views.view_reference import views_markdown
from tools import manual_page, settings_page, shell_completions
from tools.documented import documented

ROOT: Final = Path(__file__).resolve().parents[1]


def files() -> dict[Path, str]:
    """The text of every file that is generated here."""
    commands = documented()
    differences = (ROOT / "tools" / "differences.md").read_text("utf-8")
    settings = (ROOT / "tools" / "settings.md").read_text("utf-8")
    keys = settings_page.commands()
    return {
        ROOT / "docs" / "fields.md": f"{fields_markdown()}\n{differences}",
        ROOT / "docs" / "views.md": views_markdown(),
        ROOT / "docs" / "scaptui.1": manual_page.page(commands, keys),
        ROOT / "docs" / "settings.md": settings + settings_page.keys_markdown(keys),
        ROOT / "completions" / "scaptui.bash": shell_completions.bash(commands),
        ROOT / "completions" / "_scaptui": shell_completions.zsh(commands),
        ROOT / "completions" / "scaptui.fish": shell_completions.fish(commands),
    }


def stale() -> list[str]:
    """Files that do not hold what would be written now."""
    return [
        str(path.relative_to(ROOT))
        for path, text in files().items()
        if not path.is_file() or path.read_text("utf-8") != text
    ]


def main(words: list[str]) -> int:
    """Write or check."""
    if words == ["--check"]:
        old = stale()
        for name in old:
            sys.stderr.write(f"{name} is not current: make docs writes it\n")
        return 1 if old else 0
    for path, text in files().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
