"""Applying: nothing in a rehearsal, nothing the second time; whatever is wrong leaves the running edge as it was."""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from entraidectl.edge.places import Places
from entraidectl.edge.serving import alone
from tests.entraidectl.edge import edges
from tests.entraidectl.edge.backend import PUBLIC, Asked, Backend, Reply
from tests.entraidectl.edge.edges import Edge
from tests.journeys.node import ROOT, wait_for

FEWER = "[cache]\nmegabytes = 32"


@pytest.fixture
def fresh(tmp_path: Path, backend: Backend) -> Edge:
    """An edge that was never applied."""
    if not edges.NGINX:
        pytest.skip(edges.MISSING)
    return edges.make(tmp_path, backend)


def test_a_rehearsal_prints_the_plan_and_writes_nothing(fresh: Edge) -> None:
    actions = [step["action"] for step in fresh.steps()]
    assert actions[-2:] == ["check", "serve"]
    assert actions[:-2] == ["create"] * (len(actions) - 2)
    assert not fresh.root.exists()


def test_a_second_run_finds_nothing_to_do(edge: Edge) -> None:
    assert edge.steps() == []
    assert edge.run("apply").stdout == "Nothing to do.\n"


def test_it_is_said_that_nginx_does_not_run_yet(fresh: Edge) -> None:
    assert "nginx does not run yet: systemctl daemon-reload" in fresh.run("apply").stderr


def test_a_change_is_taken_over_and_taken_back(edge: Edge) -> None:
    before = edge.watch.running()
    edge.write(cache=FEWER)
    edge.apply()
    after = edge.watch.running()
    assert after not in (None, before)
    assert edge.run("rollback").exit_code == 0
    assert edge.watch.running() == before
    # Once more, and the newer one runs again.
    assert edge.run("rollback").exit_code == 0
    assert edge.watch.running() == after
    assert edge.steps() == []


def test_there_is_nothing_to_go_back_to_at_first(edge: Edge) -> None:
    result = edge.run("rollback")
    assert result.exit_code == 1
    assert "there is nothing to go back to" in result.stderr


def test_old_configurations_are_dropped_and_the_one_before_never(edge: Edge) -> None:
    for megabytes in range(32, 41):
        before = edge.watch.running()
        edge.write(cache=f"[cache]\nmegabytes = {megabytes}")
        edge.apply()
    assert len(list((edge.root / "etc/entraide/edge/generations").iterdir())) == 5
    assert edge.run("rollback").exit_code == 0
    assert edge.watch.running() == before


def test_a_reload_under_requests_drops_none(edge: Edge, backend: Backend) -> None:
    # Half of what is asked is answered while the configuration changes, since its answer is long in coming.
    reloaded = threading.Event()

    def answer(asked: Asked) -> Reply:
        if asked.target.startswith("/slow"):
            assert reloaded.wait(30)
        return Reply(b"whole")

    backend.reply = answer
    edge.write(rates=edges.WIDE_RATES)
    edge.apply()
    done = threading.Event()

    def ask_until_done() -> set[tuple[int, bytes]]:
        seen = set()
        while not done.is_set():
            answered = edge.ask("/fast")
            seen.add((answered.status, answered.body))
        return seen

    with ThreadPoolExecutor(16) as pool:
        slow = [pool.submit(edge.ask, f"/slow/{number}") for number in range(8)]
        fast = [pool.submit(ask_until_done) for _ in range(6)]
        wait_for("the slow ones to wait behind", lambda: sum(t.startswith("/slow") for t in backend.targets()) == 8)
        for megabytes in range(32, 38):
            edge.write(cache=f"[cache]\nmegabytes = {megabytes}")
            edge.apply()
        reloaded.set()
        done.set()
        assert {(each.result().status, each.result().body) for each in slow} == {(200, b"whole")}
        assert [each.result() for each in fast] == [{(200, b"whole")}] * 6
    assert len(backend.targets()) > 50


def test_a_broken_file_keeps_the_old_state(edge: Edge) -> None:
    before = edge.watch.running()
    edge.write(cache="[cache]\nmegabyte = 32")
    result = edge.run("apply")
    assert result.exit_code == 1
    assert "cache.megabyte: is not known here: did you mean megabytes?" in result.stderr
    assert edge.watch.running() == before


def test_a_user_that_the_machine_does_not_have_is_told(fresh: Edge) -> None:
    fresh.write(top='version = 1\nuser = "nobody-of-this-name"')
    assert "this machine has no user nobody-of-this-name" in fresh.run("apply").stderr
    assert not fresh.root.exists()


def test_a_configuration_that_nginx_refuses_keeps_the_old_state(edge: Edge) -> None:
    # That a name leads nowhere is nothing that the file could tell.
    before, links = edge.watch.running(), links_of(edge)
    edge.write(web='[pools.web]\nservers = ["nobody-has-this-name.invalid:80"]')
    result = edge.run("apply")
    assert result.exit_code == 1
    assert "nginx refuses the configuration, and nothing was changed" in result.stderr
    assert "nobody-has-this-name.invalid" in result.stderr
    assert (edge.watch.running(), links_of(edge)) == (before, links)
    check = edge.run("check", "--json")
    assert check.exit_code == 1
    assert "nobody-has-this-name.invalid" in json.loads(check.stdout)["problems"][0]


def test_an_address_that_is_taken_keeps_the_old_state(edge: Edge) -> None:
    before, links = edge.watch.running(), links_of(edge)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        edge.write(listen=edge.sections["listen"].replace(str(edge.ports["http"]), str(other.getsockname()[1])))
        result = edge.run("apply")
    assert result.exit_code == 1
    assert "nginx goes on with the configuration before" in result.stderr
    assert "Address already in use" in result.stderr
    assert (edge.watch.running(), links_of(edge)) == (before, links)
    # Once the address is free, the same file is taken over.
    edge.apply()
    assert edge.watch.running() not in (None, before)


def links_of(edge: Edge) -> list[str]:
    folder = edge.root / "etc/entraide/edge"
    return [str((folder / name).readlink()) for name in ("current", "previous") if (folder / name).is_symlink()]


def test_a_state_that_was_applied_by_half_is_mended(edge: Edge) -> None:
    home = edge.root / "etc/entraide/edge/current"
    (home / "portal.conf").unlink()
    (home / "maps.conf").write_text("# cut in the mid")
    (edge.root / "etc/logrotate.d/entraide-edge").unlink()
    assert sorted(step["action"] for step in edge.steps()) == ["change", "check", "create", "create", "serve"]
    edge.apply()
    assert edge.steps() == []


def test_nginx_that_was_killed_starts_again(edge: Edge) -> None:
    edge.kill()
    # Its file with its number was left behind, and says nothing.
    assert "nginx does not run yet" in edge.run("apply").stderr
    edge.start()
    assert edge.ask("/healthz").body == b"ok\n"


def test_two_do_not_change_an_edge_at_once(edge: Edge) -> None:
    edge.write(cache=FEWER)
    with alone(Places(edge.root)):
        result = edge.run("apply")
        assert result.exit_code == 1
        assert "lock: this edge is being changed right now" in result.stderr
        assert edge.steps() != []
    edge.apply()


def test_a_full_disk_is_told_and_keeps_the_old_state(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    before, links = edge.watch.running(), links_of(edge)
    edge.write(cache=FEWER)
    had = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    # A file that may not grow past a thousand bytes is refused by the system as one on a full disk is.
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, had[1]))
    try:
        result = edge.run("apply")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, had)
        signal.signal(signal.SIGXFSZ, ignored)
    assert result.exit_code == 1
    assert "File too large" in result.stderr
    assert (edge.watch.running(), links_of(edge)) == (before, links)
    edge.apply()
    assert edge.watch.running() not in (None, before)


def test_rights_that_are_missing_are_told(fresh: Edge) -> None:
    fresh.root.mkdir(mode=0o500)
    # Root may write everywhere, but for the capability by which it may.
    without = ["setpriv", "--bounding-set", "-dac_override"] if os.geteuid() == 0 else []
    command = [*without, sys.executable, "-m", "entraidectl", *fresh.words("apply")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "may not be written by this user: run it as root" in done.stderr


class TestCertificates:
    """A certificate that browsers would refuse is not shown."""

    def test_one_that_is_missing(self, fresh: Edge) -> None:
        fresh.certificate.unlink()
        assert "certificate.pem: the certificate is not there" in fresh.run("apply").stderr

    def test_one_that_ended(self, fresh: Edge) -> None:
        edges.certify(fresh.folder / "tls", names=(edges.PORTAL, edges.WWW), ends_in=timedelta(days=-1))
        assert "certificate.pem: ended on" in fresh.run("apply").stderr

    def test_one_that_is_for_later(self, fresh: Edge) -> None:
        edges.certify(fresh.folder / "tls", names=(edges.PORTAL, edges.WWW), ends_in=timedelta(days=91))
        assert "certificate.pem: is for later" in fresh.run("apply").stderr

    def test_one_that_ends_soon(self, fresh: Edge) -> None:
        edges.certify(fresh.folder / "tls", names=(edges.PORTAL, edges.WWW), ends_in=timedelta(days=5, hours=1))
        result = fresh.run("apply")
        assert result.exit_code == 0
        assert "in 5 days. Renew it" in result.stderr

    def test_one_for_other_names(self, fresh: Edge) -> None:
        edges.certify(fresh.folder / "tls", names=(edges.PORTAL,))
        assert f"certificate.pem: is not for {edges.WWW}" in fresh.run("apply").stderr

    def test_one_for_all_names_below(self, fresh: Edge) -> None:
        edges.certify(fresh.folder / "tls", names=("*.edge.test",))
        assert fresh.run("check").exit_code == 0

    def test_the_key_of_another(self, fresh: Edge) -> None:
        edges.certify(fresh.folder / "other", names=(edges.PORTAL,))
        (fresh.folder / "other" / "key.pem").replace(fresh.folder / "tls" / "key.pem")
        assert "key.pem: is not the key of" in fresh.run("apply").stderr

    def test_what_is_none(self, fresh: Edge) -> None:
        fresh.certificate.write_text("none")
        assert "certificate.pem: is no certificate in PEM form" in fresh.run("apply").stderr

    def test_one_that_was_renewed_is_taken_over(self, edge: Edge) -> None:
        before = edge.watch.running()
        edges.certify(edge.folder / "tls", names=(edges.PORTAL, edges.WWW))
        edge.apply()
        assert edge.watch.running() != before
        # It is the one that is shown: it signs itself, and no other is trusted here.
        assert edge.ask("/healthz").status == 200

    def test_before_the_first_one_is_fetched_the_edge_answers_on_http_alone(self, fresh: Edge) -> None:
        fresh.write(tls='[tls.acme]\nmail = "somebody@example.org"')
        result = fresh.run("apply")
        assert result.exit_code == 0
        assert f"certbot certonly --webroot -w {fresh.root}/var/lib/entraide-edge/acme" in result.stderr
        (fresh.root / "var/lib/entraide-edge/acme/.well-known/acme-challenge").mkdir(parents=True)
        (fresh.root / "var/lib/entraide-edge/acme/.well-known/acme-challenge/token").write_text("proof")
        fresh.start()
        try:
            assert fresh.ask("/.well-known/acme-challenge/token", tls=False).body == b"proof"
            assert fresh.ask("/fr/", tls=False).status == 503
            live = fresh.root / "etc/letsencrypt/live/entraide"
            live.mkdir(parents=True)
            fresh.certificate.replace(live / "fullchain.pem")
            (fresh.folder / "tls" / "key.pem").replace(live / "privkey.pem")
            fresh.apply()
            fresh.certificate.write_bytes((live / "fullchain.pem").read_bytes())
            assert fresh.ask("/fr/").status == 200
            assert fresh.ask("/fr/", tls=False).status == 308
        finally:
            fresh.stop()


def test_the_cache_outlives_a_change(edge: Edge, backend: Backend) -> None:
    backend.reply = lambda asked: Reply(headers=PUBLIC | {"Cache-Control": "public, s-maxage=600"})
    edge.ask("/fr/")
    edge.write(rates="[rates]\nconnections = 50")
    edge.apply()
    assert edge.ask("/fr/").headers["X-Cache"] == "HIT"
    assert len(backend.asked) == 1
