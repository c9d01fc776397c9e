"""What an evaluation changed in its process is undone at its end, or the worker retires.

What preparing did, such as what a module sets when it is imported, stays. So do a module's own
variables: those are what functions keep models in.
"""

from __future__ import annotations

from reactor_udf._black_box import BlackBox
from reactor_udf._isolation._directory import WorkingDirectory
from reactor_udf._isolation._environment import Environment
from reactor_udf._isolation._leftovers import Leftovers
from reactor_udf._isolation._loggers import Loggers
from reactor_udf._isolation._random import Generators
from reactor_udf._isolation._settings import Settings
from reactor_udf._isolation._signals import Signals


class Isolation:
    """The state that each evaluation begins with: that of when it was made.

    What may end the worker, and what may disturb its last frames, is seen to before the
    evaluation's end is told; all else while the JVM takes note of it.
    """

    def __init__(self, black_box: BlackBox) -> None:
        self._leftovers = Leftovers()
        self._signals = Signals()
        self._directory = WorkingDirectory()
        self._rest = (Settings(), Environment(), Loggers(), Generators())
        self._black_box = black_box

    def end(self) -> list[str]:
        """Undo the first part; return why the process can't be used any more."""
        reasons = self._leftovers.find()
        self._signals.stop_timers()
        try:
            self._directory.restore()
        except OSError as error:
            reasons.append(f"what can't be undone ({type(error).__name__}: {error})")
        return reasons

    def clean_up(self) -> None:
        """Undo the rest; a process in which this raises can't be used any more."""
        handlers_changed = self._signals.restore()
        for part in self._rest:
            part.restore()
        self._black_box.arm(anew=handlers_changed)
