"""Functions of the values of each flight, and the same results by pandas over all flights at once."""

import datetime as dt
from collections.abc import Iterator

import pandas as pd
import pyarrow as pa

from reactor_udf import udf


def spoken(carrier: str | None, day: int, delay: float | None) -> str:
    """Of Python's own values, of which null is None."""
    late = "on time" if delay is None else f"{delay:.0f} minutes"
    return f"{carrier or 'nobody'} on {day}: {late}"


@udf(returns="string")
def spoken_arrow(carrier: pa.Scalar, day: pa.Scalar, delay: pa.Scalar) -> pa.Scalar:
    return pa.scalar(spoken(carrier.as_py(), day.as_py(), delay.as_py()))


@udf(returns="string")
def spoken_unhinted(carrier, day, delay):
    return spoken(carrier, day, delay)


@udf(returns="spoken: string")
def all_spoken(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    flights = pd.concat(batches)
    carrier = flights.carrier.fillna("nobody")
    late = flights.delay.map("{:.0f} minutes".format).where(flights.delay.notna(), "on time")
    yield pd.DataFrame({"spoken": carrier + " on " + flights.day.astype(str) + ": " + late})


def date(day: int) -> dt.date:
    return dt.date(2013, 1, day)


def per_minute(delay: float) -> float:
    """Raise for no delay at all, and for a flight of which none is known."""
    return 1 / delay


calls = 0


def counted(day: int, bad: int) -> int:
    """Count the calls that there were; raise on one day."""
    global calls
    calls += 1
    if day == bad:
        raise ValueError(f"not on day {day}")
    return calls
