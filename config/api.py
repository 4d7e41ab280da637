"""The HTTP API: `/api/v1/`, described at `/api/v1/openapi.json`."""

from entraide.foundation.http_api import make_api
from entraide.volunteering.endpoints import router as volunteering

api = make_api(
    title="Entraide",
    version="1",
    description="Missions and slots to read, participations to make. Send `Authorization: Bearer` and your token.",
)
api.add_router("", volunteering)
