"""A brief with invented numbers, for tests of how a brief looks; loaded by path.

Nothing in here is a finding: the numbers were drawn at random.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from tertius.briefs import charts
from tertius.briefs.document import (
    ClaimRow,
    Document,
    Figure,
    Link,
    Number,
    PartRow,
    Prose,
    Section,
    Table,
)

MONTHS = tuple(date(2018, month, 1) for month in range(1, 11))
WEEKS = tuple(date(2018, 1, 1) + timedelta(days=7 * k) for k in range(43))
SOURCE = "ICEWS figures, one a day; 1 January to 31 October 2018."

MILESTONES = tuple(
    charts.Milestone(date(2018, month, day), label)
    for month, day, label in (
        (3, 8, "the United States announces a summit with North Korea"),
        (3, 25, "Kim Jong Un in Beijing, until 28 March"),
        (4, 27, "Panmunjom summit of the two Koreas"),
        (5, 7, "Kim Jong Un in Dalian, until 8 May"),
        (5, 24, "letter that cancels the Singapore summit"),
        (6, 12, "Singapore summit"),
        (6, 19, "Kim Jong Un in Beijing, until 20 June"),
    )
)


def quantiles(middle: np.ndarray, width: float, floor: float = -np.inf) -> np.ndarray:
    """Five quantiles, somewhat skewed, around a middle."""
    steps = np.array([-1.5, -0.6, 0.0, 0.7, 1.9]) * width
    return np.maximum(middle[:, None] + steps, floor)


def band(label: str, middle: np.ndarray, width: float, periods=MONTHS, **options) -> charts.Band:
    return charts.Band(label, periods, quantiles(middle, width, **options))


def triangles() -> Figure:
    names = {"PRK": "North Korea", "CHN": "China", "USA": "United States"}
    before = charts.TriangleView(
        "February 2018",
        "PRK",
        ("CHN", "USA"),
        names,
        (
            charts.Edge("PRK", "CHN", 0.17, -0.21, 0.46, 12),
            charts.Edge("PRK", "USA", -0.42, -0.55, -0.27, 120),
            charts.Edge("CHN", "USA", 0.22, 0.08, 0.34, 140),
        ),
        "China the pivot's partner",
        "in 62 % of draws (90 % interval 41 to 79 %)",
    )
    after = charts.TriangleView(
        "June 2018",
        "PRK",
        ("CHN", "USA"),
        names,
        (
            charts.Edge("PRK", "CHN", 0.81, 0.72, 0.88, 110),
            charts.Edge("PRK", "USA", 0.55, 0.49, 0.61, 480),
            charts.Edge("CHN", "USA", -0.12, -0.19, -0.05, 330),
        ),
        "North Korea the pivot",
        "in 94 % of draws (90 % interval 88 to 98 %)",
    )
    return charts.draw_triangles(
        (before, after),
        name="triangle",
        title="North Korea is a partner of China in February, the pivot by June",
        caption=f"Dyad scores from −1 (all hostile) to +1 (all friendly). {SOURCE}",
    )


def leverage() -> Figure:
    wave = np.array([-0.05, -0.02, 0.12, 0.31, 0.36, 0.44, 0.22, 0.19, 0.24, 0.2])
    raw = wave + np.array([0.04, 0.03, -0.05, 0.02, 0.1, 0.05, 0.06, -0.04, 0.05, 0.02])
    view = charts.LeverageView(
        "Leverage index of North Korea",
        (band("per world volume", wave, 0.07), band("raw counts", raw, 0.06)),
        MILESTONES,
    )
    return charts.draw_leverage(
        view,
        name="leverage",
        title="Its leverage rises from March and is highest in June",
        caption=f"Medians with 50 % (thick) and 90 % intervals (thin). {SOURCE} n = 4,211.",
    )


def relations() -> Figure:
    random = np.random.default_rng(7)
    series = []
    for label, before, after in (
        ("China → North Korea", 0.3, 2.6),
        ("North Korea → China", 0.4, 2.1),
        ("United States → North Korea", 1.9, 6.5),
        ("North Korea → United States", 1.2, 4.4),
    ):
        level = np.where(np.arange(43) < 11, before, after) * np.exp(-np.arange(43) / 60)
        seen = random.poisson(level * 7) / 7
        smooth = np.convolve(np.pad(seen, 2, mode="edge"), np.ones(5) / 5, mode="valid")
        known = quantiles(smooth, 0.25 * np.sqrt(before + after) / 2, floor=0.02)
        if label == "North Korea → China":
            known[30:33] = np.nan
        series.append(charts.Band(label, WEEKS, known, seen))
    view = charts.RelationView("cooperative events a day, by week", tuple(series), MILESTONES)
    return charts.draw_relations(
        view,
        name="relations",
        title="Beijing's cooperative events jump from 0.3 to 2.6 a day around 26 March",
        caption=f"Smoothed median with 50 and 90 % bands; dots are weekly means. {SOURCE}",
    )


def turn() -> Figure:
    days = tuple(date(2018, 1, 6) + timedelta(days=k) for k in range(290))
    at = (date(2018, 3, 26) - days[0]).days
    distance = np.arange(290) - at
    tempered = np.exp(-np.abs(distance) / 2.2) + np.where(np.abs(distance + 17) < 2, 0.25, 0)
    raw = np.exp(-np.abs(distance) / 0.9)
    tempered, raw = tempered / tempered.sum(), raw / raw.sum()
    order = np.argsort(-tempered, kind="stable")
    count = int(np.searchsorted(np.cumsum(tempered[order]), 0.95)) + 1
    inside = np.isin(np.arange(290), order[:count])
    view = charts.TurnView(days, tempered, raw, inside, date(2018, 3, 8), MILESTONES[1:])
    return charts.draw_turn(
        view,
        name="turn",
        title="The turn falls on 26 March; 8 March is within the 95 % set",
        caption=f"Posterior of the first day of a new rate, China → North Korea. {SOURCE} φ = 2.1.",
    )


def rents() -> Figure:
    random = np.random.default_rng(3)
    alone = np.where(random.random(4000) < 0.81, 0.0, random.gamma(1.5, 0.4, 4000))
    courted = np.where(random.random(4000) < 0.17, 0.0, random.gamma(3.0, 0.7, 4000))
    view = charts.RentView(
        "rent, billion US dollars a year",
        (
            charts.RentSeries("United States alone", alone),
            charts.RentSeries("China and the United States", courted),
        ),
    )
    return charts.draw_rents(
        view,
        name="rent",
        title="With China at the table the North has a rent in 83 % of the draws",
        caption="4,000 draws of the case's ranges.",
    )


def regime() -> Figure:
    random = np.random.default_rng(5)
    x, y = np.linspace(0, 2, 41), np.linspace(0, 3, 41)
    rent = np.maximum(x[None, :] * y[:, None] - 0.8 - 0.3 * y[:, None], 0)
    cloud = np.column_stack([random.triangular(0.4, 1.1, 1.9, 4000), random.gamma(9, 0.16, 4000)])
    view = charts.RegimeView(
        "worth of the shared goal, billion US dollars a year",
        "worth of the rivalry, billion US dollars a year",
        x,
        y,
        rent,
        cloud,
        (1.1, 1.4),
        "billion US dollars a year",
    )
    return charts.draw_regime(
        view,
        name="regime",
        title="Rivalry outweighs the shared goal at the midpoint of the ranges",
        caption="41 × 41 games; 300 of 4,000 draws shown.",
    )


def drivers() -> Figure:
    view = charts.DriverView(
        "the rent",
        tuple(
            charts.Driver(label, value)
            for label, value in (
                ("what China fears to lose by being left out", 0.71),
                ("worth of denuclearisation to the United States", -0.46),
                ("cost of sanctions that bite alone", -0.31),
                ("belief that the North is committed", 0.12),
                ("discount rate", -0.05),
                ("share of aid that leaks", 0.02),
            )
        ),
    )
    return charts.draw_drivers(
        view,
        name="drivers-rent",
        title="China's fear of being left out drives the rent most",
        caption="Spearman rank correlation over 4,000 draws.",
    )


def role_times() -> Figure:
    random = np.random.default_rng(11)
    base = np.array([0.1, 0.4, 0.8, 2.5, 3.5, 4.0, 2.2, 1.8, 2.0, 1.9])
    chances = random.dirichlet(np.ones(6), 10) + np.outer(base, np.eye(6)[0])
    chances[:2, 2] += 1.4
    chances /= chances.sum(axis=1, keepdims=True)
    chances[7] = np.nan
    view = charts.RoleTimeView(
        "North Korea",
        MONTHS,
        ("pivot", "wing", "partner", "friend", "foe", "outcast"),
        chances,
        MILESTONES,
    )
    return charts.draw_role_times(
        view,
        name="roles",
        title="Pivot is the most probable role of North Korea from April",
        caption=f"Share of posterior draws; shaded: no triangle. {SOURCE}",
    )


def spans() -> Figure:
    gap = np.nan
    view = charts.SpanView(
        "ICEWS cooperative events of China, a year",
        tuple(range(2009, 2019)),
        (
            charts.SpanSeries(
                "toward North Korea",
                np.array([2502, 3926, 2618, 1114, 1191, 705, gap, gap, gap, 1800.0]),
            ),
            charts.SpanSeries(
                "toward South Korea",
                np.array([1334, 1747, 1635, 1431, 1558, 2612, gap, gap, gap, 900.0]),
            ),
        ),
        (charts.Span("before", 2009, 2011), charts.Span("after", 2012, 2014)),
    )
    return charts.draw_spans(
        view,
        name="spans",
        title="China's cooperation with the North falls by two thirds after 2011",
        caption="Yearly counts; nobody counted 2015 to 2017.",
    )


def payments() -> Figure:
    view = charts.PaymentView(
        "million old roubles",
        (
            charts.Payment("USSR", "debt written off", 760, 760, 760),
            charts.Payment("USSR", "debt deferred", 120, 140, 140),
            charts.Payment("China", "loan for 1961–64", 400, 420, 440),
        ),
    )
    return charts.draw_payments(
        view,
        name="payments",
        title="Both patrons paid in 1960",
        caption="Four old roubles to the dollar.",
    )


def claims() -> tuple[ClaimRow, ...]:
    words = (
        ("mended", "supported", ""),
        ("drivers", "not distinguishable", ""),
        ("trigger", "too little data", ""),
        ("exclusion", "", "follows only if China's exclusion stake exceeds 0.4 billion a year"),
        ("plays-off", "not distinguishable", "follows"),
        ("leverage", "contradicted", "does not follow"),
        ("coordinate", "not tested", "not tested"),
    )
    says = {
        "mended": "China–North Korea relations, poor before, turned for the better in March 2018.",
        "drivers": "Protocol, Beijing's courtship of Seoul, tests and sanctions kept them apart.",
        "trigger": "The 8 March announcement was the main cause of China's turn.",
        "exclusion": "China feared being cut out of a bargain, and invited Kim for that reason.",
        "plays-off": "North Korea plays the two powers off against each other.",
        "leverage": "Better ties with China strengthen the North before it meets its rivals.",
        "coordinate": "Policy coordination among all concerned is the remedy.",
    }
    return tuple(
        ClaimRow(
            claim_id,
            says[claim_id],
            measured,
            model,
            "Rate ratio 8.7 (95 % interval 6.1 to 12.9); turn dated 26 March.",
            "two codings of one news-based source, ten months",
            "a 95 % set that excludes 26 March",
            tuple(parts(measured, model)),
            "What cannot be separated is said here.",
        )
        for claim_id, measured, model in words
    )


def parts(measured: str, model: str):
    if measured:
        yield PartRow(
            "turn",
            "Whether and when the daily rate of cooperative events China → North Korea changed.",
            "measured",
            measured,
            "The rate rises from 0.3 to 2.6 a day, most probably on 26 March 2018.",
            (
                Number("most probable day", "26 March 2018", "95 % set 22–29 March", "turn-data"),
                Number("rate ratio", "8.7", "95 % 6.1 to 12.9", "relations-data"),
                Number("log Bayes factor against no change", "51.1", "", "turn-data"),
            ),
            "Of 39 donor dyads, 1 has a turn as large within 28 days.",
            ("One event a day and code counts once.", "Days without rows were covered."),
            ("A panel that starts before 2018.",),
            "Panel cells CHN→PRK, 2018-01-01 to 2018-10-31, 304 days.",
            "tertius brief korea-2018 --claim mended --part 1",
            "Cannot tell reported events from events, nor what caused the change.",
        )
    if model:
        yield PartRow(
            "rent",
            "Whether the pivot's rent is positive over the case's ranges.",
            "model",
            model,
            "The rent is positive in 83 % of this case's draws.",
            (Number("draws with a rent", "83 %", "", "rent-data"),),
            "The largest gain from a deviation is 2e-16: nobody gains by deviating.",
            ("Patrons bid at once and can commit.",),
            (),
            "Ranges of the case file, 4,000 draws, seed 20180326.",
            "tertius solve korea-2018",
            "Says what follows from the assumptions, not what happened.",
        )


def assumptions() -> Table:
    return Table(
        "ranges",
        "Ranges of the case",
        ("parameter", "low", "middle", "high", "reason", "source"),
        (
            (
                "worth of alignment to China",
                "0.8",
                "1.4",
                "2.5",
                "trade at risk if the border closes, and the treaty",
                Link("UN Comtrade", "https://comtradeplus.un.org/"),
            ),
            ("cost of sanctions", "0.2", "0.5", "1.1", "exports lost in 2017", "own estimate"),
        ),
        "Billion US dollars a year.",
    )


def sample_document() -> Document:
    """Return a whole brief with every kind of block and chart."""
    sections = (
        Section("happened", "What happened", (relations(), role_times(), spans())),
        Section("turned", "When it turned", (turn(),)),
        Section("worth", "What it is worth", (rents(), regime(), drivers())),
        Section(
            "precedent",
            "1960 beside 2018",
            (
                Prose(
                    (
                        "In 1960 Moscow and Beijing both paid. Sources differ on the sums and on "
                        "who moved first; both versions are kept.",
                    )
                ),
                payments(),
            ),
        ),
        Section(
            "assumed",
            "What we assumed",
            (Prose(("Every parameter is a range with a reason.",)), assumptions()),
        ),
        Section(
            "made",
            "How this was made",
            (
                Prose(
                    (
                        "Counts are of reported events. A turn is dated by an exact Poisson–Gamma "
                        "changepoint, tempered for overdispersion.",
                    ),
                    (
                        Link("ICEWS coded event data", "https://doi.org/10.7910/DVN/28075"),
                        "Computed with one-a-day duplicates.",
                    ),
                ),
            ),
        ),
    )
    return Document(
        "korea-2018",
        "Kim Jong Un goes to China",
        "Does North Korea gain from being courted twice?",
        (
            "North Korea plays the two powers off against each other: not distinguishable by the "
            "events (leverage +0.31, 90 % interval −0.02 to +0.58) and follows in the model (in "
            "83 % of this case's draws).",
            "Of 7 claims, 1 is supported, 1 contradicted, 1 follows, 1 follows only under "
            "conditions, 1 does not follow, 3 cannot be decided; the first would change if the "
            "95 % set excluded 26 March.",
        ),
        "Data: ICEWS figures, 1 January – 31 October 2018, one a day, coverage assumed",
        (triangles(), leverage()),
        claims(),
        "“Supported” means consistent with reported events, never with motive.",
        sections,
        '{"case": "korea-2018", "seed": 20180326, "digest": "<none>"}',
        "0.1.0",
    )
