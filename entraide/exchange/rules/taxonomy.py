"""Our words and those of API Engagement, in both directions.

Theirs are facts read in that API's public description (domains, activities, values of `remote` and `type`).
"""

from collections.abc import Mapping

# Theirs, in the order of their letters. One that is not here is refused.
DOMAINS = (
    "animaux", "autre", "batiment-industrie-logistique", "benevolat-competences", "communication", "culture-loisirs",
    "education", "emploi", "environnement", "gestion-finance-droit", "humanitaire", "memoire-et-citoyennete",
    "numerique", "prevention-protection", "recherche", "sante", "service-public-defense-securite",
    "solidarite-insertion", "sport", "vivre-ensemble",
)  # fmt: skip
TYPES = (
    "benevolat", "volontariat_service_civique", "volontariat_sapeurs_pompiers", "volontariat_reserve_operationnelle",
)  # fmt: skip
REMOTES = ("no", "possible", "full")
COUNTRIES = ("FR", "FRANCE")
COMPENSATION_UNITS = ("hour", "day", "month", "year")
COMPENSATION_TYPES = ("gross", "net")

DOMAIN_OUT: Mapping[str, str] = {
    "crisis": "humanitaire",
    "health": "sante",
    "solidarity": "solidarite-insertion",
    "education": "education",
    "prevention": "prevention-protection",
    "nature": "environnement",
    "culture": "culture-loisirs",
    "sport": "sport",
    "citizenship": "memoire-et-citoyennete",
    "international": "humanitaire",
    "skills": "benevolat-competences",
}
ACTIVITY_OUT: Mapping[str, str] = {
    "making": "activites-manuelles",
    "sorting": "collecte",
    "distribution": "distribution",
    "delivery": "distribution",
    "cooking": "activites-manuelles",
    "reception": "accueil-de-public",
    "phone_calls": "ecoute-permanence",
    "visits": "visites",
    "tutoring": "soutien-scolaire",
    "child_minding": "animation",
    "logistics": "logistique",
    "cleaning": "bricolage",
    "other": "autre",
}
REMOTE_OUT: Mapping[str, str] = {"on_site": "no", "remote": "full", "hybrid": "possible", "mobile": "no"}

# A domain of theirs that ours does not name comes under the nearest one.
DOMAIN_IN: Mapping[str, str] = {
    "animaux": "nature",
    "autre": "solidarity",
    "batiment-industrie-logistique": "skills",
    "benevolat-competences": "skills",
    "communication": "skills",
    "culture-loisirs": "culture",
    "education": "education",
    "emploi": "solidarity",
    "environnement": "nature",
    "gestion-finance-droit": "skills",
    "humanitaire": "crisis",
    "memoire-et-citoyennete": "citizenship",
    "numerique": "skills",
    "prevention-protection": "prevention",
    "recherche": "education",
    "sante": "health",
    "service-public-defense-securite": "prevention",
    "solidarite-insertion": "solidarity",
    "sport": "sport",
    "vivre-ensemble": "citizenship",
}
ACTIVITY_IN: Mapping[str, str] = {
    "activites-manuelles": "making",
    "collecte": "sorting",
    "distribution": "distribution",
    "accueil-de-public": "reception",
    "ecoute-permanence": "phone_calls",
    "visites": "visits",
    "lutte-contre-isolement": "visits",
    "soutien-scolaire": "tutoring",
    "alphabetisation": "tutoring",
    "mentorat-parrainage": "tutoring",
    "logistique": "logistics",
    "ramassage-dechets": "cleaning",
}
REMOTE_IN: Mapping[str, str] = {"no": "on_site", "possible": "hybrid", "full": "remote"}


def domains_of(theirs: str) -> tuple[str, ...]:
    """Return our domains that leave as one of theirs."""
    return tuple(ours for ours, name in DOMAIN_OUT.items() if name == theirs)


def activities_of(theirs: str) -> tuple[str, ...]:
    """Return our activities that leave as one of theirs."""
    return tuple(ours for ours, name in ACTIVITY_OUT.items() if name == theirs)


def modes_of(theirs: str) -> tuple[str, ...]:
    """Return our modes that leave as one of theirs."""
    return tuple(ours for ours, name in REMOTE_OUT.items() if name == theirs)
