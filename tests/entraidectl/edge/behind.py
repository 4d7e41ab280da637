"""The platform of a drill: answers "a page" to everything, in a namespace of its own.

python -m tests.entraidectl.edge.behind ADDRESS PORT
"""

import sys
import threading

from tests.entraidectl.edge.backend import Backend

if __name__ == "__main__":
    backend = Backend(host=sys.argv[1], port=int(sys.argv[2]))
    backend.start()
    threading.Event().wait()
