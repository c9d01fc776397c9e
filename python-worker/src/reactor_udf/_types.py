"""Types and schemas in pyarrow's own spelling: what ``str(type)`` gives is read back."""

from __future__ import annotations

import re
from typing import Final

import pyarrow as pa

_DECIMAL: Final = re.compile(r"decimal(32|64|128|256)\((\d+), *(-?\d+)\)")
_TIMESTAMP: Final = re.compile(r"timestamp\[(s|ms|us|ns), *tz=(.+)\]")
_FIXED_BINARY: Final = re.compile(r"fixed_size_binary\[(\d+)\]")
_FIXED_LIST: Final = re.compile(r"fixed_size_list<(.+)>\[(\d+)\]")
_NESTED: Final = re.compile(r"(list|large_list|struct|map|dictionary)<(.*)>")
_NOT_NULL: Final = " not null"


def parse_schema(text: str) -> pa.Schema:
    """Read ``"a: int64, b: string not null"``; ``ValueError`` names what is not understood."""
    return pa.schema([_field(part) for part in _split(text)])


def parse_type(text: str) -> pa.DataType:
    """Read ``"float64"``, ``"list<item: int64>"`` and the like; raise ``ValueError`` if it is no
    type.
    """
    text = text.strip()
    if match := _DECIMAL.fullmatch(text):
        make = getattr(pa, f"decimal{match[1]}")
        return make(int(match[2]), int(match[3]))
    if match := _TIMESTAMP.fullmatch(text):
        return pa.timestamp(match[1], match[2])
    if match := _FIXED_BINARY.fullmatch(text):
        return pa.binary(int(match[1]))
    if match := _FIXED_LIST.fullmatch(text):
        return pa.list_(_field(match[1]), int(match[2]))
    if match := _NESTED.fullmatch(text):
        return _nested(match[1], match[2])
    try:
        return pa.type_for_alias(text)
    except ValueError:
        raise ValueError(
            f"{text!r} is not an Arrow type in pyarrow's spelling, such as 'float64', 'string', "
            f"'timestamp[us]', 'decimal128(10, 2)' or 'list<item: int64>'"
        ) from None


def _nested(name: str, inside: str) -> pa.DataType:
    parts = _split(inside)
    if name == "struct":
        return pa.struct([_field(part) for part in parts])
    if name == "map" and len(parts) == 2:
        return pa.map_(parse_type(parts[0]), parse_type(parts[1]))
    if name == "dictionary":
        members = dict(part.split("=", 1) for part in parts)
        ordered = members.get("ordered", "0") == "1"
        return pa.dictionary(
            parse_type(members.get("indices", "int32")),
            parse_type(members.get("values", "")),
            ordered,
        )
    if name in ("list", "large_list") and len(parts) == 1:
        return (pa.list_ if name == "list" else pa.large_list)(_field(parts[0]))
    raise ValueError(f"'{name}<{inside}>' has {len(parts)} parts")


def _field(text: str) -> pa.Field:
    """Read ``name: type``; a type alone is an item, as the elements of lists are named."""
    name, colon, kind = text.partition(":")
    if not colon or "<" in name or "[" in name:
        name, kind = "item", text
    nullable = not kind.endswith(_NOT_NULL)
    return pa.field(name.strip(), parse_type(kind.removesuffix(_NOT_NULL)), nullable)


def _split(text: str) -> list[str]:
    """Split at the commas that stand in no bracket."""
    parts, depth, start = [], 0, 0
    for index, character in enumerate(text):
        if character in "<[(":
            depth += 1
        elif character in ">])":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(text[start:index].strip())
            start = index + 1
    return [*parts, text[start:].strip()]
