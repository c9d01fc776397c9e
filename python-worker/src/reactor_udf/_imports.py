"""Imports what workers need before they are there, and tells the supervisor of each module, so that
it can name the one that hangs.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import socket
import sys
import traceback

from reactor_udf import _process
from reactor_udf._control import encode


class HazardousImportError(Exception):
    """After this import a fork would hang, or lose a thread."""


class Imports:
    """What is imported, and, where processes are forked afterwards, whether they can be.

    The supervisor, not this process, gives up what takes too long: an import or a fork that hangs
    can't tell.
    """

    def __init__(self, channel: socket.socket, *, probing: bool) -> None:
        self.module = ""
        self._channel = channel
        self._probing = probing

    def run(self, modules: list[str], if_installed: list[str]) -> None:
        """Import all; of those in `if_installed` a missing or broken one is left out."""
        for name in modules:
            self._import(name)
        for name in if_installed:
            if importlib.util.find_spec(name) is None:
                continue
            try:
                self._import(name)
            except HazardousImportError:
                raise
            except Exception:
                print(
                    f"{name} is installed and can't be imported:\n{traceback.format_exc()}",
                    file=sys.stderr,
                    flush=True,
                )

    def started(self, name: str) -> None:
        """Say what is imported from now on."""
        self.module = name
        self._channel.sendall(encode({"type": "IMPORTING", "module": name}))

    def _import(self, name: str) -> None:
        self.started(name)
        before = _process.thread_count()
        importlib.import_module(name)
        if self._probing:
            left = _process.thread_count() - before
            if left > 0:
                raise HazardousImportError(f"preload of '{name}' leaves {left} threads running")
            self._channel.sendall(encode({"type": "PROBING", "module": name}))
            self._probe()

    def _probe(self) -> None:
        child = os.fork()
        if child == 0:
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code != 0:
            raise HazardousImportError(
                f"after the preload of '{self.module}' a forked process ends with status {code}"
            )
