"""What the check of the translations finds: texts that are empty, at the wrong message, or name what there is not."""

import pytest
from babel.messages.catalog import Message

from ops.build.messages import message_faults

SENTENCE = "A job that fails is tried nine times."


@pytest.mark.parametrize(
    ("source", "text", "fault"),
    [
        (SENTENCE, "Une tâche qui échoue est tentée neuf fois.", ""),
        (("%(count)d place", "%(count)d places"), ("une place", "%(count)d places"), ""),
        (SENTENCE, "", "not translated"),
        (SENTENCE, "Quand (UTC)", "does not end as"),
        ("Why it failed", "Ce que la plateforme fait après avoir répondu.", "does not end as"),
        ("Level: %(level)s", "Niveau : %(niveau)s", "unknown placeholder"),
        (("%(count)d place", "%(count)d places"), ("une place", "des places"), "is missing"),
    ],
)
def test_a_text_that_cannot_be_right_is_found(
    source: str | tuple[str, str], text: str | tuple[str, str], fault: str
) -> None:
    found = list(message_faults(Message(source, text)))
    assert bool(found) is bool(fault)
    assert fault in "".join(found)
