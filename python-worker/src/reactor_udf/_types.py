"""Types and schemas in pyarrow's own spelling: what ``str(type)`` gives is read back."""

from __future__ import annotations

import re
from typing import Final

import pyarrow as pa

_DECIMAL: Final = re.compile(r"decimal(32|64|128|256)\((\d+), *(-?\d+)\)")
_TIMESTAMP: Final = re.compile(r"timestamp\[(s|ms|us|ns), *tz=(.+)\]")
_FIXED_BINARY: Final = re.compile(r"fixed_size_binary\[(\d+)\]")
_FIXED_LIST: Final = re.compile(r"fixed_size_list<(.+)>\[(\d+)\]")
_NESTED: Final = re.compile(
    r"(list|large_list|list_view|large_list_view|struct|map|dictionary|run_end_encoded|"
    r"sparse_union|dense_union|extension)<(.*)>"
)
_LISTS: Final = {
    "list": pa.list_,
    "large_list": pa.large_list,
    "list_view": pa.list_view,
    "large_list_view": pa.large_list_view,
}
_EXTENSIONS: Final = {
    f"arrow.{name}": getattr(pa, make)
    for name, make in (("uuid", "uuid"), ("json", "json_"), ("bool8", "bool8"))
    if hasattr(pa, make)
}
_SEPARATOR: Final = re.compile(": ?|=")
_UNION_CODE: Final = re.compile(r"(.*)=(\d+)")
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
    if name in _LISTS and len(parts) == 1:
        return _LISTS[name](_field(parts[0]))
    made = _encoded(name, parts)
    if made is None:
        raise ValueError(f"'{name}<{inside}>' has {len(parts)} parts")
    return made


def _encoded(name: str, parts: list[str]) -> pa.DataType | None:
    if name == "extension":
        made = _EXTENSIONS.get(",".join(parts))
        return made and made()
    if name.endswith("_union"):
        coded = [match for part in parts if (match := _UNION_CODE.fullmatch(part))]
        fields = [_field(match[1]) for match in coded]
        whole = len(coded) == len(parts)
        return pa.union(fields, name[:-6], [int(match[2]) for match in coded]) if whole else None
    members = {
        key: value.strip()
        for key, _, value in (_SEPARATOR.sub("=", part, 1).partition("=") for part in parts)
    }
    if name == "dictionary":
        return pa.dictionary(
            parse_type(members.get("indices", "int32")),
            parse_type(members.get("values", "")),
            members.get("ordered", "0") == "1",
        )
    if name == "run_end_encoded":
        ends, values = (parse_type(members.get(member, "")) for member in ("run_ends", "values"))
        return pa.run_end_encoded(ends, values)
    return None


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
