"""The addresses of accounts, all below the language; those of sign-in are in `sign_in_urls`."""

from django.urls import path, register_converter

from entraide.accounts.views import addresses, arrival, members, moderation, organisations, people, profile, stopping


class DeedConverter:
    """What an operator may do to a person, as a part of an address."""

    regex = "|".join(people.DEEDS)

    def to_python(self, value: str) -> str:
        """Return the word."""
        return value

    def to_url(self, value: str) -> str:
        """Return the word."""
        return value


register_converter(DeedConverter, "deed")

app_name = "accounts"
urlpatterns = [
    path("me/profile/", profile.profile, name="profile"),
    path("me/work-mail/", profile.work_mail, name="work-mail"),
    path("work-mail/<str:token>/stop/", stopping.stop_work_mail, name="stop-work-mail"),
    path("me/address/", addresses.address, name="address"),
    path("me/address/code/", addresses.address_code, name="address-code"),
    path("me/sessions/end/", profile.end_sessions, name="end-sessions"),
    path("me/roles/", profile.roles, name="roles"),
    path("me/tokens/", profile.tokens, name="tokens"),
    path("me/tokens/<uuid:token_id>/revoke/", profile.revoke, name="revoke-token"),
    path("organisation/register/", organisations.register, name="register"),
    path("organisation/<uuid:organisation_id>/details/", organisations.organisation, name="organisation"),
    path("organisation/<uuid:organisation_id>/step/", organisations.step, name="organisation-step"),
    path("organisation/<uuid:organisation_id>/members/", members.members, name="members"),
    path(
        "organisation/<uuid:organisation_id>/members/<uuid:grant_id>/remove/",
        members.remove_member,
        name="remove-member",
    ),
    path(
        "organisation/<uuid:organisation_id>/invitations/<uuid:invitation_id>/withdraw/",
        members.withdraw_invitation,
        name="withdraw-invitation",
    ),
    path("account/welcome/<str:token>/", arrival.arrival, name="arrival"),
    path("account/address/undo/<str:token>/", addresses.undo, name="undo-address"),
    path("invitation/<str:token>/", members.invitation, name="invitation"),
    path("moderation/organisations/", moderation.organisations, name="organisations"),
    path("moderation/organisations/find/", moderation.find_organisations, name="find-organisations"),
    path("operator/people/", people.people, name="people"),
    path("operator/people/<uuid:person_id>/", people.person, name="person"),
    path("operator/people/<uuid:person_id>/<deed:deed>/", people.change_person, name="change-person"),
    path("operator/people/<uuid:person_id>/roles/<uuid:grant_id>/", people.take_back, name="take-back"),
]
