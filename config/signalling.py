"""The gateway of meetings: ASGI, no Django (`granian --interface asgi config.signalling:application`)."""

from config import environment as names
from config.gateway import gateway_of_process
from config.private_port import open_private_port
from entraide.foundation import garbage, logs
from entraide.foundation.parent import die_with_server

environment = names.from_process()
read = environment.value
logs.configure(level=read(names.LOG_LEVEL), as_json=read(names.MODE) == "production")
die_with_server()
open_private_port()
application = gateway_of_process()
garbage.look_rarely()
