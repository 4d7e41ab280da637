"""Constraints that several tables share."""

from enum import StrEnum

from django.db import models
from django.db.models import Q


def one_of(column: str, values: type[StrEnum], *, name: str) -> models.CheckConstraint:
    """Return the constraint that a column holds a word of a list."""
    return models.CheckConstraint(condition=Q(**{f"{column}__in": [value.value for value in values]}), name=name)
