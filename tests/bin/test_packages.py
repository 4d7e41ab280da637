"""The folder .venv where Debian's python3-venv is missing: it is made all the same, and can be installed into."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
MAKE = """
import sys
from pathlib import Path
from bin.steps import packages
packages.VENV = Path(sys.argv[1])
packages.PYTHON = packages.VENV / "bin" / "python"
packages._make_venv()
print(*packages._pip())
"""


def test_without_ensurepip_a_venv_is_made_and_the_systems_pip_installs_into_it(tmp_path: Path) -> None:
    # What stands first on the path hides Python's own, as if its package were not installed.
    hidden = tmp_path / "hidden"
    (hidden / "ensurepip").mkdir(parents=True)
    (hidden / "ensurepip" / "__init__.py").write_text("raise ImportError('python3-venv is not installed')\n")
    python = str(Path(sys.base_prefix) / "bin" / "python3")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": f"{hidden}{os.pathsep}{ROOT}"}
    needs_it = subprocess.run(
        [python, "-m", "ensurepip", "--version"], env=environment, capture_output=True, check=False
    )
    assert needs_it.returncode != 0
    venv = tmp_path / "venv"
    made = subprocess.run(
        [python, "-c", MAKE, str(venv)], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert made.returncode == 0, made.stderr
    listed = subprocess.run(
        [*made.stdout.split(), "list"], env=environment, capture_output=True, text=True, check=False
    )
    assert listed.returncode == 0, listed.stderr
    assert [line for line in listed.stdout.splitlines()[2:] if line] == []
