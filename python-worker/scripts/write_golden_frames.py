"""Write the golden frames that the tests of both sides decode and encode.

Usage: ``write_golden_frames.py DIRECTORY``. Run it when the protocol changes, and review the
difference: a frame that changes without a new protocol version breaks deployed workers.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa

from reactor_udf._arrow_messages import encoder_factory
from reactor_udf._frames import (
    Borders,
    Cancel,
    Complete,
    Credit,
    Ended,
    Error,
    Frame,
    Header,
    Hello,
    Log,
    Payload,
    Prepare,
    Prepared,
    RequestN,
    RowError,
    RowErrors,
    Setup,
    StageReport,
    StageRequest,
    Welcome,
    decode_header,
)

INPUT = pa.schema([pa.field("delay", pa.int32()), pa.field("carrier", pa.string(), nullable=False)])
RIGHT = pa.schema([pa.field("origin", pa.string())])
RESULT = pa.schema([pa.field("risk", pa.float64())])
ENCODED = pa.schema([pa.field("carrier", pa.dictionary(pa.int32(), pa.string()))])


def frames() -> dict[str, tuple[Frame, dict[str, Any]]]:
    """Return the frames by name, each with what its content says beside the header."""
    batch = pa.record_batch([[1, None, -3], ["UA", "B6", "ü"]], schema=INPUT)
    encoded = pa.record_batch([pa.array(["UA", "B6", "UA"]).dictionary_encode()], schema=ENCODED)
    (_, _, (dictionary,)), (_, _, (indices,)) = encoder_factory(ENCODED)().encode(encoded)
    stage = StageRequest(
        "flights:risk", "scalar", ("delay",), {"threshold": 0.5, "label": "ü"}, "risk", "double"
    )
    small: dict[str, Frame] = {
        "hello": Hello((1,), "s3cret"),
        "welcome": Welcome(1, 123, "3.11.7", "26.0.1"),
        "prepare": Prepare(
            7,
            ("/udfs",),
            (stage, StageRequest("/udfs/a.py:f")),
            INPUT.serialize().to_pybytes(),
            "report",
        ),
        "prepare_right": Prepare(
            8,
            (),
            (StageRequest("flights:weather", group_by=("carrier",), group_right_by=("origin",)),),
            INPUT.serialize().to_pybytes() + RIGHT.serialize().to_pybytes(),
        ),
        "prepared": Prepared(
            7,
            (0,),
            True,
            (StageReport("flights:risk", "scalar_pandas", "risk"),),
            RESULT.serialize().to_pybytes(),
        ),
        "prepared_right": Prepared(
            8,
            (0, 1),
            False,
            (StageReport("flights:weather", "cogrouped_map_pandas", "weather"),),
            RESULT.serialize().to_pybytes(),
            (0,),
        ),
        "setup": Setup(5, 7, Credit(4, 4194304), Credit(2, 4194304)),
        "setup_clocked": Setup(
            6, 7, Credit(4, 4194304), Credit(0, 4194304), clocked=True, context={"tenant": "ü"}
        ),
        "error_python": Error(
            5, "python", "no ü", "ValueError", "Traceback …\nValueError: no ü", "flights:risk", 7
        ),
        "error_usage": Error(5, "usage", "no column", function="flights:risk", batch=-1),
        "error_protocol": Error(0, "protocol", "unknown frame type 99"),
        "row_errors": RowErrors(
            5,
            (
                RowError(3, "ValueError", "no ü", "Traceback …\nValueError: no ü", "flights:risk"),
                RowError(8, None, "flights:risk gave a string", "", "flights:risk"),
            ),
        ),
        "log": Log(5, "stdout", "INFO", "hello"),
    }
    described = {name: (frame, _members(frame)) for name, frame in small.items()}
    described |= {
        "request_n": (RequestN(5, 2, 1 << 40), {"batches": 2, "bytes": 1 << 40, "waiting": False}),
        "request_n_waiting": (RequestN(5, 0, 0, True), {"batches": 0, "bytes": 0, "waiting": True}),
        "request_n_right": (
            RequestN(5, 1, 64, True, True),
            {"batches": 1, "bytes": 64, "waiting": True, "right": True},
        ),
        "payload": (
            Payload(5, batch.serialize()),
            {"dictionary": False, "schema": "prepare", "columns": batch.to_pydict()},
        ),
        "payload_dictionary": (
            Payload(5, dictionary, dictionary=True),
            {"dictionary": True, "schema": "encoded.schema.hex"},
        ),
        "payload_encoded": (
            Payload(5, indices),
            {"dictionary": False, "schema": "encoded.schema.hex", "columns": encoded.to_pydict()},
        ),
        "payload_right": (
            Payload(5, batch.serialize(), right=True),
            {"dictionary": False, "right": True, "schema": "prepare", "columns": batch.to_pydict()},
        ),
        "borders": (Borders(5, (3, 0, 100_000)), {"rows": [3, 0, 100_000]}),
        "complete": (Complete(5), {}),
        "complete_right": (Complete(5, right=True), {"right": True}),
        "cancel": (Cancel(5), {}),
        "ended": (Ended(5), {"retiring": False}),
        "ended_retiring": (Ended(5, True), {"retiring": True}),
    }
    return described


def _members(frame: Frame) -> dict[str, Any]:
    data = _bytes(frame)
    members: dict[str, Any] = json.loads(
        data[24 : 24 + Header(*decode_header(data)).metadata_length]
    )
    return members


def _bytes(frame: Frame) -> bytes:
    return b"".join(bytes(memoryview(buffer)) for buffer in frame.encode())


def main(directory: Path) -> None:
    """Write each frame as ``NAME.hex``, and ``frames.json``, which describes them all."""
    directory.mkdir(parents=True, exist_ok=True)
    index = []
    for name, (frame, fields) in frames().items():
        data = _bytes(frame)
        header = Header(*decode_header(data))
        (directory / f"{name}.hex").write_text(data.hex() + "\n")
        index.append(
            {
                "name": name,
                "type": header.type,
                "flags": header.flags,
                "evaluation": header.evaluation,
                "metadataLength": header.metadata_length,
                "bodyLength": header.body_length,
                "fields": fields,
            }
        )
    (directory / "encoded.schema.hex").write_text(ENCODED.serialize().to_pybytes().hex() + "\n")
    text = json.dumps(index, indent=2, ensure_ascii=False)
    (directory / "frames.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
