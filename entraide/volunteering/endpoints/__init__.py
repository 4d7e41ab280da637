"""The HTTP API of volunteering: missions and slots to read, participations to read, make and cancel."""

from ninja import Router

from entraide.volunteering.endpoints.missions import router as missions
from entraide.volunteering.endpoints.participations import router as participations

router = Router()
router.add_router("", missions)
router.add_router("", participations)
