"""The state of all loggers."""

from __future__ import annotations

import logging
from typing import Any, Final

_NEW: Final[tuple[int, bool, bool, list[Any], list[Any]]] = (logging.NOTSET, False, True, [], [])


class Loggers:
    """Level, disabled, propagate, handlers and filters, of each logger that there is.

    A logger that an evaluation makes is not undone, but what it did to it is.
    """

    def __init__(self) -> None:
        self._states: dict[logging.Logger, Any] = {
            logger: (
                logger.level,
                logger.disabled,
                logger.propagate,
                [*logger.handlers],
                [*logger.filters],
            )
            for logger in _all()
        }

    def restore(self) -> None:
        """Undo."""
        for logger in _all():
            state = self._states.get(logger, _NEW)
            if state != (
                logger.level,
                logger.disabled,
                logger.propagate,
                logger.handlers,
                logger.filters,
            ):
                level, logger.disabled, logger.propagate, handlers, filters = state
                logger.handlers[:] = handlers
                logger.filters[:] = filters
                logger.setLevel(level)  # It also forgets what was found to be disabled.


def _all() -> list[logging.Logger]:
    root = logging.getLogger()
    named = root.manager.loggerDict.values()
    return [root, *(logger for logger in named if isinstance(logger, logging.Logger))]
