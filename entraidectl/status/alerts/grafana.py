"""Dashboards as Grafana reads them, and the files by which it finds them and Prometheus."""

import json
from pathlib import Path
from typing import Any

from entraidectl.status.alerts.panels import Dashboard, Panel

SOURCE = {"type": "prometheus", "uid": "entraide"}
# Grafana's page is 24 wide.
WIDTH, HEIGHT, IN_A_ROW = 12, 8, 2
SCHEMA_VERSION = 37


def dashboard_text(dashboard: Dashboard) -> str:
    """Return the file of a dashboard."""
    page = {
        "uid": dashboard.name,
        "title": dashboard.title,
        "tags": ["entraide"],
        "schemaVersion": SCHEMA_VERSION,
        "version": 1,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "timezone": "browser",
        "templating": {"list": []},
        "annotations": {"list": []},
        "panels": [_panel(panel, place=place) for place, panel in enumerate(dashboard.panels)],
    }
    return json.dumps(page, indent=2, ensure_ascii=False) + "\n"


def sources(*, prometheus: str) -> dict[str, Any]:
    """Return where Grafana asks."""
    return {
        "apiVersion": 1,
        "datasources": [
            {
                "name": "Entraide",
                "uid": SOURCE["uid"],
                "type": SOURCE["type"],
                "access": "proxy",
                "url": f"http://{prometheus}",
                "isDefault": True,
            }
        ],
    }


def providers(*, folder: Path) -> dict[str, Any]:
    """Return where Grafana finds the dashboards."""
    return {
        "apiVersion": 1,
        "providers": [
            {
                "name": "entraide",
                "folder": "Entraide",
                "type": "file",
                "allowUiUpdates": False,
                "options": {"path": str(folder)},
            }
        ],
    }


def _panel(panel: Panel, *, place: int) -> dict[str, Any]:
    return {
        "id": place + 1,
        "type": "timeseries",
        "title": panel.title,
        "datasource": SOURCE,
        "gridPos": {"h": HEIGHT, "w": WIDTH, "x": place % IN_A_ROW * WIDTH, "y": place // IN_A_ROW * HEIGHT},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
        "targets": [
            {"refId": chr(ord("A") + number), "datasource": SOURCE, "expr": asked, "legendFormat": legend}
            for number, (legend, asked) in enumerate(panel.lines.items())
        ],
    }
