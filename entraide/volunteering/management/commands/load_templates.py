"""`manage load_templates`: loads the catalogue of mission templates; running it again changes nothing."""

from django.core.management.base import BaseCommand, CommandError

from entraide.volunteering.actions.catalogue import load_templates
from entraide.volunteering.rules.catalogue import BadCatalogue


class Command(BaseCommand):
    """The command."""

    help = "Load the catalogue of mission templates."

    def handle(self, **options: object) -> None:
        """Load, and say how many were new."""
        try:
            new = load_templates()
        except BadCatalogue as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Mission templates: {new} new")
