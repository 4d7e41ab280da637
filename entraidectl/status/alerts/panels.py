"""What the dashboards show: each a handful of questions with the measurements that answer them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Panel:
    """A plot: what it answers, its lines by legend, and the unit as Grafana names it."""

    title: str
    lines: dict[str, str]
    unit: str = "short"


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A page of plots; `name` is its file and stays with it."""

    name: str
    title: str
    panels: tuple[Panel, ...]


def _quantiles(buckets: str) -> dict[str, str]:
    """Return the lines below which half of all answers, and nearly all, stay."""
    return {
        legend: f"histogram_quantile({share}, sum by (le) (rate({buckets})))"
        for legend, share in (("half", 0.5), ("19 of 20", 0.95))
    }


DASHBOARDS = (
    Dashboard(
        "entraide-people",
        "Entraide: what people see",
        (
            Panel("Who answers from outside", {"{{job}} {{instance}}": "probe_success"}, "bool_yes_no"),
            Panel("Time that an answer takes from outside", {"{{job}}": "max by (job) (probe_duration_seconds)"}, "s"),
            Panel(
                "Pages a second, by status",
                {"{{status}}": "sum by (status) (rate(entraide_http_requests_total[5m]))"},
                "reqps",
            ),
            Panel(
                "Time to answer a page",
                _quantiles("entraide_http_request_seconds_bucket[5m]"),
                "s",
            ),
            Panel(
                "The slowest pages (19 of 20)",
                {
                    "{{view}}": "topk(5, histogram_quantile(0.95, sum by (le, view)"
                    " (rate(entraide_http_request_seconds_bucket[5m]))))"
                },
                "s",
            ),
            Panel(
                "Certificates end in",
                {"{{instance}}": "min by (instance) (probe_ssl_earliest_cert_expiry) - time()"},
                "s",
            ),
        ),
    ),
    Dashboard(
        "entraide-signups",
        "Entraide: sign-ups",
        (
            Panel(
                "Answers a second",
                {"{{status}} {{code}}": "sum by (status, code) (rate(entraide_intake_answers_total[1m]))"},
                "reqps",
            ),
            Panel(
                "Time to answer",
                _quantiles("entraide_intake_seconds_bucket[1m]"),
                "s",
            ),
            Panel("Received and not yet people", {"sign-ups": "max(entraide_inbox_waiting)"}),
            Panel("Age of the oldest of them", {"age": "max(entraide_inbox_age_seconds)"}, "s"),
            Panel(
                "The line",
                {
                    "waiting": "max(entraide_waiting_people)",
                    "let in a second": "max(entraide_waiting_admitted_per_second)",
                },
            ),
            Panel("The replicated log", {"bytes": "max(entraide_signup_log_bytes)"}, "decbytes"),
            Panel(
                "Beyond a bound",
                {"{{layer}} {{verdict}}": "sum by (layer, verdict) (rate(entraide_guard_bounded_total[5m]))"},
                "reqps",
            ),
            Panel(
                "Proofs of work",
                {"{{outcome}}": "sum by (outcome) (rate(entraide_guard_proofs_total[5m]))"},
                "reqps",
            ),
        ),
    ),
    Dashboard(
        "entraide-work",
        "Entraide: mail, jobs and search",
        (
            Panel("Mails that wait", {"{{urgency}}": "max by (urgency) (entraide_mail_waiting)"}),
            Panel("Age of the oldest mail", {"{{urgency}}": "max by (urgency) (entraide_mail_oldest_seconds)"}, "s"),
            Panel("Mails a second", {"{{outcome}}": "sum by (outcome) (rate(entraide_mails_total[5m]))"}),
            Panel("Jobs that are due", {"jobs": "max(entraide_queue_waiting)"}),
            Panel("Time that the oldest has waited", {"age": "max(entraide_queue_age_seconds)"}, "s"),
            Panel(
                "Jobs that failed, in an hour",
                {"{{task}} {{outcome}}": "sum by (task, outcome) (increase(entraide_jobs_total[1h]))"},
            ),
            Panel("The search is behind by", {"{{instance}}": "entraide_search_lag_seconds"}, "s"),
            Panel("Missions and the like in the index", {"{{instance}}": "entraide_search_documents > 0"}),
        ),
    ),
    Dashboard(
        "entraide-meetings",
        "Entraide: meetings and seals",
        (
            Panel("People who meet", {"{{way}}": "max by (way) (entraide_meetings_people)"}),
            Panel("Browsers at the gateways", {"{{instance}}": "entraide_meetings_connections"}),
            Panel(
                "Load of each pool, of what it bears",
                {
                    "{{pool}}": "max by (pool) (entraide_meetings_pool_load_pps)"
                    " / max by (pool) (entraide_meetings_pool_usable_pps)"
                },
                "percentunit",
            ),
            Panel("Meetings that wait", {"{{pool}}": "max by (pool) (entraide_meetings_pool_in_line)"}),
            Panel("Media servers", {"{{pool}} {{health}}": "max by (pool, health) (entraide_meetings_nodes)"}),
            Panel("Seals a second", {"{{outcome}}": "sum by (outcome) (rate(entraide_seals_total[5m]))"}, "reqps"),
        ),
    ),
    Dashboard(
        "entraide-machines",
        "Entraide: machines and edges",
        (
            Panel(
                "Who is there",
                {"{{job}} {{instance}}": 'up{job=~"entraide-(processes|machines|edges)"}'},
                "bool_yes_no",
            ),
            Panel(
                "Processors at work",
                {"{{instance}}": '1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[2m]))'},
                "percentunit",
            ),
            Panel(
                "Memory left",
                {"{{instance}}": "node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes"},
                "percentunit",
            ),
            Panel(
                "Disk left",
                {
                    "{{instance}} {{mountpoint}}": 'node_filesystem_avail_bytes{fstype!~"tmpfs|ramfs|overlay|squashfs"}'
                    ' / node_filesystem_size_bytes{fstype!~"tmpfs|ramfs|overlay|squashfs"}'
                },
                "percentunit",
            ),
            Panel("Connections at the edges", {"{{instance}} {{state}}": "entraide_edge_connections"}),
            Panel(
                "Since a backup was last tried",
                {"time": "time() - max(entraide_backup_verified_timestamp_seconds)"},
                "s",
            ),
        ),
    ),
)
