"""Signal handlers, ours among them, and what makes signals come or not."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import signal
from typing import Any, Final

from reactor_udf._black_box import DUMPS

_NUMBERS: Final = sorted(int(number) for number in signal.valid_signals())
_TIMERS: Final = (int(signal.ITIMER_REAL), int(signal.ITIMER_VIRTUAL), int(signal.ITIMER_PROF))


class Signals:
    """How the main thread, which alone may change handlers, takes signals."""

    def __init__(self) -> None:
        self._handlers = _handlers()
        self._mask = _signal.pthread_sigmask(signal.SIG_BLOCK, ())
        self._timers = [timer for timer in _TIMERS if not any(signal.getitimer(timer))]
        self._wakeup = signal.set_wakeup_fd(-1)
        signal.set_wakeup_fd(self._wakeup)

    def stop_timers(self) -> None:
        """Let none send a signal any more."""
        for timer in self._timers:
            _signal.setitimer(timer, 0)

    def restore(self) -> bool:
        """Undo the rest; return whether a handler had been changed."""
        handlers = _handlers()
        changed = handlers != self._handlers
        if changed:
            for number, now, before in zip(_NUMBERS, handlers, self._handlers, strict=True):
                if now != before and number not in DUMPS:
                    signal.signal(number, before)
        if _signal.pthread_sigmask(signal.SIG_BLOCK, ()) != self._mask:
            signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)
        if _signal.set_wakeup_fd(-1) != self._wakeup or self._wakeup != -1:
            signal.set_wakeup_fd(self._wakeup)
        return changed


def _handlers() -> list[Any]:
    # Not of `signal`, whose functions make enumeration members: that takes longer than all else.
    return list(map(_signal.getsignal, _NUMBERS))
