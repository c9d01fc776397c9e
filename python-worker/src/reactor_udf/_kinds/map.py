"""K6: ``Iterator[pa.RecordBatch] -> Iterator[pa.RecordBatch]``, and the same with
``pd.DataFrame``: one call for each evaluation, batches of any length in and out. Columns are
promised by name, in any order.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

from reactor_udf._hints import Form
from reactor_udf._kinds._kind import Kind, Output
from reactor_udf._kinds._pulls import Pulls
from reactor_udf._kinds._stage import Binding, Stage, Unwinding
from reactor_udf._libraries import Columns
from reactor_udf._user_code import END


class MapStage(Stage):
    """Replaces all columns by those that the function yields."""

    def __init__(self, binding: Binding) -> None:
        super().__init__(binding)
        self._read = binding.frames.frame_reader(binding.fields)

    def run(
        self, source: Iterator[Columns], unwinding: Unwinding
    ) -> Generator[Columns, None, None]:
        yield from self._evaluate(source, unwinding)

    def _evaluate(
        self, parts: Iterator[Columns], unwinding: Unwinding, *key: Any
    ) -> Generator[Columns, None, None]:
        """Call the function once, with what ``parts`` has, behind ``key``."""
        user, binding = self._user, self._binding
        pulls = Pulls(parts, self._convert, unwinding, user.interrupts)
        iterator = user.call_for_iterator(*key, pulls)
        try:
            while (value := user.next(iterator)) is not END:
                yield binding.frames.write_frame(value, binding.result, user.spec)
        finally:
            user.close(iterator)
        pulls.end()
        unwinding.check()

    def _convert(self, part: Columns) -> Any:
        rows, columns = part
        return self._read((rows, self._binding.read(columns)))


KIND = Kind(
    "map",
    takes=Form.FRAME,
    gives=Form.FRAME,
    output=Output.BATCH,
    hints="Iterator[pa.RecordBatch] -> Iterator[pa.RecordBatch], "
    "Iterator[pd.DataFrame] -> Iterator[pd.DataFrame]",
    stage=MapStage,
    iterates=True,
    yields=True,
)
