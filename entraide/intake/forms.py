"""A sign-up as a form sends it, for pages that hold what was typed and send it again."""

import msgspec

from entraide.intake.decoding import Fields

# What lets a sign-up through is good for this time only.
PASSES = frozenset({"altcha", "slip", "website"})


def form_values(fields: Fields) -> list[tuple[str, str]]:
    """Return the fields as a form sends them, without a proof: a list as repeated names, a ticked box as "on"."""
    pairs: list[tuple[str, str]] = []
    for name, value in msgspec.structs.asdict(fields).items():
        if name in PASSES:
            continue
        match value:
            case True:
                pairs.append((name, "on"))
            case str() if value:
                pairs.append((name, value))
            case list():
                pairs += [(name, item) for item in value]
    return pairs
