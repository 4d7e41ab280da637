"""alertmanager.yml: who is told of what, how often, and which alerts keep quiet while a greater one tells of them."""

from typing import Any

from entraidectl.edge.site.supervision import Supervision
from entraidectl.status.alerts.alert import Severity
from entraidectl.status.alerts.rules import INHIBITIONS

# What can wait is told once a day, and gathered for longer.
SOON_REPEAT_HOURS = 24
SOON_GATHER_SECONDS = 300


def alertmanager_config(told: Supervision) -> dict[str, Any]:
    """Return the configuration of Alertmanager."""
    people = "people"
    return {
        "route": {
            "receiver": people,
            "group_by": ["alertname"],
            "group_wait": f"{told.gather_seconds}s",
            "group_interval": f"{told.gather_seconds}s",
            "repeat_interval": f"{told.repeat_hours}h",
            "routes": [
                {
                    "receiver": "people-in-working-hours",
                    "matchers": [f'severity="{Severity.SOON.value}"'],
                    "group_wait": f"{max(SOON_GATHER_SECONDS, told.gather_seconds)}s",
                    "repeat_interval": f"{max(SOON_REPEAT_HOURS, told.repeat_hours)}h",
                }
            ],
        },
        "inhibit_rules": [
            {
                "source_matchers": [f'alertname="{each.greater}"'],
                "target_matchers": [f'alertname=~"{"|".join(each.lesser)}"'],
                **({"equal": list(each.equal)} if each.equal else {}),
            }
            for each in INHIBITIONS
        ],
        # The second is told by mail alone where there is mail: nobody is woken for it.
        "receivers": [
            {"name": people, **_mail(told), **_webhook(told)},
            {"name": "people-in-working-hours", **(_mail(told) or _webhook(told))},
        ],
    }


def _mail(told: Supervision) -> dict[str, Any]:
    mail = told.mail
    if not mail:
        return {}
    login = {"auth_username": mail.user, "auth_password_file": mail.password} if mail.user else {}
    return {
        "email_configs": [
            {"to": ", ".join(mail.to), "from": mail.sender, "smarthost": mail.server, **login, "send_resolved": True}
        ]
    }


def _webhook(told: Supervision) -> dict[str, Any]:
    hook = told.webhook
    if not hook:
        return {}
    credentials = {"http_config": {"authorization": {"credentials_file": hook.token}}} if hook.token else {}
    return {"webhook_configs": [{"url": hook.url, **credentials, "send_resolved": True}]}
