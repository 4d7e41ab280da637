"""The rules of Prometheus: every alert, with the section of the runbook that helps whoever is told."""

from typing import Any

from entraidectl.edge.site.supervision import Supervision
from entraidectl.status.alerts import inside, outside
from entraidectl.status.alerts.alert import Alert, Inhibition

RUNBOOK = "docs/operate/supervision.md"
INHIBITIONS = (
    Inhibition(
        "EntraideSiteDown",
        ("EntraideAddressDown", "EntraideNotReady", "EntraideSignUpsDown", "EntraideSiteSlow", "EntraidePagesFail"),
    ),
    Inhibition("EntraideSignUpsDown", ("EntraideSignUpsFail", "EntraideSignUpsSlow")),
    Inhibition(
        "EntraideMachineGone", ("EntraideProcessGone", "EntraideEdgeGone", "EntraideDiskNearlyFull"), equal=("machine",)
    ),
    Inhibition("EntraideJobsWait", ("EntraideInboxAges", "EntraideMailStuck")),
)
_GREATER = {each.greater for each in INHIBITIONS}


def all_alerts(told: Supervision) -> tuple[Alert, ...]:
    """Return every alert."""
    return (*outside.ALERTS, *inside.alerts(told))


def rules(told: Supervision) -> dict[str, Any]:
    """Return the file of rules."""
    return {"groups": [{"name": "entraide", "rules": [_rule(each, told) for each in all_alerts(told)]}]}


def _rule(alert: Alert, told: Supervision) -> dict[str, Any]:
    # What a greater alert keeps quiet ends a moment after it, and would be told of in that moment.
    outlasts = {"keep_firing_for": f"{2 * told.every_seconds}s"} if alert.name in _GREATER else {}
    return {
        "alert": alert.name,
        "expr": alert.when,
        "for": alert.lasting or f"{told.lasting_seconds}s",
        **outlasts,
        "labels": {"severity": alert.severity.value},
        "annotations": {"summary": alert.summary, "runbook": f"{told.runbook or RUNBOOK}#{alert.anchor}"},
    }
