"""What `bin/build NAME` makes: files that are committed, and files that a node makes for itself."""

import subprocess

from bin.steps import assets, certificates_site, packages, portal
from bin.steps.packages import ROOT, VENV
from bin.steps.terminal import Refusal, doing, say
from config import environment as names

SCRIPTS = {
    "messages": "messages.py",
    "manifest": "manifest.py",
    "reference": "settings_reference.py",
    "site": "site_file.py",
}
LOCKS = ("run", "load", "dev", "build", "node", "pkcs11", "cose")
NAMES = ("assets", "certificates", "locks", "territories", *SCRIPTS)


def make(name: str, arguments: list[str]) -> int:
    """Make one thing."""
    packages.ensure(lock="run")
    match name:
        case "assets":
            assets.build()
        case "certificates":
            var_dir = names.from_process().value(names.VAR_DIR)
            if arguments:
                certificates_site.build(var_dir=var_dir, trust=certificates_site.Trust.given(arguments))
            else:
                with certificates_site.trusted() as trust:
                    certificates_site.build(var_dir=var_dir, trust=trust)
        case "locks":
            _locks(arguments)
        case "territories":
            packages.ensure(lock="build")
            return portal.run(str(ROOT / "ops" / "build" / "territories"), *arguments)
        case _ if name in SCRIPTS:
            packages.ensure(lock="dev")
            return portal.run(
                str(ROOT / "ops" / "build" / SCRIPTS[name]), *arguments, DJANGO_SETTINGS_MODULE="config.settings"
            )
        case _:
            say(f"bin/build makes one of: {', '.join(NAMES)}.")
            return 2
    return 0


def _locks(arguments: list[str]) -> None:
    """Resolve requirements/*.in into locks with hashes and no address. Options go to uv, such as --upgrade."""
    packages.ensure(lock="build")
    for name in LOCKS:
        command = [
            str(VENV / "bin" / "uv"), "pip", "compile", "--quiet", "--generate-hashes", "--no-emit-index-url",
            "--no-header", "--python-version", "3.11", f"{name}.in", "--output-file", f"{name}.lock", *arguments,
        ]  # fmt: skip
        if name in ("load", "dev", "build", "pkcs11"):
            # What runs is what was tested.
            command += ["--constraint", "run.lock"]
        with doing(f"Locking requirements/{name}.in"):
            if subprocess.run(command, cwd=ROOT / "requirements", check=False).returncode:  # noqa: S603 (our own command)
                raise Refusal(f"requirements/{name}.in could not be locked; the reason is above.")
