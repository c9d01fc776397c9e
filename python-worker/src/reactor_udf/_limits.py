"""What a worker may use before it is replaced, or is refused more."""

from __future__ import annotations

import mmap
import os
import resource
from dataclasses import dataclass
from typing import Any, Final

from reactor_udf._process import keep_freed_memory

_PAGE: Final = mmap.PAGESIZE
_ROOM: Final = 64 << 20
"""What a worker needs beyond its libraries to evaluate anything at all."""

_NO_CORE: Final = 1
"""Less than any core file; with 0 a program that is set up to collect them would get one."""

_RESERVE: Final = 4 << 20

_LARGEST_KEPT: Final = 32 << 20  # More glibc does not take.
_MOST_KEPT: Final = 64 << 20


class MemoryLimitError(Exception):
    """The memory limit leaves no room for evaluations."""


@dataclass(frozen=True)
class Limits:
    """When a worker retires after an evaluation; 0 means never."""

    max_evaluations: int = 0
    max_resident_memory: int = 0

    @classmethod
    def of(cls, configuration: dict[str, Any]) -> Limits:
        """Read the members of the configuration, which may be missing."""
        return cls(
            configuration.get("maxEvaluations", 0), configuration.get("maxResidentMemory", 0)
        )

    def reached(self, evaluations: int) -> bool:
        """Return whether this process is to end, after so many evaluations."""
        if self.max_evaluations and evaluations >= self.max_evaluations:
            return True
        return bool(self.max_resident_memory) and resident_memory() > self.max_resident_memory


class Reserve:
    """Memory that is set aside under a limit, so that running out of it can be told."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _RESERVE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)

    def release(self) -> None:
        """Give it back; once is enough, for the worker retires then."""
        self._memory.close()


def resident_memory() -> int:
    """Return the bytes of this process that are in memory."""
    descriptor = os.open("/proc/self/statm", os.O_RDONLY)
    try:
        return int(os.read(descriptor, 256).split()[1]) * _PAGE
    finally:
        os.close(descriptor)


def suit_allocators(limit: int) -> None:
    """Have memory allocated as evaluations need it, before Arrow is imported.

    numpy's arrays come and go with each batch: malloc keeps their memory. Under a limit Arrow uses
    malloc too: its own allocator takes address space for a gigabyte at once, which counts as if it
    was used.
    """
    keep_freed_memory(_LARGEST_KEPT, _MOST_KEPT)
    if limit:
        os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"


def require_room(limit: int) -> None:
    """Check that a memory limit, 0 for none, leaves room beside the libraries that are loaded."""
    if not limit:
        return
    with open("/proc/self/status") as status:
        (used,) = [int(line.split()[1]) << 10 for line in status if line.startswith("VmData:")]
    if used + _ROOM > limit:
        raise MemoryLimitError(
            f"a memoryLimit of {limit} bytes is too small: a worker takes {used} bytes for the "
            f"interpreter and its libraries. Set it to {used + _ROOM} bytes at least, or preload "
            f"less."
        )


def limit_process(memory: int) -> None:
    """Set the limits of this process: no core file, which would delay the news of a crash, and
    ``memory`` bytes of data, 0 for no limit.
    """
    _lower(resource.RLIMIT_CORE, _NO_CORE)
    if memory:
        _lower(resource.RLIMIT_DATA, memory)


def _lower(which: int, limit: int) -> None:
    _, hard = resource.getrlimit(which)
    if hard == resource.RLIM_INFINITY or limit <= hard:
        resource.setrlimit(which, (limit, hard))
