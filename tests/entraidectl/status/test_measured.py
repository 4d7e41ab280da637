"""Every measurement that an alert or a dashboard asks for is one that somebody shows, with the labels that it has."""

import importlib
import re
from collections.abc import Iterator

import pytest
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

from entraide.certificates.process.measures import answers
from entraide.foundation.mail.outbox import Urgency
from entraide.meetings.rules.words import Health
from tests.entraidectl.status.supervised import QUESTIONS, ROOT

OURS = re.compile(r"\b(entraide_\w+)(?:\{([^}]*)\})?")
ENDINGS = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
ADDED_BY_PROMETHEUS = {"job", "instance", "machine", "le"}
EDGE, BACKUPS = "entraidectl/edge/nginx/main.py", "entraidectl/backups/verifying.py"
# Shown by others than the processes of the platform: where their names are written.
ELSEWHERE = {
    "entraide_edge_connections": EDGE,
    "entraide_backup_verified_timestamp_seconds": BACKUPS,
}


def source_of(file: str) -> str:
    """Return the text of a file."""
    return (ROOT / file).read_text(encoding="utf-8")


def shown() -> Iterator[tuple[str, set[str]]]:
    """Yield the name and labels of each measurement of the platform, from the registry after its modules are loaded."""
    for root in (ROOT / "entraide", ROOT / "config"):
        for file in root.rglob("*.py"):
            if "from prometheus_client import" in file.read_text(encoding="utf-8"):
                importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
    for measure in set(REGISTRY._collector_to_names):
        if isinstance(measure, MetricWrapperBase):
            for ending in ENDINGS[str(measure._type)]:
                yield f"{measure._name}{ending}", set(measure._labelnames)


@pytest.fixture(scope="module")
def measures() -> dict[str, set[str]]:
    """The labels of each measurement by its name."""
    return dict(shown())


def test_the_platform_shows_some(measures: dict[str, set[str]]) -> None:
    assert measures["entraide_http_requests_total"] == {"view", "method", "status"}
    assert "entraide_inbox_age_seconds" in measures


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_asked_for_is_shown(question: str, measures: dict[str, set[str]]) -> None:
    for name, selected in OURS.findall(QUESTIONS[question]):
        if name in ELSEWHERE:
            continue
        assert name in measures, f"no process shows {name}"
        labels = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", selected))
        assert labels <= measures[name], f"{name} has no label {labels - measures[name]}"


@pytest.mark.parametrize("question", QUESTIONS)
def test_it_is_summed_up_by_labels_that_it_has(question: str, measures: dict[str, set[str]]) -> None:
    names = {name for name, _ in OURS.findall(QUESTIONS[question])}
    if not names or names & set(ELSEWHERE):
        return
    known = set[str]().union(*(measures[name] for name in names)) | ADDED_BY_PROMETHEUS
    for by in re.findall(r"by \(([^)]*)\)", QUESTIONS[question]):
        assert {label.strip() for label in by.split(",")} <= known


def test_some_are_asked_for() -> None:
    assert sum(len(OURS.findall(asked)) for asked in QUESTIONS.values()) > 40


@pytest.mark.parametrize(("name", "file"), ELSEWHERE.items())
def test_what_others_show_is_written_there(name: str, file: str) -> None:
    source = ROOT / file
    if not source.exists():
        pytest.skip(f"{file} is not there yet")
    assert name in source.read_text(encoding="utf-8")


WORDS = {
    "entraide_seals_total": set(answers),
    "entraide_meetings_nodes": {health.value for health in Health},
    "entraide_mail_oldest_seconds": {urgency.name.lower() for urgency in Urgency},
    "entraide_jobs_total": set(re.findall(r'"([a-z ]+)"', source_of("entraide/foundation/jobs.py"))),
    "entraide_mails_total": set(re.findall(r'"([a-z ]+)"', source_of("entraide/foundation/mail/sending.py"))),
}


def test_words_that_are_selected_are_those_that_the_program_writes() -> None:
    looked_at = set()
    for asked in QUESTIONS.values():
        for name, selected in OURS.findall(asked):
            for words in re.findall(r'=~?"([^"]*)"', selected) if name in WORDS else ():
                assert set(words.split("|")) <= WORDS[name]
                looked_at.add(name)
    assert looked_at == set(WORDS)
