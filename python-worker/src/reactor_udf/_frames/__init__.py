"""The frames of protocol 1, one immutable class each; ``decode`` reads any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reactor_udf._frames._frame import Frame
from reactor_udf._frames._header import SIZE, TYPE_OFFSET, Fields, Header, decode_header
from reactor_udf._frames.borders import Borders
from reactor_udf._frames.cancel import Cancel
from reactor_udf._frames.complete import Complete
from reactor_udf._frames.ended import Ended
from reactor_udf._frames.error import Error
from reactor_udf._frames.hello import Hello
from reactor_udf._frames.log import Log
from reactor_udf._frames.payload import Payload
from reactor_udf._frames.prepare import Prepare, RowsBetween, StageRequest
from reactor_udf._frames.prepared import Prepared, StageReport
from reactor_udf._frames.request_n import RequestN
from reactor_udf._frames.row_errors import RowError, RowErrors
from reactor_udf._frames.setup import Credit, Setup
from reactor_udf._frames.welcome import Welcome

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "SIZE",
    "TYPE_OFFSET",
    "Borders",
    "Cancel",
    "Complete",
    "Credit",
    "Ended",
    "Error",
    "Fields",
    "Frame",
    "Header",
    "Hello",
    "Log",
    "Payload",
    "Prepare",
    "Prepared",
    "RequestN",
    "RowError",
    "RowErrors",
    "RowsBetween",
    "Setup",
    "StageReport",
    "StageRequest",
    "Welcome",
    "decode",
    "decode_header",
]

_SMALL: Final = {
    kind.CODE: kind
    for kind in (
        Hello,
        Welcome,
        Prepare,
        Prepared,
        Setup,
        RequestN,
        Complete,
        Cancel,
        Error,
        Ended,
        Log,
        RowErrors,
        Borders,
    )
}


def decode(fields: Fields, content: pa.Buffer) -> Frame:
    """Return the frame that ``content`` is, by the type in its header; raise ``ProtocolError`` on
    bad input.
    """
    header = Header(*fields)
    if header.type == Payload.CODE:
        return Payload.decode(header, content)
    return _SMALL[header.type].decode(header, memoryview(content))
