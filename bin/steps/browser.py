"""Debian's Chromium, which the browser tests drive."""

import os
import shutil
import subprocess

from bin.steps.terminal import Refusal, doing

INSTALL = "apt-get install chromium"


def ensure() -> None:
    """Have Chromium on the machine: install Debian's where we may, else say what to install."""
    if shutil.which("chromium"):
        return
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or not apt:
        raise Refusal(f"The browser tests need Chromium, which only root may install: sudo {INSTALL}")
    with doing("Installing Debian's Chromium"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "--yes", "--no-install-recommends", "chromium", "fonts-dejavu-core"]):
            done = subprocess.run(  # noqa: S603
                [apt, "--quiet", *command], env=environment, capture_output=True, text=True, check=False
            )
            if done.returncode:
                reason = (done.stderr.strip() or "it gave no reason").splitlines()[-1]
                raise Refusal(f"Chromium could not be installed ({reason}): {INSTALL}")
