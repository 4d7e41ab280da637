"""Whoever is woken by an alert finds a section about it, which says what it means, where to look and what to do."""

import re

import pytest

from entraidectl.edge.site.supervision import Supervision
from entraidectl.status.alerts.alert import Alert
from entraidectl.status.alerts.rules import RUNBOOK as NAMED
from entraidectl.status.alerts.rules import all_alerts, rules
from tests.entraidectl.status.supervised import RUNBOOK

ALERTS = all_alerts(Supervision())
SECTIONS = dict(
    re.findall(r"^### (Entraide\w+)\n(.*?)(?=^##|\Z)", RUNBOOK.read_text("utf-8"), re.MULTILINE | re.DOTALL)
)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_an_alert_has_a_section(alert: Alert) -> None:
    for part in ("**What it means.**", "**Look at.**", "**Do.**"):
        assert re.search(rf"^{re.escape(part)} \w|^{re.escape(part)} [`*_\[]", SECTIONS[alert.name], re.MULTILINE)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_its_summary_is_a_sentence_for_people(alert: Alert) -> None:
    assert alert.summary.endswith(".")
    assert "entraide_" not in alert.summary


def test_no_section_is_about_an_alert_that_is_not() -> None:
    assert set(SECTIONS) == {alert.name for alert in ALERTS}


def test_the_link_of_an_alert_leads_to_its_section() -> None:
    told = rules(Supervision())["groups"][0]["rules"]
    assert {rule["annotations"]["runbook"] for rule in told} == {f"{NAMED}#{name.lower()}" for name in SECTIONS}
    elsewhere = rules(Supervision(runbook="https://help.example.org/supervision"))["groups"][0]["rules"][0]
    assert elsewhere["annotations"]["runbook"] == "https://help.example.org/supervision#entraidesitedown"
