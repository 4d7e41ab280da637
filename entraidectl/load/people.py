"""People who do not exist, from communes that do, as many as live there. Their mail is at example.org."""

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from entraidectl.manifest import Commune

# Common names of France, with the letters and signs that forms stumble over.
GIVEN = (
    "Camille", "Zoé", "Loïc", "Anaïs", "Jean-Baptiste", "Maëlys", "Noël", "Chloé", "Mohamed", "Inès", "François",
    "Éloïse", "Rayan", "Léa", "Gaël", "Fatima", "Hélène", "Marie-Thérèse", "Théo", "Aïcha",
)  # fmt: skip
FAMILY = (
    "Martin", "Lefèvre", "Garcia", "N'Diaye", "Le Goff", "Bénard", "Müller", "D'Almeida", "Nguyen", "Faure-Brac",
    "Çelik", "Dos Santos", "Haddad", "Ibañez", "Kowalski", "Œuvrard", "Traoré", "Vasseur", "Yıldız", "Zidane",
)  # fmt: skip
# From so many years ago to so many: whoever is old enough to volunteer.
OLDEST, YOUNGEST = 80, 18


@dataclass(frozen=True, slots=True)
class Person:
    """What one person types into the form."""

    email: str
    first_name: str
    last_name: str
    birth_date: str
    postcode: str
    locale: str

    def form(self) -> dict[str, object]:
        """Return the members of a sign-up."""
        return {
            "email": self.email,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "birth_date": self.birth_date,
            "postcode": self.postcode,
            "locale": self.locale,
            "consent": True,
        }


class Population:
    """Makes people, the same ones for the same seed but for their addresses, which are never used twice."""

    def __init__(self, communes: Sequence[Commune], *, seed: int, today: date) -> None:
        self._chance = random.Random(seed)  # noqa: S311 (made-up people)
        self._communes = communes
        self._weights = list(accumulate(commune.population for commune in communes))
        self._today = today

    def commune(self) -> Commune:
        """Return where somebody lives."""
        return self._chance.choices(self._communes, cum_weights=self._weights)[0]

    def person(self) -> Person:
        """Return one more person."""
        days = self._chance.randint(YOUNGEST * 366, OLDEST * 365)
        return Person(
            email=f"load-{uuid.uuid4().hex}@example.org",
            first_name=self._chance.choice(GIVEN),
            last_name=self._chance.choice(FAMILY),
            birth_date=(self._today - timedelta(days=days)).isoformat(),
            postcode=self.commune().postcode,
            locale="fr" if self._chance.random() < 0.95 else "en",
        )
