"""SETUP: opens an evaluation (P12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

from reactor_udf._errors import ProtocolError
from reactor_udf._frames._frame import frame_bytes
from reactor_udf._frames._header import Header
from reactor_udf._frames._json import decode_json, encode_json, member, optional


class Credit(NamedTuple):
    """How much may be sent: batches, and bytes of them (D2)."""

    batches: int
    bytes: int


# Not frozen, which costs a microsecond at each evaluation.
@dataclass(slots=True)
class Setup:
    """What to evaluate, the credit that the JVM and the worker start with, and what the JVM wants
    to know (``clocked``, D8) and to tell (``context``) beside.
    """

    CODE: ClassVar[int] = 5
    evaluation: int
    prepared: int
    window: Credit
    demand: Credit
    clocked: bool = False
    context: Mapping[str, str] = field(default_factory=dict)

    def encode(self) -> tuple[bytes]:
        """Return the frame."""
        members: dict[str, Any] = {
            "prepared": self.prepared,
            "window": self.window._asdict(),
            "demand": self.demand._asdict(),
        }
        if self.clocked:
            members["clocked"] = True
        if self.context:
            members["context"] = dict(self.context)
        return frame_bytes(self.CODE, self.evaluation, encode_json(members))

    @classmethod
    def decode(cls, header: Header, content: memoryview) -> Setup:
        """Read the frame."""
        return cls(header.evaluation, *_members(bytes(content[: header.metadata_length])))


@lru_cache(maxsize=64)  # Most evaluations of a function are opened by the same members.
def _members(metadata: bytes) -> tuple[int, Credit, Credit, bool, Mapping[str, str]]:
    members = decode_json(memoryview(metadata))
    window = _credit(members, "window")
    if window.batches < 1 or window.bytes < 1:
        raise ProtocolError(f"a window of {window} lets nothing through")
    return (
        member(members, "prepared", int),
        window,
        _credit(members, "demand"),
        optional(members, "clocked", bool) or False,
        _context(members),
    )


def _context(members: dict[str, Any]) -> dict[str, str]:
    context: dict[str, Any] = optional(members, "context", dict) or {}
    for key, value in context.items():
        if not isinstance(value, str):
            raise ProtocolError(f"the context of a SETUP has no string at {key!r}: {value!r}")
    return context


def _credit(members: dict[str, Any], name: str) -> Credit:
    credit = member(members, name, dict)
    batches, size = member(credit, "batches", int), member(credit, "bytes", int)
    if batches < 0 or size < 0:
        raise ProtocolError(f"{name} of a SETUP is negative: {credit}")
    return Credit(batches, size)
