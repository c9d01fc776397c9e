"""JSON metadata: compact, UTF-8; unknown members are ignored, missing ones are errors."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from reactor_udf._errors import ProtocolError

_Value = TypeVar("_Value")


def encode_json(members: dict[str, Any]) -> bytes:
    """Return ``members`` as compact JSON; lone surrogates are escaped, so that any text passes."""
    text = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(members, separators=(",", ":")).encode()


def decode_json(metadata: memoryview) -> dict[str, Any]:
    """Return the JSON object that ``metadata`` holds."""
    try:
        members = json.loads(bytes(metadata))
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"malformed JSON in a frame: {error}") from error
    if not isinstance(members, dict):
        raise ProtocolError(f"a JSON object was expected in a frame, not {type(members).__name__}")
    return members


def member(members: dict[str, Any], name: str, kind: type[_Value]) -> _Value:
    """Return the member ``name``, which must be there and of type ``kind``."""
    value = members.get(name)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ProtocolError(f"a frame's member {name!r} should be {kind.__name__}, not {value!r}")
    return value


def text(members: dict[str, Any], name: str) -> str:
    """Return the string ``name``, which must be one that can be written as UTF-8."""
    value = member(members, name, str)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ProtocolError(f"a frame's member {name!r} is not Unicode: {value!r}") from None
    return value


def texts(members: dict[str, Any], name: str) -> tuple[str, ...]:
    """Return the array ``name``, whose elements are as those of ``text``."""
    return tuple(text({name: value}, name) for value in member(members, name, list))


def optional(members: dict[str, Any], name: str, kind: type[_Value]) -> _Value | None:
    """Return the member ``name``, or None when it is missing or null."""
    return None if members.get(name) is None else member(members, name, kind)


def elements(members: dict[str, Any], name: str, kind: type[_Value]) -> tuple[_Value, ...]:
    """Return the array ``name``, each element of which must be of type ``kind``."""
    values = member(members, name, list)
    return tuple(member({name: value}, name, kind) for value in values)
