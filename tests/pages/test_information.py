"""Help, legal notice, accessibility, privacy: public, complete in what settings give, honest where they do not."""

from typing import Any

import pytest
from django.test import Client

PAGES = ("help", "legal", "accessibility", "privacy")
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_anyone_reads_it_and_a_cache_may_keep_it(client: Client, language: str, name: str) -> None:
    response = client.get(f"/{language}/{name}/")
    assert response.status_code == 200
    assert response["Cache-Control"].startswith("public")
    assert not response.cookies
    page = response.content.decode()
    assert f'<html lang="{language}">' in page
    assert page.count("<h1") == 1


@pytest.mark.parametrize("name", PAGES)
def test_it_links_to_itself_in_the_other_language(client: Client, name: str) -> None:
    assert f'href="/en/{name}/?from=mail" lang="en"' in client.get(f"/fr/{name}/?from=mail").content.decode()


def test_the_notice_names_publisher_and_host(client: Client, settings: Any) -> None:
    settings.PUBLISHER_NAME = "Conseil départemental d'Exemple"
    settings.PUBLISHER_CONTACT = "contact@example.org"
    settings.HOSTING_NAME = "Hébergeur d'Exemple, 1 rue de la Paix, Paris"
    page = client.get("/en/legal/").content.decode()
    assert "Conseil départemental d&#x27;Exemple" in page
    assert "mailto:contact@example.org" in page
    assert "1 rue de la Paix" in page
    assert "not complete" not in page


def test_an_incomplete_notice_says_so(client: Client, settings: Any) -> None:
    settings.PUBLISHER_NAME = ""
    assert "PUBLISHER_NAME" in client.get("/en/legal/").content.decode()


def test_privacy_names_the_cookies_that_are_set(client: Client, settings: Any) -> None:
    page = client.get("/en/privacy/").content.decode()
    assert settings.SESSION_COOKIE_NAME in page
    assert settings.CSRF_COOKIE_NAME in page
    assert "14 days at most" in page
