"""A worker process, from the moment it is one to its end, whichever way it was started.

What differs between a forked and a spawned worker (whose child it is, what it inherited and must
give up) is done before `run`.
"""

from __future__ import annotations

import mmap
import os
import signal
import socket
import sys
import traceback
from contextlib import suppress
from typing import NoReturn

from reactor_udf._black_box import BlackBox
from reactor_udf._control import Message
from reactor_udf._interrupts import Interrupts
from reactor_udf._limits import Limits, limit_process
from reactor_udf._process import TERMINAL_SIGNALS
from reactor_udf._worker import serve


def run(
    connection: socket.socket, channel: socket.socket, configuration: Message, cancels: mmap.mmap
) -> NoReturn:
    """Report this process over ``channel``, serve ``connection``, and end.

    ``configuration`` is what the supervisor sends to the template, ``cancels`` the page it names.
    The process is the leader of a group and dies with the supervisor already.
    """
    status = 1
    try:
        box = BlackBox()
        box.send(channel, {"type": "FORKED", "pid": os.getpid()})
        channel.close()
        limit_process(configuration["memoryLimit"])
        for ignored in TERMINAL_SIGNALS:
            signal.signal(ignored, signal.SIG_DFL)
        interrupts = Interrupts(cancels)
        interrupts.install()
        serve(
            connection,
            configuration["secret"].encode(),
            interrupts,
            black_box=box,
            limits=Limits.of(configuration),
            socket_buffer=configuration["socketBuffer"],
            busy_wait=configuration["busyWaitNanos"],
        )
        status = 0
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            # The supervisor is gone, or user code closed the stream: there is nobody to tell.
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(status)
