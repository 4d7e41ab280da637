"""Where the missions of a batch are: the addresses that partners write, found among the communes."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from entraide.exchange.rules.document import Address
from entraide.territories import api as territories
from entraide.volunteering.api import PartnerPlace

MOST_PLACES = 20
_POSTCODE = re.compile(r"[0-9]{5}")
_DEPARTEMENT = re.compile(r"[0-9][0-9AB][0-9]?")


@dataclass(frozen=True, slots=True)
class Found:
    """The places of a mission and, when none is known to the commune, its département."""

    places: tuple[PartnerPlace, ...] = ()
    departement: str = ""

    @property
    def is_known(self) -> bool:
        """Say whether a list by place can show it."""
        return bool(self.places or self.departement)


class Finder:
    """Finds addresses, asking the database once for each postcode and town however many missions name them."""

    def __init__(self) -> None:
        self._served: dict[str, Sequence[territories.Commune]] = {}
        self._communes: dict[tuple[str, str, str], territories.Commune | None] = {}
        self._departements = {row.code for row in territories.departements()}

    def look_ahead(self, addresses: Iterable[Address]) -> None:
        """Read the postcodes of addresses that are to be found, all in one query."""
        self._read({_postcode(each) for each in addresses} - {""})

    def find(self, addresses: tuple[Address, ...]) -> Found:
        """Return where these addresses are, those that cannot be found left out."""
        places = [place for each in addresses[:MOST_PLACES] if (place := self._place(each))]
        departement = next((code for each in addresses if (code := self._departement_of(each))), "")
        return Found(tuple(places), departement)

    def _place(self, address: Address) -> PartnerPlace | None:
        postcode = _postcode(address)
        commune = self._commune(postcode, (address.city or "").strip(), (address.department_code or "").strip())
        if commune is None:
            return None
        point = None
        if address.location and address.location.is_on_earth:
            point = (address.location.lat, address.location.lon)
        return PartnerPlace(commune=commune, postcode=postcode, street=(address.street or "").strip(), point=point)

    def _commune(self, postcode: str, city: str, departement: str) -> territories.Commune | None:
        key = (postcode, city.lower(), departement)
        if key not in self._communes:
            self._read({postcode} - {""})
            self._communes[key] = _look_up(self._served.get(postcode, ()), postcode, city, departement)
        return self._communes[key]

    def _read(self, postcodes: set[str]) -> None:
        if unread := postcodes - self._served.keys():
            self._served.update(dict.fromkeys(unread, ()))
            self._served.update(territories.communes_of_postcodes(unread))

    def _departement_of(self, address: Address) -> str:
        code = (address.department_code or "").strip().upper()
        postcode = (address.postal_code or "").strip()
        for candidate in (code, code.rjust(2, "0"), postcode[:3], postcode[:2]):
            if _DEPARTEMENT.fullmatch(candidate) and candidate in self._departements:
                return candidate
        return ""


def _postcode(address: Address) -> str:
    """Return the postcode of an address, empty for what is none."""
    written = (address.postal_code or "").replace(" ", "")
    return written if _POSTCODE.fullmatch(written) else ""


def _look_up(
    served: Sequence[territories.Commune], postcode: str, city: str, departement: str
) -> territories.Commune | None:
    """Return the commune that a town's name and postcode mean: the postcode alone only when it serves one commune."""
    if len(served) == 1:
        return served[0]
    if not city:
        return None
    # Nearly every address is told by this alone; the search for names that are written otherwise is dear.
    alike = [each for each in served if _key(each.name) == _key(city)]
    if len(alike) == 1:
        return alike[0]
    named = territories.resolve_commune(text=f"{postcode} {city}" if postcode else f"{city} ({departement})")
    if named.commune:
        return named.commune
    codes = {each.code for each in served}
    return next((each for each in named.candidates if each.code in codes), None)


def _key(name: str) -> str:
    """Return a town's name as it is compared: no accents, capitals or hyphens, and "saint" in full."""
    plain = unicodedata.normalize("NFKD", name.lower().replace("œ", "oe"))
    words = re.findall(r"[a-z0-9]+", "".join(each for each in plain if not unicodedata.combining(each)))
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)
