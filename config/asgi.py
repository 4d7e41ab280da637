"""Pages and sign-ups on one port: `granian --interface asgi config.asgi:application`, which `bin/serve` runs."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from config import environment as names
from config.intake import application as intake
from entraide.foundation import garbage
from entraide.foundation.errors import busy_pages
from entraide.foundation.lane import WsgiLane
from entraide.foundation.one_port import OnePort

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
pages = get_wsgi_application()
application = OnePort(
    lanes={"/v1/signups": intake, "/v1/queue": intake},
    pages=WsgiLane(
        pages,
        threads=names.from_process().value(names.DATABASE_CONNECTIONS),
        longest_body=settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
        busy_pages=busy_pages(),
    ),
)
garbage.look_rarely()
