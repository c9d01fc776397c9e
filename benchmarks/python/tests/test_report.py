import json

import pytest
from lines import calls, memory, results, stream

import tables
from report import filled, generated
from results import percentile


def test_durations_have_their_unit() -> None:
    assert [tables.time(s) for s in (2.5, 0.0123, 0.0001234, 0.4)] == [
        "2.50 s",
        "12.3 ms",
        "123 µs",
        "400 ms",
    ]


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert percentile(list(range(1, 101)), 99) == 99
    assert percentile([3.0, 1.0], 99) == 3.0


def test_the_count_says_what_was_not_measured() -> None:
    run = results(stream("light_1m", "reactor-udf", 1.0), stream("light_1m", "nio", 1.0))
    assert (
        tables.tally(run)
        == "1 of 1 met (100%); 0 worse than 1.5 times the target. 23 not measured in this run."
    )


def test_a_peer_that_is_better_is_named_with_its_share() -> None:
    run = results(
        stream("light_1m", "reactor-udf", 1.0, 2.0, 4.0),
        stream("light_1m", "jep", 0.5, 1.0, 3.0),
        stream("light_1m", "nio", 2.0, 3.0, 5.0),
    )
    better = tables.better_table(run)
    assert "| light_1m | arrow | jep | 0.50 (0.50 to 0.75) |" in better
    assert "nio" not in better


def test_the_reference_table_has_time_and_memory() -> None:
    run = results(
        stream("cpu_1m", "reactor-udf", 0.25), memory("cpu_1m", "reactor-udf", 300 << 20, 90 << 20)
    )
    assert "| cpu_1m | arrow | 250 ms<br>300 + 90 MiB |" in tables.reference_table(run)


def test_single_batches_have_a_table_of_their_own() -> None:
    run = results(
        stream("light_1m", "nio", 1.0), calls("one_row_open", "nio", [0.0001, 0.0001, 0.0002])
    )
    assert "one_row_open" not in tables.scenarios_table(run)
    assert "| one_row_open | arrow | 100 µs, 200 µs |" in tables.calls_table(run)


def test_peers_left_out_are_named() -> None:
    run = results([json.dumps({"machine": {"cores": 2, "left_out": {"jep": "no compiler"}}})])
    assert "| left out: jep | no compiler |" in tables.machine_table(run.machine)


def test_tables_go_between_their_marks_and_prose_stays() -> None:
    sections = generated(results(stream("light_1m", "reactor-udf", 1.0)))
    page = "".join(f"Prose.\n<!-- {name} -->\nold\n<!-- /{name} -->\n" for name in sections)
    once = filled(page, sections)
    assert "old" not in once
    assert once.count("Prose.") == len(sections)
    assert filled(once, sections) == once


def test_a_page_without_a_place_for_a_table_is_refused() -> None:
    with pytest.raises(SystemExit, match="'targets'"):
        filled("", {"targets": "x"})
