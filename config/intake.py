"""The sign-up process: ASGI, no Django, served by Granian (`granian --interface asgi config.intake:application`)."""

from config import environment as names
from config import mail_domains, signup_log
from config.private_port import open_private_port
from config.process import database_url, secret_key
from entraide.foundation import garbage, logs
from entraide.foundation.parent import die_with_server
from entraide.intake.abuse.guard import GuardOptions
from entraide.intake.application import Intake, Options

environment = names.from_process()
read = environment.value
logs.configure(level=read(names.LOG_LEVEL), as_json=read(names.MODE) == "production")
die_with_server()
open_private_port()
application = Intake(
    Options(
        database_url=database_url(environment),
        secret=secret_key(environment),
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
