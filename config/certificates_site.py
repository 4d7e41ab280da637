"""The certificates' site with its seals, on one origin of their own: what bin/serve runs.

A deployment's edge serves the same files itself, and asks `config.seals` for /v1/ alone.
"""

from config import environment as names
from config import seals
from entraide.certificates.process.site import Site

application = Site(names.from_process().value(names.VAR_DIR) / "certificates-site", behind=seals.application)
