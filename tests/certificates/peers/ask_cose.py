"""Asks two independent COSE libraries about seals. Runs in .venv-cose, apart from everything of ours.

Reads JSON from standard input: a point, and cases of an envelope with its detached payload or none. Writes what each
library says of each case: true, false, or the name of its error.
"""

import json
import sys

import cwt
from pycose.keys import EC2Key
from pycose.messages import Sign1Message


def by_cwt(point: bytes, kid: bytes, envelope: bytes, payload: bytes | None) -> object:
    """Return what cwt says: true when it accepts."""
    key = cwt.COSEKey.new({1: 2, 2: kid, 3: -7, -1: 1, -2: point[:32], -3: point[32:]})
    reader = cwt.COSE.new(verify_kid=True)
    reader.decode(envelope, keys=[key], detached_payload=payload)
    return True


def by_pycose(point: bytes, _kid: bytes, envelope: bytes, payload: bytes | None) -> object:
    """Return what pycose says."""
    message = Sign1Message.decode(envelope)
    message.key = EC2Key(crv="P_256", x=point[:32], y=point[32:])
    return message.verify_signature(detached_payload=payload)


def main() -> None:
    """Ask about every case."""
    asked = json.load(sys.stdin)
    point, kid = bytes.fromhex(asked["point"]), bytes.fromhex(asked["kid"])
    said = []
    for case in asked["cases"]:
        payload = bytes.fromhex(case["payload"]) if case["payload"] else None
        answers = {}
        for library, ask in (("cwt", by_cwt), ("pycose", by_pycose)):
            try:
                answers[library] = ask(point, kid, bytes.fromhex(case["envelope"]), payload)
            except Exception as error:  # noqa: BLE001 (whatever a library raises is its answer)
                answers[library] = f"{type(error).__name__}: {error}"
        said.append(answers)
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()
