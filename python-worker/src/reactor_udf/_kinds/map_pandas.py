"""K6: ``Iterator[pd.DataFrame] -> Iterator[pd.DataFrame]``. Columns are promised by name, in any
order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from reactor_udf._errors import UsageError
from reactor_udf._kinds._conform import type_name
from reactor_udf._kinds._map import MapStage
from reactor_udf._kinds._pandas import series_reader, write_series
from reactor_udf._kinds._stage import Binding, Columns


class MapPandasStage(MapStage):
    """Reads data frames, dtypes as the schema says; writes data frames, whose index is left out."""

    def __init__(self, binding: Binding) -> None:
        super().__init__(binding)
        self._readers = [(field.name, series_reader(field)) for field in binding.fields]

    def _argument(self, rows: int, columns: Sequence[pa.Array]) -> Any:
        series = {
            name: read(column) for (name, read), column in zip(self._readers, columns, strict=True)
        }
        return pd.DataFrame(series, index=pd.RangeIndex(rows), copy=False)

    def _result(self, value: Any) -> Columns:
        spec = self._user.spec
        if not isinstance(value, pd.DataFrame):
            raise UsageError(
                f"{spec} yielded a {type_name(value)}, not the pandas.DataFrame that it promised",
                spec,
            )
        self._require_names(value.columns)
        return len(value), [
            write_series(value[field.name], field, spec) for field in self._result_fields
        ]


STAGE = MapPandasStage
