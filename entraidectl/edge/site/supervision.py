"""What site.toml says about supervision: who is watched, how often, and who is told."""

from typing import Annotated

from msgspec import Meta

from entraidectl.edge.site.tables import Table
from entraidectl.edge.site.words import Hours, Mail, Megabytes, Path, Seconds, Server, Url


class MailReceiver(Table, frozen=True, kw_only=True):
    """Whom Alertmanager writes to, and through which server. Choose one that is not the platform's own."""

    to: Annotated[tuple[Mail, ...], Meta(min_length=1, description="Who is told.")]
    sender: Annotated[Mail, Meta(description="Address that the mails come from.")]
    server: Annotated[Server, Meta(description="Mail server, with its port.")]
    user: Annotated[
        str | None, Meta(description="Name to log in with. None: no login.", extra={"expects": "a text"})
    ] = None
    password: Annotated[Path | None, Meta(description="File with the password, which Alertmanager may read.")] = None


class WebhookReceiver(Table, frozen=True, kw_only=True):
    """Where Alertmanager posts JSON to: a gateway of text messages, a chat, a rota of who is on call."""

    url: Annotated[Url, Meta(description="Address that is posted to.")]
    token: Annotated[
        Path | None, Meta(description="File with a token, sent as `Authorization: Bearer`. None: none is sent.")
    ] = None


class Supervision(Table, frozen=True, kw_only=True):
    """Who watches what: read by `entraidectl status supervision` alone (docs/operate/supervision.md)."""

    processes: Annotated[
        tuple[Server, ...],
        Meta(description="Measurements of each process of the platform: METRICS_HOST, ports from METRICS_PORT on."),
    ] = ()
    machines: Annotated[tuple[Server, ...], Meta(description="prometheus-node-exporter of each machine.")] = ()
    edges: Annotated[
        tuple[Server, ...], Meta(description="The measurements of each edge: its `metrics.address` and `metrics.port`.")
    ] = ()
    prometheus: Annotated[Server, Meta(description="Where Prometheus listens.")] = "127.0.0.1:9090"
    alertmanager: Annotated[Server, Meta(description="Where Alertmanager listens.")] = "127.0.0.1:9093"
    blackbox: Annotated[Server, Meta(description="Where prometheus-blackbox-exporter listens.")] = "127.0.0.1:9115"
    portal: Annotated[
        Url | None,
        Meta(description="Address at which the portal is asked. None: its domain, and at each of `[[addresses]]`."),
    ] = None
    certificates: Annotated[
        Url | None, Meta(description="Address at which seals are asked. None: the domain of certificates.")
    ] = None
    every_seconds: Annotated[Seconds, Meta(description="How often everything is asked.")] = 15
    lasting_seconds: Annotated[Seconds, Meta(description="How long it must be away before people are told.")] = 60
    gather_seconds: Annotated[
        Seconds, Meta(description="How long the first message waits for others that tell of the same fault.")
    ] = 20
    repeat_hours: Annotated[Hours, Meta(description="How often an alert that goes on is told again.")] = 4
    log_megabytes: Annotated[
        Megabytes, Meta(description="What the replicated log of sign-ups may hold: INTAKE_LOG_BYTES.")
    ] = 6000
    runbook: Annotated[
        Url | None,
        Meta(description="Where people read docs/operate/supervision.md. None: alerts name the file in the checkout."),
    ] = None
    mail: MailReceiver | None = None
    webhook: WebhookReceiver | None = None
