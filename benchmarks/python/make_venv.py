"""Make the virtual environment of the benchmarks, unless it stands already: ``make_venv.py VENV``.

A peer that can't be installed here is left out, and the reason is kept in ``left-out.json`` for the table.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent


def main(environment: Path) -> None:
    """Create ``environment`` with what is required and the peers that can be had."""
    requirements, peers = HERE / "requirements.txt", HERE / "peers.txt"
    digest = hashlib.sha256(requirements.read_bytes() + peers.read_bytes())
    digest.update(f"{sys.executable} {sys.version}".encode())
    stamp = environment / "benchmarks.stamp"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    print(
        f"Making the benchmarks' Python environment {environment}, kept until its requirements change"
    )
    venv.create(environment, with_pip=True, clear=environment.exists())
    failed = _install(environment, "--requirement", str(requirements))
    if failed:
        sys.exit(failed)
    left_out = {}
    for line in peers.read_text().splitlines():
        if line and not line.startswith("#"):
            failed = _install(environment, line)
            if failed:
                left_out[line.partition("==")[0]] = failed
                print(f"{line} is left out: {failed}")
    (environment / "left-out.json").write_text(json.dumps(left_out))
    stamp.write_text(digest.hexdigest())


def _install(environment: Path, *what: str) -> str | None:
    """Install; return why not, in a line, if it can't be."""
    pip = [
        environment / "bin" / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    done = subprocess.run([*pip, *what], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    errors = [line.strip() for line in done.stderr.splitlines() if "error" in line.lower()]
    return errors[0] if errors else f"pip ended with status {done.returncode}"


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
