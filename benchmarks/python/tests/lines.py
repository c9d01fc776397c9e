"""Lines of a results file, as tests need them."""

import json

from results import Results, read_results


def stream(scenario: str, contender: str, *seconds: float, form: str = "arrow") -> list[str]:
    key = {"scenario": scenario, "form": form, "contender": contender}
    return [json.dumps({**key, "round": n, "seconds": s}) for n, s in enumerate(seconds)]


def calls(scenario: str, contender: str, seconds: list[float], form: str = "arrow") -> list[str]:
    key = {"scenario": scenario, "form": form, "contender": contender}
    return [json.dumps({**key, "round": 0, "seconds_each": seconds})]


def memory(scenario: str, contender: str, jvm: int, python: int) -> list[str]:
    key = {"scenario": scenario, "contender": contender}
    return [json.dumps({**key, "jvm_peak_bytes": jvm, "python_peak_bytes": python})]


def results(*lines: list[str]) -> Results:
    return read_results(line for some in lines for line in some)
