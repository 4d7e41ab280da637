"""`entraide-cert root …`: the offline root that signs lists of keys and forms."""

from pathlib import Path

import click

from entraide.certificates import signed
from entraide.certificates.command import saying
from entraide.certificates.command.root_folder import RootFolder, passphrase
from entraide.foundation import clock

DAY_SECONDS = 86_400
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
def root() -> None:
    """Make and endorse the offline root."""


@root.command()
@click.argument("folder", type=_FOLDER)
@click.option(
    "--passphrase-file", type=_FILE, help="Read the passphrase from a file's first line; asked for if not given."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def init(folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Make a root in FOLDER, on a machine that is never on a network. Prints its public key, which verifiers pin."""
    with saying.plainly():
        made = RootFolder(folder).make(passphrase(passphrase_file, confirm=True))
    saying.result(
        {"kid": made.public.kid.hex(), "public": made.public.point.hex()}, as_json=as_json, text=made.public.point.hex()
    )


@root.command()
@click.argument("one", type=_FOLDER)
@click.argument("other", type=_FOLDER)
@click.option(
    "--days", type=click.IntRange(1, 3650), default=730, show_default=True, help="For how long the words count."
)
@click.option("--passphrase-file", type=_FILE, help="Passphrase of ONE.")
@click.option("--other-passphrase-file", type=_FILE, help="Passphrase of OTHER.")
def endorse(
    one: Path, other: Path, days: int, passphrase_file: Path | None, other_passphrase_file: Path | None
) -> None:
    """Have two roots vouch for each other: whoever pins one then trusts what the other signs."""
    now = int(clock.now().timestamp())
    with saying.plainly():
        folders = RootFolder(one), RootFolder(other)
        files = passphrase_file, other_passphrase_file
        keys = [
            folder.opened(passphrase(file, of=str(folder.path))) for folder, file in zip(folders, files, strict=True)
        ]
        if keys[0].public == keys[1].public:
            raise click.ClickException("These are one root: a root does not vouch for itself.")
        for (mine, key), theirs in (((folders[0], keys[0]), keys[1]), ((folders[1], keys[1]), keys[0])):
            word = signed.endorse(key.public, by=theirs, begins=now, ends=now + days * DAY_SECONDS)
            mine.keep_endorsement(word, by=theirs.public.kid.hex())
    saying.say(f"Both roots vouch for each other for {days} days; lists that either signs from now on say so.")
