from __future__ import annotations

from collections.abc import Iterator

import pytest
from jvm import Jvm, worker


@pytest.fixture
def jvm() -> Iterator[Jvm]:
    """A greeted worker's JVM."""
    with worker() as jvm:
        jvm.greet()
        yield jvm
