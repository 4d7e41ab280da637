"""prometheus.yml: whom Prometheus asks, what it asks of the prober, and who is told."""

from typing import Any

from entraidectl.status.alerts.watched import EDGES, MACHINES, PROCESSES, Probe, Watched

RULES_FILE = "rules.yml"
LONGEST_PATIENCE_SECONDS = 10
# The machine without the port, under which processes and what is below them are seen as one fault.
_MACHINE = [{"source_labels": ["__address__"], "regex": "(.+):[0-9]+", "target_label": "machine"}]


def prometheus_config(watched: Watched) -> dict[str, Any]:
    """Return the configuration of Prometheus."""
    told = watched.supervision
    direct = {PROCESSES: told.processes, MACHINES: told.machines, EDGES: told.edges}
    return {
        "global": {
            "scrape_interval": f"{told.every_seconds}s",
            "scrape_timeout": f"{min(told.every_seconds, LONGEST_PATIENCE_SECONDS)}s",
            "evaluation_interval": f"{told.every_seconds}s",
        },
        "rule_files": [RULES_FILE],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [told.alertmanager]}]}]},
        "scrape_configs": [
            {"job_name": "prometheus", "static_configs": [{"targets": [told.prometheus]}]},
            {"job_name": "alertmanager", "static_configs": [{"targets": [told.alertmanager]}]},
            *(
                {"job_name": job, "static_configs": [{"targets": list(targets)}], "relabel_configs": _MACHINE}
                for job, targets in direct.items()
                if targets
            ),
            *(_probing(probe, blackbox=told.blackbox) for probe in watched.probes()),
        ],
    }


def _probing(probe: Probe, *, blackbox: str) -> dict[str, Any]:
    """Return how the prober is asked about addresses: each is a parameter, and the prober is who answers."""
    return {
        "job_name": probe.job,
        "metrics_path": "/probe",
        "params": {"module": [probe.module], **({"hostname": [probe.host]} if probe.host else {})},
        "static_configs": [{"targets": list(probe.targets)}],
        "relabel_configs": [
            {"source_labels": ["__address__"], "target_label": "__param_target"},
            {"source_labels": ["__param_target"], "target_label": "instance"},
            {"target_label": "__address__", "replacement": blackbox},
        ],
    }
