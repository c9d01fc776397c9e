"""The lines that the runner and a contender in a process of its own say to each other."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any


@dataclass(frozen=True)
class Scenario:
    """A stream of batches to run a function over; ``form`` is ``"pandas"`` or ``"arrow"``."""

    scenario: str
    form: str
    function: str
    rows: int
    batch_rows: int


@dataclass(frozen=True)
class Measurement:
    """One run: how long it took, and the sum and number of its results."""

    seconds: float
    checksum: int
    rows: int


def serve(versions: dict[str, str], run: Callable[[Scenario], Measurement]) -> None:
    """Answer each scenario on stdin by one run of it, until told to quit or stdin ends.

    Whatever else prints, a JVM of this process included, prints to stderr.
    """
    with _claim_stdout() as answers:
        _say(answers, {"ready": True, "versions": versions})
        for line in sys.stdin:
            request = json.loads(line)
            if request.get("quit"):
                return
            _say(answers, _answer(request, run))


def _answer(request: dict[str, Any], run: Callable[[Scenario], Measurement]) -> dict[str, Any]:
    try:
        return vars(run(Scenario(**request)))
    except Exception as error:  # the runner says which contender failed, and goes on
        traceback.print_exc()
        return {"error": f"{type(error).__name__}: {error}"}


def _say(answers: IO[str], answer: dict[str, Any]) -> None:
    print(json.dumps(answer), file=answers, flush=True)


def _claim_stdout() -> IO[str]:
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers
