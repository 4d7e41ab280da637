"""Writes docs/reference/settings.md from the settings themselves.

python -m ops.build.settings_reference            write the page
python -m ops.build.settings_reference --check    fail when the page is not what would be written
"""

import sys
from pathlib import Path
from typing import Any

from config.environment import ROOT, SETTINGS
from entraide.foundation.env import Setting, Unset

PAGE = ROOT / "docs" / "reference" / "settings.md"
INTRODUCTION = """# Settings

Every setting is an environment variable. A value that cannot be used stops the start with the setting's name and what
was expected. A secret can be given in a file instead: `NAME_FILE=/path`. This page is written by `bin/build reference`.

| name | default | what it is for | expected |
| --- | --- | --- | --- |
"""


def page() -> str:
    """Return the page's text."""
    return INTRODUCTION + "".join(_row(setting) for setting in sorted(SETTINGS, key=lambda setting: setting.name))


def _row(setting: Setting[Any]) -> str:
    name = f"`{setting.name}`" + (" (secret)" if setting.secret else "")
    return f"| {name} | {_default(setting.default)} | {setting.help} | {setting.expects} |\n".replace("||", "| |")


def _default(value: object) -> str:
    match value:
        case Unset():
            return "required"
        case "" | () | None:
            return "empty"
        case Path() if value.is_relative_to(ROOT):
            return f"`{value.relative_to(ROOT)}`"
        case _:
            return f"`{value}`"


def main() -> int:
    """Run the command line; return the exit status."""
    if "--check" in sys.argv[1:]:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page():
            return 0
        sys.stderr.write("docs/reference/settings.md is stale: run bin/build reference\n")
        return 1
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
