"""ERROR: why preparing or evaluating failed (P19)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from reactor_udf._frames._frame import frame_bytes
from reactor_udf._frames._header import Header
from reactor_udf._frames._json import decode_json, encode_json, member, optional


@dataclass(frozen=True)
class Error:
    """``kind`` is ``python``, ``usage`` or ``protocol``; what a kind does not set is None."""

    CODE: ClassVar[int] = 10
    evaluation: int
    kind: str
    message: str
    type: str | None = None
    traceback: str | None = None
    function: str | None = None
    batch: int | None = None

    def encode(self) -> tuple[bytes]:
        """Return the frame, without the members that are not set."""
        members: dict[str, Any] = {
            "kind": self.kind,
            "type": self.type,
            "message": self.message,
            "traceback": self.traceback,
            "function": self.function,
            "batch": self.batch,
        }
        present = {name: value for name, value in members.items() if value is not None}
        return frame_bytes(self.CODE, self.evaluation, encode_json(present))

    @classmethod
    def decode(cls, header: Header, content: memoryview) -> Error:
        """Read the frame."""
        members = decode_json(content[: header.metadata_length])
        return cls(
            header.evaluation,
            member(members, "kind", str),
            member(members, "message", str),
            optional(members, "type", str),
            optional(members, "traceback", str),
            optional(members, "function", str),
            optional(members, "batch", int),
        )
