"""`entraide-cert site …`: the files of the site are signed as a release, and a running site is compared with it."""

import secrets
import sys
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import click

from entraide.certificates import release as releases
from entraide.certificates import site_files
from entraide.certificates.command import saying
from entraide.certificates.command.asking import Link, NoAnswer
from entraide.certificates.command.options import root_key
from entraide.certificates.command.root_folder import RootFolder, passphrase
from entraide.certificates.release import Difference, Kinds, Release, Served
from entraide.foundation import clock

_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
MOST_FILE_BYTES = 16 * 1024 * 1024
# A site that means harm may answer a known checker as it should: this one asks as a phone does.
AS_A_PHONE = {
    "User-Agent": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 "
    "Mobile Safari/537.36",
    "Accept": "*/*",
    "Accept-Language": "fr-FR,fr;q=0.9,en;q=0.8",
    "Accept-Encoding": "gzip",
}


class NotCompared(click.ClickException):
    """There was nothing to compare, or nobody to compare it with."""

    exit_code = 2


@click.group()
def site() -> None:
    """Sign the built site as a release, and compare a running one with it."""


@site.command()
@click.option("--root", "root_folder", type=_FOLDER, required=True, help="Folder of the root.")
@click.option("--site", "folder", type=_FOLDER, required=True, help="The built site: var/certificates-site.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File for the release.")
@click.option("--passphrase-file", type=_FILE, help="Passphrase of the root; asked for if not given.")
def sign(root_folder: Path, folder: Path, out: Path, passphrase_file: Path | None) -> None:
    """Sign hash and headers of each file of a built site, on the root's machine. The site shows it as /release.cose."""
    now = int(clock.now().timestamp())
    with saying.plainly():
        unsigned = releases.of(site_files.read(folder), version=0, issued=now)
        place = RootFolder(root_folder)
        root = place.opened(passphrase(passphrase_file))
        (version,) = place.next_versions(1)
        found = replace(unsigned, version=version)
        out.write_bytes(releases.sign(found, root=root, endorsements=place.endorsements()))
    saying.say(f"{len(found.files)} files, version {version}, are in {out}.")


@site.command()
@click.argument("address")
@click.option("--root", "roots", multiple=True, help="A root that is trusted, 128 hexadecimal digits.")
@click.option("--release", "file", type=_FILE, help="The signed release; what the site itself shows if not given.")
@click.option("--site", "folder", type=_FOLDER, help="Compare with a build of your own, the one file too.")
@click.option("--known-version", type=click.IntRange(min=0), default=0, help="Refuse a release older than this one.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def compare(
    address: str, roots: tuple[str, ...], file: Path | None, folder: Path | None, known_version: int, as_json: bool
) -> None:
    """Compare the site that runs at ADDRESS, each file and header, with what was signed or with what you built.

    Exit code 0 when it is the same, 1 when it differs, 2 when it could not be compared.
    """
    if bool(roots) == bool(folder) or (file and folder):
        raise click.UsageError("Give either --root, with or without --release, or --site.")
    try:
        with saying.plainly():
            trusted = [root_key(root) for root in roots]
            with closing(Link(address)) as link:
                if folder:
                    wished = releases.build_of(site_files.read(folder))
                else:
                    data = file.read_bytes() if file else _served(link, site_files.RELEASE_ADDRESS).data
                    wished = releases.read(
                        data, roots=trusted, now=int(clock.now().timestamp()), known_version=known_version
                    )
                found = list(_compared(link, wished))
    except click.ClickException as error:
        raise NotCompared(error.message) from error
    saying.result(_value(wished, found), as_json=as_json, text="\n".join(_lines(wished, found)))
    sys.exit(1 if found else 0)


def _compared(link: Link, wished: Release) -> Iterator[Difference]:
    for number, address in enumerate(wished.files, start=1):
        yield from releases.differences(wished, address, _served(link, address))
        saying.progress(number, len(wished.files), "files")
    # Nobody could foresee this address: a site that answers there answers everywhere, with what is in no release.
    nowhere = f"/{secrets.token_hex(8)}.html"
    if (status := _served(link, nowhere).status) != 404:
        yield Difference(Kinds.EXTRA, nowhere, f"answered {status} where nothing can be")


def _served(link: Link, address: str) -> Served:
    """Return an answer, unpacked. Raises NoAnswer."""
    answer = link.ask("GET", address, headers=AS_A_PHONE, most_bytes=MOST_FILE_BYTES)
    data = answer.body
    if packing := answer.header("content-encoding"):
        if packing != "gzip":
            raise NoAnswer(f"{link.name}{address} is packed in a way that was not asked for: {packing}")
        data = _unpacked(data, f"{link.name}{address}")
    return Served(answer.status, data, answer.headers)


def _unpacked(data: bytes, name: str) -> bytes:
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        found = unpacking.decompress(data, MOST_FILE_BYTES)
    except zlib.error as error:
        raise NoAnswer(f"{name} cannot be unpacked: {error}") from error
    if not unpacking.eof or unpacking.unused_data:
        raise NoAnswer(f"{name} is cut off, or longer than {MOST_FILE_BYTES} bytes unpacked")
    return found


def _value(wished: Release, found: list[Difference]) -> dict[str, object]:
    return {
        "version": wished.version or None,
        "files": len(wished.files),
        "differences": [{"kind": str(each.kind), "address": each.address, "told": each.told} for each in found],
    }


def _lines(wished: Release, found: list[Difference]) -> list[str]:
    of_what = f"release {wished.version}" if wished.version else "this build"
    if not found:
        return [f"The site is {of_what}: {len(wished.files)} files with their headers, and nothing else was seen."]
    told = [f"{each.kind.upper():<8} {each.address}  {each.told}" for each in found]
    return [*told, f"The site is NOT {of_what}: {len(found)} differences."]
