from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd

KINDS = Path(__file__).parents[2] / "docs" / "kinds.md"


def test_functions_of_the_kinds_page_run() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", KINDS.read_text(encoding="utf-8"), re.DOTALL)
    page: dict[str, Any] = {}
    exec(code, page)
    assert page["speed"](pd.Series([100.0]), pd.Series([30.0])).tolist() == [200.0]
    flights = pd.DataFrame({"carrier": ["AA", "AA", "UA"], "dep_delay": [20, 5, 30]})
    (late,) = page["late"](iter([flights]))
    assert late.to_dict("list") == {"carrier": ["AA", "UA"], "late": [1, 1]}
