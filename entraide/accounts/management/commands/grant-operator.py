"""`bin/manage grant-operator EMAIL`: makes the first operator, who then gives every other role on the pages."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from entraide.accounts.actions.grants import grant_role
from entraide.accounts.actions.people import BadAddress, Deed, NotActive, Profile, create_person
from entraide.accounts.rules import PLATFORM, Role
from entraide.foundation import clock


class Command(BaseCommand):
    """Makes a person an operator of the whole platform, and makes the person if nobody has the address yet."""

    help = "Make a person an operator of the whole platform. Running it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address."""
        parser.add_argument("email", help="mail address with which the operator signs in")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the person and the grant, both or neither."""
        deed = Deed(actor=None, role="command", now=clock.now())
        try:
            with transaction.atomic():
                person, _ = create_person(email=options["email"], profile=Profile(), deed=deed)
                grant_role(person_id=person.pk, role=Role.OPERATOR, scope=PLATFORM, deed=deed)
        except BadAddress as error:
            raise CommandError(f"{options['email']!r} is not a mail address.") from error
        except NotActive as error:
            raise CommandError("This person is suspended. An operator can reinstate them.") from error
        self.stdout.write(f"{person.email} is an operator. They sign in at /account/login/ with a code sent by mail.")
