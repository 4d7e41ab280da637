"""A sign-up as a form sends it, for pages that hold what was typed and send it again."""

import msgspec

from entraide.intake.decoding import Fields


def form_values(fields: Fields) -> list[tuple[str, str]]:
    """Return the fields as a form sends them: a list as repeated names, a ticked box as "on"."""
    pairs: list[tuple[str, str]] = []
    for name, value in msgspec.structs.asdict(fields).items():
        match value:
            case True:
                pairs.append((name, "on"))
            case str() if value:
                pairs.append((name, value))
            case list():
                pairs += [(name, item) for item in value]
    return pairs
