"""The server of the Flight peers: ``flight_server.py LOCATION``, which evaluates by DoExchange.

The descriptor's command names the workload and its form.
"""

from __future__ import annotations

import json
import sys
import threading

import pyarrow as pa
from pyarrow import flight

import functions


class Server(flight.FlightServerBase):
    """Evaluates what comes, batch by batch."""

    def do_exchange(
        self,
        context: flight.ServerCallContext,
        descriptor: flight.FlightDescriptor,
        reader: flight.MetadataRecordBatchReader,
        writer: flight.MetadataRecordBatchWriter,
    ) -> None:
        """Answer each batch with one of its results."""
        workload, form = descriptor.command.decode().split()
        call, names = functions.evaluator(workload, form), functions.WORKLOADS[workload]
        kind = pa.string() if workload == "strings" else pa.int64()
        writer.begin(pa.schema([(name, kind) for name in names]))
        for chunk in reader:
            writer.write_batch(pa.RecordBatch.from_arrays(call(chunk.data.columns), names))


def main(location: str) -> None:
    """Serve until standard input ends."""
    server = Server(location)
    threading.Thread(target=server.serve, daemon=True).start()
    print(json.dumps({"ready": True, "port": server.port}), flush=True)
    sys.stdin.readline()
    server.shutdown()


if __name__ == "__main__":
    main(sys.argv[1])
