"""What an evaluation changed in its process is undone at its end, or the worker retires.

What preparing did, such as what a module sets when it is imported, stays. So do a module's own
variables: those are what functions keep models in.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable

from reactor_udf._black_box import BlackBox
from reactor_udf._isolation._environment import Environment
from reactor_udf._isolation._leftovers import Leftovers
from reactor_udf._isolation._loggers import Loggers
from reactor_udf._isolation._random import reseed
from reactor_udf._isolation._settings import Settings
from reactor_udf._isolation._signals import Signals


class Isolation:
    """The state that each evaluation begins with: that of when it was made."""

    def __init__(self, black_box: BlackBox) -> None:
        self._leftovers = Leftovers()
        self._parts = (Settings(), Environment(), Loggers(), Signals(black_box))

    @staticmethod
    def begin() -> None:
        """Give the current context variables a decimal context of their own."""
        decimal.setcontext(decimal.getcontext().copy())

    def end(self) -> list[str]:
        """Undo what was changed; return why the process can't be used any more."""
        reasons = self._leftovers.find()
        for undo in (*[part.restore for part in self._parts], reseed):
            reasons += _failure(undo)
        return reasons


def _failure(undo: Callable[[], None]) -> list[str]:
    try:
        undo()
    except Exception as error:
        return [f"what can't be undone ({type(error).__name__}: {error})"]
    return []
