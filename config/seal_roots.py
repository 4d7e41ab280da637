"""Prints the roots that verifiers are to trust: `python -m config.seal_roots`. In development it makes one."""

import sys

from config import environment as names
from config import seal_keys
from entraide.certificates.keys.published import Published
from entraide.certificates.process import development
from entraide.foundation import clock


def main() -> int:
    """Print the public points in hexadecimal; 1 when the keys cannot be kept as they must."""
    environment = names.from_process()
    try:
        folder, ring = seal_keys.opened(environment)
        if environment.value(names.MODE) != "production":
            now = int(clock.now().timestamp())
            ring.tend(now=now)
            development.sign_what_is_due(folder, Published(folder), ring, now=now)
    except seal_keys.UNUSABLE as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.writelines(f"{root.point.hex()}\n" for root in Published(folder).roots())
    return 0


if __name__ == "__main__":
    sys.exit(main())
