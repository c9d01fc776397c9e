from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jvm import Jvm, worker
from supervised import standin_package


@pytest.fixture
def jvm() -> Iterator[Jvm]:
    """A greeted worker's JVM."""
    with worker() as jvm:
        jvm.greet()
        yield jvm


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The package with stand-ins for what evaluates, to be put on a supervisor's path."""
    return standin_package(tmp_path)
