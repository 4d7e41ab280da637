"""Templates of the foundation: error pages, the style page, mail, forms, and what a public page never reads."""

import re
from typing import Any

import pytest
from django import forms
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from entraide.foundation import errors
from entraide.foundation.mail.writing import write
from entraide.foundation.templatetags.entraide import asset


@pytest.mark.django_db
def test_style_page_shows_every_part(client: Client) -> None:
    page = client.get("/dev/style/").content.decode()
    for component in ("hero", "card", "slot", "notice", "steps", "facts", "badge", "empty", "filters", "error-summary"):
        assert f'class="{component}' in page, component


@pytest.mark.django_db
def test_style_page_shows_who_you_are_in_private_chrome(client: Client) -> None:
    page = client.get("/dev/style/?chrome=private").content.decode()
    assert "who__role" in page
    assert "Your place is confirmed." in page


@pytest.mark.parametrize("level", ["watch", "alert", "mobilisation", "recovery"])
@pytest.mark.django_db
def test_banner_says_its_level_in_words(client: Client, level: str) -> None:
    page = client.get(f"/dev/style/?level={level}", headers={"accept-language": "en"}).content.decode()
    assert f"crisis--{level}" in page
    assert level.capitalize() in page


@pytest.mark.django_db
def test_unknown_address_gets_a_page_with_ways_out(client: Client) -> None:
    response = client.get("/en/nothing-here/")
    assert response.status_code == 404
    assert "There is nothing at this address" in response.content.decode()
    assert response["Cache-Control"] == "private, no-store, no-transform"


@pytest.mark.parametrize("answer", [errors.server_error, errors.unavailable])
def test_faults_render_without_database_or_context(rf: RequestFactory, answer: Any) -> None:
    with translation.override("en"):
        page = answer(rf.get("/")).content.decode()
    assert "<h1>" in page
    assert "built/site.css" in page


def test_a_missing_manifest_entry_does_not_break_the_fault_page(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    settings.DEBUG = False
    assert asset("built/no-such-file.css") == "/static/built/no-such-file.css"


@pytest.mark.parametrize("status", [400, 403, "403_csrf", 404, 429])
@pytest.mark.django_db
def test_error_pages_have_one_heading_and_no_inline_code(rf: RequestFactory, status: int | str) -> None:
    page = render_to_string(f"foundation/errors/{status}.html", request=rf.get("/fr/"))
    assert page.count("<h1") == 1
    assert not re.search(r"<style|<script(?![^>]*src=)|\son\w+=|\sstyle=", page)


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500", "503", "busy"])
@pytest.mark.django_db
def test_error_pages_speak_the_language_of_the_page(rf: RequestFactory, name: str) -> None:
    said = {}
    for language in ("fr", "en"):
        with translation.override(language):
            page = render_to_string(f"foundation/errors/{name}.html", request=rf.get(f"/{language}/"))
        assert f'<html lang="{language}"' in page
        content = page.partition("<main")[2].partition("</main>")[0]
        said[language] = {text.strip() for text in re.findall(r"<(?:h1|p)[^>]*>([^<]+)<", content)} - {""}
    assert said["fr"]
    assert not said["fr"] & said["en"]


class Sample(forms.Form):
    """A required field, an optional one and a choice."""

    email = forms.EmailField(label="E-mail address", help_text="The code is sent there.")
    phone = forms.CharField(label="Telephone", required=False)
    way = forms.ChoiceField(label="Way", widget=forms.RadioSelect, choices=[("a", "A"), ("b", "B")])


def test_a_field_is_tied_to_its_help_and_its_error() -> None:
    with translation.override("en"):
        page = Sample({"email": "nonsense"}).as_div()
        drawn = str(Sample({"email": "nonsense"}))
    assert "id_email_helptext id_email_error" in page
    assert re.search(r'<input type="email"[^>]*aria-describedby="id_email_helptext id_email_error"', drawn)
    assert 'id="id_email_error"' in drawn
    assert 'id="id_email_helptext"' in drawn


def test_the_summary_links_each_error_to_its_field() -> None:
    with translation.override("en"):
        drawn = str(Sample({"email": "nonsense"}))
    assert "2 things to correct" in drawn
    assert 'href="#id_email"' in drawn
    assert 'href="#id_way"' in drawn
    assert 'id="id_way"' in drawn


def test_only_what_may_be_left_out_is_marked() -> None:
    with translation.override("en"):
        drawn = str(Sample())
    assert drawn.count("(optional)") == 1
    assert "error-summary" not in drawn


def test_mail_is_plain_in_text_and_escaped_in_html(tmp_path: Any, settings: Any) -> None:
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail/sample.txt").write_text(
        '{% extends "foundation/mail/base.txt" %}{% block subject %}For {{ name }}{% endblock %}'
        "{% block body %}Dear {{ name }}{% endblock %}"
    )
    (tmp_path / "mail/sample.html").write_text(
        '{% extends "foundation/mail/base.html" %}{% block body %}<p>Dear {{ name }}</p>{% endblock %}'
    )
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    letter = write(template="mail/sample", to="a@example.org", language="en", context={"name": "O'Hara & <b>"})
    assert letter.subject == "For O'Hara & <b>"
    assert "Dear O'Hara & <b>" in letter.text
    assert "O&#x27;Hara &amp; &lt;b&gt;" in letter.html
    assert 'lang="en"' in letter.html


@pytest.mark.django_db
def test_public_chrome_reads_nothing_of_its_reader(rf: RequestFactory) -> None:
    class Session:
        """Fails when anything of it is read."""

        def __getattr__(self, name: str) -> None:
            raise AssertionError(f"a public page read session.{name}")

    request: HttpRequest = rf.get("/en/")
    request.session = Session()  # type: ignore[assignment]
    request.user = Session()  # type: ignore[assignment]
    with translation.override("en"):
        assert "Skip to the content" in render_to_string("foundation/public.html", request=request)
