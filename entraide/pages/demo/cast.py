"""Who takes part in the demonstration. Texts are French, as an organisation in France would write them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from entraide.accounts.api import LegalForm, OrganisationDetails
from entraide.crises.api import Kind, Level, Opening

MAIL_DOMAIN = "demo.entraide.example"
NOTE = "Données de démonstration : cette structure et ses missions n’existent pas."
TOWNS_OF_THE_FLOOD = ("67482", "67218", "67447", "67130", "67462", "67300", "67348", "67180")


@dataclass(frozen=True, slots=True)
class Cast:
    """An organisation of the demonstration: where it works (communes by code), on what, and how it was checked.

    `outcome` is the state it is left in: validated, submitted, in_review or more_info.
    """

    key: str
    name: str
    legal_form: LegalForm
    towns: tuple[str, ...]
    kinds: tuple[str, ...]
    about: str
    missions: int = 10
    outcome: str = "validated"

    @property
    def description(self) -> str:
        """What the organisation says of itself, the note that it is invented first."""
        return f"{NOTE}\n\n{self.about}"


# The first postcode of each town.
POSTCODES = {
    "67482": "67000", "67218": "67400", "67447": "67300", "67130": "67150", "67462": "67600", "67300": "67120",
    "67348": "67210", "67180": "67500", "68066": "68000", "68224": "68100", "57463": "57000", "57672": "57100",
    "54395": "54000", "75056": "75001", "93066": "93200", "59350": "59000", "59512": "59100", "69123": "69001",
    "69266": "69100", "38185": "38000", "13055": "13001", "34172": "34000", "44109": "44000", "35238": "35000",
    "33063": "33000", "31555": "31000", "97411": "97400", "2A004": "20000",
}  # fmt: skip
FLOOD = Opening(
    slug="demo-crue",
    name={"fr": "Crue de l’Ill (démonstration)", "en": "Ill flood (demonstration)"},
    kind=Kind.MET,
    level=Level.ALERT,
    zones=["54", "57", "67", "68"],
    banner={
        "fr": "Données de démonstration : cette crue, ces structures et ces missions n’existent pas.",
        "en": "Demo data: this flood, these organisations and these missions do not exist.",
    },
)

_A, _L, _P = LegalForm.ASSOCIATION, LegalForm.LOCAL_AUTHORITY, LegalForm.PUBLIC_BODY
DESK = "rives"
ORGANISATIONS = (
    Cast(
        key=DESK,
        name="Entraide des Rives (démo)",
        legal_form=_A,
        towns=TOWNS_OF_THE_FLOOD,
        kinds=("emergency_aid", "food_aid", "isolated_people"),
        about="Association de quartier : nettoyage après la crue, repas chauds, visites aux personnes isolées.",
        missions=14,
    ),
    Cast(
        key="ried",
        name="Comptoir alimentaire du Ried (démo)",
        legal_form=_A,
        towns=("67462", "67130", "68066"),
        kinds=("food_aid",),
        about="Collecte, tri et distribution de colis alimentaires dans la plaine.",
    ),
    Cast(
        key="vosges",
        name="Centre social des Trois Vallées (démo)",
        legal_form=_L,
        towns=("67300", "67348", "68224"),
        kinds=("childcare", "homework_help", "isolated_people"),
        about="Accueil des familles évacuées, garde d’enfants et aide aux devoirs.",
    ),
    Cast(
        key="lorraine",
        name="Atelier solidaire lorrain (démo)",
        legal_form=_A,
        towns=("57463", "57672", "54395"),
        kinds=("protective_equipment", "emergency_aid"),
        about="Fabrication de visières et de blouses, prêt de pompes et d’outils.",
    ),
    Cast(
        key="paris",
        name="Maraude des Faubourgs (démo)",
        legal_form=_A,
        towns=("75056", "93066"),
        kinds=("food_aid", "isolated_people"),
        about="Repas et écoute auprès des personnes sans abri.",
    ),
    Cast(
        key="nord",
        name="Réseau des Bons Voisins (démo)",
        legal_form=_A,
        towns=("59350", "59512"),
        kinds=("isolated_people", "homework_help"),
        about="Appels et visites de convivialité, soutien scolaire à distance.",
    ),
    Cast(
        key="rhone",
        name="Mission locale d’essai du Confluent (démo)",
        legal_form=_P,
        towns=("69123", "69266", "38185"),
        kinds=("homework_help", "childcare"),
        about="Tutorat de collégiens et garde des enfants de soignants.",
    ),
    Cast(
        key="sud",
        name="Épicerie partagée du Vieux-Moulin (démo)",
        legal_form=_A,
        towns=("13055", "34172"),
        kinds=("food_aid",),
        about="Épicerie solidaire et livraison de courses à domicile.",
    ),
    Cast(
        key="ouest",
        name="Coup de main de l’Ouest (démo)",
        legal_form=_A,
        towns=("44109", "35238"),
        kinds=("emergency_aid", "isolated_people", "protective_equipment"),
        about="Entraide de quartier : courses, bricolage d’urgence, couture de masques.",
    ),
    Cast(
        key="sudouest",
        name="Fabrique de quartier (démo)",
        legal_form=_A,
        towns=("33063", "31555"),
        kinds=("protective_equipment", "homework_help"),
        about="Atelier ouvert d’impression 3D et de couture.",
    ),
    Cast(
        key="reunion",
        name="Solidarité des Hauts (démo)",
        legal_form=_A,
        towns=("97411",),
        kinds=("emergency_aid", "food_aid"),
        about="Préparation aux cyclones et distribution d’eau.",
        missions=8,
    ),
    Cast(
        key="corse",
        name="Service communal d’exemple d’Ajaccio (démo)",
        legal_form=_L,
        towns=("2A004",),
        kinds=("isolated_people", "childcare"),
        about="Veille auprès des personnes âgées et garde périscolaire.",
        missions=8,
    ),
    Cast(
        key="nouveaux",
        name="Collectif des Sacs de sable (démo)",
        legal_form=_A,
        towns=("67482", "67218"),
        kinds=("emergency_aid",),
        about="Collectif né cette semaine : remplissage et pose de sacs de sable.",
        missions=3,
        outcome="submitted",
    ),
    Cast(
        key="repas",
        name="Repas chauds du Canal (démo)",
        legal_form=_A,
        towns=("67447", "67482"),
        kinds=("food_aid",),
        about="Cuisine associative qui prépare des repas pour les centres d’accueil.",
        missions=2,
        outcome="in_review",
    ),
    Cast(
        key="flou",
        name="Aide tous azimuts (démo)",
        legal_form=_A,
        towns=("67180",),
        kinds=("emergency_aid",),
        about="Nous aidons.",
        missions=1,
        outcome="submitted",
    ),
)

_FIRST_NAMES = (
    "Camille", "Dominique", "Claude", "Alix", "Sacha", "Maxime", "Charlie", "Noa", "Lou", "Andréa", "Eden", "Ange",
)  # fmt: skip
_LAST_NAMES = ("Démo", "Exemple", "Essai", "Modèle", "Spécimen")


@dataclass(frozen=True, slots=True)
class Name:
    """A volunteer's name, which nobody bears, and the address made of it."""

    first: str
    last: str

    @property
    def email(self) -> str:
        """`camille.exemple@demo.entraide.example`."""
        plain = f"{self.first}.{self.last}".lower().translate(str.maketrans("éèï", "eei"))
        return f"{plain}@{MAIL_DOMAIN}"


VOLUNTEERS = tuple(Name(first, last) for last, first in product(_LAST_NAMES, _FIRST_NAMES))


def neighbours() -> Mapping[str, Sequence[str]]:
    """Return the volunteers' addresses by the organisation near which they live: many at the first, few elsewhere."""
    emails = [each.email for each in VOLUNTEERS]
    others = [each.key for each in ORGANISATIONS if each.key != DESK]
    share = 16
    rest = emails[share:]
    return {DESK: emails[:share]} | {key: rest[number :: len(others)] for number, key in enumerate(others)}


def departement_of(town: str) -> str:
    """Return the département of a commune's code."""
    return town[:3] if town.startswith("97") else town[:2]


def details(organisation: Cast, number: int) -> OrganisationDetails:
    """Return what an organisation registers. Its numbers are well-formed and belong to nobody."""
    town, association = organisation.towns[0], organisation.legal_form is LegalForm.ASSOCIATION
    return OrganisationDetails(
        name=organisation.name,
        legal_form=organisation.legal_form,
        rna=f"W{number:09}" if association else "",
        siren="" if association else _siren(number),
        description=organisation.description,
        commune=town,
        departement=departement_of(town),
        contact_email=f"contact.{organisation.key}@{MAIL_DOMAIN}",
    )


def _siren(number: int) -> str:
    """Return a SIREN number with a right check digit; real ones do not begin with five zeros."""
    digits = f"{number:08}"
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(digits))
    total = sum(each - 9 if each > 9 else each for each in doubled)
    return f"{digits}{-total % 10}"
