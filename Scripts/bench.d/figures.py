"""A measured figure, what it is compared with, and what it has to reach."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median


@dataclass
class Figure:
    line: str
    what: str
    value: float
    unit: str
    beside: str = ""
    other: float | None = None
    """The share of `other` that `value` is."""
    ratio: float | None = None
    reach: str = ""
    is_reached: bool | None = None
    """Of each round, where there were several: the value, and what it was compared with."""
    rounds: list[tuple[float, float | None]] = field(default_factory=list)

    @staticmethod
    def compared(line: str, what: str, value: float, unit: str, beside: str, other: float | None) -> Figure:
        return Figure(line, what, value, unit, beside, other, round(value / other, 3) if other else None)

    @staticmethod
    def medians(
        line: str, what: str, unit: str, beside: str, rounds: Iterable[tuple[float, float | None]]
    ) -> Figure:
        """Of several rounds, each side by side. What disturbs a round disturbs both sides of it, so the ratio is the
        median of the rounds' ratios and not the ratio of the medians."""
        rounds = list(rounds)
        others = [other for _, other in rounds if other]
        ratios = [value / other for value, other in rounds if other]
        return Figure(
            line, what, median(value for value, _ in rounds), unit, beside, median(others) if others else None,
            round(median(ratios), 3) if ratios else None, rounds=rounds)

    @staticmethod
    def median(line: str, what: str, unit: str, values: Iterable[float]) -> Figure:
        return Figure.medians(line, what, unit, "", [(value, None) for value in values])

    # What it has to reach.

    def at_least(self, bound: float) -> Figure:
        return self._reach("≥", bound, self.value, self.unit)

    def at_most(self, bound: float) -> Figure:
        return self._reach("≤", bound, self.value, self.unit)

    def ratio_at_least(self, bound: float) -> Figure:
        return self._reach("≥", bound, self.ratio, "×")

    def ratio_at_most(self, bound: float) -> Figure:
        return self._reach("≤", bound, self.ratio, "×")

    def _reach(self, sign: str, bound: float, value: float | None, unit: str) -> Figure:
        self.reach = f"{sign if bound else ''} {bound:,g} {unit}".strip()
        if value is not None:
            self.is_reached = value >= bound if sign == "≥" else value <= bound
        return self


def number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.2f}"


MARKS = {True: "yes", False: "NO", None: ""}
HEADS = ("line", "what", "value", "unit", "beside", "there", "ratio", "to reach", "reached")
IS_NUMBER = (False, False, True, False, False, True, True, False, False)


def table(figures: list[Figure]) -> str:
    rows = [HEADS] + [
        (one.line, one.what, number(one.value), one.unit, one.beside, number(one.other),
         "" if one.ratio is None else f"{one.ratio:,.2f}", one.reach, MARKS[one.is_reached])
        for one in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    lines = [
        "  ".join(
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(row, widths, IS_NUMBER)).rstrip()
        for row in rows]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])
