"""A sibling that the functions beside it import."""


def longest(values: list) -> int:
    return max((len(value) for value in values if isinstance(value, str)), default=0)
