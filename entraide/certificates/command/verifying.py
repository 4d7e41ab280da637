"""`entraide-cert verify`: the verdict on what a QR code says. Exit code 0 for sealed, 1 for anything else."""

import sys
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from entraide.certificates import key_list
from entraide.certificates.command import saying
from entraide.certificates.command.asking import read_from
from entraide.certificates.command.options import root_key
from entraide.certificates.forms import signing
from entraide.certificates.forms.model import Field, Form, Kind
from entraide.certificates.text import visible
from entraide.certificates.verdicts import Finding, Verdict, judge
from entraide.foundation import clock

WORDS = {
    Verdict.SEALED: "SEALED: its time and every letter are proven",
    Verdict.SEALED_LATE: "SEALED LATE: sealed after the time of leaving",
    Verdict.UNSEALED: "UNSEALED: self-declared, no proof of time; same worth as paper",
    Verdict.OUT_OF_TIME: "OUT OF TIME: not inside the time for which it serves",
    Verdict.KEY_UNKNOWN: "KEY UNKNOWN: its seal cannot be checked",
    Verdict.LIST_OLD: "LIST OLD: the list of keys has expired",
    Verdict.CLOCK_WRONG: "CLOCK WRONG: sealed later than this machine's time",
    Verdict.FORM_UNKNOWN: "FORM UNKNOWN: it follows no form in the list",
    Verdict.ALTERED: "ALTERED: nothing of it can be believed, nothing is shown",
    Verdict.NOT_OURS: "NOT OURS: another kind of code",
}


@click.command()
@click.option(
    "--keys", "keys_at", required=True, help="The signed list of keys: a file, or the address of a seal process."
)
@click.option("--forms", "forms_at", help="The signed forms, likewise; from the same address as the keys if not given.")
@click.option("--root", "roots", multiple=True, required=True, help="A root that is trusted, 128 hexadecimal digits.")
@click.option("--known-version", type=click.IntRange(min=0), default=0, help="Refuse a list older than this version.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("text", default="-")
def verify(
    keys_at: str, forms_at: str | None, roots: tuple[str, ...], known_version: int, text: str, as_json: bool
) -> None:
    """Say what a certificate is worth. TEXT is what its QR code says, or - for standard input."""
    if not forms_at and not keys_at.startswith(("http://", "https://")):
        raise click.UsageError("--forms: give the file of the signed forms too.")
    now = int(clock.now().timestamp())
    with saying.plainly():
        trusted = [root_key(root) for root in roots]
        keys = key_list.read(read_from(keys_at, path="/v1/keys"), roots=trusted, now=now, known_version=known_version)
        forms = signing.read(read_from(forms_at or keys_at, path="/v1/forms"), roots=trusted, now=now)
    given = sys.stdin.read(1_000_000) if text == "-" else text
    finding = judge(given.rstrip("\r\n"), keys=keys, forms=forms.forms, now=now)
    saying.result(_value(finding, list_version=keys.version), as_json=as_json, text="\n".join(_lines(finding)))
    sys.exit(0 if finding.verdict == Verdict.SEALED else 1)


def _value(finding: Finding, *, list_version: int) -> dict[str, Any]:
    declared = finding.declaration
    return {
        "verdict": str(finding.verdict),
        "colour": str(finding.colour),
        "remarks": [str(remark) for remark in finding.remarks],
        "sealed_at": finding.sealed_at,
        "form": declared.form if declared else None,
        "fields": {_name(key, finding.form): value for key, value in declared.values.items()} if declared else None,
        "list_version": list_version,
    }


def _lines(finding: Finding) -> list[str]:
    lines = [WORDS[finding.verdict]]
    if finding.remarks:
        lines.append(f"  found: {', '.join(finding.remarks)}")
    if finding.sealed_at is not None:
        lines.append(f"  sealed: {_time(finding.sealed_at, finding.form)}")
    if finding.declaration:
        lines.append(f"  form: {visible(finding.declaration.form)}")
        for key, value in finding.declaration.values.items():
            lines.append(f"  {_name(key, finding.form)}: {_shown(key, value, finding.form)}")
    return lines


def _field(key: int, form: Form | None) -> Field | None:
    return next((field for field in form.fields if field.key == key), None) if form else None


def _name(key: int, form: Form | None) -> str:
    field = _field(key, form)
    return field.name if field else str(key)


def _shown(key: int, value: object, form: Form | None) -> str:
    field = _field(key, form)
    if isinstance(value, int) and field and field.kind == Kind.TIME:
        return _time(value, form)
    if isinstance(value, tuple):
        return ", ".join(visible(" ".join(part) if isinstance(part, tuple) else str(part)) for part in value)
    return visible(str(value))


def _time(at: int, form: Form | None) -> str:
    zone = ZoneInfo(form.zone) if form else UTC
    return datetime.fromtimestamp(at, UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")
