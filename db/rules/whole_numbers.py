"""Whole-number problems: find numbers of at least 0 that fit every row, at the least cost.

HiGHS solves them: a solver that is kept at the University of Edinburgh.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

NO_LIMIT = 10**9
# A problem that takes longer counts as one without a solution: what asks then hides more.
_SECONDS = 3.0


@dataclass(frozen=True)
class Row:
    """`least` <= the sum of terms <= `most`. `terms` has the factor of each number, by its place.

    `switches` has the factors of numbers that are 0 or 1, by their place among the switches.
    """

    terms: Mapping[int, int]
    least: int
    most: int
    switches: Mapping[int, int] = field(default_factory=dict)

    def fits(self, numbers: Sequence[int], switched: Sequence[int]) -> bool:
        total = sum(factor * numbers[at] for at, factor in self.terms.items())
        total += sum(factor * switched[at] for at, factor in self.switches.items())
        return self.least <= total <= self.most


def solve(
    rows: Sequence[Row], number_count: int, switch_costs: Sequence[float]
) -> tuple[list[int], list[int]] | None:
    """The numbers and the switches (0 or 1) that fit every row at the least cost of switches set to 1.

    None where nothing fits, or nothing was found in three seconds. What HiGHS finds, in floating point, is
    checked again in whole numbers.
    """
    # The solver and numpy take long to import, and most processes and questions need neither.
    import highspy
    import numpy as np

    class Solver(highspy.Highs):
        def enableCallbacks(self) -> None:
            # Called first by the constructor: else HiGHS prints its name on stdout.
            self.silent()
            super().enableCallbacks()  # type: ignore[no-untyped-call]

    solver = Solver()  # type: ignore[no-untyped-call]
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("time_limit", _SECONDS)
    column_count = number_count + len(switch_costs)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = column_count, len(rows)
    lp.col_cost_ = np.array([0.0] * number_count + list(switch_costs))
    lp.col_lower_ = np.zeros(column_count)
    lp.col_upper_ = np.array([float(NO_LIMIT)] * number_count + [1.0] * len(switch_costs))
    lp.row_lower_ = np.array([_bound(row.least) for row in rows])
    lp.row_upper_ = np.array([_bound(row.most) for row in rows])
    lp.integrality_ = [highspy.HighsVarType.kInteger] * column_count
    entries = [[*row.terms.items(), *_moved(row.switches, number_count)] for row in rows]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0, *map(len, entries)])
    lp.a_matrix_.index_ = np.array([at for row in entries for at, _ in row], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([float(factor) for row in entries for _, factor in row])
    solver.passModel(lp)
    solver.run()
    found = [round(value) for value in solver.getSolution().col_value]
    numbers, switched = found[:number_count], found[number_count:]
    fits = len(found) == column_count and all(row.fits(numbers, switched) for row in rows)
    return (numbers, switched) if fits else None


def _bound(value: int) -> float:
    return float("inf") if value >= NO_LIMIT else float("-inf") if value <= -NO_LIMIT else float(value)


def _moved(switches: Mapping[int, int], by: int) -> list[tuple[int, int]]:
    return [(at + by, factor) for at, factor in switches.items()]
