"""The table of what people look for: counts by day and text, of nobody."""

from django.db import models

from entraide.volunteering.rules.asked_searches import LONGEST


class AskedSearch(models.Model):
    """In how many minutes of a day a text was looked for, and in how many of these nothing was found."""

    day = models.DateField()
    language = models.CharField(max_length=5)
    text = models.CharField(max_length=LONGEST)
    asked = models.PositiveIntegerField()
    empty = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "language", "text"], name="asked_search_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.text}"
