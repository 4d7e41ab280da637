"""The time zones of France: the mainland's, and that of each département or collectivity overseas."""

MAINLAND = "Europe/Paris"
OVERSEAS = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "984": "Indian/Kerguelen",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}


def zone_name(departement_code: str) -> str:
    """Return the name of the time zone of a département or overseas collectivity; that of Paris for all others."""
    return OVERSEAS.get(departement_code, MAINLAND)
