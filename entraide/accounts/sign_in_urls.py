"""The addresses of sign-in, under the names that django-allauth looks up. Its password and sign-up pages have none."""

from allauth.account import views as allauth_views
from allauth.socialaccount import views as provider_views
from django.urls import path

from entraide.accounts.views import passkeys, provider, sign_in

urlpatterns = [
    path("login/", sign_in.SignInView.as_view(), name="account_login"),
    path("login/code/", sign_in.SignInView.as_view(), name="account_request_login_code"),
    path("login/code/confirm/", sign_in.CodeView.as_view(), name="account_confirm_login_code"),
    path("login/passkey/", passkeys.PasskeySignInView.as_view(), name="mfa_login_webauthn"),
    path("logout/", allauth_views.logout, name="account_logout"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("signup/", sign_in.sign_up, name="account_signup"),
    path("passkeys/", passkeys.passkeys, name="mfa_index"),
    path("passkeys/", passkeys.passkeys, name="mfa_list_webauthn"),
    path("passkeys/add/", passkeys.AddPasskeyView.as_view(), name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/name/", passkeys.rename, name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", passkeys.RemovePasskeyView.as_view(), name="mfa_remove_webauthn"),
    path("provider/cancelled/", provider_views.login_cancelled, name="socialaccount_login_cancelled"),
    path("provider/error/", provider_views.login_error, name="socialaccount_login_error"),
    path("provider/<slug:provider_id>/", provider.start, name="openid_connect_login"),
]

# Outside the language prefix: a provider knows this address by heart.
callback_patterns = [
    path("account/provider/<slug:provider_id>/callback/", provider.callback, name="openid_connect_callback"),
]
