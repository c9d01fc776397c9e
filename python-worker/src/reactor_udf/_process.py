"""What Linux offers for processes and Python's standard library does not wrap."""

from __future__ import annotations

import ctypes
import os
import signal
from contextlib import suppress
from typing import Final

# What a terminal sends to its foreground group: the JVM's to answer, by ending or by printing its
# threads.
TERMINAL_SIGNALS: Final = (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3

# Loaded here, so before the fork: a worker only calls it.
_libc = ctypes.CDLL(None, use_errno=True)


def become_subreaper() -> None:
    """Make this process the parent of every descendant whose own parent ends."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent(parent: int, number: int = signal.SIGKILL) -> None:
    """Have the kernel signal this process when its parent ends, which may have been already."""
    _prctl(_PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        os._exit(1)


def keep_freed_memory(largest: int, most: int) -> None:
    """Have malloc keep what is freed, `most` bytes of it, for allocations of up to `largest`
    bytes: a page that goes back to the kernel costs a fault when it is needed again.
    """
    with suppress(AttributeError):  # Of C libraries, glibc alone can be told.
        _libc.mallopt(_M_MMAP_THRESHOLD, largest)
        _libc.mallopt(_M_TRIM_THRESHOLD, most)


def children() -> list[int]:
    """Return the pids of this process's children, or of none where the kernel does not tell."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children") as listing:
            return [int(pid) for pid in listing.read().split()]
    except FileNotFoundError:
        return []


def thread_count() -> int:
    """Return how many threads this process has, those of native libraries included."""
    return len(os.listdir("/proc/self/task"))


def handles(pid: int, number: int) -> bool:
    """Return whether a process catches a signal, rather than ignoring it or dying of it."""
    return number in _signals(f"/proc/{pid}/status", "SigCgt")


def is_done_with(pid: int, number: int, blocking: set[str]) -> bool:
    """Return whether no thread has a signal before it or is in its handler, which blocks it;
    threads that are `blocking` it anyway do not count.
    """
    status = f"/proc/{pid}/status"
    if number in _signals(status, "ShdPnd"):
        return False
    return threads_blocking(pid, number) <= blocking


def threads_blocking(pid: int, number: int) -> set[str]:
    """Return the threads of a process that block a signal."""
    tasks = f"/proc/{pid}/task"
    blocking = set()
    for thread in os.listdir(tasks):
        with suppress(FileNotFoundError, ProcessLookupError):
            if number in _signals(f"{tasks}/{thread}/status", "SigBlk"):
                blocking.add(thread)
    return blocking


def kill_group(pid: int) -> None:
    """Kill a process and the process group it leads; nothing happens if both are gone."""
    for kill in (os.killpg, os.kill):
        with suppress(ProcessLookupError):
            kill(pid, signal.SIGKILL)


def _prctl(option: int, value: int) -> None:
    if _libc.prctl(option, value, 0, 0, 0) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"prctl({option}): {os.strerror(error)}")


def _signals(status: str, name: str) -> set[int]:
    with open(status) as lines:
        for line in lines:
            if line.startswith(name):
                bits = int(line.split()[1], 16)
                return {number for number in range(1, 65) if bits >> (number - 1) & 1}
    return set()
