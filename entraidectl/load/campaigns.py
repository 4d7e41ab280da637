"""The named scenarios: who comes, when, what they do, and what must hold. Data; a scale multiplies the people."""

from collections.abc import Mapping
from dataclasses import dataclass

from entraidectl.load.arrivals import Phase


@dataclass(frozen=True, slots=True)
class Bound:
    """What must hold of one step: the time within which a share of it is answered, and the share that may fail."""

    step: str
    within_seconds: float
    share: float = 0.99
    failing: float = 0.001


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of rush. `journeys` says what people do, by its name in `journeys.JOURNEYS`, and in which proportion."""

    name: str
    title: str
    phases: tuple[Phase, ...]
    journeys: Mapping[str, float]
    bounds: tuple[Bound, ...]
    think_seconds: float = 2.0


SCENARIOS = (
    Scenario(
        name="evening-speech",
        title="A speech in the evening: 0 to 600 sign-ups a second within a minute, five pages before each",
        phases=(Phase(60, 0, 600), Phase(120, 600, 600), Phase(60, 600, 100)),
        journeys={"reads_and_signs_up": 1.0},
        bounds=(Bound("sign-up", 1.0), Bound("page", 0.5)),
    ),
    Scenario(
        name="search-storm",
        title="Everybody searches as they type: 100 people a second, a dozen keystrokes each",
        phases=(Phase(30, 0, 100), Phase(120, 100, 100)),
        journeys={"types_a_search": 0.9, "asks_for_a_commune": 0.1},
        bounds=(Bound("keystroke", 0.3), Bound("commune", 0.3)),
        think_seconds=0.25,
    ),
    Scenario(
        name="retry-storm",
        title="Browsers that give up after a second and send the same form again, up to five times",
        phases=(Phase(30, 0, 900), Phase(60, 900, 900)),
        journeys={"insists": 1.0},
        bounds=(Bound("sign-up", 5.0, failing=0.01),),
    ),
    Scenario(
        name="slow-phones",
        title="Telephones at the edge of the network: heads and bodies that trickle, while others sign up",
        phases=(Phase(20, 0, 50), Phase(60, 50, 50)),
        journeys={"trickles": 0.5, "signs_up": 0.5},
        bounds=(Bound("sign-up", 1.0), Bound("slow sign-up", 12.0, failing=0.01)),
    ),
)


def scenario_named(name: str) -> Scenario | None:
    """Return a scenario, None when there is none of this name."""
    return next((scenario for scenario in SCENARIOS if scenario.name == name), None)
