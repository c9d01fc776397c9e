from lines import calls, results, stream

from targets import FLIGHT, Target, outcome


def test_times_faster_is_of_medians_and_its_spread_of_rounds() -> None:
    run = results(
        stream("light_1m", "reactor-udf", 0.1, 0.2, 0.4),
        stream("light_1m", "spark-pipelined", 2.0, 3.0, 4.0),
    )
    found = outcome(Target("", "", "light_1m", 15, ("spark-pipelined",), faster=True), run)
    assert found is not None
    assert (found.ratio, found.least, found.greatest) == (15.0, 10.0, 20.0)
    assert found.verdict == "met"


def test_the_faster_peer_counts() -> None:
    run = results(
        stream("light_1m", "reactor-udf", 1.0),
        stream("light_1m", "flight-tcp", 3.0),
        stream("light_1m", "flight-unix", 2.0),
    )
    found = outcome(Target("", "", "light_1m", 1.7, FLIGHT, faster=True), run)
    assert found is not None
    assert found.ratio == 2.0


def test_a_target_is_met_or_nearly_or_missed() -> None:
    verdicts = []
    for ours in (1.15, 1.16, 1.72, 1.73):
        run = results(stream("light_1m", "reactor-udf", ours), stream("light_1m", "nio", 1.0))
        found = outcome(Target("", "", "light_1m", 1.15, ("nio",)), run)
        assert found is not None
        verdicts.append(found.verdict)
    assert verdicts == ["met", "within 1.5", "within 1.5", "missed"]


def test_nearly_as_fast_as_wanted_counts_the_other_way_round() -> None:
    verdicts = []
    for theirs in (3.0, 2.0, 1.9):
        run = results(stream("s", "reactor-udf", 1.0), stream("s", "flight-tcp", theirs))
        found = outcome(Target("", "", "s", 3, FLIGHT, faster=True), run)
        assert found is not None
        verdicts.append(found.verdict)
    assert verdicts == ["met", "within 1.5", "missed"]


def test_single_calls_are_compared_by_percentile() -> None:
    run = results(
        calls("one_row_open", "reactor-udf", [0.001] * 98 + [0.002, 0.9]),
        calls("one_row_open", "flight-tcp", [0.001] * 98 + [0.020, 0.9]),
    )
    found = outcome(Target("", "", "one_row_open", 0.2, FLIGHT, statistic="p99"), run)
    assert found is not None
    assert found.ratio == 0.1


def test_a_number_of_seconds_is_a_target_too() -> None:
    run = results(stream("sleep", "reactor-udf", 0.202, 0.204, 0.210))
    found = outcome(Target("", "", "sleep", 1.03, seconds=0.2), run)
    assert found is not None
    assert [round(r, 3) for r in (found.ratio, found.least, found.greatest)] == [1.02, 1.01, 1.05]


def test_a_part_of_a_peers_time_is_a_target_too() -> None:
    run = results(
        stream("sleep", "reactor-udf-parallel-4", 0.054, 0.056),
        stream("sleep", "python-alone", 0.2, 0.2),
    )
    target = Target(
        "", "", "sleep", 1.08, ("python-alone",), ours="reactor-udf-parallel-4", share=0.25
    )
    found = outcome(target, run)
    assert found is not None
    assert [round(r, 3) for r in (found.ratio, found.least, found.greatest)] == [1.1, 1.08, 1.12]


def test_opening_anew_is_compared_with_another_scenario() -> None:
    run = results(calls("new", "reactor-udf", [3.0, 3.0]), calls("open", "reactor-udf", [2.0, 2.0]))
    found = outcome(Target("", "", "new", 1.5, ("reactor-udf",), peer_scenario="open"), run)
    assert found is not None
    assert (found.ratio, found.verdict) == (1.5, "met")


def test_what_was_not_measured_has_no_outcome() -> None:
    run = results(stream("light_1m", "reactor-udf", 1.0))
    assert outcome(Target("", "", "light_1m", 1.15, ("nio",)), run) is None
    assert outcome(Target("", "", "sleep", 1.15, seconds=1.0), run) is None
