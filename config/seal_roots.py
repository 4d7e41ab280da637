"""Prints the roots that verifiers are to trust: `python -m config.seal_roots [FOLDER]`. In development it makes one.

Into a folder, when one is given, it writes what those roots signed and this machine publishes: keys.cose, forms.cose.
"""

import sys
from pathlib import Path

from config import environment as names
from config import seal_keys
from entraide.certificates.keys.published import Published
from entraide.certificates.process import development
from entraide.foundation import clock


def main(arguments: list[str]) -> int:
    """Print the public points in hexadecimal; 1 when the keys cannot be kept as they must."""
    environment = names.from_process()
    now = int(clock.now().timestamp())
    try:
        folder, ring = seal_keys.opened(environment)
        published = Published(folder)
        if environment.value(names.MODE) != "production":
            ring.tend(now=now)
            development.sign_what_is_due(folder, published, ring, now=now)
        roots = published.roots()
        documents = {"keys.cose": published.keys(now=now), "forms.cose": published.forms(now=now)}
    except seal_keys.UNUSABLE as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for target in map(Path, arguments):
        for name, document in documents.items():
            if document:
                (target / name).write_bytes(document.data)
    sys.stdout.writelines(f"{root.point.hex()}\n" for root in roots)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
