"""Where a machine's sealing keys are, by its settings: files in a folder, or a token beside that folder."""

from config import environment as names
from entraide.certificates.keys.files import FileStore, NoKey, Store
from entraide.certificates.keys.folder import FolderUnusable, KeyFolder
from entraide.certificates.keys.ring import Ring
from entraide.foundation.env import Environment, SettingError

UNUSABLE = (FolderUnusable, NoKey, SettingError)


def opened(environment: Environment) -> tuple[KeyFolder, Ring]:
    """Return the folder and the ring of keys. Raises one of UNUSABLE, with what to do."""
    read = environment.value
    folder = KeyFolder(read(names.SEALS_FOLDER) or read(names.VAR_DIR) / "seals")
    return folder, Ring(folder, _store(environment, folder), days_ahead=read(names.SEALS_DAYS_AHEAD))


def _store(environment: Environment, folder: KeyFolder) -> Store:
    module = environment.value(names.SEALS_TOKEN_MODULE)
    if module is None:
        return FileStore(folder)
    try:
        # Only a machine with a token needs the packages of requirements/pkcs11.lock.
        from entraide.certificates.keys.token import Token, TokenStore
    except ImportError as error:
        raise SettingError(
            "SEALS_TOKEN_MODULE needs python-pkcs11: install requirements/pkcs11.lock, as bin/manage run seals does"
        ) from error
    return TokenStore(
        Token(
            module=module,
            label=environment.value(names.SEALS_TOKEN_LABEL),
            pin=environment.value(names.SEALS_TOKEN_PIN),
        )
    )
