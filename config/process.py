"""What processes of a node read of their settings in the same way: the secret, and where the database is. No Django."""

from config import environment as names
from entraide.foundation import dev_secret
from entraide.foundation.env import Environment


def secret_key(environment: Environment) -> str:
    """Return the secret of the deployment; in development, this folder's own."""
    if environment.value(names.MODE) == "production":
        return environment.value(names.SECRET_KEY)
    return dev_secret.load_or_make(environment.value(names.VAR_DIR))


def database_url(environment: Environment) -> str:
    """Return the address of the database, which is this node's own where none is given."""
    given = environment.value(names.DATABASE_URL)
    if given:
        return given
    from entraide.foundation import postgres  # Only a node with the embedded database needs its launcher.

    return postgres.url(environment.value(names.VAR_DIR))
