"""Numbers, intervals, dates and bands in words: one way of writing each."""

from __future__ import annotations

from datetime import date

from tertius.claims import Evidence

__all__ = ["band", "coverage", "day", "evidence_text", "interval_text", "number", "plural"]

# House scale of likelihood, upper ends in per cent.
_BANDS = (
    (1, "less than almost no chance"),
    (5, "almost no chance"),
    (20, "very unlikely"),
    (45, "unlikely"),
    (55, "roughly even"),
    (80, "likely"),
    (95, "very likely"),
    (99, "almost certain"),
)


def band(probability: float) -> str:
    """Return the band word of a posterior probability; never for a share of draws.

    Examples
    --------
    >>> band(0.5), band(0.97)
    ('roughly even', 'almost certain')
    """
    percent = 100 * probability
    return next((word for upper, word in _BANDS if percent <= upper), "all but certain")


def number(value: float, unit: str = "") -> str:
    """Write a number with three significant figures, thousands apart, and its unit.

    Examples
    --------
    >>> number(1234.5), number(0.1234), number(83.2, "%"), number(-0.0)
    ('1,234', '0.123', '83 %', '0')
    >>> number(0.02, "%"), number(99.98, "%"), number(100, "%")
    ('under 0.1 %', 'over 99.9 %', '100 %')
    """
    if value != value or value in (float("inf"), float("-inf")):
        return "no finite value"
    size = abs(value)
    if unit == "%":
        text = _percentage(value)
    elif size >= 100:
        text = f"{value:,.0f}"
    elif size >= 10:
        text = f"{value:.1f}"
    else:
        text = f"{value:.3g}" if size >= 0.001 else f"{value:.2g}" if size else "0"
    text = text.replace("-", "−")
    return f"{text} {unit}".rstrip()


def _percentage(value: float) -> str:
    """Round a percentage, but never to none or all unless it is."""
    size = abs(value)
    if 0 < value < 0.05:
        return "under 0.1"
    if 99.95 <= value < 100:
        return "over 99.9"
    coarse = value == 0 or 1 <= size < 99.5 or size >= 100
    return f"{value:.0f}" if coarse else f"{value:.1f}"


def interval_text(low: float | None, high: float | None, level: float | None) -> str:
    """Write an interval with its level, or nothing where there is none.

    Examples
    --------
    >>> interval_text(0.1, 0.5, 0.9)
    '90 % interval 0.1 to 0.5'
    """
    if low is None or high is None:
        return ""
    told = f"{100 * level:.0f} % interval " if level else ""
    return f"{told}{number(low)} to {number(high)}"


def evidence_text(evidence: Evidence) -> str:
    """Write one piece of evidence in a line."""
    if evidence.value is None:
        return f"{evidence.name}: {evidence.text}"
    if evidence.text:
        return evidence.text
    span = interval_text(evidence.low, evidence.high, evidence.level)
    return f"{evidence.name} {number(evidence.value, evidence.unit)}" + (
        f" ({span})" if span else ""
    )


def coverage(kind: str, holes: int = 0, days: int = 0) -> str:
    """Say where it is known from which days the data cover, and how many are not whole.

    Examples
    --------
    >>> coverage("manifest"), coverage("assumed")
    ('coverage as declared', 'coverage assumed')
    >>> coverage("manifest", 12, 304)
    'coverage as declared (12 of 304 days have holes)'
    """
    told = "coverage as declared" if kind == "manifest" else f"coverage {kind}"
    have = "has" if holes == 1 else "have"
    return f"{told} ({holes:,} of {days:,} days {have} holes)" if holes else told


def day(value: date) -> str:
    """Write a date in full.

    Examples
    --------
    >>> day(date(2018, 3, 8))
    '8 March 2018'
    """
    return f"{value:%-d %B %Y}"


def plural(count: int, one: str, many: str) -> str:
    """Write a count with the right form of its noun.

    Examples
    --------
    >>> plural(1, "claim", "claims"), plural(14, "claim", "claims")
    ('1 claim', '14 claims')
    """
    return f"{count:,} {one if count == 1 else many}"
