"""Merges two streams of groups with ascending keys: a group of each side at a time is held."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from reactor_udf._kinds._groups import Key
from reactor_udf._libraries import Columns

Groups = Iterator[list[tuple[Key, list[Columns]]]]


@dataclass(frozen=True)
class Cogroup:
    """The rows of one key on both sides, in parts that are each of one batch; no part where a side
    lacks the key.
    """

    key: tuple[pa.Scalar, ...]
    left: list[Columns]
    right: list[Columns]


def cogroups(left: Groups, right: Groups) -> Iterator[list[Cogroup]]:
    """Return the groups of each key of either side, all that are known before more is read of a
    side.
    """
    sides = (_Side(left), _Side(right))
    known: list[Cogroup] = []
    while True:
        for side in sides:
            if side.is_dry:
                if known:
                    yield known
                    known = []
                side.pull()
        if not any(side.at_hand for side in sides):
            break
        key = min(side.key for side in sides if side.at_hand)
        known.append(Cogroup(key.scalars, *(side.take(key) for side in sides)))
    if known:
        yield known


class _Side:
    """The groups of one side, of which the next one is at hand, unless there is none."""

    def __init__(self, groups: Groups) -> None:
        self._groups = groups
        self._ended = False
        self.at_hand: deque[tuple[Key, list[Columns]]] = deque()

    @property
    def is_dry(self) -> bool:
        return not (self.at_hand or self._ended)

    @property
    def key(self) -> Key:
        return self.at_hand[0][0]

    def pull(self) -> None:
        ended = next(self._groups, None)
        if ended is None:
            self._ended = True
        else:
            self.at_hand.extend(ended)

    def take(self, key: Key) -> list[Columns]:
        """Return the parts of the group with that key, if there is one."""
        if self.at_hand and self.key == key:
            return self.at_hand.popleft()[1]
        return []
