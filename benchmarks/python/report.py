"""Reports a run of the benchmarks: ``python report.py RESULTS [--docs DIR] [--stacks DIR]``.

Prints the targets with what was measured beside them. With ``--docs``, also draws the plots there
and writes the tables into its ``performance.md``, each between the two comments that bear its name;
the prose around them is written by hand.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import tables
from results import Results, read_results


def main() -> None:
    """Report the run that the command line names."""
    parser = argparse.ArgumentParser(description="Report a run of the benchmarks.")
    parser.add_argument("results", type=Path, help="the run's results.jsonl")
    parser.add_argument("--docs", type=Path, help="where performance.md is, and plots go")
    parser.add_argument(
        "--stacks", type=Path, help="where *.collapsed are; default: where the results are"
    )
    options = parser.parse_args()
    results = read_results(options.results.read_text().splitlines())
    print(tables.targets_table(results))
    if options.docs:
        page = options.docs / "performance.md"
        page.write_text(filled(page.read_text(), generated(results)))
        from plots import plot_all  # noqa: PLC0415 printing needs no matplotlib

        for name in plot_all(results, options.stacks or options.results.parent, options.docs):
            print(f"{options.docs / name}.png, .svg")


def generated(results: Results) -> dict[str, str]:
    """Return the tables of a run by name."""
    return {
        "machine": tables.machine_table(results.machine),
        "targets": tables.targets_table(results),
        "reference": tables.reference_table(results),
        "streams": tables.scenarios_table(results),
        "calls": tables.calls_table(results),
        "better": tables.better_table(results),
    }


def filled(page: str, sections: dict[str, str]) -> str:
    """Return the page with each section put between ``<!-- name -->`` and ``<!-- /name -->``."""
    for name, text in sections.items():
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        if page.count(start) != 1 or page.count(end) != 1:
            raise SystemExit(
                f"The page needs one place for the table {name!r}: between the lines "
                f"<!-- {name} --> and <!-- /{name} -->."
            )
        before, rest = page.split(start)
        page = f"{before}{start}{text}\n{end}{rest.split(end)[1]}"
    return page


if __name__ == "__main__":
    main()
