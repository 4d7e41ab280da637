"""Prometheus, Alertmanager and the prober accept what is made, and each alert reaches whom it is for."""

import json
from pathlib import Path

import pytest

from entraidectl.edge.site.supervision import Supervision
from entraidectl.status.alerts.alert import Alert, Severity
from entraidectl.status.alerts.panels import DASHBOARDS
from entraidectl.status.alerts.rules import INHIBITIONS, all_alerts
from tests.entraidectl.status.supervised import MAIL, ROOT, SITE, WEBHOOK, accepts, write

ALERTS = all_alerts(Supervision())
LATER = "people-in-working-hours"


@pytest.mark.parametrize("receivers", [MAIL, WEBHOOK, MAIL + WEBHOOK], ids=["mail", "webhook", "both"])
@pytest.mark.parametrize(("every", "gather"), [(1, 2), (1800, 3600)])
def test_the_programs_accept_what_is_made(tmp_path: Path, receivers: str, every: int, gather: int) -> None:
    result = write(tmp_path, f"{SITE}every_seconds = {every}\ngather_seconds = {gather}\n{receivers}")
    assert result.exit_code == 0, result.output
    out = tmp_path / "out"
    assert f"{len(ALERTS)} rules found" in accepts("promtool", "check", "config", f"{out}/prometheus.yml")
    accepts("promtool", "check", "rules", f"{out}/rules.yml")
    accepts("amtool", "check-config", f"{out}/alertmanager.yml")
    accepts("prometheus-blackbox-exporter", "--config.check", f"--config.file={out}/blackbox.yml")


def test_they_accept_what_is_made_of_the_example(tmp_path: Path) -> None:
    example = (ROOT / "ops" / "edge" / "site.example.toml").read_text(encoding="utf-8")
    result = write(tmp_path, example)
    assert result.exit_code == 0, result.output
    accepts("promtool", "check", "config", f"{tmp_path}/out/prometheus.yml")
    accepts("amtool", "check-config", f"{tmp_path}/out/alertmanager.yml")


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_an_alert_goes_to_whom_it_is_for(made: Path, alert: Alert) -> None:
    severity = alert.severity
    receiver = "people" if severity is Severity.NOW else LATER
    accepts(
        "amtool", "config", "routes", "test", f"--config.file={made}/alertmanager.yml",
        f"--verify.receivers={receiver}", f"alertname={alert.name}", f"severity={severity.value}",
    )  # fmt: skip


def test_alerts_that_keep_others_quiet_exist_and_so_do_those() -> None:
    names = {each.name for each in ALERTS}
    for each in INHIBITIONS:
        assert {each.greater, *each.lesser} <= names
        assert each.greater not in each.lesser


def test_every_alert_is_named_once() -> None:
    names = [each.name for each in ALERTS]
    assert len(names) == len(set(names))


def test_dashboards_are_json_whose_plots_stand_beside_each_other(made: Path) -> None:
    for dashboard in DASHBOARDS:
        page = json.loads((made / f"grafana/dashboards/{dashboard.name}.json").read_text(encoding="utf-8"))
        assert page["uid"] == dashboard.name
        places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in page["panels"]}
        assert len(places) == len({panel["id"] for panel in page["panels"]}) == len(dashboard.panels)


def test_every_question_of_a_dashboard_is_one_that_prometheus_understands(tmp_path: Path) -> None:
    asked = [line for dashboard in DASHBOARDS for panel in dashboard.panels for line in panel.lines.values()]
    rules = [{"record": f"asked:{number}", "expr": line} for number, line in enumerate(asked)]
    file = tmp_path / "asked.yml"
    file.write_text(json.dumps({"groups": [{"name": "asked", "rules": rules}]}), encoding="utf-8")
    assert f"{len(asked)} rules found" in accepts("promtool", "check", "rules", str(file))
