"""Pages, sign-ups and meetings on one port: `granian --interface asgi config.asgi:application`, run by `bin/serve`."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from httpx import ASGITransport

from config import environment as names
from config.gateway import gateway_of_process
from config.intake import application as intake
from entraide.foundation import garbage
from entraide.foundation.errors import busy_pages
from entraide.foundation.lane import WsgiLane
from entraide.foundation.one_port import OnePort

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
pages = WsgiLane(
    get_wsgi_application(),
    threads=names.from_process().value(names.DATABASE_CONNECTIONS),
    longest_body=settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
    busy_pages=busy_pages(),
)
# The gateway asks the pages of its own process, whatever the port and its encryption are.
signalling = gateway_of_process(transport=ASGITransport(pages))
application = OnePort(lanes={"/v1/signups": intake, "/v1/queue": intake, "/v1/meetings": signalling}, pages=pages)
garbage.look_rarely()
