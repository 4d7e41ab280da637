"""The sign-up process: ASGI, no Django, served by Granian (`granian --interface asgi config.intake:application`)."""

from config import environment as names
from config import mail_domains, signup_log
from config.private_port import open_private_port
from entraide.foundation import dev_secret, garbage, logs
from entraide.foundation.parent import die_with_server
from entraide.intake.abuse.guard import GuardOptions
from entraide.intake.application import Intake, Options


def _database_url(given: str) -> str:
    if given:
        return given
    from entraide.foundation import postgres  # Only a node with the embedded database needs its launcher.

    return postgres.url(read(names.VAR_DIR))


environment = names.from_process()
read = environment.value
production = read(names.MODE) == "production"
logs.configure(level=read(names.LOG_LEVEL), as_json=production)
die_with_server()
open_private_port()
application = Intake(
    Options(
        database_url=_database_url(read(names.DATABASE_URL)),
        secret=read(names.SECRET_KEY) if production else dev_secret.load_or_make(read(names.VAR_DIR)),
        log_servers=signup_log.servers(environment),
        trusted_proxies=read(names.TRUSTED_PROXIES),
        guard=GuardOptions(
            per_address=read(names.SIGNUPS_PER_NETWORK),
            proof_cost=read(names.PROOF_COST),
            slip_seconds=read(names.PROOF_PATIENCE),
            mail_domains=mail_domains.read_from(environment),
        ),
        capacity=read(names.SIGNUPS_QUEUED),
        secure=read(names.PUBLIC_URL).startswith("https:"),
    )
)
garbage.look_rarely()
