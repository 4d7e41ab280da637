"""Translations: collects the messages of code and templates, updates the French catalogue, compiles it, checks it.

Babel does all of it, so that no GNU gettext is needed on the machine.

    python -m ops.build.messages            compile the catalogues
    python -m ops.build.messages --update   collect messages into locale/fr first
    python -m ops.build.messages --check    fail when the catalogue is stale, incomplete or has wrong placeholders
"""

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("entraide", "config")
LANGUAGES = ("fr",)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_HEADER = "# The interface's texts. bin/build messages --update brings this file in step with the sources."
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")


def collect() -> Catalog:
    """Return the messages of every Python file and template, each with the files where it stands."""
    catalog = Catalog(project="Entraide", charset="utf-8")
    files = sorted(file for source in SOURCES for file in (ROOT / source).rglob("*") if _is_source(file))
    for file in files:
        text = file.read_text(encoding="utf-8")
        code = _as_code(text, file) if file.suffix in {".html", ".txt"} else text
        for _line, function, found, _comments in extract_python(io.BytesIO(code.encode()), KEYWORDS, [], {}):
            _add(catalog, function=function, found=found, place=file.relative_to(ROOT).as_posix())
    return catalog


def _as_code(template: str, file: Path) -> str:
    """Return a template as calls of gettext amid placeholders; its indentation means nothing in Python."""
    return "\n".join(line.strip() for line in templatize(template, origin=str(file)).splitlines())


def _is_source(file: Path) -> bool:
    in_templates = "templates" in file.parts and file.suffix in {".html", ".txt"}
    return in_templates or (file.suffix == ".py" and "migrations" not in file.parts)


def _add(catalog: Catalog, *, function: object, found: object, place: str) -> None:
    parts = tuple(part for part in (found if isinstance(found, (tuple, list)) else (found,)) if isinstance(part, str))
    context = None
    if "pgettext" in str(function):
        context, *rest = parts
        parts = tuple(rest)
    wanted = 2 if str(function).startswith("n") else 1
    if len(parts) < wanted or not parts[0]:
        return
    message = parts[:2] if wanted == 2 else parts[0]
    # The file without its line: a catalogue that changes only when a message does.
    catalog.add(message, context=context, locations=[(place, 0)])


def catalogue_file(language: str) -> Path:
    """Return where a language's catalogue is kept."""
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def load(language: str) -> Catalog:
    """Return a language's catalogue, empty when there is none yet."""
    file = catalogue_file(language)
    if not file.exists():
        return _empty(language)
    with file.open("rb") as opened:
        catalog = read_po(opened, locale=language)
    catalog.header_comment, catalog.fuzzy = _HEADER, False
    return catalog


def _empty(language: str) -> Catalog:
    return Catalog(locale=language, project="Entraide", header_comment=_HEADER, fuzzy=False, charset="utf-8")


def update(language: str) -> None:
    """Bring the catalogue in step with the sources: new messages come in empty, unused ones go."""
    catalog = load(language)
    catalog.update(collect(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    file = catalogue_file(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as opened:
        write_po(opened, catalog, sort_output=True, omit_header=False, include_lineno=False, width=120)
    # Dates in the header would make every update a change.
    kept = [
        line for line in file.read_text("utf-8").splitlines() if not line.startswith(('"POT-Creation', '"PO-Revision'))
    ]
    file.write_text("\n".join(kept) + "\n", encoding="utf-8")


def compile_all() -> None:
    """Compile each catalogue to the binary form that Django reads."""
    for language in LANGUAGES:
        with catalogue_file(language).with_suffix(".mo").open("wb") as opened:
            write_mo(opened, load(language))


def faults(language: str) -> Iterator[str]:
    """Yield what is wrong with a language's catalogue, one line each."""
    wanted = {(message.id, message.context) for message in collect() if message.id}
    catalog = load(language)
    known = {(message.id, message.context): message for message in catalog if message.id}
    for key in sorted(wanted - known.keys(), key=str):
        yield f"missing: {key[0]!r}"
    for key in sorted(known.keys() - wanted, key=str):
        yield f"no longer used: {key[0]!r}"
    for key in sorted(wanted & known.keys(), key=str):
        yield from message_faults(known[key])


def message_faults(message: Message) -> Iterator[str]:
    """Yield what is wrong with one message's text, one line each."""
    sources = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    texts = [text or "" for text in strings]
    if message.fuzzy or not all(texts):
        yield f"not translated: {message.id!r}"
        return
    allowed = {name for source in sources for name in _placeholders(source)}
    for text in texts:
        # A plural form may leave a placeholder out ("one place"), none may invent one.
        if unknown := _placeholders(text) - allowed:
            yield f"unknown placeholder {sorted(unknown)} in {text!r}"
        # Texts that changed places by mistake give themselves away: a sentence stays one, and a label a label.
        if _end(text) != _end(sources[0]):
            yield f"{text!r} does not end as {sources[0]!r} does"
    if missing := allowed - _placeholders(texts[-1]):
        yield f"placeholder {sorted(missing)} is missing in {texts[-1]!r}"


def _placeholders(text: str) -> set[str]:
    return {first or second for first, second in PLACEHOLDER.findall(text)}


def _end(text: str) -> str:
    last = text.rstrip()[-1:]
    return last if last in ".?!:…" else ""


def main() -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description="Collect, check and compile the translations.")
    parser.add_argument("--update", action="store_true", help="bring locale/ in step with the sources first")
    parser.add_argument("--check", action="store_true", help="fail when the catalogue is stale or incomplete")
    options = parser.parse_args()
    if not settings.configured:
        # templatize asks Django for nothing but its defaults.
        settings.configure()
    for language in LANGUAGES:
        if options.update:
            update(language)
        found = list(faults(language)) if options.check else []
        if found:
            sys.stdout.write("".join(f"locale/{language}: {fault}\n" for fault in found))
            return 1
    compile_all()
    return 0


if __name__ == "__main__":
    sys.exit(main())
