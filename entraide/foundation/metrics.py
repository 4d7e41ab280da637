"""The measurements that every process exposes, in Prometheus form. Django-free."""

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

requests = Counter("entraide_http_requests", "Answers sent.", ["view", "method", "status"])
request_seconds = Histogram(
    "entraide_http_request_seconds",
    "Time to answer.",
    ["view"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
jobs_done = Counter("entraide_jobs", "Jobs that ended, by outcome.", ["task", "outcome"])
listener_failures = Counter("entraide_listener_failures", "Calls of a listener that raised.", ["channel"])
mails = Counter("entraide_mails", "Mails that left the outbox or were put off, by outcome.", ["outcome"])
mail_pauses = Counter("entraide_mail_pauses", "Times that all mail was paused because the provider was in trouble.")
mail_waiting = Gauge("entraide_mail_waiting", "Mails in the outbox, by urgency; far above 10,000 about.", ["urgency"])
mail_oldest_seconds = Gauge(
    "entraide_mail_oldest_seconds", "Age of the oldest mail in the outbox, by urgency.", ["urgency"]
)
inbox_waiting = Gauge("entraide_inbox_waiting", "Sign-ups received and not yet turned into people.")
inbox_age_seconds = Gauge("entraide_inbox_age_seconds", "Age of the oldest sign-up that waits.")
log_messages = Gauge("entraide_signup_log_messages", "Groups of sign-ups in the replicated log, not in the inbox yet.")
log_bytes = Gauge("entraide_signup_log_bytes", "Bytes of the replicated log's streams, on each of its servers.")
search_documents = Gauge(
    "entraide_search_documents", "Missions and the like in this node's index; 0 while the database answers instead."
)
search_lag_seconds = Gauge(
    "entraide_search_lag_seconds", "Age of the oldest change that this node's index does not hold yet."
)
queue_waiting = Gauge("entraide_queue_waiting", "Jobs that are due and not yet taken.")
queue_age_seconds = Gauge("entraide_queue_age_seconds", "Time for which the oldest due job has waited.")


def render() -> bytes:
    """Return all measurements of this process as text."""
    return generate_latest(REGISTRY)
