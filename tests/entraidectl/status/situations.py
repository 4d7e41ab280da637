"""For each alert, measurements under which it fires, and others, near them, under which it does not.

Each has the values of series, one a minute, as promtool writes them: `0+60x30` begins at 0 and grows by 60, 30 times.
"""

from dataclasses import dataclass, field

Series = dict[str, str]


@dataclass(frozen=True, slots=True)
class Situation:
    """What is measured for half an hour when the alert fires, and when it does not."""

    fires: Series
    quiet: Series
    minutes: int = 30
    also: tuple[Series, ...] = field(default=())


def _probe(job: str, measure: str = "probe_success") -> str:
    return f'{measure}{{job="entraide-{job}",instance="https://aide.example.org/"}}'


def _up(job: str) -> str:
    return f'up{{job="entraide-{job}",instance="10.0.0.1:9100",machine="10.0.0.1"}}'


def _away(series: str) -> Situation:
    """Return that something is away, and that it was away for one measurement alone."""
    return Situation({series: "0x40"}, {series: "1x28 0 1x20"})


def _histogram(name: str, *, quick: int, slow: int) -> Series:
    """Return so many answers a minute within 0.1 s, and as many within 5 s."""
    return {
        f'{name}_bucket{{le="0.1"}}': f"0+{quick}x40",
        f'{name}_bucket{{le="5"}}': f"0+{quick + slow}x40",
        f'{name}_bucket{{le="+Inf"}}': f"0+{quick + slow}x40",
    }


def _share(counter: str, bad: str, good: str) -> Situation:
    """Return a counter of which half is bad, and one of which a hundredth is."""
    return Situation(
        {f"{counter}{{{bad}}}": "0+60x40", f"{counter}{{{good}}}": "0+60x40"},
        {f"{counter}{{{bad}}}": "0+1x40", f"{counter}{{{good}}}": "0+99x40"},
    )


_DISK = 'device="/dev/a",fstype="ext4",instance="10.0.0.1:9180",mountpoint="/"'
_MEMORY = 'device="tmpfs",fstype="tmpfs",instance="10.0.0.1:9180",mountpoint="/run"'
_POOL = 'entraide_meetings_pool_load_pps{pool="main"}', 'entraide_meetings_pool_usable_pps{pool="main"}'
_DAY = 86400

SITUATIONS = {
    "EntraideSiteDown": _away(_probe("site")),
    "EntraideAddressDown": _away(_probe("addresses")),
    "EntraideNotReady": _away(_probe("ready")),
    "EntraideSignUpsDown": _away(_probe("signups")),
    "EntraideSealsDown": _away(_probe("seals")),
    "EntraideProberGone": _away(_up("site")),
    "EntraideSiteSlow": Situation(
        {_probe("site", "probe_duration_seconds"): "4x40"},
        {_probe("site", "probe_duration_seconds"): "0.2x28 9 0.2x20"},
    ),
    "EntraideCertificateExpires": Situation(
        {_probe("site", "probe_ssl_earliest_cert_expiry"): f"{13 * _DAY}x40"},
        {_probe("site", "probe_ssl_earliest_cert_expiry"): f"{15 * _DAY}x40"},
    ),
    "EntraideProcessGone": _away(_up("processes")),
    "EntraideEdgeGone": _away(_up("edges")),
    "EntraideMachineGone": _away(_up("machines")),
    "EntraideDiskNearlyFull": Situation(
        {f"node_filesystem_avail_bytes{{{_DISK}}}": "9x40", f"node_filesystem_size_bytes{{{_DISK}}}": "100x40"},
        {
            f"node_filesystem_avail_bytes{{{_DISK}}}": "11x40",
            f"node_filesystem_size_bytes{{{_DISK}}}": "100x40",
            # Memory that looks like a disk may be full.
            f"node_filesystem_avail_bytes{{{_MEMORY}}}": "0x40",
            f"node_filesystem_size_bytes{{{_MEMORY}}}": "100x40",
        },
    ),
    "EntraideRestoreUntried": Situation(
        {"entraide_backup_verified_timestamp_seconds": f"0x{9 * 1440}"},
        {"entraide_backup_verified_timestamp_seconds": f"{2 * _DAY}x{9 * 1440}"},
        minutes=8 * 1440,
        also=({"up": f"1x{9 * 1440}"},),
    ),
    "EntraidePagesFail": _share("entraide_http_requests_total", 'status="500",view="home"', 'status="200",view="home"'),
    "EntraidePagesSlow": Situation(
        _histogram("entraide_http_request_seconds", quick=60, slow=20),
        _histogram("entraide_http_request_seconds", quick=99, slow=1),
    ),
    "EntraideSignUpsFail": _share("entraide_intake_answers_total", 'status="503"', 'status="202"'),
    "EntraideSignUpsRefused": _share("entraide_intake_answers_total", 'status="429"', 'status="202"'),
    "EntraideSignUpsSlow": Situation(
        _histogram("entraide_intake_seconds", quick=60, slow=20),
        _histogram("entraide_intake_seconds", quick=99, slow=1),
    ),
    # A great many that are being worked off are no fault.
    "EntraideInboxAges": Situation(
        {'entraide_inbox_age_seconds{instance="a"}': "0+60x40"},
        {
            'entraide_inbox_age_seconds{instance="a"}': "900-10x40",
            'entraide_inbox_age_seconds{instance="b"}': "900x40",
            'entraide_inbox_age_seconds{instance="c"}': "0+3x40",
        },
    ),
    "EntraideLineStuck": Situation(
        {"entraide_waiting_people": "5x40", "entraide_waiting_admitted_per_second": "0x40"},
        {"entraide_waiting_people": "5000x40", "entraide_waiting_admitted_per_second": "1x40"},
    ),
    "EntraideLineUnreached": Situation(
        {"entraide_waiting_away_total": "0+2x40"}, {"entraide_waiting_away_total": "0x20 1x20"}
    ),
    "EntraideLogNearBound": Situation(
        {"entraide_signup_log_bytes": "4900000000x40"}, {"entraide_signup_log_bytes": "4700000000x40"}
    ),
    # Reminders may wait while whoever wants to log in does not.
    "EntraideMailStuck": Situation(
        {'entraide_mail_oldest_seconds{urgency="code"}': "0+60x40"},
        {
            'entraide_mail_oldest_seconds{urgency="code",instance="a"}': "0 20 0 10 0x36",
            'entraide_mail_oldest_seconds{urgency="code",instance="b"}': "900x40",
            'entraide_mail_oldest_seconds{urgency="reminder",instance="a"}': "7200+60x40",
        },
    ),
    "EntraideMailRefused": Situation(
        {'entraide_mails_total{outcome="delayed"}': "0+60x60", 'entraide_mails_total{outcome="sent"}': "0+60x60"},
        {'entraide_mails_total{outcome="delayed"}': "0+1x60", 'entraide_mails_total{outcome="sent"}': "0+60x60"},
        minutes=50,
    ),
    "EntraideIndexBehind": Situation(
        {'entraide_search_lag_seconds{instance="a"}': "300x40"}, {'entraide_search_lag_seconds{instance="a"}': "60x40"}
    ),
    # The first that is given up makes the counter, and does not make it grow.
    "EntraideJobsFail": Situation(
        {'entraide_jobs_total{task="remind",outcome="given up"}': "_x20 1x40"},
        {'entraide_jobs_total{task="remind",outcome="retried"}': "0x20 1x40"},
        also=({'entraide_jobs_total{task="remind",outcome="retried"}': "0+2x40"},),
    ),
    "EntraideJobsWait": Situation(
        {'entraide_queue_age_seconds{instance="a"}': "0+60x40"},
        # What a process measured long ago, and what one measures now.
        {
            'entraide_queue_age_seconds{instance="a"}': "400x40",
            'entraide_queue_age_seconds{instance="b"}': "60 20 40 60 20x36",
        },
    ),
    "EntraideListenersFail": Situation(
        {'entraide_listener_failures_total{channel="pages"}': "0+1x40"},
        {'entraide_listener_failures_total{channel="pages"}': "0x20 1x40"},
    ),
    "EntraideMeetingsFull": Situation(
        {_POOL[0]: "950x40", _POOL[1]: "1000x40"},
        # Nor is a pool without servers that nobody wants.
        {
            _POOL[0]: "800x40",
            _POOL[1]: "1000x40",
            _POOL[0].replace("main", "b"): "0x40",
            _POOL[1].replace("main", "b"): "0x40",
        },
        also=({'entraide_meetings_pool_in_line{pool="main"}': "1x40"},),
    ),
    "EntraideMediaNodeDead": Situation(
        {'entraide_meetings_nodes{pool="main",health="dead"}': "1x40"},
        {
            'entraide_meetings_nodes{pool="main",health="dead"}': "0x40",
            'entraide_meetings_nodes{pool="main",health="suspect"}': "1x40",
        },
    ),
    "EntraideMediaLinesLost": Situation(
        {"entraide_meetings_nodes_lost_total": "0+1x40"}, {"entraide_meetings_nodes_lost_total": "0x25 1x40"}
    ),
    "EntraideSealsRefused": _share("entraide_seals_total", 'outcome="no_key"', 'outcome="sealed"'),
}
