"""Context variables: what user code sets in an evaluation ends with it."""

from __future__ import annotations

import contextvars
import decimal
from typing import Final

_DECIMAL: Final = "decimal_context"


class Variables:
    """Those that each evaluation begins with: of when it was made.

    Decimal contexts are changed in place, so each evaluation needs its own. One like the default is
    left out, because whoever asks first is given such a one: a copy takes 3 µs, and few ask.
    """

    def __init__(self) -> None:
        self._base = contextvars.Context()
        self._copies_decimal = False
        for variable, value in contextvars.copy_context().items():
            if variable.name != _DECIMAL:
                self._base.run(variable.set, value)
            elif repr(value) != repr(decimal.DefaultContext):
                self._base.run(variable.set, value)
                self._copies_decimal = True

    def copy(self) -> contextvars.Context:
        """Return the variables of one evaluation."""
        variables = self._base.copy()
        if self._copies_decimal:
            variables.run(_copy_decimal)
        return variables


def _copy_decimal() -> None:
    decimal.setcontext(decimal.getcontext().copy())
