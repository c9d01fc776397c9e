"""Process 1 of a PID namespace: as a JVM in a container, it waits for its own child only."""

import os
import signal
import sys
from pathlib import Path

from supervised import SECONDS, Supervised


def main() -> None:
    """Lose the supervisor with workers running, and look at what is left."""
    assert os.getpid() == 1
    supervisor = Supervised(Path(sys.argv[1]))
    with supervisor.connect() as one, supervisor.connect() as two:
        two.ask("child detached")
        os.kill(one.pid, signal.SIGKILL)
        supervisor.expect("EXITED", pid=one.pid)
        os.kill(supervisor.pid, signal.SIGKILL)
        supervisor.process.wait(SECONDS)
    left = [entry for entry in os.listdir("/proc") if entry.isdigit()]
    assert left == ["1"], [Path(f"/proc/{pid}/stat").read_text() for pid in left]
    supervisor.close()


if __name__ == "__main__":
    main()
