"""Who paid: sums with the range their sources leave."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tertius.briefs.charts.axes import number_axis, round_domain, round_ticks
from tertius.briefs.charts.drawings import channel, draw, frame, layer
from tertius.briefs.charts.numerals import clip, plain
from tertius.briefs.document import Figure, Table
from tertius.errors import UsageError

__all__ = ["Payment", "PaymentView", "draw_payments"]

_LEFT, _RIGHT, _ROW = 8, 24, 40


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment.

    Attributes
    ----------
    payer, what : str
        Who paid, and for what or in which form.
    low, middle, high : float
        The sum and the range its sources leave, in the unit of the view; a payment known
        exactly repeats it.
    """

    payer: str
    what: str
    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class PaymentView:
    """Payments on one scale from zero.

    Attributes
    ----------
    unit : str
        Unit of the sums, with the year of the money.
    payments : tuple of Payment
        In the order of the rows.
    digits : int
        Decimals in the words and the table.
    """

    unit: str
    payments: tuple[Payment, ...]
    digits: int = 0


def draw_payments(view: PaymentView, *, name: str, title: str, caption: str) -> Figure:
    """Draw each payment as a dot with its range.

    Parameters
    ----------
    view : PaymentView
        What to draw.
    name, title, caption : str
        Anchor on the page, the finding, and units, source and n.

    Raises
    ------
    UsageError
        If there is no payment, or one without a finite sum.
    """
    if not view.payments or not all(math.isfinite(item.middle) for item in view.payments):
        raise UsageError("payments need at least one row, each with a finite sum", where=name)
    table = Table(
        f"{name}-data",
        view.unit,
        ("payer", "what", "low", "middle", "high"),
        tuple(
            (
                item.payer,
                item.what,
                *(plain(value, view.digits) for value in (item.low, item.middle, item.high)),
            )
            for item in view.payments
        ),
        caption,
        folded=True,
    )
    words = "; ".join(f"{item.payer}, {item.what}: {_sum(item, view)}" for item in view.payments)
    return Figure(name, title, caption, f"{view.unit}. {words}.", _svg(view), table)


def _sum(payment: Payment, view: PaymentView) -> str:
    middle = plain(payment.middle, view.digits)
    if payment.low == payment.high:
        return middle
    return f"{middle} ({plain(payment.low, view.digits)} to {plain(payment.high, view.digits)})"


def _svg(view: PaymentView) -> str:
    values = [value for item in view.payments for value in (item.low, item.middle, item.high)]
    bounds = round_domain(values, zero=True)
    axis = number_axis(round_ticks(*bounds), orient="bottom", grid=False)
    x = channel("x", bounds, axis)
    y = channel("y", (0.0, float(len(view.payments))), None, down=True)
    rows = [
        {
            "x": item.middle,
            "low": item.low,
            "high": item.high,
            "start": bounds[0],
            "end": bounds[1],
            "y": row + 0.74,
            "above": row + 0.28,
            "t": clip(f"{item.payer}: {item.what}", 46),
            "n": _sum(item, view),
        }
        for row, item in enumerate(view.payments)
    ]
    label = {"type": "text", "align": "left"}
    amount = {"type": "text", "align": "right", "fontWeight": 600}
    above = {**y, "field": "above"}
    whole = {"stroke": None, "opacity": 1}
    unit = {"type": "text", "align": "left", "x": 0, "fill": "var(--muted)"}
    height = _ROW * len(view.payments)
    layers = [
        layer(
            {"type": "rule", "color": "var(--rule)", "strokeWidth": 1},
            rows,
            x={**x, "field": "start"},
            x2={"field": "end"},
            y=y,
        ),
        layer(label, rows, x={**x, "field": "start"}, y=above, text={"field": "t"}),
        layer(amount, rows, x={**x, "field": "end"}, y=above, text={"field": "n"}),
        layer(
            {"type": "rule", "color": "var(--accent)", "strokeWidth": 3},
            rows,
            x={**x, "field": "low"},
            x2={"field": "high"},
            y=y,
        ),
        layer(
            {"type": "point", "shape": "circle", "size": 80, "fill": "var(--accent)", **whole},
            rows,
            x=x,
            y=y,
        ),
        layer({**unit, "y": height + 36}, [{"t": clip(view.unit, 64)}], text={"field": "t"}),
    ]
    return draw(frame(layers, height=height, left=_LEFT, right=_RIGHT, top=6, bottom=48))
