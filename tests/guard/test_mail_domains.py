"""Disposable mail domains: the list's word, the operator's over it, and what becomes of them."""

import pytest

from entraide.guard.rules.mail_domains import COMMON, DisposableMail, MailDomains, domain_of, names_of


@pytest.mark.parametrize("domain", ["mailinator.com", "yopmail.com", "inbox.mailinator.com", "a.b.c.yopmail.com"])
def test_domains_of_the_list_and_all_below_them_are_disposable(domain: str) -> None:
    assert MailDomains().is_disposable(domain)


@pytest.mark.parametrize(
    "domain", ["example.org", "gouv.fr", "mailinator-friends.example", "com", "", "mailinator.com.example"]
)
def test_other_domains_are_not(domain: str) -> None:
    assert not MailDomains().is_disposable(domain)


def test_no_domain_that_everybody_has_is_on_the_list() -> None:
    assert [domain for domain in COMMON if MailDomains().is_disposable(domain)] == []


def test_the_operator_adds_and_excepts() -> None:
    said = MailDomains(also_disposable=frozenset({"throw.example"}), never_disposable=frozenset({"mailinator.com"}))

    assert said.is_disposable("throw.example") and said.is_disposable("deep.throw.example")
    assert not said.is_disposable("mailinator.com") and not said.is_disposable("box.mailinator.com")
    assert said.is_disposable("yopmail.com")


@pytest.mark.parametrize(
    ("done", "refuses", "asks"),
    [
        (DisposableMail.REFUSE, True, False),
        (DisposableMail.PROOF, False, True),
        (DisposableMail.ACCEPT, False, False),
    ],
)
def test_the_operator_says_what_becomes_of_them(done: DisposableMail, refuses: bool, asks: bool) -> None:
    said = MailDomains(disposable_mail=done)

    assert (said.refuses("yopmail.com"), said.asks_proof("yopmail.com")) == (refuses, asks)
    assert not said.refuses("example.org") and not said.asks_proof("example.org")


def test_what_everybody_has_is_not_counted_together() -> None:
    said = MailDomains(never_disposable=frozenset({"hospital.example"}))

    assert said.is_bounded("attacker.example")
    assert not said.is_bounded("gmail.com") and not said.is_bounded("hospital.example")


def test_names_are_taken_as_people_write_them() -> None:
    assert names_of((" Example.ORG ", "@throw.example", ".dot.example.")) == {
        "example.org",
        "throw.example",
        "dot.example",
    }
    assert domain_of("ada@example.org") == "example.org"
