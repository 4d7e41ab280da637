"""Writes the reference of site.toml and its JSON schema from the declarations in entraidectl/edge/site.

python -m ops.build.site_file            write docs/reference/site-file.md and ops/edge/site.schema.json
python -m ops.build.site_file --check    fail when one of them is not what would be written
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [] if str(ROOT) in sys.path else [str(ROOT)]

from entraidectl.edge.site import reference  # noqa: E402 (the path above must come first)

PAGE = ROOT / "docs" / "reference" / "site-file.md"
SCHEMA = ROOT / "ops" / "edge" / "site.schema.json"


def files() -> dict[Path, str]:
    """Return the text of each file."""
    return {PAGE: reference.page(), SCHEMA: json.dumps(reference.schema(), indent=2, ensure_ascii=False) + "\n"}


def main() -> int:
    """Run the command line; return the exit status."""
    if "--check" not in sys.argv[1:]:
        for file, text in files().items():
            file.write_text(text, encoding="utf-8")
        return 0
    stale = [file for file, text in files().items() if not file.exists() or file.read_text(encoding="utf-8") != text]
    for file in stale:
        sys.stderr.write(f"{file.relative_to(ROOT)} is stale: run bin/build site\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
