"""Environment variables, the search path, and what files are created and found by."""

from __future__ import annotations

import os
import sys
import warnings


class Environment:
    """Lists and mappings, which are changed in place."""

    def __init__(self) -> None:
        # Its own mapping of bytes: to compare it takes 1 µs, and through the decoding one 30.
        self._raw = dict(os.environ._data)  # type: ignore[attr-defined]
        self._path = list(sys.path)
        self._filters = list(warnings.filters)
        self._mask = os.umask(0o077)
        os.umask(self._mask)

    def restore(self) -> None:
        """Undo."""
        os.umask(self._mask)
        if os.environ._data != self._raw:  # type: ignore[attr-defined]
            os.environb.clear()
            os.environb.update(self._raw)
        if sys.path != self._path:
            sys.path[:] = self._path
        if warnings.filters != self._filters:
            warnings.resetwarnings()  # It also has warnings seen before looked at anew.
            warnings.filters[:] = self._filters  # type: ignore[index]
