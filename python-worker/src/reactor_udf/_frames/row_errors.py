"""ROW_ERRORS: which rows of the output batch that follows made a function raise, and how (P20)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from reactor_udf._errors import ProtocolError
from reactor_udf._frames._frame import frame_bytes
from reactor_udf._frames._header import Header
from reactor_udf._frames._json import decode_json, elements, encode_json, member, optional


@dataclass(frozen=True)
class RowError:
    """Why a row has no result; ``type`` is None if its result could not be what was promised."""

    row: int
    type: str | None
    message: str
    traceback: str
    function: str

    def to_members(self) -> dict[str, Any]:
        """Return the JSON members."""
        members: dict[str, Any] = {
            "row": self.row,
            "type": self.type,
            "message": self.message,
            "traceback": self.traceback,
            "function": self.function,
        }
        return {name: value for name, value in members.items() if value is not None}

    @classmethod
    def of_members(cls, members: dict[str, Any]) -> RowError:
        """Read the JSON members."""
        return cls(
            member(members, "row", int),
            optional(members, "type", str),
            member(members, "message", str),
            member(members, "traceback", str),
            member(members, "function", str),
        )


@dataclass(frozen=True)
class RowErrors:
    """Rows of one batch, ascending; at least one."""

    CODE: ClassVar[int] = 13
    evaluation: int
    rows: tuple[RowError, ...]

    @property
    def size(self) -> int:
        """What the frame spends of the output credit (D2)."""
        return len(self._metadata)

    @cached_property
    def _metadata(self) -> bytes:
        return encode_json({"rows": [row.to_members() for row in self.rows]})

    def encode(self) -> tuple[bytes]:
        """Return the frame."""
        return frame_bytes(self.CODE, self.evaluation, self._metadata)

    @classmethod
    def decode(cls, header: Header, content: memoryview) -> RowErrors:
        """Read the frame."""
        members = decode_json(content[: header.metadata_length])
        rows = tuple(RowError.of_members(row) for row in elements(members, "rows", dict))
        if not rows:
            raise ProtocolError("a ROW_ERRORS without a row")
        return cls(header.evaluation, rows)
