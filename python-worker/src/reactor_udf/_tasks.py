"""Where asynchronous functions are awaited: one event loop for each evaluation that has some, in
the worker's only thread.

The loop runs whenever this thread would otherwise wait for the JVM, and until something arrives.
"""

from __future__ import annotations

from collections.abc import Coroutine, Generator, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from reactor_udf._errors import EvaluationCancelled
from reactor_udf._interrupts import Interrupts

if TYPE_CHECKING:
    import asyncio

    from reactor_udf._exchange import Exchange


class Tasks:
    """The tasks of one evaluation; those that user code starts beside them run as well."""

    def __init__(self, exchange: Exchange, interrupts: Interrupts) -> None:
        self._exchange = exchange
        self._interrupts = interrupts
        self._running: set[asyncio.Task[Any]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def awaiting(self) -> bool:
        """Whether there are tasks."""
        return bool(self._running)

    @property
    def batch(self) -> int:
        """The index of the input batch that was pulled last."""
        return self._exchange.left.taken - 1

    def start(self, coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Await ``coroutine`` from now on, in a copy of the current context."""
        loop = self._loop or self._open()
        task = loop.create_task(coroutine)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def input_is_ready(self) -> bool:
        """Whether a pull of the evaluation's input returns at once; after a CANCEL,
        ``EvaluationCancelled``.
        """
        return self._exchange.ready()

    def wait(self) -> None:
        """Run until a task is done or something has arrived; after a CANCEL,
        ``EvaluationCancelled``.
        """
        self._exchange.speak()
        self._run()
        self._exchange.catch_up()

    def run_until_something_arrives(self) -> None:
        """Run the tasks there are; return when none is left, or a read would not wait."""
        while self._running and self._exchange.would_block():
            self._run()

    def cancel(self, tasks: Iterable[asyncio.Task[Any]]) -> None:
        """Cancel these; their clean-up runs with what runs next, at the latest with ``close``."""
        for task in tasks:
            task.cancel()

    def close(self) -> None:
        """Cancel all that there is, user code's own tasks included, and run it to its end."""
        if self._loop is None:
            return
        import asyncio  # noqa: PLC0415 - few need it

        loop, self._loop = self._loop, None
        self._exchange.tasks = None
        # Nobody is left to tell what clean-up raises.
        loop.set_exception_handler(lambda _loop, _context: None)
        loop.remove_reader(self._exchange.descriptor)
        try:
            while left := asyncio.all_tasks(loop):
                for task in left:
                    task.cancel()
                with suppress(KeyboardInterrupt, SystemExit, EvaluationCancelled):
                    loop.run_until_complete(asyncio.wait(left))
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
        finally:
            loop.close()

    def _open(self) -> asyncio.AbstractEventLoop:
        import asyncio  # noqa: PLC0415 - few need it

        interrupts = self._interrupts
        self._loop = loop = asyncio.new_event_loop()
        loop.set_task_factory(
            lambda loop, coroutine, **named: asyncio.Task(
                _UserCoroutine(coroutine, interrupts),
                loop=loop,
                **named,
            )
        )
        loop.add_reader(self._exchange.descriptor, loop.stop)
        self._exchange.tasks = self
        return loop

    def _run(self) -> None:
        assert self._loop is not None
        # What ends a program ends its task as well, which tells of it.
        with suppress(KeyboardInterrupt, SystemExit):
            self._loop.run_forever()

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if self._loop is not None:
            self._loop.stop()


class _UserCoroutine(Coroutine[Any, Any, Any]):
    """A coroutine whose steps, and nothing between them, a signal may unwind."""

    def __init__(self, coroutine: Any, interrupts: Interrupts) -> None:
        self._coroutine = coroutine
        self._interrupts = interrupts
        self.__name__ = getattr(coroutine, "__name__", type(coroutine).__name__)
        self.__qualname__ = getattr(coroutine, "__qualname__", self.__name__)

    def send(self, value: Any) -> Any:
        self._interrupts.in_user_code = True
        try:
            return self._coroutine.send(value)
        finally:
            self._interrupts.in_user_code = False

    def throw(self, *error: Any) -> Any:
        self._interrupts.in_user_code = True
        try:
            return self._coroutine.throw(*error)
        finally:
            self._interrupts.in_user_code = False

    def close(self) -> None:
        self._coroutine.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._coroutine.__await__()  # type: ignore[no-any-return]
