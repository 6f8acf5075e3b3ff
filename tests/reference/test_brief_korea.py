"""The founding case on the user's own events: the words of the shipped figures.

The figures were counted from the same flat file after a handful of roll-ups in it were
mended (they concern no state of the case), so words must agree and the numbers of the case's
own dyads must be the same to the last digit; the world's volume may differ by 1 %.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

import tertius as tt
from tertius.claims import Context, answer, load_case

pytestmark = pytest.mark.realdata

COLUMNS = {
    "date": "date",
    "source": "source_iso3",
    "target": "target_iso3",
    "source_name": "source",
    "target_name": "target",
    "code": "cameo",
}


@pytest.fixture(scope="module")
def store(data, tmp_path_factory):
    """The flat file in a store."""
    folder = tmp_path_factory.mktemp("korea") / "events"
    report = tt.ingest(
        "table", [data / "icews" / "icews18_events.csv.gz"], store=folder, columns=COLUMNS,
        dataset="ICEWS",
    )  # fmt: skip
    assert report.lines == report.kept + report.rejected + report.filtered == 468_558
    return tt.open_store(folder)


@pytest.fixture(scope="module")
def briefs(store):
    """The brief on the figures, and on the store."""
    return tt.brief("korea-2018"), tt.brief("korea-2018", store=store)


def test_the_store_gives_the_words_of_the_figures(briefs):
    """Claim by claim and part by part."""
    shipped, own = briefs
    words = [
        [(v.claim_id, v.measured_word, v.model_word, [p.word for p in v.parts]) for v in b.verdicts]
        for b in briefs
    ]
    assert words[0] == words[1]
    assert shipped.run.panels.keys() == own.run.panels.keys()


def test_numbers_that_need_the_case_s_own_dyads_only_are_the_same(briefs):
    """Dates of turns and rates do not depend on the world's volume."""
    shipped, own = (
        {
            (v.claim_id, place): part.evidence
            for v in b.verdicts
            for place, part in enumerate(v.parts)
            if part.test in ("turn", "turn-exists", "level-between-spans", "visit-direction")
        }
        for b in briefs
    )
    assert shipped == own
    assert len(shipped) > 10


def test_the_world_s_volume_differs_by_less_than_one_in_a_hundred(store):
    """The mended roll-ups move a few events between states, not many."""
    bound = load_case("korea-2018")
    figures, own = bound.panel(), bound.panels(store)["one-a-day"]
    counted = [int(panel.calendar["events"].sum()) for panel in (figures, own)]
    assert counted[1] == pytest.approx(counted[0], rel=0.01)


def test_numbers_lead_back_to_rows_of_events(store):
    """A part's provenance counts the rows behind it and names the first of them."""
    bound = load_case("korea-2018")
    context = Context(bound.case, bound.panels(store), store)
    (verdict,) = answer(bound, context, only="trigger")
    source = verdict.parts[0].provenance
    rows = (
        store.events()
        .filter(pl.col("source") == "CHN", pl.col("target") == "PRK")
        .filter(pl.col("event_date").is_between(date(2018, 1, 1), date(2018, 10, 31)))
        .sort("file_id", "row_no")
        .collect()
    )
    assert source.kind == "rows"
    assert source.row_count == rows.height > 500
    first = rows.row(0, named=True)
    assert source.rows[0] == f"{first['file_id']}:{first['row_no']}"


def test_the_busiest_days_and_week_are_those_of_the_summits(store):
    """CHN–PRK on 28 March and in the week of 26 March, PRK–USA on 12 June."""
    for policy in ("none", "one-a-day"):
        daily = tt.panel(store, period="day", duplicates=policy)
        assert busiest(daily, "CHN", "PRK") == date(2018, 3, 28)
        assert busiest(daily, "PRK", "USA") == date(2018, 6, 12)
        assert busiest(daily.regroup("week"), "CHN", "PRK") == date(2018, 3, 26)


def busiest(panel, one, other):
    """Return the period in which the two states have most events, both directions."""
    there, back = panel.series(one, other), panel.series(other, one)
    both = there.with_columns(both=there["events"] + back["events"])
    return both.sort("both", descending=True)["period"][0]
