"""A worker process as the JVM has it: under a supervisor, forked from a template."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jvm import Jvm
from supervised import Supervised

import reactor_udf

PACKAGE = Path(next(iter(reactor_udf.__path__))).parent


class RealWorker:
    """A greeted worker, and its supervisor."""

    def __init__(self, supervisor: Supervised, jvm: Jvm) -> None:
        self.supervisor = supervisor
        self.jvm = jvm
        self.pid = jvm.greet().pid

    def exited(self) -> dict[str, Any]:
        return self.supervisor.expect("EXITED", pid=self.pid)


@contextmanager
def real_worker(**start: Any) -> Iterator[RealWorker]:
    """Start everything for one worker, with members of START of its own."""
    with Supervised(PACKAGE, **{"socketBuffer": 1 << 20, **start}) as supervisor:
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(supervisor.expect("STARTED")["address"]["unix"])
        jvm = Jvm(connection)
        try:
            yield RealWorker(supervisor, jvm)
        finally:
            jvm.connection.close()
