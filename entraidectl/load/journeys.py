"""What people do on the site, one function for each kind of visit."""

import json
import socket
import time
import uuid
from collections.abc import Callable, Collection, Mapping
from urllib.parse import quote, urlsplit

import altcha
import gevent

from entraidectl.load.people import Person
from entraidectl.load.visits import Answer, Receipt, Visit, worded

LANE = "/v1/signups"
WORDS = (
    "masques", "courses", "aide aux devoirs", "distribution alimentaire", "isolés", "garde d'enfants", "couture",
    "collecte", "maison de retraite", "EHPAD", "hôpital", "transport", "soutien scolaire", "visières", "écoute",
)  # fmt: skip
PROOF_WANTED = 403
# A browser that gives up sends the same form again so often, and its key with it.
TRIES = 5
GIVES_UP_AFTER = 1.0
# A telephone far from its mast: so many bytes, so often.
TRICKLE_BYTES, TRICKLE_SECONDS = 48, 0.4


def reads_and_signs_up(visit: Visit) -> None:
    """Read five pages, then sign up."""
    missions = [visit.site.chance.choice(visit.site.missions) for _ in range(2)] if visit.site.missions else []
    paths = ["/fr/", "/fr/missions/", *(f"/fr/missions/{each}/" for each in missions), "/fr/signup/"]
    for path in [*paths, *["/fr/missions/"] * (5 - len(paths))]:
        visit.ask("page", "GET", path)
        visit.think()
    signs_up(visit)


def signs_up(visit: Visit) -> None:
    """Send the form once."""
    person, key = visit.site.population.person(), uuid.uuid4().hex
    _send(visit, person, key)


def insists(visit: Visit) -> None:
    """Send the form, give up after a second, and send the same one again."""
    person, key = visit.site.population.person(), uuid.uuid4().hex
    begun = visit.site.clock.now()
    for _ in range(TRIES):
        answer = _send(visit, person, key, patience=GIVES_UP_AFTER, step="try")
        if answer.status == 202:
            visit.site.tally.good("sign-up", due=begun, seconds=visit.site.clock.now() - begun)
            return
    visit.site.tally.fault("sign-up", due=begun, reason=f"given up: {worded(answer)}")


def types_a_search(visit: Visit) -> None:
    """Type what one looks for and where, letter by letter; each stop of the fingers asks."""
    text = f"{visit.site.chance.choice(WORDS)} {visit.site.population.commune().name}"
    for end in range(3, len(text) + 1, 2):
        visit.ask(
            "keystroke", "GET", f"/fr/missions/?part=results&q={quote(text[:end])}", headers={"HX-Request": "true"}
        )
        visit.think()


def asks_for_a_commune(visit: Visit) -> None:
    """Complete the name of a commune."""
    name = visit.site.population.commune().name
    for end in range(2, min(len(name), 8) + 1):
        visit.ask("commune", "GET", f"/territories/complete?q={quote(name[:end])}")
        visit.think()


def trickles(visit: Visit) -> None:
    """Sign up over a line that carries a hundred bytes a second."""
    person, key = visit.site.population.person(), uuid.uuid4().hex
    body = json.dumps(person.form()).encode()
    parts = urlsplit(visit.site.target)
    head = (
        f"POST {LANE} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\nConnection: close\r\n"
        f"X-Forwarded-For: {visit.address}\r\nIdempotency-Key: {key}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    at, begun = time.time(), visit.site.clock.now()
    answer = _trickled(parts.hostname or "", parts.port or 80, head + body, clock=visit.site.clock.now)
    _note(visit, answer, at=at, person=person, key=key)
    if answer.status == 202:
        visit.site.tally.good("slow sign-up", due=begun, seconds=answer.seconds)
    else:
        visit.site.tally.fault("slow sign-up", due=begun, reason=worded(answer))


JOURNEYS: Mapping[str, Callable[[Visit], None]] = {
    journey.__name__: journey
    for journey in (reads_and_signs_up, signs_up, insists, types_a_search, asks_for_a_commune, trickles)
}


def _send(visit: Visit, person: Person, key: str, *, patience: float = 15.0, step: str = "sign-up") -> Answer:
    """Send a sign-up; where a proof of work is asked, as a browser does it, once more with the proof."""
    form = person.form()
    answer = _post(visit, form, person, key, patience=patience, step=step, good=(202, PROOF_WANTED))
    told = answer.told()
    if answer.status != PROOF_WANTED:
        return answer
    if "challenge_url" not in told:
        visit.site.tally.fault(step, due=visit.site.clock.now(), reason=worded(answer))
        return answer
    form[str(told["solution_field"])] = _proof(visit, str(told["challenge_url"]))
    return _post(visit, form, person, key, patience=patience, step=step, good=(202,))


def _post(
    visit: Visit, form: dict[str, object], person: Person, key: str, *, patience: float, step: str,
    good: Collection[int],
) -> Answer:  # fmt: skip
    at = time.time()
    answer = visit.ask(
        step, "POST", LANE, good=good, body=json.dumps(form).encode(), patience=patience,
        headers={"Content-Type": "application/json", "Idempotency-Key": key}, reason=worded,
    )  # fmt: skip
    _note(visit, answer, at=at, person=person, key=key)
    return answer


def _proof(visit: Visit, path: str) -> str:
    """Do the work that is asked, in a thread: the generator's processors stand for the visitors' own."""
    challenge = altcha.Challenge.from_dict(visit.ask("challenge", "GET", path).told())
    begun = visit.site.clock.now()
    solution = gevent.get_hub().threadpool.apply(altcha.solve_challenge, (challenge,))
    visit.site.tally.good("proof of work", due=begun, seconds=visit.site.clock.now() - begun)
    return altcha.Payload(challenge, solution).to_base64()


def _note(visit: Visit, answer: Answer, *, at: float, person: Person, key: str) -> None:
    line: Receipt = {"at": at, "seconds": answer.seconds, "status": answer.status, "key": key, "email": person.email}
    if receipt := answer.told().get("receipt"):
        line["receipt"] = str(receipt)
    visit.site.receipts.append(line)


def _trickled(host: str, port: int, sent: bytes, *, clock: Callable[[], float]) -> Answer:
    """Send bytes a few at a time and read the whole answer."""
    begun = clock()
    received = b""
    try:
        with gevent.Timeout(60), socket.create_connection((host, port), timeout=15) as line:
            for at in range(0, len(sent), TRICKLE_BYTES):
                line.sendall(sent[at : at + TRICKLE_BYTES])
                gevent.sleep(TRICKLE_SECONDS)
            while part := line.recv(65_536):
                received += part
    except (OSError, gevent.Timeout):
        return Answer(0, clock() - begun)
    head, _, body = received.partition(b"\r\n\r\n")
    words = head.split(b" ", 2)
    return Answer(int(words[1]) if len(words) > 2 and words[1].isdigit() else 0, clock() - begun, body)
