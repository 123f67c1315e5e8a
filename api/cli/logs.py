"""Logs on stderr: for people on a terminal, else a JSON object a line. Requests without their query, never a body."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

SHARED: tuple[Any, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def set_up_logs(level: str) -> None:
    """Our logs and those of the libraries, alike. `level` is the least that is logged."""
    for_people = sys.stderr.isatty()
    render: tuple[Any, ...] = (
        # By itself it would write down what every variable held when something failed: passwords too.
        (structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),)
        if for_people
        else (structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False))
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_request, *SHARED],
            pass_foreign_args=True,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    # A line that cannot be formatted would be shown with everything in it.
    logging.raiseExceptions = False
    # What uvicorn tells of its own coming and going is told better by the command; who asks Elasticsearch tells why.
    for chatty in ("uvicorn.error", "elastic_transport"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())


def _request(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A line of uvicorn's access log as fields. What was searched for stays out of it."""
    told: tuple[Any, ...] = event.pop("positional_args", ())
    if event["_record"].name == "uvicorn.access":
        _, method, path, _, status = told
        event.update(event="request", method=method, path=str(path).partition("?")[0], status=status)
    return event
