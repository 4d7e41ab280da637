"""The core rule set, read from the machine and rewritten so that it lets people write what they like. Pure but `read`.

Excluding fields at run time costs ten times what the rules themselves do; here each rule is told once, before nginx
reads it, so that a request pays next to nothing.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

FOLDER = Path("/usr/share/modsecurity-crs/rules")
# Requests alone: answers are our own. Nothing about reputations and floods, which nginx bounds better.
FILES = (
    "REQUEST-901-INITIALIZATION.conf", "REQUEST-905-COMMON-EXCEPTIONS.conf", "REQUEST-911-METHOD-ENFORCEMENT.conf",
    "REQUEST-913-SCANNER-DETECTION.conf", "REQUEST-920-PROTOCOL-ENFORCEMENT.conf", "REQUEST-921-PROTOCOL-ATTACK.conf",
    "REQUEST-922-MULTIPART-ATTACK.conf", "REQUEST-930-APPLICATION-ATTACK-LFI.conf",
    "REQUEST-931-APPLICATION-ATTACK-RFI.conf", "REQUEST-932-APPLICATION-ATTACK-RCE.conf",
    "REQUEST-933-APPLICATION-ATTACK-PHP.conf", "REQUEST-934-APPLICATION-ATTACK-NODEJS.conf",
    "REQUEST-941-APPLICATION-ATTACK-XSS.conf", "REQUEST-942-APPLICATION-ATTACK-SQLI.conf",
    "REQUEST-943-APPLICATION-ATTACK-SESSION-FIXATION.conf", "REQUEST-944-APPLICATION-ATTACK-JAVA.conf",
    "REQUEST-949-BLOCKING-EVALUATION.conf",
)  # fmt: skip
_TARGETS = re.compile(r"^([ \t]*SecRule[ \t]+)(\S+)(?=[ \t])", re.MULTILINE)
# From here to the end of a file its rules are for levels above ours: they would be read at each request to be skipped.
_STRICTER = re.compile(
    r'^SecRule TX:EXECUTING_PARANOIA_LEVEL "@lt 2".*?(?=^SecMarker "END-REQUEST)', re.MULTILINE | re.DOTALL
)
_RULE = re.compile(r"^SecRule (?:.+\n)+", re.MULTILINE)
# But for these two. Each looks at one header that no person writes: a kind of body may not name a second one, and no
# browser of today says in a header of its own in which letters a body is.
_ALSO = ("id:921422,", "id:920490,")
_SCORE = re.compile(r"anomaly_score_pl\d")
_EVALUATION = "REQUEST-949-BLOCKING-EVALUATION.conf"
# 941310 looks for two bytes that were brackets in an alphabet of long ago, and that are the half of many a letter in
# Cyrillic, Greek or Japanese. A bracket is what opens an element, and is no half: it stands alone, or is all of a "¼".
_BRACKETS = re.compile(r'"@rx [^"]*"(?= \\\n[ \t]*"id:941310,)')
_ELEMENTS = "audio|base|body|embed|form|iframe|img|input|link|meta|object|script|style|svg|video"
_LONE_BRACKETS = rf'"@rx (?:^|[^\x80-\xff]|\xc2)\xbc/?(?:{_ELEMENTS})\b[^\xbe>]*[\xbe>]"'
_DATA = re.compile(r"@(?:pmFromFile|pmf|ipMatchFromFile)[ \t]+([\w.-]+\.data)")
# Each holds fields and free text alike; what of it is no free text is in ARGS and in REQUEST_FILENAME too.
_WHOLE_ADDRESS = {"REQUEST_URI", "REQUEST_URI_RAW", "REQUEST_LINE"}
_WHOLE_BODY = "REQUEST_BODY"
_FIELDS = {"ARGS", "ARGS_GET", "ARGS_POST"}


def read(folder: Path = FOLDER) -> dict[str, str]:
    """Return the rules that are used and the lists that they name, by file. Raises OSError when one is missing."""
    found = {name: (folder / name).read_text(encoding="utf-8") for name in FILES}
    lists = sorted({name for text in list(found.values()) for name in _DATA.findall(text)})
    return found | {name: (folder / name).read_text(encoding="utf-8") for name in lists}


def rewritten(files: Mapping[str, str], *, free_text: Sequence[str]) -> dict[str, str]:
    """Return the files, of whose rules none looks at the fields in which people write what they like.

    Rules of stricter levels are left out, but for two, and the one that takes letters for brackets knows them apart.
    """
    return {
        name: _TARGETS.sub(lambda found: f"{found[1]}{_without(found[2], free_text)}", _mended(name, text))
        if name.endswith(".conf")
        else text
        for name, text in files.items()
    }


def _mended(name: str, text: str) -> str:
    ours = text if name == _EVALUATION else _STRICTER.sub(_also_of, text)
    return _BRACKETS.sub(lambda _: _LONE_BRACKETS, ours)


def _also_of(stricter: re.Match[str]) -> str:
    """Return the rules of stricter levels that are kept, counted at ours."""
    kept = [rule for rule in _RULE.findall(stricter[0]) if any(number in rule for number in _ALSO)]
    return "".join(f"{_SCORE.sub('anomaly_score_pl1', rule)}\n" for rule in kept)


def but_for(free_text: Sequence[str]) -> str:
    """Return what matches the names of these fields, in forms, formsets (a-0-field) and JSON (json.a.field).

    ModSecurity splits targets at each bar before it reads expressions, so that there is no "one or the other" in
    them. A row of parts that may each be missing does the same: it also takes two names in a row, which no field has.
    """
    names = "".join(f"(?:{re.escape(name)})?" for name in sorted(free_text))
    return f"/^(?:[A-Za-z0-9_]+[.-])*{names}$/"


def _without(targets: str, free_text: Sequence[str]) -> str:
    terms = targets.split("|")
    fields = [term for term in terms if term in _FIELDS]
    if not fields or not free_text:
        return targets
    kept = ["REQUEST_FILENAME" if term in _WHOLE_ADDRESS else term for term in terms if term != _WHOLE_BODY]
    return "|".join([*dict.fromkeys(kept), *(f"!{each}:{but_for(free_text)}" for each in fields)])
