"""Alerts about what the platform measures of itself. Several processes show the same value: the highest counts."""

from entraidectl.edge.site.supervision import Supervision
from entraidectl.status.alerts.alert import Alert, Severity

# A counter that was not there an hour ago has grown too, which `increase` does not see.
_GIVEN_UP = 'entraide_jobs_total{outcome="given up"}'
# Codes, changes and confirmations, which somebody is waiting for.
_AWAITED_MAIL = 'entraide_mail_oldest_seconds{urgency=~"code|change|confirmation"}'


def alerts(told: Supervision) -> tuple[Alert, ...]:
    """Return the alerts, with the bounds that site.toml knows."""
    return (*_PAGES, *_SIGN_UPS, _log(told), *_WORK, *_MEETINGS)


def _measured(series: str) -> str:
    """Return an age, of those processes alone that measured it lately: the others show what it was before."""
    return f"{series} and changes({series}[10m]) > 0"


def _share(counter: str, which: str, *, within: str, over: float, from_per_second: float = 0) -> str:
    """Return the condition that a part of what is counted is more than a share of it, where it is counted at all."""
    whole = f"sum(rate({counter}[{within}]))"
    enough = f" and {whole} > {from_per_second}" if from_per_second else ""
    return f"sum(rate({counter}{{{which}}}[{within}])) / {whole} > {over}{enough}"


_PAGES = (
    Alert(
        "EntraidePagesFail",
        _share("entraide_http_requests_total", 'status=~"5.."', within="5m", over=0.02, from_per_second=0.2),
        "{{ $value | humanizePercentage }} of all pages end in an error of ours.",
        lasting="2m",
    ),
    Alert(
        "EntraidePagesSlow",
        "histogram_quantile(0.95, sum by (le) (rate(entraide_http_request_seconds_bucket[5m]))) > 2",
        "One page in twenty takes longer than {{ $value | humanizeDuration }}.",
        Severity.SOON,
        lasting="10m",
    ),
)
_SIGN_UPS = (
    Alert(
        "EntraideSignUpsFail",
        _share("entraide_intake_answers_total", 'status=~"5.."', within="5m", over=0.02, from_per_second=0.05),
        "{{ $value | humanizePercentage }} of those who sign up are told to come back later, for a reason of ours.",
        lasting="2m",
    ),
    Alert(
        "EntraideSignUpsRefused",
        _share("entraide_intake_answers_total", 'status=~"4.."', within="10m", over=0.3, from_per_second=0.05),
        "{{ $value | humanizePercentage }} of the sign-ups are refused: an attack, or a bound that honest people meet.",
        lasting="5m",
    ),
    Alert(
        "EntraideSignUpsSlow",
        "histogram_quantile(0.95, sum by (le) (rate(entraide_intake_seconds_bucket[5m]))) > 1",
        "One sign-up in twenty takes longer than {{ $value | humanizeDuration }}: people press again.",
        lasting="5m",
    ),
    Alert(
        "EntraideInboxAges",
        "max(entraide_inbox_age_seconds > 120 and deriv(entraide_inbox_age_seconds[10m]) > 0.2)",
        "Sign-ups wait for {{ $value | humanizeDuration }} and ever longer: people are accepted and do not appear, and "
        "get no mail.",
        lasting="3m",
    ),
    Alert(
        "EntraideLineStuck",
        "max(entraide_waiting_people) > 0 and max(entraide_waiting_admitted_per_second) == 0",
        "{{ $value }} people wait in the line and nobody is let in.",
        lasting="2m",
    ),
    Alert(
        "EntraideLineUnreached",
        "sum(increase(entraide_waiting_away_total[5m])) > 3",
        "The sign-ups' processes do not reach the line in the database: each lets people in by itself.",
        Severity.SOON,
        lasting="5m",
    ),
)


def _log(told: Supervision) -> Alert:
    bound = told.log_megabytes * 1_000_000 * 8 // 10
    return Alert(
        "EntraideLogNearBound",
        f"max(entraide_signup_log_bytes) > {bound}",
        "The replicated log holds {{ $value | humanize }}B, over 80 % of what it may: beyond, sign-ups are refused.",
        lasting="1m",
    )


_WORK = (
    Alert(
        "EntraideMailStuck",
        f"max by (urgency) ({_measured(_AWAITED_MAIL)}) > 600",
        "A mail of the kind {{ $labels.urgency }} has waited for {{ $value | humanizeDuration }}: people cannot log "
        "in, or do not learn of what changed.",
        lasting="5m",
    ),
    Alert(
        "EntraideMailRefused",
        _share("entraide_mails_total", 'outcome=~"failed|delayed"', within="15m", over=0.2),
        "{{ $value | humanizePercentage }} of the mails are not taken by the mail server.",
        Severity.SOON,
        lasting="15m",
    ),
    Alert(
        "EntraideIndexBehind",
        "max by (instance) (entraide_search_lag_seconds) > 120",
        "The search at {{ $labels.instance }} is {{ $value | humanizeDuration }} behind: new missions are not found, "
        "full ones still are.",
        Severity.SOON,
        lasting="5m",
    ),
    Alert(
        "EntraideJobsFail",
        f"sum by (task) (increase({_GIVEN_UP}[1h]) > 0 or ({_GIVEN_UP} unless {_GIVEN_UP} offset 1h)) > 0"
        ' or sum by (task) (increase(entraide_jobs_total{outcome="retried"}[15m])) > 10',
        "The job {{ $labels.task }} fails again and again: what it does for people is not done.",
        Severity.SOON,
    ),
    Alert(
        "EntraideJobsWait",
        f"max({_measured('entraide_queue_age_seconds')}) > 300",
        "Work has waited for {{ $value | humanizeDuration }}: mails, sign-ups and reminders come late.",
        lasting="2m",
    ),
    Alert(
        "EntraideListenersFail",
        "sum by (channel) (increase(entraide_listener_failures_total[15m])) > 3",
        "What is announced on {{ $labels.channel }} is not heard: pages show what was true before.",
        Severity.SOON,
        lasting="5m",
    ),
)
_MEETINGS = (
    Alert(
        "EntraideMeetingsFull",
        "max by (pool) (entraide_meetings_pool_load_pps) > 0.9 * max by (pool) (entraide_meetings_pool_usable_pps)"
        " or max by (pool) (entraide_meetings_pool_in_line) > 0",
        "The pool {{ $labels.pool }} has no room left: the next meeting of three or more waits.",
        lasting="2m",
    ),
    Alert(
        "EntraideMediaNodeDead",
        'max by (pool) (entraide_meetings_nodes{health="dead"}) > 0',
        "{{ $value }} media servers of the pool {{ $labels.pool }} are dead: their meetings went to others, with less "
        "room for the next.",
        Severity.SOON,
        lasting="2m",
    ),
    Alert(
        "EntraideMediaLinesLost",
        "sum(increase(entraide_meetings_nodes_lost_total[10m])) > 3",
        "Lines to media servers end again and again: pictures freeze for people who meet.",
        lasting="2m",
    ),
    Alert(
        "EntraideSealsRefused",
        _share("entraide_seals_total", 'outcome=~"no_key|unsigned"', within="10m", over=0.05),
        "{{ $value | humanizePercentage }} of those who ask for a seal get none, for want of a key: no certificate can "
        "be made.",
        lasting="2m",
    ),
)
