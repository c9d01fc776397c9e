"""Make a virtual environment with the worker installed in it, unless it stands already.

Usage: ``make_venv.py VENV PROJECT``. A stamp in the environment keeps what it was made from, so
that a second build with the same ``pyproject.toml`` and interpreter costs nothing.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from pathlib import Path


def main(environment: Path, project: Path) -> None:
    """Create ``environment``, with ``project`` (editable) and its development tools in it."""
    wanted = _digest(project / "pyproject.toml")
    stamp = environment / "reactor-udf.stamp"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Making the Python environment {environment}, kept until pyproject.toml changes")
    try:
        venv.create(environment, with_pip=True, clear=environment.exists())
    except (ImportError, subprocess.CalledProcessError) as error:
        sys.exit(f"{sys.executable} can't make environments: install python3-venv ({error})")
    python = environment / "bin" / "python"
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([python, *install, "--editable", f"{project}[dev]"], check=True)
    stamp.write_text(wanted)


def _digest(pyproject: Path) -> str:
    digest = hashlib.sha256(pyproject.read_bytes())
    digest.update(f"{sys.executable} {sys.version} {pyproject.resolve()}".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute(), Path(sys.argv[2]).absolute())
