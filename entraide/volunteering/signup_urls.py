"""The addresses of the sign-up pages. The form itself is sent to /v1/signups, which the intake answers."""

from django.urls import path

from entraide.volunteering.views import signup

urlpatterns = [
    path("signup/", signup.signup, name="signup"),
    path("signup/correct/", signup.correct, name="signup-correct"),
    path("signup/received/", signup.received, name="signup-received"),
]
