"""Makes the gateway of meetings of this process's settings."""

from urllib.parse import urlsplit

import httpx

from config import environment as names
from config.process import database_url, secret_key
from entraide.meetings.rules.calls import call_key
from entraide.meetings.rules.node_secrets import node_root
from entraide.meetings.rules.tokens import join_key
from entraide.signalling.gateway import Gateway, Options
from entraide.signalling.web import Web


def gateway_of_process(*, transport: httpx.AsyncBaseTransport | None = None) -> Gateway:
    """Return the gateway of this process; with a `transport`, the web is reached through it instead of the network."""
    environment = names.from_process()
    read = environment.value
    secret = secret_key(environment)
    address = read(names.PRIVATE_URL) or f"http://127.0.0.1:{read(names.PORT)}"
    client = httpx.AsyncClient(base_url=address, transport=transport, trust_env=False)
    return Gateway(
        Options(
            database_url=database_url(environment),
            token_keys=(join_key(secret),),
            node_root=node_root(secret),
            trusted_proxies=read(names.TRUSTED_PROXIES),
        ),
        Web(client, key=call_key(secret), host=urlsplit(read(names.PUBLIC_URL)).netloc),
    )
