"""Every file that supervision needs, by its place below one folder."""

from collections.abc import Mapping
from pathlib import Path

from entraidectl.status.alerts.alertmanager import alertmanager_config
from entraidectl.status.alerts.grafana import dashboard_text, providers, sources
from entraidectl.status.alerts.panels import DASHBOARDS
from entraidectl.status.alerts.prometheus import RULES_FILE, prometheus_config
from entraidectl.status.alerts.rules import rules
from entraidectl.status.alerts.watched import Watched, modules
from entraidectl.status.alerts.yaml_text import yaml_of
from entraidectl.steps import RemoveFile, Step, WriteFile

REMARK = "Written by `entraidectl status supervision` from site.toml: change that, and write this again."
DASHBOARDS_FOLDER = "grafana/dashboards"


def render(watched: Watched, *, home: Path) -> dict[str, str]:
    """Return the files, which will stand in the folder `home`."""
    told = watched.supervision
    configs = {
        "prometheus.yml": prometheus_config(watched),
        RULES_FILE: rules(told),
        "alertmanager.yml": alertmanager_config(told),
        "blackbox.yml": modules(),
        "grafana/provisioning/datasources/entraide.yml": sources(prometheus=told.prometheus),
        "grafana/provisioning/dashboards/entraide.yml": providers(folder=home / DASHBOARDS_FOLDER),
    }
    return {
        **{name: yaml_of(config, remark=REMARK) for name, config in configs.items()},
        **{f"{DASHBOARDS_FOLDER}/{each.name}.json": dashboard_text(each) for each in DASHBOARDS},
    }


def present(home: Path) -> dict[str, str]:
    """Return what an earlier run may have written there: all files of the names that are ours."""
    ours = [*home.glob("*.yml"), *home.glob("grafana/**/entraide*")]
    return {
        str(file.relative_to(home)): file.read_text(encoding="utf-8", errors="replace")
        for file in ours
        if file.is_file()
    }


def plan(wished: Mapping[str, str], there: Mapping[str, str], *, home: Path) -> list[Step]:
    """Return what has to change. A dashboard that is not made any more goes; a file that others put there stays."""
    steps: list[Step] = [WriteFile(home / name, text) for name, text in wished.items() if there.get(name) != text]
    gone = [name for name in there if name.startswith(f"{DASHBOARDS_FOLDER}/") and name not in wished]
    return [*steps, *(RemoveFile(home / name) for name in sorted(gone))]
