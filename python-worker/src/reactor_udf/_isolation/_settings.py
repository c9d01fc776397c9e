"""Settings of the process that are one value each."""

from __future__ import annotations

import _locale
import gc
import locale
import os
import socket
import sys
import threading
import warnings
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any, Final

Getter = Callable[[], Any]
Setter = Callable[[Any], Any]

_VALUES: Final[tuple[tuple[Getter, Setter], ...]] = (
    (sys.getrecursionlimit, sys.setrecursionlimit),
    (sys.getswitchinterval, sys.setswitchinterval),
    (sys.gettrace, sys.settrace),
    (sys.getprofile, sys.setprofile),
    (socket.getdefaulttimeout, socket.setdefaulttimeout),
    (partial(_locale.setlocale, locale.LC_ALL), partial(locale.setlocale, locale.LC_ALL)),
    (gc.isenabled, lambda enabled: gc.enable() if enabled else gc.disable()),
    (gc.get_threshold, lambda threshold: gc.set_threshold(*threshold)),
)
_ATTRIBUTES: Final[tuple[tuple[ModuleType, str], ...]] = (
    (os, "environ"),
    (sys, "stdin"),
    (sys, "excepthook"),
    (sys, "unraisablehook"),
    (sys, "displayhook"),
    (threading, "excepthook"),
    (warnings, "showwarning"),
)


class Settings:
    """Their values when it was made."""

    def __init__(self) -> None:
        self._values = [(get, put, get()) for get, put in _VALUES]
        self._attributes = [(module, name, getattr(module, name)) for module, name in _ATTRIBUTES]

    def restore(self) -> None:
        """Put back those that changed."""
        for get, put, value in self._values:
            if get() != value:
                put(value)
        for module, name, attribute in self._attributes:
            if module.__dict__.get(name) is not attribute:
                setattr(module, name, attribute)
