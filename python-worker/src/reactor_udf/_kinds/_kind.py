"""What tells one kind of UDF from the others: the shape of its functions, and what it is given
beside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from reactor_udf._hints import Form

if TYPE_CHECKING:
    from reactor_udf._kinds._stage import Stage
    from reactor_udf._shape import Shape


class Grouping(Enum):
    """Whether a kind's data comes in groups."""

    NEVER = "never"
    MAY = "may"
    MUST = "must"


class Output(Enum):
    """What becomes of the columns that there are.

    ``COLUMN``: one more, with a row for each row. ``BATCH``: the function's own replace them.
    ``AGGREGATE``: those of the key, and one more, with a row for each group, replace them.
    """

    COLUMN = "column"
    BATCH = "batch"
    AGGREGATE = "aggregate"


@dataclass(frozen=True)
class Kind:
    """One kind, as its module declares it.

    ``takes`` and ``gives`` are the forms of arguments and result, ``iterates`` and ``yields``
    whether they are iterators. ``framed``: it has a row frame. ``inputs``: how many streams it
    reads. ``takes_key``: a function may take its group's key first. ``method``: what is called of a
    class. ``batchwise``: it is called once for each batch, which is done with when it returns.
    ``row_wise``: a row's result depends on that row alone, by nature.
    ``lateral``: the columns of an input row may stay beside its results.
    ``family``: the kind by whose name the JVM may state this one as well.
    ``hints`` is what its functions look like, for messages.
    """

    name: str
    takes: Form
    gives: Form
    output: Output
    hints: str
    stage: Callable[..., Stage]
    iterates: bool = False
    yields: bool = False
    grouping: Grouping = Grouping.NEVER
    framed: bool = False
    inputs: int = 1
    takes_key: bool = False
    asynchronous: bool = False
    method: str = "__call__"
    batchwise: bool = False
    row_wise: bool = False
    family: str | None = None
    lateral: bool = False

    @property
    def row_aligned(self) -> bool:
        """Whether there is a row for each row."""
        return self.output is Output.COLUMN

    @property
    def divisible(self) -> bool:
        """Whether no function sees what the batches of a stream have in common: groups, rows
        around a row, a second input.
        """
        return self.grouping is Grouping.NEVER and not self.framed and self.inputs == 1

    @property
    def by_columns(self) -> bool:
        """Whether functions take columns, as many as they like, rather than batches."""
        return self.takes in (Form.COLUMN, Form.VALUE)

    @property
    def forms(self) -> frozenset[Form]:
        """The forms that a library has to have for it."""
        return frozenset({self.takes, self.gives}) - {Form.VALUE} or frozenset({Form.VALUE})

    def fits(self, shape: Shape) -> bool:
        """Whether functions of this kind look like that."""
        if (self.method, self.asynchronous) != (shape.method, shape.asynchronous):
            return False
        if self.takes not in shape.takes or self.iterates != shape.iterates:
            return False
        if not self.by_columns and (shape.tuples or shape.count != self.inputs):
            return False
        # What a table function gives are rows, whether it is hinted so or not.
        return self.method == "eval" or (self.gives in shape.gives and self.yields == shape.yields)

    def unfit(self, *, grouped: bool, collected: bool, framed: bool, inputs: int) -> str | None:
        """Say why what a UDF is given does not go with this kind; None if it does."""
        misfits = (
            (
                self.grouping is Grouping.MUST and not grouped,
                "needs groups: say what by groupBy(...)",
            ),
            (
                self.grouping is Grouping.NEVER and grouped,
                "has no groups: leave groupBy(...) out",
            ),
            (
                collected and not grouped,
                "has no groups to collect: say what by groupBy(...), or leave collect(...) out",
            ),
            (
                collected and self.row_aligned,
                "gives a row for each row, in their order, which collect(...) would change: sort "
                "the stream by the key",
            ),
            (self.framed and not framed, "needs a row frame"),
            (framed and not self.framed, "has no row frame: leave it out"),
            (
                self.inputs < inputs,
                "reads one input: leave right(...) out, or put a function that reads two first",
            ),
            (
                self.inputs > inputs,
                "reads two inputs: give the second by right(...), and put it first in its "
                "evaluation",
            ),
        )
        return next((why for wrong, why in misfits if wrong), None)
