"""A worker: serves one connection until its end, on one thread."""

from __future__ import annotations

import hmac
import os
import platform
import socket
from types import MappingProxyType
from typing import Final

import pyarrow as pa

from reactor_udf._aftermath import Aftermath
from reactor_udf._black_box import BlackBox
from reactor_udf._connection import Connection
from reactor_udf._context import context
from reactor_udf._errors import ConnectionLost, ProtocolError, UdfError
from reactor_udf._evaluation import Evaluation
from reactor_udf._failures import to_error
from reactor_udf._frames import Error, Frame, Header, Hello, Prepare, Setup, Welcome, decode
from reactor_udf._interrupts import Interrupts
from reactor_udf._libraries import import_libraries
from reactor_udf._limits import Limits
from reactor_udf._logs import Logs
from reactor_udf._preparation import Chain, prepare
from reactor_udf._variables import Variables

__all__ = ["import_libraries", "serve"]

VERSIONS: Final = (1,)
_HELLO_LIMIT: Final = 64 << 10


def serve(
    connection: socket.socket,
    secret: bytes,
    interrupts: Interrupts,
    *,
    black_box: BlackBox | None = None,
    limits: Limits | None = None,
    socket_buffer: int = 1 << 20,
    busy_wait: int = 0,
) -> None:
    """Serve ``connection`` until the JVM closes it, breaks the protocol, or an evaluation retires
    the worker.

    Returns in all these cases, with the connection closed; the process should end then. ``secret``
    is compared with the text of HELLO's secret in UTF-8; what is logged last is in the
    ``black_box``. While it serves, ``sys.stdout``,
    ``sys.stderr`` and ``logging`` are the connection's.
    """
    frames = Connection(connection, socket_buffer, busy_wait)
    try:
        if _greet(frames, secret):
            logs = Logs(interrupts, black_box.lines if black_box else None)
            with logs.installed():
                aftermath = Aftermath(interrupts, logs, limits or Limits(), black_box)
                _Worker(frames, interrupts, logs, aftermath).serve()
    except ConnectionLost:
        pass
    finally:
        frames.close()


def _greet(connection: Connection, secret: bytes) -> bool:
    """Shake hands (P5, P6); return whether the connection may be used."""
    try:
        fields, content = connection.read(limit=_HELLO_LIMIT)
        header = Header(*fields)
        if header.type != Hello.CODE:
            return False
        hello = Hello.decode(header, memoryview(content))
    except ProtocolError:
        return False
    if not hmac.compare_digest(hello.secret.encode(errors="replace"), secret):
        return False
    version = next((version for version in hello.versions if version in VERSIONS), None)
    if version is None:
        message = (
            f"no protocol version in common: the JVM knows {list(hello.versions)}, "
            f"this worker {list(VERSIONS)}"
        )
        connection.write(Error(0, "protocol", message))
        return False
    connection.write(Welcome(version, os.getpid(), platform.python_version(), pa.__version__))
    return True


class _Worker:
    """What lives as long as the connection: the prepared chains, by id."""

    def __init__(
        self, connection: Connection, interrupts: Interrupts, logs: Logs, aftermath: Aftermath
    ) -> None:
        self._connection = connection
        self._interrupts = interrupts
        self._logs = logs
        self._aftermath = aftermath
        self._chains: dict[int, Chain] = {}
        self._evaluation = 0
        self._variables = Variables()
        self._next: Evaluation | None = None

    def serve(self) -> None:
        """Take PREPAREs and SETUPs; what else comes is of an evaluation that has ended (P13)."""
        try:
            usable = True
            while usable:
                fields, content = self._connection.read()
                _, _, code, _, _, evaluation = fields
                if code == Prepare.CODE:
                    self._prepare(Prepare.decode(Header(*fields), memoryview(content)))
                elif code == Setup.CODE:
                    setup = Setup.decode(Header(*fields), memoryview(content))
                    usable = self._variables.copy().run(self._evaluate, setup)
                elif evaluation == 0 or evaluation > self._evaluation:
                    frame = type(decode(fields, content)).__name__
                    raise ProtocolError(f"a {frame} of no evaluation, between evaluations")
        except ProtocolError as error:
            self._connection.write(to_error(0, error))

    def _prepare(self, request: Prepare) -> None:
        if request.id < 1 or request.id in self._chains:
            raise ProtocolError(
                f"the id {request.id} of a PREPARE is not positive, or was used before"
            )
        try:
            chain = prepare(request, self._interrupts)
            self._chains[request.id] = chain
            answer: Frame = chain.report
        except (UdfError, MemoryError) as failure:
            answer = self._aftermath.explain(0, failure)
        self._aftermath.prepared()
        self._variables = Variables()
        self._connection.write(*self._logs.queue.take(0), answer)

    def _evaluate(self, setup: Setup) -> bool:
        if setup.evaluation <= self._evaluation:
            raise ProtocolError(
                f"the evaluation id {setup.evaluation} is not higher than {self._evaluation}"
            )
        if setup.prepared not in self._chains:
            raise ProtocolError(f"nothing was prepared under the id {setup.prepared}")
        self._evaluation = setup.evaluation
        context.set(MappingProxyType(dict(setup.context)))
        chain = self._chains[setup.prepared]
        evaluation = self._next
        if evaluation is None or evaluation.chain is not chain:
            evaluation = self._new_evaluation(chain)
        usable = evaluation.run(setup)
        # Most likely the next one is of the same chain: it is made while the JVM reads this result.
        self._next = self._new_evaluation(chain) if usable else None
        return usable

    def _new_evaluation(self, chain: Chain) -> Evaluation:
        return Evaluation(self._connection, chain, self._interrupts, self._logs, self._aftermath)
