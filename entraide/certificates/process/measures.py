"""What the seal process counts: how many answers of each kind. Nothing in it is about a caller."""

from prometheus_client import Counter

_answers = Counter("entraide_seals", "Answers of the seal process, by outcome.", ["outcome"])
# Looked up once: a label costs as much as what is counted.
answers = {
    outcome: _answers.labels(outcome)
    for outcome in (
        "sealed", "query", "too_short", "too_long", "encoding", "too_many_from_here", "no_key", "unsigned", "not_found",
        "method",
    )
}  # fmt: skip
