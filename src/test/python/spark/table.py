# Examples of PySpark's documentation, as examples.json lists them: the decorator alone is another.
import json
import math
from datetime import datetime, timedelta
from typing import Any

from reactor_udf import udf


@udf(returns="c1: string, c2: string")
class TestUDTF:
    def eval(self, *args: Any):
        yield "hello", "world"


@udf(returns="c1: int32, c2: int32")
class PlusOne:
    def eval(self, x: int):
        yield x, x + 1


@udf(returns="num: int32, squared: int32")
class SquareNumbers:
    def eval(self, start: int, end: int):
        for num in range(start, end + 1):
            yield (num, num * num)


@udf(returns="word: string")
class WordSplitter:
    def eval(self, text: str):
        for word in text.split(" "):
            yield (word.strip(),)


@udf(returns="date: string")
class DateExpander:
    def eval(self, start_date: str, end_date: str):
        current = datetime.strptime(start_date, "%Y-%m-%d")
        end = datetime.strptime(end_date, "%Y-%m-%d")
        while current <= end:
            yield (current.strftime("%Y-%m-%d"),)
            current += timedelta(days=1)


@udf(returns="cnt: int32")
class CountUDTF:
    def __init__(self):
        self.count = 0

    def eval(self, x: int):
        self.count += 1

    def terminate(self):
        yield (self.count,)


@udf(returns="num: int32, square: int32, cube: int32, factorial: int32")
class Powers:
    def eval(self, start: int, end: int):
        numbers = range(start, end + 1)
        yield from ((n, n * n, n * n * n, math.prod(range(1, n + 1))) for n in numbers)


@udf(returns="word: string, length: int32, is_palindrome: bool")
class Words:
    def eval(self, sentence: str):
        yield from (
            (word, len(word), list(word) == list(reversed(word))) for word in sentence.split()
        )


@udf(returns="key: string, value: string, value_type: string")
class Members:
    def eval(self, text: str):
        try:
            members = json.loads(text)
        except ValueError:
            members = {"no JSON": text}
        yield from ((name, str(value), type(value).__name__) for name, value in members.items())


@udf(returns="id: int32, doubled: int32")
class DoubleUDTF:
    def eval(self, row):
        yield row["id"], row["id"] * 2


@udf(returns="key: int32, value: string")
class ProcessUDTF:
    def eval(self, row):
        yield row["key"], row["value"]


@udf(returns="id: int32")
class FilterUDTF:
    def eval(self, row):
        if row["id"] > 5:
            yield (row["id"],)


@udf(returns="a: string, b: int32")
class MaxUDTF:
    def __init__(self):
        self.key = ""
        self.max = 0

    def eval(self, row):
        self.key = row["a"]
        self.max = max(self.max, row["b"])

    def terminate(self):
        yield self.key, self.max
