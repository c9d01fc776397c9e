"""Functions that take or give columns of structs as data frames."""

from collections.abc import Iterator

import pandas as pd
import polars as pl

from reactor_udf import udf

NAME = "struct<first: string, last: string>"


@udf(returns=NAME)
def split(name: pd.Series) -> pd.DataFrame:
    return name.str.split(expand=True)


@udf(returns=NAME)
def named(name: pd.Series) -> pd.DataFrame:
    parts = name.str.split(expand=True)
    return pd.DataFrame({"last": parts[1], "first": parts[0]})


@udf(returns="int64")
def length(name: pd.DataFrame) -> pd.Series:
    return (name["first"] + name["last"]).str.len()


@udf(returns="double")
def total(v: pd.Series, row: pd.DataFrame) -> float:
    return float((v * row.w).sum())


@udf(returns="int64")
def products(columns: Iterator[tuple[pd.Series, pd.DataFrame]]) -> Iterator[pd.Series]:
    for v, row in columns:
        yield v * row.w


@udf(returns="struct<v: int64, w: int64>")
def both(columns: Iterator[tuple[pd.Series, pd.DataFrame]]) -> Iterator[pd.DataFrame]:
    for v, row in columns:
        yield row.assign(v=v)


@udf(returns="int64")
def not_structs(v: pd.Series) -> pd.DataFrame:
    return v.to_frame()


@udf(returns="struct<v: int64>")
def too_few(v: pd.Series) -> pd.DataFrame:
    return v.to_frame().head(1)


@udf(returns="struct<w: int64>")
def other_names(v: pd.Series) -> pd.DataFrame:
    return v.to_frame("v")


@udf(returns=NAME)
def named_polars(name: pl.Series) -> pl.DataFrame:
    parts = name.str.split(" ")
    return pl.DataFrame({"last": parts.list.last(), "first": parts.list.first()})


@udf(returns="int64")
def length_polars(name: pl.DataFrame) -> pl.Series:
    return (name["first"] + name["last"]).str.len_chars()
