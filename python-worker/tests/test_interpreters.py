"""What the supervisor does when the system has no process to give."""

import errno
import os
from types import SimpleNamespace
from typing import Any

import pytest

from reactor_udf import _interpreters
from reactor_udf._interpreters import Interpreters, StartError


class System:
    """Gives processes until it is told not to; its clock stands."""

    def __init__(self) -> None:
        self.now = 100.0
        self.refuses = False
        self.given: list[Any] = []
        self.warnings: list[str] = []

    def launch(self, mode: str) -> Any:
        if self.refuses:
            raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        process = SimpleNamespace(pid=len(self.given), forks=mode == "fork", deadlines=list)
        self.given.append(process)
        return process


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> System:
    system = System()
    monkeypatch.setattr(_interpreters, "time", SimpleNamespace(monotonic=lambda: system.now))
    return system


def test_a_spare_that_the_system_refuses_is_tried_again(system: System) -> None:
    interpreters = Interpreters(
        {"mode": "spawn", "workers": 2}, system.launch, system.warnings.append
    )
    interpreters.top_up(0)
    (first,) = system.given
    interpreters.told(first, {"type": "READY"})
    interpreters.told(first, {"type": "FORKED"})
    system.refuses = True
    interpreters.top_up(1)
    interpreters.top_up(1)
    (warning,) = system.warnings
    assert "could not be started" in warning
    assert interpreters.timeout() == 1.0
    system.refuses = False
    system.now += 1.0
    assert interpreters.timeout() is None
    interpreters.top_up(1)
    assert len(system.given) == 2


def test_a_first_interpreter_that_the_system_refuses_is_a_failure(system: System) -> None:
    system.refuses = True
    interpreters = Interpreters({"workers": 2}, system.launch, system.warnings.append)
    with pytest.raises(StartError, match="could not be started"):
        interpreters.top_up(0)
