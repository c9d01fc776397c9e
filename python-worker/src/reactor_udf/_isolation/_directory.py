"""The directory that relative paths are of."""

from __future__ import annotations

import os


class WorkingDirectory:
    """Where the process was when it was made, which may be gone when it is to go back."""

    def __init__(self) -> None:
        self._path = os.getcwd()

    def restore(self) -> None:
        """Undo."""
        try:
            now = os.getcwd()
        except FileNotFoundError:
            now = None
        if now != self._path:
            os.chdir(self._path)
