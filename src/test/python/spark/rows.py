# Examples of PySpark's documentation, as examples.json lists them: the decorator alone is another.
import re

from reactor_udf import udf

slen = udf(returns="int32")(lambda s: len(s))


@udf(returns="string")
def to_upper(s):
    if s is not None:
        return s.upper()


@udf(returns="int32")
def add_one(x):
    if x is not None:
        return x + 1


@udf(returns="int32")
def calc(a, b):
    return a + 10 * b


@udf(returns="int32")
def my_udf(x):
    return x + 1


@udf(returns="int32")
def slen_hinted(s: str):
    return len(s)


@udf(returns="string")
def vowels_and_twice(text: str, numbers):
    vowels = len(re.findall("[aeiou]", text, re.IGNORECASE))
    return f"{vowels} vowels, twice {', '.join(str(number + number) for number in numbers)}"


@udf(returns="string")
def to_string(value):
    return str(value)


@udf(returns="float32")
def to_float(value):
    return float(value)
