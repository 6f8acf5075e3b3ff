"""Draw the pictures of the propositions: `python docs/pictures.py`.

Each picture is made of the library's own calls on the page it stands on, and of nothing else.
The same code gives the same bytes; a test compares. A picture is an image to whoever reads the
page, so it brings its background along and has the colours of the light page on it.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tertius.briefs.charts.axes import number_axis, round_ticks
from tertius.briefs.charts.drawings import WIDTH, Spec, channel, draw, finite, frame, layer
from tertius.game import (
    BeliefLattice,
    Grid,
    Parameters,
    Range,
    Ranges,
    at_reliability,
    capped_draws,
    commitment_threshold,
    coordinate_draws,
    dynamic_game,
    override,
    pass_through_draws,
    pivot_power_draws,
    solve_draws,
    solve_dynamic,
    solve_many,
    solve_partition_draws,
    trap_probability,
    utilities,
)
from tertius.game import draw as draw_games

FOLDER = Path(__file__).resolve().parent / "explanation" / "propositions" / "pictures"

Floats = NDArray[np.float64]

_MARGIN = 20
_COLOURS = {
    "paper": "#fffefb", "ink": "#1b1b1a", "muted": "#5d5a54", "rule": "#dcd8cf", "tint": "#f4f1ea",
    "accent": "#0e5a86", "coop": "#0c6a5b", "conf": "#a8361a", "band": "#b7cfdd",
}  # fmt: skip
_BLUE, _GREEN, _RED = "var(--accent)", "var(--coop)", "var(--conf)"
_INK, _GREY = "var(--ink)", "var(--muted)"
_ZERO = 1e-9


# --- Games ----------------------------------------------------------------------------------


def wide(patrons: str, **more: Range) -> dict[str, Range]:
    """Return the ranges that most pages draw from; `more` holds further ones by patron."""
    values = {"k": Range(0.2, 4), "c": Range(0, 5)}
    for patron in patrons:
        values |= {f"{stem}.{patron}": Range(0, 4) for stem in ("omega", "rho", "beta")}
        values |= {f"{stem}.{patron}": reach for stem, reach in more.items()}
    return values


def drawn(patrons: str, ranges: Mapping[str, Range], count: int = 2_000) -> Parameters:
    """Return `count` games drawn from ranges, with the seed of the pages."""
    return draw_games(Ranges(tuple(patrons), ranges), count, np.random.SeedSequence(1))


def _one(values: Mapping[str, float]) -> Parameters:
    """Return one game of two patrons."""
    return Parameters(("A", "B"), {name: np.array([value]) for name, value in values.items()})


# --- Drawing --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Curve:
    """One line: its points, its words at the right end, and how it looks."""

    label: str
    x: Sequence[float] | Floats
    y: Sequence[float] | Floats
    colour: str = _BLUE
    dash: bool = False
    step: bool = False


def page(title: str, note: str, *panels: str) -> str:
    """Put panels under each other on a background, below the finding and what is shown."""
    lines = [
        *((line, 15, "ink", "600") for line in textwrap.wrap(title, 58)),
        *((line, 12, "muted", "400") for line in textwrap.wrap(note, 76)),
    ]
    parts, y = [], 14.0
    for line, size, colour, weight in lines:
        y += size + 5
        words = line.replace("&", "&amp;").replace("<", "&lt;")
        parts.append(
            f'<text x="{_MARGIN}" y="{y:g}" font-size="{size}" font-weight="{weight}" '
            f'fill="var(--{colour})">{words}</text>'
        )
    y += 10
    for panel in panels:
        height = float(re.findall(r'height="([\d.]+)"', panel)[0])
        parts.append(panel.replace("<svg ", f'<svg x="{_MARGIN}" y="{y:g}" ', 1))
        y += height + 6
    width, height = WIDTH + 2 * _MARGIN, y + 8
    whole = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * 1.25:g}" '
        f'height="{height * 1.25:g}" viewBox="0 0 {width:g} {height:g}" '
        f'font-family="Helvetica, Arial, sans-serif">\n'
        f'<rect width="{width:g}" height="{height:g}" rx="8" fill="var(--paper)" '
        f'stroke="var(--rule)"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )
    return re.sub(r"var\(--(\w+)\)", lambda match: _COLOURS[match[1]], whole)


def lines(
    curves: Sequence[Curve],
    x: tuple[float, float],
    y: tuple[float, float],
    words: tuple[str, str],
    *,
    height: float = 190,
    right: float = 118,
    extra: Callable[[Spec, Spec], list[Spec]] | None = None,
) -> str:
    """Draw lines that are named at their right ends; `words` name the axes across and up."""
    left, top, bottom = 38.0, 28.0, 42.0
    across = channel("x", x, number_axis(round_ticks(*x, 5), orient="bottom", grid=False))
    up = channel("y", y, number_axis(round_ticks(*y), orient="left"))
    layers = extra(across, up) if extra else []
    ends = _apart(
        [height * (1 - (c.y[-1] - y[0]) / (y[1] - y[0])) for c in curves],
        [15.0 * (1 + c.label.count("\n")) for c in curves],
        lowest=height - 6,
    )
    for curve, end in zip(curves, ends, strict=True):
        rows = [
            {"x": finite(a), "y": finite(b)}
            for a, b in zip(curve.x, curve.y, strict=True)
            if np.isfinite(b)
        ]
        mark: Spec = {"type": "line", "color": curve.colour, "strokeWidth": 2.5}
        mark |= {"strokeDash": [6, 4]} if curve.dash else {}
        mark |= {"interpolate": "step-after"} if curve.step else {}
        layers.append(layer(mark, rows, x=across, y=up))
        place = (WIDTH - left - right + 7, end)
        for number, line in enumerate(curve.label.split("\n")):
            layers.append(_text(line, place[0], place[1] + 14 * number, curve.colour))
    layers += [_text(words[1], -left + 2, -16), _text(words[0], 0, height + 32)]
    box = {"height": height, "left": left, "right": right, "top": top, "bottom": bottom}
    return draw(frame(layers, **box))


def _apart(places: Sequence[float], rooms: Sequence[float], lowest: float) -> list[float]:
    """Return places moved as little as lets each have its room below it, above the axis."""
    moved = list(places)
    order = sorted(range(len(moved)), key=lambda i: moved[i])
    for _ in range(60):
        for a, b in pairwise(order):
            short = rooms[a] - (moved[b] - moved[a])
            if short > 0:
                moved[a] -= short / 2
                moved[b] += short / 2
    for i in reversed(order):
        moved[i] = min(moved[i], lowest)
        lowest = moved[i] - 15.0
    return moved


def _text(words: str, x: float, y: float, colour: str = _GREY, align: str = "left") -> Spec:
    mark = {"type": "text", "align": align, "x": x, "y": y, "fill": colour}
    return layer(mark, [{"t": words}], text={"field": "t"})


def bars(
    shares: Floats, edges: Floats, words: tuple[str, str], colour: str, *, top: float, head: str
) -> str:
    """Draw a histogram of shares of draws; `head` says whose."""
    across = (float(edges[0]), float(edges[-1]))
    x = channel("x", across, number_axis(round_ticks(*across, 6), orient="bottom", grid=False))
    y = channel("y", (0.0, top), number_axis(round_ticks(0.0, top, 3), orient="left"))
    rows = [
        {"x": finite(a), "x2": finite(b), "y": 0.0, "y2": finite(share)}
        for a, b, share in zip(edges[:-1], edges[1:], shares, strict=True)
        if share > 0
    ]
    mark = {"type": "rect", "color": colour, "stroke": "var(--paper)", "strokeWidth": 1}
    ends = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
    zero = {"type": "rule", "color": _INK, "strokeWidth": 1.5}
    layers = [
        layer(mark, rows, x=x, y=y, **ends),
        layer(zero, [{"x": 0.0, "y": 0.0, "y2": top}], x=x, y=y, y2={"field": "y2"}),
        _text(head, 6, 8, colour),
        _text(words[1], -38, -16),
        _text(words[0], 0, 142),
    ]
    return draw(frame(layers, height=110, left=40, right=8, top=28, bottom=42))


def dots(
    rows: Sequence[tuple[str, Sequence[tuple[float, str]]]],
    x: tuple[float, float],
    label: str,
    *,
    left: float,
    step: float = 30.0,
) -> str:
    """Draw dots in rows: a row's name, and place and colour of each of its dots."""
    count = float(len(rows))
    across = channel("x", x, number_axis(round_ticks(*x, 6), orient="bottom"))
    up = channel("y", (0.0, count), None, down=True)
    layers: list[Spec] = []
    for number, (name, places) in enumerate(rows):
        layers.append(_text(name, -left, step * (number + 0.5), _INK))
        for colour in dict.fromkeys(colour for _, colour in places):
            mark = {"type": "point", "shape": "circle", "size": 90, "opacity": 0.85}
            at = [{"x": finite(v), "y": number + 0.5} for v, c in places if c == colour]
            layers.append(layer(mark | {"fill": colour, "stroke": None}, at, x=across, y=up))
    layers.append(_text(label, 0, step * count + 32))
    box = {"height": step * count, "left": left, "right": 12, "top": 8, "bottom": 42}
    return draw(frame(layers, **box))


def key(entries: Sequence[tuple[str, str]]) -> str:
    """Draw one line of coloured dots with what they stand for."""
    layers, x = [], 4.0
    for label, colour in entries:
        mark = {"type": "point", "shape": "circle", "size": 70, "x": x, "y": 9, "opacity": 1}
        layers.append(layer(mark | {"fill": colour, "stroke": None}, [{}]))
        layers.append(_text(label, x + 10, 9, _INK))
        x += 34 + 6.8 * len(label)
    return draw(frame(layers, height=18, left=0, right=0, top=0, bottom=2))


# --- The thirteen pictures ------------------------------------------------------------------


def efficiency() -> str:
    """P1: rent rises with rivalry, the goal does not move."""
    games, grid, rivalry = drawn("AB", wide("AB")), Grid(2), np.linspace(0, 5, 11)
    found = [solve_draws(games.at({"rho.A": rho, "rho.B": rho}), grid) for rho in rivalry]
    rent = [float(batch.rent.mean()) for batch in found]
    goal = [100 * float(grid.goal[batch.policy].mean()) for batch in found]
    return page(
        "Rivalry raises the price and leaves the goal where it was",
        "2,000 drawn games of two patrons with equal rivalry and separable issues.",
        lines([Curve("mean rent", rivalry, rent)], (0, 5), (0, 3), ("", "pivot's money"),
              height=110),
        lines([Curve("goal reached", rivalry, goal, _GREEN)], (0, 5), (0, 100),
              ("rivalry: loss from the other's full alignment (pivot's money)", "% of games"),
              height=110),
    )  # fmt: skip


def override_() -> str:
    """P2: games in the plane of congruence and conflict."""
    found = override(drawn("AB", wide("AB"), 400), Grid(2))
    rented = found.rent > _ZERO
    top = (0.0, 7.0)

    def cloud(x: Spec, y: Spec) -> list[Spec]:
        parts = []
        for rows, colour, size in ((~rented, _RED, 9), (rented, _BLUE, 20)):
            dot = {"type": "point", "shape": "circle", "size": size, "stroke": None, "opacity": 1}
            points = zip(found.congruence[rows], found.conflict[rows], strict=True)
            at = [{"x": finite(a), "y": finite(b)} for a, b in points if b <= top[1]]
            parts.append(layer(dot | {"fill": colour}, at, x=x, y=y))
        return [*parts, _text("rent", 12, 14, _BLUE), _text("no rent", 250, 184, _RED)]

    return page(
        "There is a rent exactly where conflict is larger than congruence",
        "400 drawn games, one dot each (conflict above 7 not shown): large, the solved game "
        "leaves a rent; small, it leaves none. On the line, which is not fitted, both are equal.",
        lines([Curve("equal", [0, 4], [0, 4], _INK)], (0, 4), top,
              ("congruence: saved by buying the goal together (pivot's money)",
               "conflict over alignment (pivot's money)"), height=230, extra=cloud),
    )  # fmt: skip


def rivalry() -> str:
    """P3: rent and the rival's bill as one patron minds more."""
    reach = np.linspace(0, 4, 41)
    fixed = {"k": 1, "c": 0, "omega.A": 4, "rho.A": 1, "beta.A": 0, "omega.B": 2.5}
    fixed |= {"rho.B": 0, "beta.B": 0}
    found = solve_draws(_one(fixed).at({"rho.B": reach}), Grid(2, 20))
    bill, rent = found.transfers[:, 0], found.rent
    return page(
        "A's bill rises with B's rivalry until A buys less; the rent never falls",
        "One game. From a rivalry of 1.5 on, A gives up part of the alignment it had bought "
        "(k 1, omega 4 and 2.5, rho of A 1, no shared goal).",
        lines([Curve("rent", reach, rent), Curve("A's bill", reach, bill, _RED, dash=True)],
              (0, 4), (0, 5), ("B's rivalry: its loss from A's full alignment (pivot's money)",
                               "pivot's money")),
    )  # fmt: skip


def bidders() -> str:
    """P4: the rent and its bound as one patron gains weight."""
    games, grid, weights = drawn("AB", wide("AB")), Grid(2), np.linspace(0.5, 1, 11)
    table, rent, bound = games.table(), [], []
    for weight in weights:
        parts = (("A", 2 * weight), ("B", 2 * (1 - weight)))
        scaled = {
            f"{stem}.{name}": table[f"{stem}.{name}"] * part
            for stem in ("omega", "rho", "beta")
            for name, part in parts
        }
        u, v = utilities(games.at(scaled), grid)
        found = solve_many(u, v)
        rent.append(float(found.rent.mean()))
        bound.append(float(np.maximum(flip_bound(u, v, found.coalition_values), 0).mean()))
    return page(
        "The rent is capped by the weaker side, and a dominant patron leaves none",
        "Means over 2,000 drawn games. What each patron wants is scaled to its part of the "
        "weight of both.",
        lines([Curve("the weaker's offer", 100 * weights, bound, _RED, dash=True),
               Curve("rent", 100 * weights, rent)],
              (50, 100), (0, 2.5), ("A's part of the weight (%)", "pivot's money")),
    )  # fmt: skip


def flip_bound(u: Floats, v: Floats, values: Floats) -> Floats:
    """Return what the less willing of two patrons would give to flip the other's policy."""
    rows = np.arange(len(u))
    bought = [(u + v[:, i]).argmax(axis=1) for i in (0, 1)]
    second = values[:, 2] - v[rows, 1, bought[0]]
    first = values[:, 1] - v[rows, 0, bought[1]]
    bound: Floats = np.minimum(first, second) - values[:, 0]
    return bound


def blocs() -> str:
    """P5: mean rent under every partition of four patrons."""
    found = solve_partition_draws(drawn("ABCD", wide("ABCD"), 1_000), Grid(4, 4))
    mean = found.rent.mean(axis=0)
    sizes = [len(partition) for partition in found.partitions]
    rows = [
        (f"{size} bloc{'s' if size > 1 else ''}",
         [(float(m), _BLUE) for m, s in zip(mean, sizes, strict=True) if s == size])
        for size in (4, 3, 2, 1)
    ]  # fmt: skip
    return page(
        "The fewer blocs bid, the less is left to the pivot",
        "Four patrons, 1,000 drawn games; a dot is one of the 15 ways to form blocs. The policy "
        "is the same in all of them.",
        dots(rows, (0.0, 1.5), "mean of the smallest rent (pivot's money)", left=66),
    )


def options() -> str:
    """P6: what a third patron's money does to the rent."""
    games = drawn("ABC", wide("ABC"), 4_000)
    u, v = utilities(games, Grid(3, 4))
    three, two = solve_many(u, v), solve_many(u, v[:, :2])
    # What rounding leaves of 0 would fall into the bar left of it.
    change = np.round(three.rent - two.rent, 9) + 0.0
    alike = submodular(three.coalition_values)
    edges = np.linspace(-4, 4, 33)
    panels = [
        bars(100 * np.histogram(change[rows], edges)[0] / rows.sum(), edges, words, colour, top=40,
             head=head)
        for rows, colour, head, words in (
            (~alike, _RED, "all other games", ("", "% of games")),
            (alike, _BLUE, "bids are substitutes",
             ("change of the rent when a third patron bids (pivot's money)", "")),
        )
    ]  # fmt: skip
    return page(
        "A third bidder may cost the pivot rent, except where bids are substitutes",
        f"4,000 drawn games, {alike.sum()} of them with substitutes (submodular coalition "
        "values). Bars left of 0: the newcomer lowers the rent.",
        *panels,
    )


def submodular(values: Floats) -> NDArray[np.bool_]:
    """Say in which games of three patrons nobody's contribution grows with company."""
    rows = [
        values[:, rest | i] + values[:, rest | j] - values[:, rest | i | j] - values[:, rest]
        for i, j in ((1, 2), (1, 4), (2, 4))
        for rest in (0, 7 ^ i ^ j)
    ]
    least: Floats = np.array(rows).min(axis=0)
    return least >= -_ZERO


def crowding() -> str:
    """P7: games that reach the goal, by rivalry and by how much patrons can pay."""
    games = drawn("AB", wide("AB"), 400)
    worth = games.per_patron("beta").sum(axis=1) > games.values["c"]
    rivalry, curves = np.linspace(0, 5, 6), []
    for cap, colour in ((np.inf, _GREY), (3.0, _GREEN), (2.0, _BLUE), (1.0, _RED)):
        limits = {} if np.isinf(cap) else {"cap.A": Range(cap, cap), "cap.B": Range(cap, cap)}
        same = drawn("AB", wide("AB") | limits, 400)
        share = []
        for rho in rivalry:
            found = capped_draws(same.at({"rho.A": rho, "rho.B": rho}), Grid(2, 5))
            share.append(100 * float(found.goal[worth & found.found].mean()))
        label = "no caps" if np.isinf(cap) else f"caps of {cap:g}"
        curves.append(Curve(label, rivalry, share, colour))
    return page(
        "With limited purses, rivalry crowds the shared goal out",
        f"{worth.sum()} drawn games in which both patrons together value the goal at more than "
        "it costs. Without caps it is always reached.",
        lines(curves, (0, 5), (0, 100),
              ("rivalry: loss from the other's full alignment (pivot's money)",
               "% of games that reach the goal")),
    )  # fmt: skip


def exclusion() -> str:
    """P8: games in which fear of exclusion suffices, by hazard and face cost."""
    stake = solve_draws(drawn("AB", wide("AB")), Grid(2)).exclusion_stake[:, 0]
    hazard, curves = np.linspace(0, 1, 41), []
    for cost, colour in ((0.1, _GREEN), (0.5, _BLUE), (1.5, _RED)):
        share = [100 * float(((h * stake >= cost) & (stake > 0)).mean()) for h in hazard]
        curves.append(Curve(f"face cost {cost:g}", hazard, share, colour))
    return page(
        "The likelier exclusion is, the more often it pays to ask for a seat",
        "Share of 2,000 drawn games in which hazard × stake covers the cost in face of asking "
        "to be let in. Some stakes are not positive: then no hazard is enough.",
        lines(curves, (0, 1), (0, 100),
              ("hazard: chance that the policy is made without A", "% of games in which A asks")),
    )  # fmt: skip


def commitment() -> str:
    """P9: the least belief at which the goal is bought, by patience."""
    fixed = {"k": 4, "c": 3.2, "delivery": 0.75, "beta.A": 4, "beta.B": 4}
    fixed |= {"omega.A": 3, "rho.A": 2, "omega.B": 4, "rho.B": 3}
    game, patience = _one(fixed), np.arange(0, 1, 0.05)
    least = [_least_belief(game, float(delta)) for delta in patience]
    myopic = float(commitment_threshold(game, Grid(2))[0])

    def words(_x: Spec, _y: Spec) -> list[Spec]:
        return [_text("bought", 170, 24, _BLUE), _text("not bought", 20, 160, _BLUE)]

    return page(
        "Below a threshold of belief the goal is not bought; patience lowers it",
        "One game. Patrons who look ahead buy a promise they do not believe, to learn whether it "
        "is kept; below the line not even they do.",
        lines([Curve("one round only:\nclosed form", [0, 0.95], [myopic, myopic], _GREY, dash=True),
               Curve("least belief", patience, least)],
              (0, 0.95), (0, 0.4), ("discount factor: weight of the next round",
                                    "belief that the pivot is committed"), extra=words),
    )  # fmt: skip


def _least_belief(game: Parameters, delta: float) -> float:
    """Return the smallest prior at which patrons buy a promise, to a thousandth."""
    low, high, grid = 0.001, 0.999, Grid(2, 4)
    while high - low > 0.001:
        prior = (low + high) / 2
        over_time = dynamic_game(game, grid, BeliefLattice(prior, 0.75))
        found = solve_dynamic(over_time, delta)
        start = over_time.states.start if over_time.states else 0
        bought = grid.goal[found.policies[start]] > 0
        low, high = (low, prior) if bought else (prior, high)
    return high


def pressure() -> str:
    """P10: what reaches the pivot of a sanction, by its form."""
    given = wide("AB", sigma=Range(0.5, 0.5), shield=Range(1, 1), alpha=Range(-1, 1))
    given["c"] = Range(3, 8)
    rows = []
    names = {"universal": "universal", "shielded": "shielded in part", "any-tie": "any tie shields",
             "isolation": "on isolation only"}  # fmt: skip
    for form, name in names.items():
        places: list[tuple[float, str]] = []
        for colour, rho in ((_GREEN, Range(0, 0.5)), (_BLUE, Range(2, 4))):
            games = drawn("AB", given | {"rho.A": rho, "rho.B": rho}, 1_000)
            found = pass_through_draws(games, Grid(2), "A", form=form)  # type: ignore[arg-type]
            if not places:
                places.append((float(found.loss_alone.mean()), _RED))
            places.append((float(found.loss.mean()), colour))
        rows.append((name, places))
    return page(
        "A second patron is a shelter from some sanctions and not from others",
        "Mean fall of the pivot's payoff per unit of A's sanction, by where the sanction bites; "
        "1,000 drawn games each, sanctions of 0.5.",
        key([("A alone", _RED), ("a mild rival", _GREEN), ("a keen rival", _BLUE)]),
        dots(rows, (-0.2, 1.2), "fall of the pivot's payoff per unit of sanction", left=118),
    )


def trap() -> str:
    """P11: the probability of falling into the trap, by steps above it."""
    steps, curves = np.arange(1.0, 9.0), []
    for delivery, colour in ((0.6, _RED), (0.75, _BLUE), (0.9, _GREEN)):
        odds = (delivery / (1 - delivery)) ** (steps - 0.5)
        found = trap_probability(0.5, delivery, 1 / (1 + odds))
        label = f"keeps {100 * delivery:.0f} %"
        curves.append(Curve(label, steps, found.committed, colour))
    surely = trap_probability(0.5, 0.75, 0.3).opportunist[0]
    curves.append(Curve("opportunist", steps, np.full(8, surely), _GREY, dash=True))
    return page(
        "Even a truly committed pivot can lose its credit for good",
        "Probability that the belief ever falls below the threshold of buying, for pivots that "
        "keep 60, 75 or 90 % of their promises. Below it nothing is bought or learnt any more.",
        lines(curves, (1, 8), (0, 1),
              ("broken promises in a row that lead below the threshold", "probability")),
    )  # fmt: skip


def trust() -> str:
    """P12: the pivot's payoff by how reliable its promise is thought to be."""
    games, reliability, curves = drawn("AB", wide("AB")), np.linspace(0, 1, 11), []
    for alpha, colour in ((1.0, _GREEN), (0.5, _BLUE), (0.0, _RED)):
        pay = [
            float(pivot_power_draws(at_reliability(games, float(q)), Grid(2), alpha)
                  .pivot_payoff.mean())
            for q in reliability
        ]  # fmt: skip
        label = {1.0: "pivot proposes", 0.5: "halfway", 0.0: "patrons bid"}[alpha]
        curves.append(Curve(label, reliability, pay, colour))
    return page(
        "Trust pays the pivot only if it has a say in the terms",
        "Mean payoff of the pivot over 2,000 drawn games. Where patrons bid, trust lets them "
        "buy the goal together, and the rent falls.",
        lines(curves, (0, 1), (0, 4),
              ("reliability: chance that the promise is thought to be kept", "pivot's money")),
    )  # fmt: skip


def fragility() -> str:
    """P13: pacts that enforce themselves, by patience."""
    patience, curves = np.linspace(0, 1, 101), []
    kinds: tuple[tuple[str, bool, str, str], ...] = (
        ("AB", True, _BLUE, "two, side payments"),
        ("AB", False, _RED, "two, without"),
        ("ABC", True, _GREEN, "three, side\npayments"),
    )
    for patrons, side, colour, label in kinds:
        games = drawn(patrons, wide(patrons))
        pacts = coordinate_draws(games, Grid(len(patrons), 5), side_payments=side)
        needed = pacts.discount_needed[pacts.rent_saved > _ZERO]
        share = [100 * float((needed <= d + _ZERO).mean()) for d in patience]
        curves.append(Curve(label, patience, share, colour, dash=not side, step=True))
    return page(
        "With side payments a pact of two holds once the future counts half",
        "Drawn games with a rent to save. With side payments two patrons need a weight of "
        "exactly 1/2, three nearly always 2/3; without side payments it differs by game.",
        lines(curves, (0, 1), (0, 100),
              ("discount factor: weight of the next round", "% of pacts that hold"), right=122),
    )  # fmt: skip


PICTURES: dict[str, Callable[[], str]] = {
    "p01-efficiency": efficiency,
    "p02-override": override_,
    "p03-rivalry": rivalry,
    "p04-bidders": bidders,
    "p05-blocs": blocs,
    "p06-options": options,
    "p07-crowding": crowding,
    "p08-exclusion": exclusion,
    "p09-commitment": commitment,
    "p10-pressure": pressure,
    "p11-trap": trap,
    "p12-trust": trust,
    "p13-fragility": fragility,
}


def main() -> None:
    """Write every picture that is out of date, and name it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, made in PICTURES.items():
        path = FOLDER / f"{name}.svg"
        after = made()
        if not path.exists() or path.read_text(encoding="utf-8") != after:
            path.write_text(after, encoding="utf-8")
            sys.stdout.write(f"{path.name}\n")


if __name__ == "__main__":
    main()
