"""What the patrons offer: menus beside what each policy is worth to the pivot itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tertius.briefs.charts.numerals import listing, plain
from tertius.briefs.charts.offerbars import MenuRows, menu_svg
from tertius.briefs.charts.patterns import STYLES
from tertius.briefs.document import Figure, Table
from tertius.errors import UsageError

__all__ = ["MenuView", "draw_menus"]

# Amounts closer than this part of the largest one are equal; a solver's rounding is smaller.
_TIE = 1e-9
_TABLE_ROWS = 200


@dataclass(frozen=True, slots=True, eq=False)
class MenuView:
    """The menus of one game.

    Attributes
    ----------
    unit : str
        Unit of all amounts, the pivot's money.
    policies : tuple of str
        Labels of the P policies.
    worth : ndarray of float, shape (P,)
        What each policy is worth to the pivot itself; may be negative.
    patrons : tuple of str
        Names of the n patrons, one to eight.
    offers : ndarray of float, shape (n, P)
        What each patron offers for each policy, at least 0; the losing bids too.
    chosen : int
        Index of the policy the pivot picks.
    shown : int
        How many policies are drawn; the table has up to 200.
    digits : int
        Decimals in the drawing, the words and the table.
    pivot : str
        Whose worth it is, as in ``North Korea``.
    """

    unit: str
    policies: tuple[str, ...]
    worth: npt.NDArray[np.float64]
    patrons: tuple[str, ...]
    offers: npt.NDArray[np.float64]
    chosen: int
    shown: int = 12
    digits: int = 2
    pivot: str = "the pivot"


def draw_menus(view: MenuView, *, name: str, title: str, caption: str) -> Figure:
    """Draw what each policy is worth to the pivot, and from there on what is offered.

    A row is one policy, the highest total first. A thin bar runs from 0 to the pivot's own
    worth; the offers begin where it ends, so that a row ends at the policy's total. The
    chosen policy and the pivot's own best one are always drawn.

    Parameters
    ----------
    view : MenuView
        What to draw.
    name, title, caption : str
        Anchor on the page, the finding, and units, source and n.

    Raises
    ------
    UsageError
        If the arrays do not fit, an amount is not finite, an offer is below 0, or there is
        no patron or more than eight.
    """
    _check(view, name)
    ranked = _ranked(view)
    tabled = _highest(view, ranked, _TABLE_ROWS)
    cut = f"; the {len(tabled)} highest of {len(ranked):,}" if len(tabled) < len(ranked) else ""
    table = Table(
        f"{name}-data",
        f"Own worth, offers and total of each policy, {view.unit}{cut}",
        ("policy", "own worth", *view.patrons, "total", "mark"),
        tuple(_cells(view, index) for index in tabled),
        caption,
        folded=True,
    )
    rows = _highest(view, ranked, max(view.shown, 1))
    return Figure(name, title, caption, _story(view, ranked), menu_svg(_drawn(view, rows)), table)


def _check(view: MenuView, name: str) -> None:
    shapes = [np.shape(view.worth), np.shape(view.offers)]
    count = len(view.policies)
    expected = [(count,), (len(view.patrons), count)]
    if shapes != expected or not 0 <= view.chosen < count:
        raise UsageError(
            f"worth of shape {shapes[0]}, offers of shape {shapes[1]}, chosen {view.chosen}",
            where=name,
            allowed=f"{expected[0]} and {expected[1]}, and a chosen policy that is one of them",
        )
    if not 1 <= len(view.patrons) <= len(STYLES):
        raise UsageError(
            f"{len(view.patrons)} patrons", where=name, allowed=f"one to {len(STYLES)}"
        )
    amounts = np.append(np.ravel(view.offers), view.worth)
    if not np.all(np.isfinite(amounts)) or np.min(view.offers) < -_TIE * np.abs(amounts).max():
        raise UsageError("menus need finite amounts, and offers of at least 0", where=name)


def _totals(view: MenuView) -> npt.NDArray[np.float64]:
    return np.asarray(view.worth + view.offers.sum(axis=0), dtype=np.float64)


def _ranked(view: MenuView) -> list[int]:
    """Return the policies from the highest total down; of tied ones the chosen is first."""
    totals = _totals(view)
    steps = np.round(totals / (_TIE * max(float(np.abs(totals).max()), _TIE)))
    return sorted(range(len(totals)), key=lambda k: (-steps[k], k != view.chosen, k))


def _alone(view: MenuView) -> int:
    """Return the best policy without offers: the chosen one if it is among the best."""
    best = float(np.max(view.worth))
    tied = best - float(view.worth[view.chosen]) <= _TIE * max(abs(best), _TIE)
    return view.chosen if tied else int(np.argmax(view.worth))


def _highest(view: MenuView, ranked: list[int], most: int) -> list[int]:
    """Keep the highest totals, and in any case the chosen and the pivot's own best policy."""
    needed = {view.chosen, _alone(view)}
    others = [index for index in ranked if index not in needed]
    kept = needed | set(others[: max(most - len(needed), 0)])
    return [index for index in ranked if index in kept]


def _drawn(view: MenuView, rows: list[int]) -> MenuRows:
    return MenuRows(
        view.unit,
        view.pivot,
        tuple(view.policies[index] for index in rows),
        np.asarray(view.worth, dtype=np.float64)[rows],
        view.patrons,
        np.asarray(view.offers, dtype=np.float64)[:, rows],
        rows.index(view.chosen),
        rows.index(_alone(view)),
        len(view.policies),
        view.digits,
    )


def _cells(view: MenuView, index: int) -> tuple[str, ...]:
    amounts = [view.worth[index], *view.offers[:, index], _totals(view)[index]]
    marks = ["chosen"] * (index == view.chosen) + ["best without offers"] * (index == _alone(view))
    numbers = (plain(float(value), view.digits) for value in amounts)
    return (view.policies[index], *numbers, ", ".join(marks) or "–")


def _story(view: MenuView, ranked: list[int]) -> str:
    """Say what is chosen and what made it so: the next best total, and the losing bids."""
    alone, others = _alone(view), [index for index in ranked if index != view.chosen]
    parts = [
        f"Worth of {len(ranked):,} policies to {view.pivot} and what {listing(view.patrons)} "
        f"offer for each, {view.unit}.",
        f"Chosen: {_described(view, view.chosen)}.",
    ]
    if alone == view.chosen:
        parts.append("No other is worth more without offers.")
    else:
        parts.append(f"Best without offers: {_described(view, alone)}.")
    if others:
        parts.append(f"Next highest total: {_described(view, others[0])}.")
        losing = []
        for patron, name in enumerate(view.patrons):
            best = max(others, key=lambda index: float(view.offers[patron, index]))
            most = plain(float(view.offers[patron, best]), view.digits)
            losing.append(f"{name} {most} for {view.policies[best]}")
        parts.append(f"Highest offers for what is not chosen: {'; '.join(losing)}.")
    return " ".join(parts)


def _described(view: MenuView, index: int) -> str:
    offers = [
        f"{name} {plain(float(view.offers[patron, index]), view.digits)}"
        for patron, name in enumerate(view.patrons)
    ]
    own = plain(float(view.worth[index]), view.digits)
    total = plain(float(_totals(view)[index]), view.digits)
    return f"{view.policies[index]}, own worth {own}, offers {listing(offers)}, total {total}"
