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
        self._named: list[logging.Logger | logging.PlaceHolder] = []
        self._all: list[logging.Logger] = [logging.root]
        self._states: dict[logging.Logger, Any] = {
            logger: (
                logger.level,
                logger.disabled,
                logger.propagate,
                [*logger.handlers],
                [*logger.filters],
            )
            for logger in self._loggers()
        }

    def restore(self) -> None:
        """Undo."""
        for logger in self._loggers():
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

    def _loggers(self) -> list[logging.Logger]:
        named = list(logging.root.manager.loggerDict.values())
        if named != self._named:
            self._named = named
            self._all = [logging.root, *(one for one in named if isinstance(one, logging.Logger))]
        return self._all
