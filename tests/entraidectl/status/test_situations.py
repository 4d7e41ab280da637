"""Each alert fires when it should and not when it should not: promtool plays measurements to the rules."""

import json
from pathlib import Path
from typing import Any

import pytest

from entraidectl.edge.site.supervision import Supervision
from entraidectl.status.alerts.rules import all_alerts
from tests.entraidectl.status.situations import SITUATIONS, Series
from tests.entraidectl.status.supervised import accepts


def played(alert: str, series: Series, *, fires: bool, minutes: int) -> dict[str, Any]:
    """Return what promtool plays, and that the alert is to fire once or not at all."""
    return {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [
            {
                "expr": f'count(ALERTS{{alertname="{alert}",alertstate="firing"}})',
                "eval_time": f"{minutes}m",
                "exp_samples": [{"labels": "{}", "value": 1}] if fires else [],
            }
        ],
    }


def play(folder: Path, rules: Path, *tests: dict[str, Any], every: str = "1m") -> None:
    """Let promtool play tests to the rules."""
    file = folder / "tests.yml"
    file.write_text(json.dumps({"rule_files": [str(rules)], "evaluation_interval": every, "tests": list(tests)}))
    accepts("promtool", "test", "rules", str(file))


@pytest.mark.parametrize("alert", [alert.name for alert in all_alerts(Supervision())])
def test_an_alert_fires_when_it_should_and_only_then(alert: str, made: Path, tmp_path: Path) -> None:
    situation = SITUATIONS[alert]
    minutes = situation.minutes
    play(
        tmp_path,
        made / "rules.yml",
        *(played(alert, series, fires=True, minutes=minutes) for series in (situation.fires, *situation.also)),
        played(alert, situation.quiet, fires=False, minutes=minutes),
        every="1m" if minutes < 100 else "1h",
    )


def test_a_situation_that_does_not_fit_is_found(made: Path, tmp_path: Path) -> None:
    """The test above can fail."""
    quiet = SITUATIONS["EntraideSiteDown"].quiet
    with pytest.raises(AssertionError, match="FAILED"):
        play(tmp_path, made / "rules.yml", played("EntraideSiteDown", quiet, fires=True, minutes=30))


def test_people_read_what_it_means_for_whom(made: Path, tmp_path: Path) -> None:
    told = {
        "interval": "1m",
        "input_series": [{"series": 'entraide_mail_oldest_seconds{urgency="code"}', "values": "0+30x40"}],
        "alert_rule_test": [
            {
                "alertname": "EntraideMailStuck",
                "eval_time": "30m",
                "exp_alerts": [
                    {
                        "exp_labels": {"severity": "now", "urgency": "code"},
                        "exp_annotations": {
                            "summary": "A mail of the kind code has waited for 15m 0s: people cannot log in, or do not "
                            "learn of what changed.",
                            "runbook": "docs/operate/supervision.md#entraidemailstuck",
                        },
                    }
                ],
            }
        ],
    }
    play(tmp_path, made / "rules.yml", told)


def test_every_situation_is_of_an_alert() -> None:
    assert set(SITUATIONS) == {alert.name for alert in all_alerts(Supervision())}
