"""`entraide-cert keys …`: the daily keys of a sealing machine, and the lists that the root signs."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from entraide.certificates import key_list, schedule
from entraide.certificates.command import saying
from entraide.certificates.command.listing import Request, lists_for
from entraide.certificates.command.options import root_key
from entraide.certificates.command.root_folder import RootFolder, passphrase
from entraide.certificates.curve import PublicKey
from entraide.certificates.errors import Malformed
from entraide.certificates.keys.files import FileStore, Store
from entraide.certificates.keys.folder import KeyFolder
from entraide.certificates.keys.published import Published
from entraide.certificates.keys.ring import Ring
from entraide.foundation import clock

Command = TypeVar("Command", bound=Callable[..., Any])
_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.group()
def keys() -> None:
    """Make, destroy, list and sign the keys that seal."""


def where(command: Command) -> Command:
    """Add the options that say where the keys are."""
    for option in (
        click.option(
            "--folder",
            type=_FOLDER,
            default=Path("var/seals"),
            show_default=True,
            help="SEALS_FOLDER of the seal process.",
        ),
        click.option("--token-module", type=_FILE, help="PKCS #11 library of the token that keeps the keys."),
        click.option("--token-label", default="entraide", show_default=True, help="Label of the token."),
        click.option("--token-pin-file", type=_FILE, help="File with the PIN of the token's user."),
    ):
        command = option(command)
    return command


def _ring(folder: KeyFolder, module: Path | None, label: str, pin_file: Path | None, *, days_ahead: int) -> Ring:
    store: Store = FileStore(folder)
    if module:
        # Only a machine with a token needs the packages of requirements/pkcs11.lock.
        from entraide.certificates.keys.token import Token, TokenStore

        pin = pin_file.read_text(encoding="utf-8").strip() if pin_file else ""
        store = TokenStore(Token(module=module, label=label, pin=pin))
    return Ring(folder, store, days_ahead=days_ahead)


def _now() -> int:
    return int(clock.now().timestamp())


@keys.command()
@where
@click.option("--days-ahead", type=click.IntRange(1, 60), default=schedule.DAYS_AHEAD, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def rotate(
    folder: Path,
    token_module: Path | None,
    token_label: str,
    token_pin_file: Path | None,
    days_ahead: int,
    as_json: bool,
) -> None:
    """Destroy the keys whose day is over and make those of the days ahead, as the seal process does by itself."""
    with saying.plainly():
        ring = _ring(KeyFolder(folder), token_module, token_label, token_pin_file, days_ahead=days_ahead)
        done = ring.tend(now=_now())
    value = {"destroyed": [str(day) for day in done.destroyed], "made": [str(day) for day in done.made]}
    lines = [f"{what} {', '.join(days)}" for what, days in value.items() if days] or ["Nothing was due."]
    saying.result(value, as_json=as_json, text="\n".join(lines))


@keys.command(name="list")
@where
@click.option(
    "--export", type=click.Path(path_type=Path, dir_okay=False), help="Write the public keys for the root to sign."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_keys(
    folder: Path,
    token_module: Path | None,
    token_label: str,
    token_pin_file: Path | None,
    export: Path | None,
    as_json: bool,
) -> None:
    """Show the keys of this machine, by day, and the signed list that counts now."""
    now = _now()
    with saying.plainly():
        place = KeyFolder(folder)
        ring = _ring(place, token_module, token_label, token_pin_file, days_ahead=schedule.DAYS_AHEAD)
        publics, mark = ring.publics(), place.mark()
        published = Published(place).keys(now=now)
        if export:
            export.write_text(Request(publics).to_json(), encoding="utf-8")
    listing = published.listing if published else None
    rows = [_row(day, key, mark=mark, listing=listing) for day, key in publics.items()]
    value = {
        "keys": rows,
        "list": {"version": listing.version, "issued": listing.issued, "expires": listing.expires} if listing else None,
    }
    lines = [
        f"{row['day']}  {row['kid']}  {row['state']}, {'listed' if row['listed'] else 'NOT LISTED'}" for row in rows
    ]
    if listing is None:
        lines.append("No list that a root signed counts now.")
    else:
        hours = (listing.expires - now) / 3600
        lines.append(f"List {listing.version}: {f'expires in {hours:.0f} hours' if hours > 0 else 'HAS EXPIRED'}.")
    saying.result(value, as_json=as_json, text="\n".join(lines))


def _row(day: date, key: PublicKey, *, mark: date | None, listing: key_list.KeyList | None) -> dict[str, Any]:
    return {
        "day": str(day),
        "kid": key.kid.hex(),
        "state": "destroyed" if mark and day <= mark else "kept",
        "listed": bool(listing and listing.of(key.kid)),
    }


@keys.command()
@click.option("--root", "root_folder", type=_FOLDER, required=True, help="Folder of the root.")
@click.option(
    "--request",
    "requests",
    type=_FILE,
    multiple=True,
    required=True,
    help="What keys list --export wrote; one of each machine.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 60),
    default=schedule.DAYS_AHEAD,
    show_default=True,
    help="Sign a list for each of so many days.",
)
@click.option("--revoke", "revoked", multiple=True, metavar="KID", help="Leave a key out: its seals count no more.")
@click.option("--out", type=_FOLDER, required=True, help="Folder for the lists.")
@click.option("--passphrase-file", type=_FILE, help="Passphrase of the root; asked for if not given.")
def sign(
    root_folder: Path,
    requests: tuple[Path, ...],
    days: int,
    revoked: tuple[str, ...],
    out: Path,
    passphrase_file: Path | None,
) -> None:
    """Sign lists of keys, on the root's machine: one for each day to come, each for 72 hours."""
    with saying.plainly():
        folder = RootFolder(root_folder)
        wanted = [Request.from_json(file.read_text(encoding="utf-8"), name=file.name) for file in requests]
        unknown = set(revoked) - {key.kid.hex() for request in wanted for key in request.keys.values()}
        if unknown:
            raise click.ClickException(f"--revoke: no request holds {', '.join(sorted(unknown))}.")
        root = folder.opened(passphrase(passphrase_file))
        out.mkdir(parents=True, exist_ok=True)
        versions = folder.next_versions(days)
        for listing in lists_for(wanted, revoked=set(revoked), now=_now(), versions=versions):
            data = key_list.sign(listing, root=root, endorsements=folder.endorsements())
            (out / f"keys-{listing.version:012d}.cose").write_bytes(data)
    saying.say(f"{days} lists, versions {versions.start} to {versions.stop - 1}, are in {out}.")


@keys.command()
@click.option(
    "--folder", type=_FOLDER, default=Path("var/seals"), show_default=True, help="SEALS_FOLDER of the seal process."
)
@click.option(
    "--root", "roots", multiple=True, help="Know this root from now on, 128 hexadecimal digits; repeat it for two."
)
@click.argument("files", type=_FILE, nargs=-1)
def install(folder: Path, roots: tuple[str, ...], files: tuple[Path, ...]) -> None:
    """Give signed lists and forms to the seal process, which publishes each from its time on."""
    with saying.plainly():
        published = Published(KeyFolder(folder))
        if roots:
            published.know([root_key(root) for root in roots])
        for file in files:
            saying.say(f"{file.name}: {_install(published, file.read_bytes(), now=_now())}")


def _install(published: Published, data: bytes, *, now: int) -> str:
    try:
        return f"list of keys, version {published.install_keys(data, now=now).version}"
    except Malformed as not_keys:
        try:
            return f"forms, version {published.install_forms(data, now=now).version}"
        except Malformed:
            raise not_keys from None
