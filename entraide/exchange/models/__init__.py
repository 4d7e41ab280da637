"""The tables of the exchange: partners, what they sent, runs of their feeds, official alerts, the feed of changes."""

from entraide.exchange.models.alert import Alert
from entraide.exchange.models.change import Change
from entraide.exchange.models.external import External, ExternalQuerySet, PartnerOrganisation
from entraide.exchange.models.partner import Partner
from entraide.exchange.models.run import Line, Run

__all__ = ["Alert", "Change", "External", "ExternalQuerySet", "Line", "Partner", "PartnerOrganisation", "Run"]
