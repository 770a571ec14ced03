"""A measured figure and what it is compared with."""

from __future__ import annotations

from dataclasses import dataclass


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

    @staticmethod
    def compared(line: str, what: str, value: float, unit: str, beside: str, other: float) -> Figure:
        return Figure(line, what, value, unit, beside, other, round(value / other, 3) if other else None)


def number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"


def table(figures: list[Figure]) -> str:
    rows = [("line", "what", "value", "unit", "beside", "there", "ratio")] + [
        (one.line, one.what, number(one.value), one.unit, one.beside, number(one.other), number(one.ratio))
        for one in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    is_number = (False, False, True, False, False, True, True)
    lines = [
        "  ".join(
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(row, widths, is_number)).rstrip()
        for row in rows]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])
