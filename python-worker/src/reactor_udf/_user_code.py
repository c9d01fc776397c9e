"""The border between our code and a user's function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from reactor_udf._errors import EvaluationCancelled, FunctionRaised, UsageError
from reactor_udf._interrupts import Interrupts

END: Final = object()


class UserCode:
    """Calls a user's function and its iterator.

    Whatever they raise comes out as ``FunctionRaised``, ``SystemExit`` included;
    ``EvaluationCancelled`` passes. Only inside these calls may a signal unwind the stack.
    """

    def __init__(self, spec: str, function: Callable[..., Any], interrupts: Interrupts) -> None:
        self.spec = spec
        self.interrupts = interrupts
        self._function = function

    def call(self, *arguments: Any) -> Any:
        """Call the function."""
        interrupts = self.interrupts
        interrupts.in_user_code = True
        try:
            return self._function(*arguments)
        except EvaluationCancelled:
            raise
        except BaseException as error:
            raise FunctionRaised(error, self.spec) from None
        finally:
            interrupts.in_user_code = False

    def call_for_iterator(self, *arguments: Any) -> Iterator[Any]:
        """Call the function, which has to give an iterator or something to iterate over."""
        result = self.call(*arguments)
        try:
            return iter(result)
        except TypeError:
            raise UsageError(
                f"{self.spec} returned {type(result).__name__}, not the iterator that it promised",
                self.spec,
            ) from None

    def each(self, *columns: Iterable[Any]) -> Iterator[Any]:
        """Return an iterator that calls the function with one row of the columns after another."""
        return map(self._function, *columns)

    def extend(self, values: list[Any], iterator: Iterator[Any]) -> None:
        """Append what the iterator has left; if it raises, what it gave before is appended."""
        interrupts = self.interrupts
        interrupts.in_user_code = True
        try:
            values.extend(iterator)
        except EvaluationCancelled:
            raise
        except BaseException as error:
            raise FunctionRaised(error, self.spec) from None
        finally:
            interrupts.in_user_code = False

    def next(self, iterator: Iterator[Any]) -> Any:
        """Return the iterator's next value, or ``END``."""
        interrupts = self.interrupts
        interrupts.in_user_code = True
        try:
            return next(iterator, END)
        except EvaluationCancelled:
            raise
        except BaseException as error:
            raise FunctionRaised(error, self.spec) from None
        finally:
            interrupts.in_user_code = False

    def close(self, iterator: Iterator[Any]) -> None:
        """Run the iterator's clean-up; what it raises then changes nothing any more."""
        close = getattr(iterator, "close", None)
        if close is None:
            return
        interrupts = self.interrupts
        interrupts.in_user_code = True
        try:
            close()
        except BaseException:
            pass
        finally:
            interrupts.in_user_code = False
