"""Evaluates the examples in PySpark: ``in_pyspark.py OUT`` writes a directory for each into OUT.

In it are ``left.arrow``, the DataFrame that the function is evaluated over, for a cogrouped map ``right.arrow``,
and ``result.arrow``. A function gets its columns under the names of its parameters; a result that is one column is
named like the function.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import aggregate_arrow
import aggregate_pandas
import cogrouped_map_arrow
import cogrouped_map_pandas
import grouped_map_arrow
import grouped_map_pandas
import map_arrow
import map_pandas
import pandas as pd
import pyarrow as pa
import rows
import scalar_arrow
import scalar_iterator_arrow
import scalar_iterator_pandas
import scalar_pandas
import table
import table_arrow
from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as sf
from pyspark.sql.functions import PandasUDFType, arrow_udf, arrow_udtf, pandas_udf, udf, udtf

Example = tuple[DataFrame, ...]
EXAMPLES: dict[str, Callable[[SparkSession], Example]] = {}

ID_V = [(1, 1.0), (1, 2.0), (2, 3.0), (2, 5.0), (2, 10.0)]
ID_V_W = [(1, 1.0, 1.0), (1, 2.0, 2.0), (2, 3.0, 1.0), (2, 5.0, 2.0), (2, 10.0, 3.0)]


def example(name: str) -> Callable:
    """Register what evaluates an example: it returns its one or two inputs, and the result."""

    def register(evaluate: Callable[[SparkSession], Example]) -> None:
        if name in EXAMPLES:
            raise ValueError(f"there are two examples called {name!r}")
        EXAMPLES[name] = evaluate

    return register


def names(spark: SparkSession, *people: str) -> DataFrame:
    return spark.createDataFrame([(person,) for person in people or ["John Doe"]], ["name"])


def id_v(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame(ID_V, ("id", "v"))


def id_v_w(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame(ID_V_W, ("id", "v", "w"))


def ages(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame([(1, 21), (2, 30)], ("id", "age"))


def numbers(spark: SparkSession, name: str) -> DataFrame:
    return spark.createDataFrame(pd.DataFrame([1, 2, 3], columns=[name]))


def calc_arguments(spark: SparkSession) -> DataFrame:
    return spark.range(2).select(sf.col("id").alias("a"), (sf.col("id") * 10).alias("b"))


def person(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame([(1, "John Doe", 21)], ("id", "name", "age"))


def added(df: DataFrame, name: str, column: Column) -> Example:
    """Return an example whose result is one more column."""
    return df, df.withColumn(name, column)


# Scalar functions over pandas


@example("scalar_pandas:slen")
def _(spark: SparkSession) -> Example:
    return added(names(spark), "slen", pandas_udf(scalar_pandas.slen, "int")("name"))


@example("scalar_pandas:slen_without_hints")
def _(spark: SparkSession) -> Example:
    slen = pandas_udf(scalar_pandas.slen_without_hints, "int", PandasUDFType.SCALAR)
    return added(names(spark), "slen_without_hints", slen("name"))


@example("scalar_pandas:func")
def _(spark: SparkSession) -> Example:
    df = spark.createDataFrame(
        [[1, "a string", ("a nested string",)]],
        "s1 long, s2 string, s3 struct<col1:string>",
    )
    func = pandas_udf(scalar_pandas.func, "col1 string, col2 long")
    return added(df, "func", func("s1", "s2", "s3"))


@example("scalar_pandas:to_upper")
def _(spark: SparkSession) -> Example:
    return added(names(spark), "to_upper", pandas_udf(scalar_pandas.to_upper, "string")("name"))


@example("scalar_pandas:to_upper of three")
def _(spark: SparkSession) -> Example:
    df = names(spark, "Alice", "Bob", "Charlie")
    return added(df, "to_upper", pandas_udf(scalar_pandas.to_upper, "string")("name"))


@example("scalar_pandas:split_expand")
def _(spark: SparkSession) -> Example:
    split_expand = pandas_udf(scalar_pandas.split_expand, "first string, last string")
    return added(names(spark), "split_expand", split_expand("name"))


@example("scalar_pandas:calc")
def _(spark: SparkSession) -> Example:
    calc = pandas_udf(scalar_pandas.calc, "int")
    return added(calc_arguments(spark), "calc", calc(b="b", a="a"))


@example("scalar_pandas:calc by udf")
def _(spark: SparkSession) -> Example:
    calc = udf(scalar_pandas.calc, "int")
    return added(calc_arguments(spark), "calc", calc(b="b", a="a"))


@example("scalar_pandas:multiply_func")
def _(spark: SparkSession) -> Example:
    multiply = pandas_udf(scalar_pandas.multiply_func, "long")
    return added(numbers(spark, "x"), "multiply_func", multiply("x", "x"))


@example("scalar_pandas:add_one")
def _(spark: SparkSession) -> Example:
    return added(spark.range(3), "add_one", pandas_udf(scalar_pandas.add_one, "int")("id"))


@example("scalar_pandas:summed_up")
def _(spark: SparkSession) -> Example:
    df = spark.createDataFrame(
        [
            (1.5, "on time"),
            (2.5, "late"),
            (-4.0, "early"),
            (8.0, "diverted"),
        ],
        ["numeric_col", "text_col"],
    )
    compute = pandas_udf(
        scalar_pandas.summed_up,
        "mean_value double, sum_value double, processed_text string",
    )
    return added(df, "summed_up", compute("numeric_col", "text_col"))


# Scalar functions over Arrow


@example("scalar_arrow:slen")
def _(spark: SparkSession) -> Example:
    return added(names(spark), "slen", arrow_udf(scalar_arrow.slen, "int")("name"))


@example("scalar_arrow:to_upper")
def _(spark: SparkSession) -> Example:
    return added(names(spark), "to_upper", arrow_udf(scalar_arrow.to_upper, "string")("name"))


@example("scalar_arrow:split_expand")
def _(spark: SparkSession) -> Example:
    split_expand = arrow_udf(scalar_arrow.split_expand, "first string, last string")
    return added(names(spark), "split_expand", split_expand("name"))


@example("scalar_arrow:calc")
def _(spark: SparkSession) -> Example:
    calc = arrow_udf(scalar_arrow.calc, "int")
    return added(calc_arguments(spark), "calc", calc(b="b", a="a"))


@example("scalar_arrow:calc by udf")
def _(spark: SparkSession) -> Example:
    calc = udf(scalar_arrow.calc, "int")
    return added(calc_arguments(spark), "calc", calc(b="b", a="a"))


# Scalar iterator functions


@example("scalar_iterator_pandas:plus_one")
def _(spark: SparkSession) -> Example:
    plus_one = pandas_udf(scalar_iterator_pandas.plus_one, "long")
    return added(numbers(spark, "v"), "plus_one", plus_one("v"))


@example("scalar_iterator_pandas:multiply")
def _(spark: SparkSession) -> Example:
    df = numbers(spark, "v").withColumn("s", sf.struct("v"))
    multiply = pandas_udf(scalar_iterator_pandas.multiply, "long")
    return added(df, "multiply", multiply("v", "s"))


@example("scalar_iterator_pandas:multiply_two_cols")
def _(spark: SparkSession) -> Example:
    multiply = pandas_udf(scalar_iterator_pandas.multiply_two_cols, "long")
    return added(numbers(spark, "x"), "multiply_two_cols", multiply("x", "x"))


@example("scalar_iterator_arrow:plus_one")
def _(spark: SparkSession) -> Example:
    plus_one = arrow_udf(scalar_iterator_arrow.plus_one, "long")
    return added(numbers(spark, "v"), "plus_one", plus_one("v"))


@example("scalar_iterator_arrow:multiply")
def _(spark: SparkSession) -> Example:
    df = numbers(spark, "v").withColumn("s", sf.struct("v"))
    multiply = arrow_udf(scalar_iterator_arrow.multiply, "long")
    return added(df, "multiply", multiply("v", "s"))


# Functions of rows


@example("rows:slen")
def _(spark: SparkSession) -> Example:
    return added(person(spark), "slen", udf(rows.slen, "int")("name"))


@example("rows:slen pickled")
def _(spark: SparkSession) -> Example:
    return added(person(spark), "slen", udf(rows.slen, "int", useArrow=False)("name"))


@example("rows:to_upper")
def _(spark: SparkSession) -> Example:
    return added(person(spark), "to_upper", udf(rows.to_upper)("name"))


@example("rows:add_one")
def _(spark: SparkSession) -> Example:
    return added(person(spark), "add_one", udf(rows.add_one, "int")("age"))


@example("rows:calc")
def _(spark: SparkSession) -> Example:
    return added(calc_arguments(spark), "calc", udf(rows.calc, "int")(b="b", a="a"))


@example("rows:my_udf")
def _(spark: SparkSession) -> Example:
    return added(spark.range(3), "my_udf", udf(rows.my_udf, "int")("id"))


@example("rows:slen_hinted")
def _(spark: SparkSession) -> Example:
    df = names(spark, "Alice", "Bob", "Charlie")
    return added(df, "slen_hinted", udf(rows.slen_hinted, "int")("name"))


@example("rows:vowels_and_twice")
def _(spark: SparkSession) -> Example:
    df = spark.createDataFrame(
        [("Hello World", [1, 2, 3]), ("PySpark is Fun", [4, 5, 6]), ("PySpark Rocks", [7, 8, 9])],
        ["text", "numbers"],
    )
    return added(df, "vowels_and_twice", udf(rows.vowels_and_twice, "string")("text", "numbers"))


@example("rows:to_string")
def _(spark: SparkSession) -> Example:
    df = spark.createDataFrame([[1]], "value int")
    return added(df, "to_string", udf(rows.to_string, "string")("value"))


@example("rows:to_float")
def _(spark: SparkSession) -> Example:
    df = spark.createDataFrame([[1]], "value int")
    return added(df, "to_float", udf(rows.to_float, "float")("value"))


# Maps


@example("map_pandas:filter_func")
def _(spark: SparkSession) -> Example:
    df = ages(spark)
    return df, df.mapInPandas(map_pandas.filter_func, df.schema)


@example("map_pandas:mean_age")
def _(spark: SparkSession) -> Example:
    df = ages(spark)
    return df, df.mapInPandas(map_pandas.mean_age, "id: bigint, age: double")


@example("map_pandas:double_age")
def _(spark: SparkSession) -> Example:
    df = ages(spark)
    schema = "id: bigint, age: bigint, double_age: bigint"
    return df, df.mapInPandas(map_pandas.double_age, schema)


@example("map_pandas:filter_func_hinted")
def _(spark: SparkSession) -> Example:
    df = ages(spark)
    return df, df.mapInPandas(map_pandas.filter_func_hinted, schema=df.schema)


@example("map_arrow:filter_func")
def _(spark: SparkSession) -> Example:
    df = ages(spark)
    return df, df.mapInArrow(map_arrow.filter_func, df.schema)


# Grouped maps


def grouped_by_half(spark: SparkSession) -> DataFrame:
    return id_v(spark).withColumn("ceil(v / 2)", sf.ceil(sf.col("v") / 2))


@example("grouped_map_pandas:normalize")
def _(spark: SparkSession) -> Example:
    df = id_v(spark)
    return df, df.groupby("id").applyInPandas(grouped_map_pandas.normalize, "id long, v double")


@example("grouped_map_pandas:mean_func")
def _(spark: SparkSession) -> Example:
    df = id_v(spark)
    return df, df.groupby("id").applyInPandas(grouped_map_pandas.mean_func, "id long, v double")


@example("grouped_map_pandas:sum_func")
def _(spark: SparkSession) -> Example:
    df = id_v(spark)
    result = df.groupby(df.id, sf.ceil(df.v / 2)).applyInPandas(
        grouped_map_pandas.sum_func, schema="id long, `ceil(v / 2)` long, v double"
    )
    return grouped_by_half(spark), result


@example("grouped_map_pandas:filter_func")
def _(spark: SparkSession) -> Example:
    df = id_v(spark)
    return df, df.groupby("id").applyInPandas(grouped_map_pandas.filter_func, "v double")


@example("grouped_map_pandas:transform_func")
def _(spark: SparkSession) -> Example:
    df = id_v(spark)
    result = df.groupby("id").applyInPandas(
        grouped_map_pandas.transform_func, schema="id long, v_doubled double"
    )
    return df, result


@example("grouped_map_pandas:subtract_mean")
def _(spark: SparkSession) -> Example:
    df = id_v(spark)
    subtract_mean = grouped_map_pandas.subtract_mean
    return df, df.groupby("id").applyInPandas(subtract_mean, schema="id long, v double")


@example("grouped_map_arrow:normalize")
def _(spark: SparkSession) -> Example:
    df = id_v(spark)
    return df, df.groupby("id").applyInArrow(grouped_map_arrow.normalize, "id long, v double")


@example("grouped_map_arrow:sum_of_batches")
def _(spark: SparkSession) -> Example:
    df = id_v(spark)
    return df, df.groupby("id").applyInArrow(grouped_map_arrow.sum_of_batches, schema="v double")


@example("grouped_map_arrow:mean_func")
def _(spark: SparkSession) -> Example:
    df = id_v(spark)
    return df, df.groupby("id").applyInArrow(grouped_map_arrow.mean_func, "id long, v double")


@example("grouped_map_arrow:sum_func")
def _(spark: SparkSession) -> Example:
    df = id_v(spark)
    result = df.groupby(df.id, sf.ceil(df.v / 2)).applyInArrow(
        grouped_map_arrow.sum_func, schema="id long, `ceil(v / 2)` long, v double"
    )
    return grouped_by_half(spark), result


@example("grouped_map_arrow:sum_with_key")
def _(spark: SparkSession) -> Example:
    df = id_v(spark)
    return df, df.groupby("id").applyInArrow(grouped_map_arrow.sum_with_key, "id long, v double")


# Grouped aggregates


@example("aggregate_pandas:mean_udf")
def _(spark: SparkSession) -> Example:
    df, mean_udf = id_v(spark), pandas_udf(aggregate_pandas.mean_udf, "double")
    return df, df.groupby("id").agg(mean_udf(df["v"]).alias("mean_udf"))


@example("aggregate_pandas:mean_udf without groups")
def _(spark: SparkSession) -> Example:
    df, mean_udf = id_v(spark), pandas_udf(aggregate_pandas.mean_udf, "double")
    return df, df.select(mean_udf(df["v"]).alias("mean_udf"))


@example("aggregate_pandas:weighted_mean_udf")
def _(spark: SparkSession) -> Example:
    df, mean = id_v_w(spark), pandas_udf(aggregate_pandas.weighted_mean_udf, "double")
    return df, df.groupby("id").agg(mean(w=df["w"], v=df["v"]).alias("weighted_mean_udf"))


@example("aggregate_pandas:pandas_mean_iter")
def _(spark: SparkSession) -> Example:
    df, mean = id_v(spark), pandas_udf(aggregate_pandas.pandas_mean_iter, "double")
    return df, df.groupby("id").agg(mean(df["v"]).alias("pandas_mean_iter"))


@example("aggregate_pandas:pandas_weighted_mean_iter")
def _(spark: SparkSession) -> Example:
    df, mean = id_v_w(spark), pandas_udf(aggregate_pandas.pandas_weighted_mean_iter, "double")
    return df, df.groupby("id").agg(mean(df["v"], df["w"]).alias("pandas_weighted_mean_iter"))


@example("aggregate_pandas:min_udf")
def _(spark: SparkSession) -> Example:
    data = [(2, "Alice"), (3, "Alice"), (5, "Bob"), (10, "Bob")]
    df = spark.createDataFrame(data, ["age", "name"])
    min_udf = pandas_udf(aggregate_pandas.min_udf, "int")
    return df, df.groupBy(df.name).agg(min_udf(df.age).alias("min_udf"))


@example("aggregate_pandas:sum_udf")
def _(spark: SparkSession) -> Example:
    df = spark.sql("SELECT * FROM VALUES (3, 0), (2, 0), (1, 1) tbl(v1, v2)")
    sum_udf = pandas_udf(aggregate_pandas.sum_udf, "integer")
    return df, df.groupBy("v2").agg(sum_udf(df.v1).alias("sum_udf"))


@example("aggregate_arrow:mean_udf")
def _(spark: SparkSession) -> Example:
    df, mean_udf = id_v(spark), arrow_udf(aggregate_arrow.mean_udf, "double")
    return df, df.groupby("id").agg(mean_udf(df["v"]).alias("mean_udf"))


@example("aggregate_arrow:min_max_udf")
def _(spark: SparkSession) -> Example:
    df = id_v(spark)
    min_max_udf = arrow_udf(aggregate_arrow.min_max_udf, "struct<m1: double, m2: double>")
    return df, df.groupby("id").agg(min_max_udf(df["v"]).alias("min_max_udf"))


@example("aggregate_arrow:weighted_mean_udf")
def _(spark: SparkSession) -> Example:
    df, mean = id_v_w(spark), arrow_udf(aggregate_arrow.weighted_mean_udf, "double")
    return df, df.groupby("id").agg(mean(w=df["w"], v=df["v"]).alias("weighted_mean_udf"))


@example("aggregate_arrow:arrow_mean")
def _(spark: SparkSession) -> Example:
    df, mean = id_v(spark), arrow_udf(aggregate_arrow.arrow_mean, "double")
    return df, df.groupby("id").agg(mean(df["v"]).alias("arrow_mean"))


@example("aggregate_arrow:arrow_weighted_mean")
def _(spark: SparkSession) -> Example:
    df, mean = id_v_w(spark), arrow_udf(aggregate_arrow.arrow_weighted_mean, "double")
    return df, df.groupby("id").agg(mean(df["v"], df["w"]).alias("arrow_weighted_mean"))


# Window aggregates


@example("aggregate_pandas:mean_udf over a sliding window")
def _(spark: SparkSession) -> Example:
    w = Window.partitionBy("id").orderBy("v").rowsBetween(-1, 0)
    return added(
        id_v(spark), "mean_udf", pandas_udf(aggregate_pandas.mean_udf, "double")("v").over(w)
    )


@example("aggregate_pandas:mean_udf over an unbounded window")
def _(spark: SparkSession) -> Example:
    w = Window.partitionBy("id").rowsBetween(Window.unboundedPreceding, Window.unboundedFollowing)
    return added(
        id_v(spark), "mean_udf", pandas_udf(aggregate_pandas.mean_udf, "double")("v").over(w)
    )


@example("aggregate_arrow:mean_udf over a sliding window")
def _(spark: SparkSession) -> Example:
    w = Window.partitionBy("id").orderBy("v").rowsBetween(-1, 0)
    return added(
        id_v(spark), "mean_udf", arrow_udf(aggregate_arrow.mean_udf, "double")("v").over(w)
    )


# Cogrouped maps


def times(spark: SparkSession) -> tuple[DataFrame, DataFrame]:
    left = [(20000101, 1, 1.0), (20000101, 2, 2.0), (20000102, 1, 3.0), (20000102, 2, 4.0)]
    right = [(20000101, 1, "x"), (20000101, 2, "y")]
    return (
        spark.createDataFrame(left, ("time", "id", "v1")),
        spark.createDataFrame(right, ("time", "id", "v2")),
    )


def sides(spark: SparkSession) -> tuple[DataFrame, DataFrame]:
    left = [(1, 1.0), (2, 2.0), (1, 3.0), (2, 4.0)]
    return (
        spark.createDataFrame(left, ("id", "v1")),
        spark.createDataFrame([(1, "x"), (2, "y")], ("id", "v2")),
    )


@example("cogrouped_map_pandas:asof_join")
def _(spark: SparkSession) -> Example:
    df1, df2 = times(spark)
    result = (
        df1.groupby("id")
        .cogroup(df2.groupby("id"))
        .applyInPandas(
            cogrouped_map_pandas.asof_join, schema="time int, id int, v1 double, v2 string"
        )
    )
    return df1, df2, result


@example("cogrouped_map_pandas:asof_join_with_key")
def _(spark: SparkSession) -> Example:
    df1, df2 = times(spark)
    result = (
        df1.groupby("id")
        .cogroup(df2.groupby("id"))
        .applyInPandas(
            cogrouped_map_pandas.asof_join_with_key, "time int, id int, v1 double, v2 string"
        )
    )
    return df1, df2, result


@example("cogrouped_map_pandas:merge_ordered")
def _(spark: SparkSession) -> Example:
    df1, df2 = times(spark)
    result = (
        df1.groupby("id")
        .cogroup(df2.groupby("id"))
        .applyInPandas(
            cogrouped_map_pandas.merge_ordered, schema="time int, id int, v1 double, v2 string"
        )
    )
    return df1, df2, result


@example("cogrouped_map_arrow:summarize")
def _(spark: SparkSession) -> Example:
    df1, df2 = sides(spark)
    result = (
        df1.groupby("id")
        .cogroup(df2.groupby("id"))
        .applyInArrow(cogrouped_map_arrow.summarize, schema="left long, right long")
    )
    return df1, df2, result


@example("cogrouped_map_arrow:summarize_with_key")
def _(spark: SparkSession) -> Example:
    df1, df2 = sides(spark)
    result = (
        df1.groupby("id")
        .cogroup(df2.groupby("id"))
        .applyInArrow(
            cogrouped_map_arrow.summarize_with_key, schema="key long, left long, right long"
        )
    )
    return df1, df2, result


# Table functions: what PySpark is given as literals is a row of the input here


def one_row(spark: SparkSession, schema: str, *values: object) -> DataFrame:
    return spark.createDataFrame([values], schema)


@example("table:TestUDTF")
def _(spark: SparkSession) -> Example:
    return one_row(spark, "x int", 1), udtf(table.TestUDTF, returnType="c1: string, c2: string")()


@example("table:PlusOne")
def _(spark: SparkSession) -> Example:
    plus_one = udtf(table.PlusOne, returnType="c1: int, c2: int")
    return one_row(spark, "x int", 1), plus_one(sf.lit(1))


@example("table:PlusOne by Arrow")
def _(spark: SparkSession) -> Example:
    plus_one = udtf(table.PlusOne, returnType="c1: int, c2: int", useArrow=True)
    return one_row(spark, "x int", 1), plus_one(sf.lit(1))


@example("table:PlusOne in a lateral join")
def _(spark: SparkSession) -> Example:
    spark.udtf.register("plus_one", udtf(table.PlusOne, returnType="c1: int, c2: int"))
    df = spark.sql("SELECT * FROM VALUES (0, 1), (1, 2) t(x, y)")
    return df, spark.sql("SELECT * FROM VALUES (0, 1), (1, 2) t(x, y), LATERAL plus_one(x)")


@example("table:SquareNumbers")
def _(spark: SparkSession) -> Example:
    square_num = udtf(table.SquareNumbers, returnType="num: int, squared: int")
    return one_row(spark, "start int, end int", 1, 3), square_num(sf.lit(1), sf.lit(3))


@example("table:WordSplitter")
def _(spark: SparkSession) -> Example:
    spark.udtf.register("split_words", udtf(table.WordSplitter, returnType="word: string"))
    result = spark.sql("SELECT * FROM split_words('hello world')")
    return one_row(spark, "text string", "hello world"), result


@example("table:WordSplitter in a lateral join")
def _(spark: SparkSession) -> Example:
    spark.udtf.register("split_words", udtf(table.WordSplitter, returnType="word: string"))
    rows = "SELECT * FROM VALUES ('Hello World'), ('Apache Spark') t(text)"
    return spark.sql(rows), spark.sql(f"{rows}, LATERAL split_words(text)")


@example("table:DateExpander")
def _(spark: SparkSession) -> Example:
    expander = udtf(table.DateExpander, returnType="date: string")
    df = one_row(spark, "start_date string, end_date string", "2023-02-25", "2023-03-01")
    return df, expander(sf.lit("2023-02-25"), sf.lit("2023-03-01"))


@example("table:CountUDTF")
def _(spark: SparkSession) -> Example:
    spark.udtf.register("count_udtf", udtf(table.CountUDTF, returnType="cnt: int"))
    df = spark.sql("SELECT * FROM range(0, 10, 1, 1)")
    return df, spark.sql("SELECT * FROM range(0, 10, 1, 1), LATERAL count_udtf(id)")


@example("table:Powers")
def _(spark: SparkSession) -> Example:
    generate = udtf(table.Powers, returnType="num: int, square: int, cube: int, factorial: int")
    return one_row(spark, "start int, end int", 1, 5), generate(sf.lit(1), sf.lit(5))


@example("table:Words")
def _(spark: SparkSession) -> Example:
    schema = "word: string, length: int, is_palindrome: boolean"
    process = udtf(table.Words, returnType=schema)
    return one_row(spark, "sentence string", "hello world"), process(sf.lit("hello world"))


@example("table:Members")
def _(spark: SparkSession) -> Example:
    text = '{"carrier": "AA", "delay": 25, "cancelled": false}'
    parse = udtf(table.Members, returnType="key: string, value: string, value_type: string")
    return one_row(spark, "text string", text), parse(sf.lit(text))


# A table argument gives its rows as Row: here they are structs


def as_structs(df: DataFrame) -> DataFrame:
    return df.withColumn("row", sf.struct(*df.columns))


def keys_values(spark: SparkSession, *values: tuple[int, str]) -> DataFrame:
    return spark.createDataFrame(list(values), ["key", "value"])


@example("table:DoubleUDTF")
def _(spark: SparkSession) -> Example:
    df = spark.createDataFrame([(1,), (2,), (3,)], ["id"])
    double = udtf(table.DoubleUDTF, returnType="id: int, doubled: int")
    return as_structs(df), double(df.asTable())


@example("table:ProcessUDTF by key")
def _(spark: SparkSession) -> Example:
    df = keys_values(spark, (1, "a"), (1, "b"), (2, "c"), (2, "d"))
    process = udtf(table.ProcessUDTF, returnType="key: int, value: string")
    return as_structs(df), process(df.asTable().partitionBy("key").orderBy("value"))


@example("table:ProcessUDTF in one partition")
def _(spark: SparkSession) -> Example:
    df = keys_values(spark, (1, "a"), (2, "b"), (3, "c"))
    process = udtf(table.ProcessUDTF, returnType="key: int, value: string")
    return as_structs(df), process(df.asTable().withSinglePartition())


@example("table:FilterUDTF")
def _(spark: SparkSession) -> Example:
    spark.udtf.register("filter_udtf", udtf(table.FilterUDTF, returnType="id: int"))
    result = spark.sql("SELECT * FROM filter_udtf(TABLE(SELECT * FROM range(10)))")
    return as_structs(spark.range(10)), result


VALUES = "SELECT * FROM VALUES ('abc', 2), ('abc', 4), ('def', 6), ('def', 8) t(a, b)"


@example("table:MaxUDTF in one partition")
def _(spark: SparkSession) -> Example:
    spark.udtf.register("max_udtf", udtf(table.MaxUDTF, returnType="a: string, b: int"))
    result = spark.sql(f"SELECT * FROM max_udtf(TABLE({VALUES}) WITH SINGLE PARTITION ORDER BY b)")
    return as_structs(spark.sql(VALUES)), result


@example("table:MaxUDTF by key")
def _(spark: SparkSession) -> Example:
    spark.udtf.register("max_udtf", udtf(table.MaxUDTF, returnType="a: string, b: int"))
    result = spark.sql(f"SELECT * FROM max_udtf(TABLE({VALUES}) PARTITION BY a ORDER BY b)")
    return as_structs(spark.sql(VALUES)), result


# Table functions over Arrow


@example("table_arrow:MyUDTF")
def _(spark: SparkSession) -> Example:
    df = spark.range(10).selectExpr("id as x", "id as y")
    return df, arrow_udtf(table_arrow.MyUDTF, returnType="x int, y int")(df.asTable())


@example("table_arrow:MyUDTF2")
def _(spark: SparkSession) -> Example:
    my_udtf = arrow_udtf(table_arrow.MyUDTF2, returnType="x int, y int")
    return one_row(spark, "x int, y int", 1, 2), my_udtf(sf.lit(1), sf.lit(2))


@example("table_arrow:MyArrowPythonUDTF")
def _(spark: SparkSession) -> Example:
    df = spark.range(10).selectExpr("id", "cast(id as string) as value")
    return df, arrow_udtf(table_arrow.MyArrowPythonUDTF, returnType="c1 string")(df.asTable())


def write(data: pa.Table, file: Path) -> None:
    with pa.OSFile(str(file), "wb") as out, pa.ipc.new_file(out, data.schema) as writer:
        writer.write_table(data.combine_chunks())


def main(out: Path) -> None:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.warehouse.dir", str(out / "warehouse"))
        .getOrCreate()
    )
    for name, evaluate in EXAMPLES.items():
        frames = evaluate(spark)
        files = ("left", "result") if len(frames) == 2 else ("left", "right", "result")
        directory = out / name
        directory.mkdir()
        for file, data in zip(files, frames, strict=True):
            write(data.toArrow(), directory / f"{file}.arrow")
    spark.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
