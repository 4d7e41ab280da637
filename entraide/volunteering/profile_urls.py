"""The addresses of a volunteer's own profile and of its steps."""

from django.urls import path, register_converter

from entraide.volunteering.rules.reserve import Step
from entraide.volunteering.views.profile import overview, steps


class StepConverter:
    """A step of the profile as a part of an address."""

    regex = "|".join(Step)

    def to_python(self, value: str) -> Step:
        """Return the step."""
        return Step(value)

    def to_url(self, value: str) -> str:
        """Return its word."""
        return str(value)


register_converter(StepConverter, "profile-step")

urlpatterns = [
    path("me/volunteer/", overview.profile, name="profile"),
    path("me/volunteer/ready/", overview.ready, name="profile-ready"),
    path("me/volunteer/pause/", overview.pause, name="pause"),
    path("me/volunteer/<profile-step:step>/", steps.step, name="profile-step"),
]
