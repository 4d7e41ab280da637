"""Structured logs: one JSON object a line in production, one readable line in development, each with its request id."""

import json
import logging
import logging.config
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")

_KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON; values passed as `extra` become keys."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if current := request_id.get():
            line["request_id"] = current
        line.update({key: value for key, value in vars(record).items() if key not in _KNOWN})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class LineFormatter(logging.Formatter):
    """Formats a record as a line for a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with its traceback below it when there is one."""
        at = datetime.fromtimestamp(record.created, UTC).astimezone().strftime("%H:%M:%S")
        line = f"{at} {record.levelname.lower():7} {record.name}: {record.getMessage()}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class WithoutJobArguments(logging.Filter):
    """Takes the arguments out of what is logged about a job: a mail to send holds an address, and perhaps a code."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Name the job by its task and id alone."""
        job = getattr(record, "job", None)
        if isinstance(job, dict) and "call_string" in job:
            short = f"{job.get('task_name')}[{job.get('id')}]"
            record.msg = str(record.msg).replace(job["call_string"], short)
            record.job = {key: job.get(key) for key in ("id", "task_name", "queue", "attempts")}
        return True


def configure(*, level: str, as_json: bool) -> None:
    """Send every log line of this process to standard error, at `level` or above."""
    formatter = JsonFormatter if as_json else LineFormatter
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": {"()": formatter}},
            "filters": {"jobs": {"()": WithoutJobArguments}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["jobs"]}},
            "root": {"handlers": ["stderr"], "level": level.upper()},
            "loggers": {
                "httpx": {"level": "WARNING"},
                "procrastinate": {"level": "WARNING"},
                "django.request": {"level": "ERROR"},
                # At DEBUG these two write out template contexts and query values: codes, names, addresses.
                "django.template": {"level": "INFO"},
                "django.db.backends": {"level": "INFO"},
            },
        }
    )
