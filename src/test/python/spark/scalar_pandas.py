# Examples of PySpark's documentation, as examples.json lists them: the decorator alone is another.
import pandas as pd

from reactor_udf import udf


@udf(returns="int32")
def slen(s: pd.Series) -> pd.Series:
    return s.str.len()


@udf(returns="int32", kind="scalar_pandas")
def slen_without_hints(s):
    return s.str.len()


@udf(returns="struct<col1: string, col2: int64>")
def func(s1: pd.Series, s2: pd.Series, s3: pd.DataFrame) -> pd.DataFrame:
    s3["col2"] = s1 + s2.str.len()
    return s3


@udf(returns="string")
def to_upper(s: pd.Series) -> pd.Series:
    return s.str.upper()


@udf(returns="struct<first: string, last: string>")
def split_expand(s: pd.Series) -> pd.DataFrame:
    return s.str.split(expand=True)


@udf(returns="int32")
def calc(a: pd.Series, b: pd.Series) -> pd.Series:
    return a + 10 * b


@udf(returns="int64")
def multiply_func(a: pd.Series, b: pd.Series) -> pd.Series:
    return a * b


@udf(returns="int32")
def add_one(s: pd.Series) -> pd.Series:
    return s + 1


@udf(returns="struct<mean_value: double, sum_value: double, processed_text: string>")
def summed_up(numeric_col: pd.Series, text_col: pd.Series) -> pd.DataFrame:
    short = text_col.str.len() <= 5
    said = text_col.str.upper().where(short, text_col.str[::-1])
    whole = {"mean_value": numeric_col.mean(), "sum_value": numeric_col.sum()}
    return pd.DataFrame({**whole, "processed_text": said}, index=said.index)
