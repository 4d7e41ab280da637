"""Whether this node can serve: `/healthz` says that the process lives, `/readyz` that its database and queue do."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from entraide.foundation import metrics

QUEUE_AGE_LIMIT_SECONDS = 300
QUEUE_SQL = """
SELECT count(*), coalesce(extract(epoch FROM now() - min(coalesce(scheduled_at, added.at))), 0)::float8
FROM procrastinate_jobs AS jobs
LEFT JOIN LATERAL (
    SELECT min(at) AS at FROM procrastinate_events WHERE job_id = jobs.id AND type = 'deferred'
) AS added ON true
WHERE jobs.status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())
"""
# What apps above say of this node besides, by name: each answers with `ok` and what was found.
OTHER_CHECKS: dict[str, Callable[[], dict[str, Any]]] = {}
_migrated = False


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process can answer at all."""
    return JsonResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers, is migrated and its queue moves; else 503 with what is wrong."""
    checks = readiness()
    ready = all(check["ok"] for check in checks.values())
    return JsonResponse(
        {"status": "ready" if ready else "not ready", "checks": checks},
        status=200 if ready else 503,
        headers={"Cache-Control": "no-store"},
    )


def readiness() -> dict[str, dict[str, Any]]:
    """Return each check by name, with `ok` and what was found."""
    started = time.perf_counter()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        milliseconds = round((time.perf_counter() - started) * 1000, 1)
        migrated = _is_migrated()
        waiting, age = queue_state() if migrated else (0, 0.0)
    except DatabaseError as error:
        return {"database": {"ok": False, "error": type(error).__name__}}
    return {
        "database": {"ok": True, "milliseconds": milliseconds},
        "migrations": {"ok": migrated},
        "queue": {"ok": age < QUEUE_AGE_LIMIT_SECONDS, "waiting": waiting, "age_seconds": round(age, 1)},
        **{name: check() for name, check in OTHER_CHECKS.items()},
    }


def _is_migrated() -> bool:
    """Tell whether every migration is applied. A yes is remembered: it cannot become a no under a running node."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def queue_state() -> tuple[int, float]:
    """Return how many jobs are due and for how many seconds the oldest has waited."""
    with connection.cursor() as cursor:
        cursor.execute(QUEUE_SQL)
        waiting, age = cursor.fetchone()
    metrics.queue_waiting.set(waiting)
    metrics.queue_age_seconds.set(age)
    return waiting, age


@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """Show the measurements, in development only: production has them on a port of their own."""
    if settings.PRODUCTION:
        raise Http404
    return HttpResponse(metrics.render(), content_type=metrics.CONTENT_TYPE, headers={"Cache-Control": "no-store"})
