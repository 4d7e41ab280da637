"""Columns and constraints that several tables write the same way."""

from enum import StrEnum

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


def words(*, size: int = 30) -> "ArrayField[list[str], list[str]]":
    """Return a column of short words of a closed list, empty by default."""
    return ArrayField(models.CharField(max_length=40), size=size, default=list, blank=True)


def one_of(column: str, values: type[StrEnum], *, name: str, or_none: bool = False) -> models.CheckConstraint:
    """Return the constraint that a column holds a word of a list; `or_none`: or nothing."""
    known = [value.value for value in values] + ([""] if or_none else [])
    return models.CheckConstraint(condition=Q(**{f"{column}__in": known}), name=name)
