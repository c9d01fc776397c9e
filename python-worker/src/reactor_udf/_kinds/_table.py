"""What table functions share: instances of a class, each of which lives for an evaluation or for a
group.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from reactor_udf._errors import EvaluationCancelled, FunctionRaised, UsageError
from reactor_udf._kinds._collected import clustered
from reactor_udf._kinds._groups import split
from reactor_udf._kinds._stage import Binding, Stage, Unwinding
from reactor_udf._libraries import Columns
from reactor_udf._user_code import END, UserCode


class Run(NamedTuple):
    """Rows of one group that stand together in a batch, from its row ``first`` on."""

    first: int
    part: Columns


class Results(ABC):
    """Collects what the instances of one evaluation yield."""

    @abstractmethod
    def calls(self, run: Run) -> Iterator[Sequence[Any]]:
        """Give the arguments of each call of ``eval`` for these rows, at least one."""

    @abstractmethod
    def add(self, value: Any) -> Columns | None:
        """Take what was yielded; return a batch that is due."""

    def rest(self) -> Columns | None:
        """Return what was added and not returned."""
        return None


class TableStage(Stage):
    """Replaces all columns by those that instances of a class yield, or puts these beside.

    ``binding.user`` makes an instance. Results go out at the latest when an input batch has been
    read; instances are asked for no more than what goes out.
    """

    results: Callable[[Binding], Results]

    def run(
        self, source: Iterator[Columns], unwinding: Unwinding
    ) -> Generator[Columns, None, None]:
        binding, spec = self._binding, self._user.spec
        keys, results = binding.keys or (), type(self).results(binding)
        instance = None if keys else _Instance(self._user)
        try:
            for _, parts in split(clustered(source, binding), keys, spec):
                first = 0
                for begins, part in parts:
                    if instance is None or (keys and begins):
                        if instance is not None:
                            yield from instance.end(results)
                        instance = _Instance(self._user)
                    yield from instance.evaluate(Run(first, part), results)
                    first += part[0]
                yield from _rest(results)
            if instance is not None:
                yield from instance.end(results)
                yield from _rest(results)
        finally:
            if instance is not None:
                instance.close()


class _Instance:
    def __init__(self, user: UserCode) -> None:
        made, evaluate = user.call()
        self._spec = user.spec
        self._eval = UserCode(user.spec, evaluate, user.interrupts)
        self._terminate = _method(user, made, "terminate")
        self._cleanup = _method(user, made, "cleanup")

    def evaluate(self, run: Run, results: Results) -> Iterator[Columns]:
        for arguments in results.calls(run):
            yield from self._pull(self._eval, arguments, results)

    def end(self, results: Results) -> Iterator[Columns]:
        if self._terminate is not None:
            yield from self._pull(self._terminate, (), results)
        cleanup, self._cleanup = self._cleanup, None
        if cleanup is not None:
            cleanup.call()

    def close(self) -> None:
        """Clean up, if the end was not reached; what user code raises then changes nothing."""
        if self._cleanup is not None:
            with suppress(FunctionRaised, EvaluationCancelled):
                self._cleanup.call()

    def _pull(
        self, method: UserCode, arguments: Sequence[Any], results: Results
    ) -> Iterator[Columns]:
        given = method.call(*arguments)
        if given is None:
            return
        try:
            iterator = iter(given)
        except TypeError:
            raise UsageError(
                f"{self._spec} returned {type(given).__name__}, but a table function yields its "
                f"rows, or returns something to iterate over",
                self._spec,
            ) from None
        try:
            while (value := method.next(iterator)) is not END:
                if (due := results.add(value)) is not None:
                    yield due
        finally:
            method.close(iterator)


def _method(user: UserCode, made: Any, name: str) -> UserCode | None:
    method = getattr(made, name, None)
    return None if method is None else UserCode(user.spec, method, user.interrupts)


def _rest(results: Results) -> Iterator[Columns]:
    if (rest := results.rest()) is not None:
        yield rest
