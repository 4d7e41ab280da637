"""The web process in production: Django over WSGI under Granian: `granian --interface wsgi config.web:application`."""

import os

from django.core.wsgi import get_wsgi_application

from config.private_port import open_private_port
from entraide.foundation import garbage
from entraide.foundation.parent import die_with_server

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
die_with_server()
application = get_wsgi_application()
# After the settings have set up the log, which says on which port the measurements are.
open_private_port()
garbage.look_rarely()
