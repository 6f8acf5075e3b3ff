"""The `polecat` source on rows written here, since none may be passed on."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tertius.errors import SourceError, UsageError
from tertius.events import IngestReport, ingest, open_store
from tertius.events.ontologies import plover_codes
from tertius.events.sources.feeds import feed_of
from tertius.panels import panel

_NAMES = (
    "Event ID,Event Date,Event Type,Event Mode,Intensity,Quad Code,Contexts,Actor Name,"
    "Actor Country,Actor COW,Primary Actor Sector,Actor Sectors,Actor Title,Actor Name Raw,"
    "Wikipedia Actor ID,Recipient Name,Recipient Country,Recipient COW,Primary Recipient Sector,"
    "Recipient Sectors,Recipient Title,Recipient Name Raw,Wikipedia Recipient ID,Placename,City,"
    "District,Province,Country,Latitude,Longitude,GeoNames ID,Raw Placename,Feature Type,Source,"
    "Publication Date,Story People,Story Organizations,Story Locations,Language,Version"
)
COLUMNS = tuple(_NAMES.split(","))
ROW = dict.fromkeys(COLUMNS, "None") | {
    "Event ID": "20220324-1-a_EN", "Event Date": "2022-03-24", "Event Type": "CONSULT",
    "Event Mode": "visit", "Intensity": "4.0", "Quad Code": "VERBAL COOPERATION",
    "Contexts": "diplomatic;military", "Actor Name": "Wang Yi", "Actor Country": "CHN",
    "Actor COW": "710", "Primary Actor Sector": "GOV", "Actor Sectors": "GOV;PTY",
    "Actor Name Raw": "The foreign minister", "Recipient Name": "Kim Jong-un",
    "Recipient Country": "PRK", "Primary Recipient Sector": "GOV", "Country": "PRK",
    "Latitude": "39.03", "Longitude": "125.75", "Publication Date": "2022-03-25",
    "Language": "EN", "Version": "NGEC_made",
}  # fmt: skip


def text(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> str:
    lines = ["\t".join(columns)]
    lines += ["\t".join((ROW | row)[name] for name in columns) for row in rows]
    return "\n".join(lines) + "\n"


def read(
    tmp_path: Path, content: str | bytes, name: str = "ngec.txt"
) -> tuple[IngestReport, pl.DataFrame]:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    store = tmp_path / f"store of {name}"
    report = ingest("polecat", path, store=store)
    return report, open_store(store).events().sort("row_no").collect()


def test_a_row_becomes_the_event_it_says(tmp_path: Path) -> None:
    """Every column that is kept, under its name in the schema."""
    assert len(COLUMNS) == 40
    _, events = read(tmp_path, text({}))
    row = events.row(0, named=True)
    expected = {
        "event_id": "20220324-1-a_EN", "event_date": date(2022, 3, 24), "source": "CHN",
        "target": "PRK", "source_raw": "Wang Yi", "target_raw": "Kim Jong-un",
        "source_type": "GOV", "target_type": "GOV", "code": "CONSULT/visit", "root": "CONSULT",
        "quad": 1, "scheme": "plover", "weight": 4.0, "weights": "plover", "weight_raw": 4.0,
        "place": "PRK", "place_raw": "PRK", "dataset": "POLECAT", "flags": None, "row_no": 2,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected


def test_every_type_and_mode_of_the_ontology_is_a_code(tmp_path: Path) -> None:
    """Types alone too; classes and weights are PLOVER's."""
    codes = plover_codes()
    rows = [
        {"Event Type": kind, "Event Mode": mode or "None"}
        for kind, mode in codes.select("type", "mode").iter_rows()
    ]
    report, events = read(tmp_path, text(*rows))
    assert (report.kept, report.rejected) == (codes.height, 0)
    assert events["code"].to_list() == codes["code"].to_list()
    assert events["quad"].to_list() == codes["quad"].to_list()
    assert events["weight"].null_count() == 0
    assert events["flags"].null_count() == codes.height


def test_a_mode_nobody_lists_leaves_the_type(tmp_path: Path) -> None:
    """The row is kept and flagged; a type nobody lists is rejected."""
    report, events = read(
        tmp_path,
        text({"Event Mode": "teleconference"}, {"Event Type": "protest", "Event Mode": "DEMO"},
             {"Event Type": "MEDITATE"}),
    )  # fmt: skip
    assert events["code"].to_list() == ["CONSULT", "PROTEST/demo"]
    assert events["flags"].to_list() == ["unknown-mode", None]
    assert (report.kept, report.rejected) == (2, 1)
    assert "MEDITATE" in open_store(report.store).rejected()["reason"][0]


def test_an_actor_of_several_countries_is_nobody_s(tmp_path: Path) -> None:
    """What stood there is counted; the same country twice is one."""
    report, events = read(
        tmp_path,
        text({"Actor Country": "USA; KOR"}, {"Actor Country": "USA;USA"},
             {"Actor Country": "None"}, {"Actor Country": "ZZZ"}),
    )  # fmt: skip
    assert events["source"].to_list() == [None, "USA", None, None]
    assert dict(report.files[0].top_unknown) == {
        "Wang Yi [USA; KOR]": 1, "Wang Yi": 1, "Wang Yi [ZZZ]": 1,
    }  # fmt: skip


def test_the_name_as_reported_stands_in_for_a_name_that_is_missing(tmp_path: Path) -> None:
    """An actor without either has none; no name is resolved to a state."""
    _, events = read(
        tmp_path,
        text({"Actor Name": "None", "Actor Country": "None", "Actor Name Raw": "China"},
             {"Actor Name": "None", "Actor Country": "None", "Actor Name Raw": "None"}),
    )  # fmt: skip
    assert events["source_raw"].to_list() == ["China", None]
    assert events["source"].to_list() == [None, None]


def test_the_intensity_has_two_names(tmp_path: Path) -> None:
    """ "Intensity" in earlier files, "Event Intensity" in later ones, and none in some."""
    for name, weights in (("Event Intensity", [4.0]), ("Not the intensity", [None])):
        content = text({}).replace("\tIntensity\t", f"\t{name}\t", 1)
        _, events = read(tmp_path, content, f"{name}.txt")
        assert events["weight_raw"].to_list() == weights
    report, _ = read(tmp_path, text({}, {"Intensity": "strong"}))
    assert (report.kept, report.rejected) == (1, 1)


def test_spare_tabs_are_no_columns(tmp_path: Path) -> None:
    """At the end of the header, of lines, or both; a field that holds something is one."""
    head, _, row = text({}).partition("\n")
    row = row.rstrip("\n")
    content = f"{head}\t\t\n{row}\n{row}\t\n{row}\t\t\t\n{row}\tmore\n{row}" + "\t" * 9 + "\n"
    report, events = read(tmp_path, content)
    assert events["row_no"].to_list() == [2, 3, 4]
    assert events["source"].to_list() == ["CHN"] * 3
    assert (report.lines, report.kept, report.rejected) == (5, 3, 2)


def test_a_line_is_utf8_or_iso_8859_1(tmp_path: Path) -> None:
    """Files are mixed: each line is read as what it is."""
    head, _, row = text({}).partition("\n")
    name = "Wang Yi"
    content = (
        head.encode() + b"\n"
        + row.replace(name, "Jos\u00e9 Mu\u00f1oz").encode("utf-8")
        + row.replace(name, "Jos\u00e9 Mu\u00f1oz").encode("latin-1")
        + row.replace(name, "\u738b\u6bc5").encode("utf-8")
    )  # fmt: skip
    _, events = read(tmp_path, content)
    assert events["source_raw"].to_list() == ["Jos\u00e9 Mu\u00f1oz"] * 2 + ["\u738b\u6bc5"]


def test_a_quote_is_a_letter(tmp_path: Path) -> None:
    """One stray quote swallows no line."""
    _, events = read(tmp_path, text({"Actor Name": 'The "Four'}, {}, {"Actor Name": "Yi's"}))
    assert events["source_raw"].to_list() == ['The "Four', "Wang Yi", "Yi's"]


def test_a_day_is_written_in_one_way(tmp_path: Path) -> None:
    """Year, month and day; anything else is rejected with its line."""
    report, _ = read(tmp_path, text({}, {"Event Date": "03/24/2022"}, {"Event Date": "None"}))
    assert (report.kept, report.rejected) == (1, 2)


def test_a_year_is_a_zip_of_months(tmp_path: Path) -> None:
    """Each member has its own account; names of members are those of the feed."""
    path = tmp_path / "ngecEventsDV-2022.txt.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for month in ("Jan", "Feb"):
            archive.writestr(f"ngecEventsDV-2022-{month}.txt", text({"Event ID": month}))
    report = ingest("polecat", path, store=tmp_path / "s")
    assert [file.kept for file in report.files] == [1, 1]
    assert report.files[0].dataset == "POLECAT"


@pytest.mark.parametrize(
    "name",
    ["ngecEvents.20230103111842.Release603.DV.txt", "ngecEvents.DV.2018.txt",
     "ngecEventsDV-2022.txt.zip", "ngecEventsDV-2022-Jan.txt", "ngecEvents.DV.2018.txt.gz"],
)  # fmt: skip
def test_a_file_s_name_tells_its_feed_and_no_time(name: str) -> None:
    """Weeks are called after the day they were made, and a year may have been made within it."""
    assert feed_of(name) == ("polecat", None)


def test_a_panel_of_plover_events_counts_by_class(tmp_path: Path) -> None:
    """What the panel sums, it sums in PLOVER's classes."""
    report, _ = read(tmp_path, text({}, {"Event Type": "THREATEN", "Event Mode": "None"}))
    cells = panel(open_store(report.store), "day").cells
    assert cells.select("source", "target", "events", "quad_1", "quad_3").rows() == [
        ("CHN", "PRK", 2, 1, 1)
    ]


def test_tables_for_cameo_do_not_fit(tmp_path: Path) -> None:
    """PLOVER types have no CAMEO code."""
    (tmp_path / "a.txt").write_text(text({}), encoding="utf-8")
    with pytest.raises(UsageError, match="CAMEO"):
        ingest("polecat", tmp_path / "a.txt", store=tmp_path / "s", scheme="cameo-gdelt")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (text({}).partition("\n")[2], "40 columns and no header: this looks like POLECAT"),
        ("Event ID,Event Date\n1,2\n", "is no POLECAT file"),
        (text({}).replace("\t", ","), "its header is that of POLECAT"),
        ("a\tb\n", "is no POLECAT file"),
    ],
)
def test_another_file_gets_one_error_that_says_what_it_is(
    tmp_path: Path, content: str, says: str
) -> None:
    """With the file, its first line and what to do."""
    with pytest.raises(SourceError, match=says) as caught:
        read(tmp_path, content)
    assert caught.value.hint
