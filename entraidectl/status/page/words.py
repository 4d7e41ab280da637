"""What the pages say in French and in English, and how they write times."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from entraidectl.status.page.data import Stage, State

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")
FRENCH_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip

STATES: Mapping[Language, Mapping[State, str]] = {
    "fr": {
        State.WORKS: "Fonctionne",
        State.MAINTENANCE: "En maintenance",
        State.SLOW: "Ralenti",
        State.PARTLY: "En partie indisponible",
        State.DOWN: "Indisponible",
    },
    "en": {
        State.WORKS: "Works",
        State.MAINTENANCE: "Under maintenance",
        State.SLOW: "Slow",
        State.PARTLY: "Partly unavailable",
        State.DOWN: "Unavailable",
    },
}
# What the top of the page says when this is the worst state.
SUMS: Mapping[Language, Mapping[State, str]] = {
    "fr": {
        State.WORKS: "Tout fonctionne",
        State.MAINTENANCE: "Une maintenance est en cours",
        State.SLOW: "Une partie du service est ralentie",
        State.PARTLY: "Une partie du service est indisponible",
        State.DOWN: "Un service est indisponible",
    },
    "en": {
        State.WORKS: "Everything works",
        State.MAINTENANCE: "Maintenance is under way",
        State.SLOW: "Part of the service is slow",
        State.PARTLY: "Part of the service is unavailable",
        State.DOWN: "A service is unavailable",
    },
}
# The same when nothing that is open has its components in a bad state any more.
WATCHED: Mapping[Language, str] = {
    "fr": "Tout fonctionne, nous restons attentifs",
    "en": "Everything works, and we keep watching",
}
STAGES: Mapping[Language, Mapping[Stage, str]] = {
    "fr": {
        Stage.INVESTIGATING: "Nous cherchons",
        Stage.FOUND: "Cause trouvée",
        Stage.WATCHING: "Sous surveillance",
        Stage.OVER: "Terminé",
    },
    "en": {
        Stage.INVESTIGATING: "Investigating",
        Stage.FOUND: "Cause found",
        Stage.WATCHING: "Watching",
        Stage.OVER: "Over",
    },
}


@dataclass(frozen=True, slots=True)
class Words:
    """The pages' other words in one language. {…} is filled in."""

    page: str
    skip: str
    other: str
    as_of: str
    renewed: str
    again: str
    open: str
    services: str
    recent: str
    recent_none: str
    history: str
    month_of: str
    whole: str
    history_lead: str
    history_none: str
    back: str
    feed: str
    portal: str
    affects: str
    began: str
    ended: str
    lasted: str
    more: str
    days: str
    days_good: str
    days_bad: str
    days_many: str
    read_on: str
    days_began: str
    today: str
    messages: str
    earlier: str
    later: str
    part: str
    count_one: str
    count_many: str
    about: str


WORDS: Mapping[Language, Words] = {
    "fr": Words(
        page="État du service",
        skip="Aller au contenu",
        other="English",
        as_of="État au {moment} (heure de {zone}).",
        renewed="Cette page est renouvelée toutes les {minutes} minutes. Si cette heure est bien plus ancienne, la "
        "page n’a pas pu l’être : ce qu’elle dit peut avoir changé.",
        again="Actualiser",
        open="En cours",
        services="Services",
        recent="Récemment",
        recent_none="Aucun incident ces 14 derniers jours.",
        history="Historique",
        month_of="Incidents de {month}",
        whole="Tout l’historique",
        history_lead="Tous les incidents, mois par mois.",
        history_none="Aucun incident n’a été annoncé jusqu’ici.",
        back="État actuel",
        feed="Suivre par flux Atom",
        portal="Aller sur le portail",
        affects="Services touchés",
        began="Début",
        ended="Fin",
        lasted="Durée",
        more="Voir les {count} autres incidents en cours",
        days="30 derniers jours",
        days_good="30 derniers jours : rien à signaler.",
        days_bad="30 derniers jours : {days}.",
        days_many="30 derniers jours : quelque chose à signaler {count} jours, le dernier {days}.",
        read_on="Tout lire",
        days_began="il y a 30 jours",
        today="aujourd’hui",
        messages="Ce que nous avons dit",
        earlier="Plus ancien",
        later="Plus récent",
        part="partie {number} sur {count}",
        count_one="1 incident",
        count_many="{count} incidents",
        about="Cette page reste lisible même quand le portail est arrêté. Les heures sont celles de {zone}.",
    ),
    "en": Words(
        page="Service status",
        skip="Skip to content",
        other="Français",
        as_of="As of {moment}, {zone} time.",
        renewed="This page is renewed every {minutes} minutes. If that time is much older, it could not be: what it "
        "says may have changed.",
        again="Look again",
        open="Under way",
        services="Services",
        recent="Recently",
        recent_none="No incident in the last 14 days.",
        history="History",
        month_of="Incidents of {month}",
        whole="All history",
        history_lead="All incidents, month by month.",
        history_none="No incident has been announced so far.",
        back="Current state",
        feed="Follow by Atom feed",
        portal="Go to the portal",
        affects="Services affected",
        began="Began",
        ended="Ended",
        lasted="Lasted",
        more="See the {count} other incidents under way",
        days="Last 30 days",
        days_good="Last 30 days: nothing to report.",
        days_bad="Last 30 days: {days}.",
        days_many="Last 30 days: something to report on {count} days, the last {days}.",
        read_on="Read all of it",
        days_began="30 days ago",
        today="today",
        messages="What we said",
        earlier="Earlier",
        later="Later",
        part="part {number} of {count}",
        count_one="1 incident",
        count_many="{count} incidents",
        about="This page can be read even while the portal is stopped. Times are those of {zone}.",
    ),
}


def day(value: date, language: Language) -> str:
    """Return a day in words."""
    if language == "fr":
        return f"{'1er' if value.day == 1 else value.day} {FRENCH_MONTHS[value.month - 1]} {value.year}"
    return f"{value.day} {ENGLISH_MONTHS[value.month - 1]} {value.year}"


def short_day(value: date, language: Language) -> str:
    """Return a day in words without its year."""
    return day(value, language).rpartition(" ")[0]


def month(value: date, language: Language) -> str:
    """Return a month in words."""
    names = FRENCH_MONTHS if language == "fr" else ENGLISH_MONTHS
    return f"{names[value.month - 1]} {value.year}"


def moment(value: datetime, language: Language, zone: ZoneInfo) -> str:
    """Return a day and an hour in words, in a time zone."""
    there = value.astimezone(zone)
    if language == "fr":
        return f"{day(there.date(), language)} à {there.hour} h {there.minute:02}"
    return f"{day(there.date(), language)} at {there.hour}:{there.minute:02}"


def place(zone: ZoneInfo) -> str:
    """Return a zone as people say it: the town that it is named after."""
    return zone.key.rpartition("/")[2].replace("_", " ")


def span(seconds: float, language: Language) -> str:
    """Return how long something lasted, in words: two units at most."""
    minutes = max(1, round(seconds / 60))
    hours, minutes_left = divmod(minutes, 60)
    days, hours_left = divmod(hours, 24)
    french = language == "fr"
    if days:
        unit = ("jour" if french else "day") + ("s" if days > 1 else "")
        return f"{days} {unit} {hours_left} h" if hours_left else f"{days} {unit}"
    if hours:
        return f"{hours} h {minutes_left:02} min" if minutes_left else f"{hours} h"
    return f"{minutes} min"
