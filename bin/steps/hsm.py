"""Debian's SoftHSM, a token in software, with which tests of certificates try keys that never leave their token."""

import os
import shutil
import subprocess

from bin.steps.terminal import doing, say

INSTALL = "apt-get install softhsm2"


def ensure() -> None:
    """Have SoftHSM on the machine where we may install it; elsewhere its tests are skipped, and say so."""
    if shutil.which("softhsm2-util"):
        return
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or not apt:
        say(f"· SoftHSM is not here: the tests of keys in a token are skipped ({INSTALL})")
        return
    with doing("Installing Debian's SoftHSM"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "--yes", "--no-install-recommends", "softhsm2"]):
            done = subprocess.run(  # noqa: S603
                [apt, "--quiet", *command], env=environment, capture_output=True, text=True, check=False
            )
            if done.returncode:
                say(f"  it could not be installed: the tests of keys in a token are skipped ({INSTALL})")
                return
