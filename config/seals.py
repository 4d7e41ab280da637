"""The seal process: no Django, served by Granian (`granian --interface rsgi config.seals:served`)."""

import resource
import sys

from config import environment as names
from config import seal_keys
from config.private_port import open_private_port
from entraide.certificates.process.application import Options, Seals
from entraide.certificates.process.serving import Served
from entraide.foundation import garbage, logs
from entraide.foundation.parent import die_with_server

environment = names.from_process()
read = environment.value
production = read(names.MODE) == "production"
logs.configure(level=read(names.LOG_LEVEL), as_json=production)
die_with_server()
# A crash must not write the day's key to a disk.
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
open_private_port()
try:
    folder, ring = seal_keys.opened(environment)
except seal_keys.UNUSABLE as error:
    sys.exit(str(error))
application = Seals(
    folder,
    ring,
    Options(
        per_network=read(names.SEALS_PER_NETWORK),
        trusted_proxies=read(names.TRUSTED_PROXIES),
        signs_itself=not production,
    ),
)
# The same for a server of its own; `application` speaks ASGI, for whoever serves files beside it.
served = Served(application)
garbage.look_rarely()
