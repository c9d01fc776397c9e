import subprocess
import sys

FIRST_USE = """
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reactor_udf._libraries import import_libraries

import_libraries()
before = set(sys.modules)
pc.add(pa.array([1, None]), 1)
pa.array(pd.Series(["a"])).to_pandas()
pa.table(pd.DataFrame({"x": [1.5]})).to_pandas()
print(*sorted(name for name in set(sys.modules) - before if name.startswith(("pandas", "pyarrow"))))
"""


def test_what_is_imported_at_first_use_is_imported_before_workers_are_forked() -> None:
    code = "import sys\nsys.path[:0] = sys.argv[1:]\n" + FIRST_USE
    imported = subprocess.run(
        [sys.executable, "-c", code, *sys.path], capture_output=True, text=True, check=True
    )
    assert imported.stdout.split() == []
