"""Files read together: each row knows its file and line, whatever path it took.

The three ways a line may be parsed must give the same rows; what a file holds may not depend on
the files beside it; a file that turns out to be damaged must leave nothing behind.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tertius import settings
from tertius.errors import SourceError
from tertius.events import ingest, open_store
from tertius.events.intakes import takings
from tertius.events.parsing import batches
from tertius.events.parsing.lines import line_count
from tertius.events.sources import gdelt

COUNTRIES = ("CHN", "PRK", "USA", "KOR", "", "EUR", "ROM")


def row(key: str, number: int = 0, *, width: int = 61, **changed: str) -> str:
    """Return a line of a GDELT event file."""
    cells = [""] * 61
    told = {
        0: key, 1: f"201803{number % 28 + 1:02}", 5: f"ACTOR {number % 9}",
        7: COUNTRIES[number % 7], 12: "GOV", 17: COUNTRIES[number // 7 % 7],
        26: ("042", "190", "0231")[number % 3], 30: f"{number % 21 - 10}.0",
        31: str(number % 5 + 1), 32: "1", 33: "2",
        34: f"-{number % 8}.{number % 1000:03}", 53: "KN",
        59: "20180326044500" if width == 61 else "20180326", 60: f"https://example.org/{key}",
    }  # fmt: skip
    for at, text in (told | {int(name[1:]): text for name, text in changed.items()}).items():
        cells[at] = text
    if width != 61:
        cells = [cell for at, cell in enumerate(cells) if at not in (39, 47, 55)]
    return "\t".join(cells[:width])


def lines(name: str, count: int, **changed: Any) -> list[str]:
    """Return so many lines, each with an id that says where it stands."""
    return [row(f"{name}-{at}", at, **changed) for at in range(1, count + 1)]


def written(path: Path, rows: Sequence[str]) -> Path:
    """Write lines to a file, packed as its name says."""
    content = "".join(f"{line}\n" for line in rows).encode()
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(zipfile.ZipInfo(path.stem), content)
    elif path.suffix == ".gz":
        path.write_bytes(gzip.compress(content, 1, mtime=0))
    else:
        path.write_bytes(content)
    return path


def events(store: Path) -> pl.DataFrame:
    """Return all events without what depends on when they were written."""
    return open_store(store).events().collect().sort("file_id", "row_no")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make files of more than two thousand bytes large ones, and segments of ten rows."""
    for name, value in (
        ("ingest_piece_bytes", 2_000),
        ("ingest_batch_bytes", 3_000),
        ("segment_rows_count", 10),
    ):
        monkeypatch.setitem(settings._BY_NAME, name, value)
    monkeypatch.setattr(takings, "_READ_BYTES", 1_500)


# Three ways.

CAREFUL = {"c30": " 1.5", "c31": "4 ", "c32": "+1", "c34": ""}


@pytest.mark.parametrize("width", [57, 58, 61])
@pytest.mark.parametrize("odd", [{}, CAREFUL])
def test_every_path_gives_the_same_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int, odd: dict[str, str]
) -> None:
    """Presumed to be sound, looked at line by line, and parsed with care."""
    paths = []
    for count in range(3):
        made = lines(f"f{count}", 60, width=width)
        made[7] = row(f"f{count}-8", 8, width=width, **odd)
        paths.append(written(tmp_path / f"{count}.csv", made))
    taken: list[str] = []

    def told(name: str, real: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            taken.append(name)
            return real(*args, **kwargs)

        return call

    def read(name: str) -> pl.DataFrame:
        taken.clear()
        with monkeypatch.context() as patch:
            if name == "exact":
                patch.setattr(batches, "presumed_width", lambda text, _: (line_count(text), 0))
            if name == "careful":
                patch.setattr(gdelt, "_parsed", lambda *_: None)
            patch.setattr(batches, "sound_lines", told("sound", batches.sound_lines))
            patch.setattr(gdelt, "_parsed_with_care", told("care", gdelt._parsed_with_care))
            report = ingest("gdelt", paths, store=tmp_path / name)
        assert (report.lines, report.kept) == (180, 180)
        return events(tmp_path / name)

    presumed = read("presumed")
    assert taken == ([] if not odd else ["sound", "care"])
    exact = read("exact")
    assert taken == (["sound"] if not odd else ["sound", "care"])
    careful = read("careful")
    assert taken == ["sound", "care"]
    assert presumed.equals(exact)
    assert presumed.equals(careful)
    ids = presumed.select(pl.col("event_id").str.split("-").list.last().cast(pl.Int64))
    assert ids.to_series().to_list() == presumed["row_no"].to_list()


@pytest.mark.parametrize("at", [0, 1, 5])
@pytest.mark.parametrize("width", [57, 58, 61])
def test_lines_that_only_add_up_are_found_out(tmp_path: Path, at: int, width: int) -> None:
    """Two fields too few in a line and two too many in another: as many tabs as presumed."""
    made = lines("f", 6, width=width)
    for short, long in (
        ("\t".join(made[at].split("\t")[:-2]), made[at - 1] + "\tmore\tmore"),
        ("", made[at - 1] + "\t" * width),
    ):
        rows = [*made]
        rows[at], rows[at - 1] = short, long
        store = tmp_path / f"s{len(short)}"
        report = ingest("gdelt", written(tmp_path / f"{len(short)}.csv", rows), store=store)
        assert (report.lines, report.kept, report.rejected + report.filtered) == (6, 4, 2)
        odd = {at + 1, (at - 1) % 6 + 1}
        assert set(events(store)["row_no"]) == set(range(1, 7)) - odd


# Many files at once.


def test_rows_of_many_files_keep_file_and_line(tmp_path: Path) -> None:
    """Blank and broken lines shift no number; files of all widths stand side by side."""
    paths, expected = [], {}
    for count, name in enumerate(("a.csv", "b.csv.zip", "c.csv.gz", "d.csv", "e.csv")):
        made = lines(name[0], 9 + count, width=(61, 58, 57)[count % 3])
        made[count] = ""
        made[count + 2] = "broken"
        made.insert(0, row(f"{name[0]}-0", width=58))
        paths.append(written(tmp_path / name, made))
        expected[name] = (len(made), count + 2, count + 4)
    report = ingest("gdelt", paths, store=tmp_path / "s")
    store = open_store(tmp_path / "s")
    names = {file.file_id: file.name for file in report.files}
    assert [file.name for file in report.files] == list(expected)
    for file in report.files:
        total, blank, broken = expected[file.name]
        assert (file.lines, file.kept, file.rejected, file.filtered) == (total, total - 2, 1, 1)
        own = events(tmp_path / "s").filter(pl.col("file_id") == file.file_id)
        assert own["event_id"].to_list() == [f"{file.name[0]}-{at - 1}" for at in own["row_no"]]
        assert set(own["row_no"]) == set(range(1, total + 1)) - {blank, broken}
    aside = store.rejected()
    assert {(names[key], line) for key, line in aside.select("file_id", "line").iter_rows()} == {
        (name, broken) for name, (_, _, broken) in expected.items()
    }
    assert set(aside["text"]) == {"broken"}
    assert len(list((tmp_path / "s" / "segments").iterdir())) == 1


@pytest.mark.usefixtures("small")
def test_files_of_different_layouts_take_turns(tmp_path: Path) -> None:
    """A file whose columns lie otherwise is not complete before it is read."""
    heads = ("day,a,b,code", "code,b,a,day", "x,day,a,b,code")
    bodies = (
        "2018-01-{:02},CHN,PRK,010",
        "010,PRK,CHN,2018-01-{:02}",
        ",2018-01-{:02},CHN,PRK,010",
    )
    paths = []
    for count in range(12):
        made = [bodies[count % 3].format(day) for day in range(1, 8 + count)]
        paths.append(written(tmp_path / f"{count}.csv", [heads[count % 3], *made]))
    columns = {"date": "day", "source": "a", "target": "b", "code": "code"}
    report = ingest("table", paths, store=tmp_path / "s", columns=columns, whole=False)
    assert report.refused == ()
    assert [file.kept for file in report.files] == [7 + count for count in range(12)]
    found = events(tmp_path / "s")
    assert found.height == report.lines == sum(range(7, 19))
    assert found["event_date"].dt.day().to_list() == (found["row_no"] - 1).to_list()
    assert set(found["source"]) == {"CHN"}


def test_the_order_of_files_changes_no_count(tmp_path: Path) -> None:
    """Forwards, backwards and shuffled: the same account of each, the same rows."""
    paths = []
    for count in range(9):
        made = lines(f"f{count}", 20, width=(61, 57, 58)[count % 3])
        made[count : count + 2] = ["", "\t" * 60, row("x", c1="soon")][: count % 3]
        paths.append(written(tmp_path / f"{count}.csv", made))
    accounts, rows = [], []
    for name, order in (("a", paths), ("b", paths[::-1]), ("c", paths[4:] + paths[:4])):
        for keep in ("all", "interstate"):
            report = ingest("gdelt", order, store=tmp_path / f"{name}-{keep}", keep=keep)
            accounts.append({file.name: file for file in report.files})
            rows.append(events(tmp_path / f"{name}-{keep}"))
    assert accounts[0] == accounts[2] == accounts[4]
    assert accounts[1] == accounts[3] == accounts[5]
    assert rows[0].equals(rows[2])
    assert rows[0].equals(rows[4])
    assert rows[1].equals(rows[3])
    assert rows[1].equals(rows[5])
    between = rows[0].filter(pl.col("source") != pl.col("target")).drop("file_id")
    assert between.sort(pl.all()).equals(rows[1].drop("file_id").sort(pl.all()))


# Large and damaged files.


def broken(path: Path, how: str) -> Path:
    """Damage a packed file so that it is noticed late."""
    content = bytearray(path.read_bytes())
    if how == "cut off":
        path.write_bytes(content[: len(content) * 3 // 4])
        return path
    # The sum in the directory and in the member's header.
    with zipfile.ZipFile(path) as archive:
        (info,) = archive.infolist()
    for at, value in enumerate(content[:-4]):
        if value == info.CRC & 255 and content[at : at + 4] == info.CRC.to_bytes(4, "little"):
            content[at] ^= 1
    path.write_bytes(content)
    return path


DAMAGE = [("z.csv.zip", "sum"), ("20180326044500.export.CSV.zip", "sum"),
          ("20180326044500.export.CSV.gz", "cut off"), ("z.csv.gz", "cut off"),
          ("z.csv.zip", "cut off")]  # fmt: skip


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("name", "how"), DAMAGE)
@pytest.mark.parametrize("bad_lines", [False, True])
def test_a_large_file_found_damaged_leaves_nothing_behind(
    tmp_path: Path, name: str, how: str, bad_lines: bool
) -> None:
    """No event, no rejected line, no address; the files around it are held."""
    made = lines("bad", 90)
    if bad_lines:
        made[::2] = ["x"] * 45
    bad = broken(written(tmp_path / name, made), how)
    good = [written(tmp_path / f"{key}.csv", lines(key, 30)) for key in ("a", "b")]
    report = ingest("gdelt", [good[0], bad, good[1]], store=tmp_path / "s", whole=False)
    assert [file.name for file in report.files] == ["a.csv", "b.csv"]
    ((refused, why),) = report.refused
    assert refused == name
    assert any(word in why for word in ("CRC-32", "damaged", "cut off", "does not end"))
    store = open_store(tmp_path / "s")
    assert set(events(tmp_path / "s")["event_id"].str.slice(0, 2)) == {"a-", "b-"}
    assert store.rejected().is_empty()
    assert store.links().collect()["url"].str.contains("bad").sum() == 0
    assert store.links().collect().height == 60
    held = {s.sha256 for e in store.entries() for s in (*e.segments, *e.links, *e.rejected)}
    assert {path.stem for path in (tmp_path / "s").rglob("*.parquet")} == held
    assert store.verify() == []


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("name", "how"), DAMAGE)
def test_of_all_or_none_a_damaged_file_leaves_none(tmp_path: Path, name: str, how: str) -> None:
    """Neither in a new store nor in one with events."""
    bad = broken(written(tmp_path / name, lines("bad", 90)), how)
    good = [written(tmp_path / f"{key}.csv", lines(key, 30)) for key in ("a", "b")]
    with pytest.raises(SourceError, match=r"CRC-32|damaged|cut off|does not end") as caught:
        ingest("gdelt", [*good, bad], store=tmp_path / "s")
    assert name in str(caught.value)
    assert not list((tmp_path / "s").rglob("*.parquet"))
    assert not list((tmp_path / "s").glob("catalogue*"))
    ingest("gdelt", good[0], store=tmp_path / "s")
    before = open_store(tmp_path / "s").info()
    with pytest.raises(SourceError):
        ingest("gdelt", [good[1], bad], store=tmp_path / "s")
    assert open_store(tmp_path / "s").info() == before
    assert open_store(tmp_path / "s").verify() == []


@pytest.mark.usefixtures("small")
def test_a_large_file_is_read_as_a_small_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Streamed in pieces into segments of its own, or at once: the same rows."""
    made = lines("f", 100)
    made[3:5] = ["", "x"]
    path = written(tmp_path / "f.csv.zip", made)
    streamed = ingest("gdelt", path, store=tmp_path / "streamed")
    monkeypatch.undo()
    at_once = ingest("gdelt", path, store=tmp_path / "once")
    assert streamed.files == at_once.files
    assert events(tmp_path / "streamed").equals(events(tmp_path / "once"))
    pieces, one = (
        next(iter(open_store(tmp_path / name).entries())).segments for name in ("streamed", "once")
    )
    assert len(pieces) > 3
    assert len(one) == 1


@pytest.mark.usefixtures("small")
def test_what_a_gzip_says_of_its_size_is_not_relied_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The size at its end is of its last stream only; it is streamed all the same."""
    large = "".join(f"{line}\n" for line in lines("f", 60)).encode()
    last = (row("f-61", 61) + "\n").encode()
    path = tmp_path / "f.csv.gz"
    path.write_bytes(gzip.compress(large) + gzip.compress(last))
    streams: list[int] = []
    real = takings.Taking._stream
    monkeypatch.setattr(
        takings.Taking, "_stream", lambda self, *args: streams.append(1) or real(self, *args)
    )
    report = ingest("gdelt", path, store=tmp_path / "s")
    assert (report.kept, streams) == (61, [1])
    assert events(tmp_path / "s")["row_no"].to_list() == list(range(1, 62))


# The same file again, and another of its name.


def test_the_same_content_counts_once(tmp_path: Path) -> None:
    """The same path twice, or a copy under another name, packed or not."""
    path = written(tmp_path / "a.csv", lines("a", 10))
    copy = written(tmp_path / "b.csv.zip", lines("a", 10))
    report = ingest("gdelt", [path, path, copy], store=tmp_path / "s")
    assert [file.already_present for file in report.files] == [False, True, True]
    again = ingest("gdelt", [copy, path], store=tmp_path / "s")
    assert again.already_present
    assert events(tmp_path / "s").height == 10


def test_copies_of_a_refused_file_are_refused_too(tmp_path: Path) -> None:
    """None goes without a word."""
    paths = [written(tmp_path / f"{key}.csv", ["x", "y"]) for key in "abc"]
    good = written(tmp_path / "d.csv", lines("d", 3))
    report = ingest("gdelt", [*paths[:2], good, paths[2]], store=tmp_path / "s", whole=False)
    assert [file.name for file in report.files] == ["d.csv"]
    assert sorted(name for name, _ in report.refused) == ["a.csv", "b.csv", "c.csv"]
    assert all("none of its 2 lines" in why for _, why in report.refused)


@pytest.mark.usefixtures("small")
def test_a_sound_copy_makes_good_for_a_damaged_one(tmp_path: Path) -> None:
    """Both declare the same sum; the first does not hold to it."""
    name = "20180326044500.export.CSV.zip"
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        written(tmp_path / folder / name, lines("f", 60))
    bad = tmp_path / "first" / name
    content = bytearray(bad.read_bytes())
    content[len(content) // 2] ^= 255
    bad.write_bytes(content)
    report = ingest(
        "gdelt", [tmp_path / "first", tmp_path / "second"], store=tmp_path / "s", whole=False
    )
    assert [refused for refused, _ in report.refused] == [name]
    assert (report.kept, events(tmp_path / "s").height) == (60, 60)


FEED = "20180326044500.export.CSV"


@pytest.mark.parametrize("other", [FEED, f"{FEED}.zip", f"{FEED}.gz", FEED.upper(), "bundle.zip"])
@pytest.mark.parametrize("together", [True, False])
def test_another_file_of_a_name_in_a_feed_is_refused(
    tmp_path: Path, other: str, together: bool
) -> None:
    """Its events would count twice, in whatever form it comes; in one call or in two."""
    first = written(tmp_path / f"{FEED}.zip", lines("f", 5))
    (tmp_path / "other").mkdir()
    second = tmp_path / "other" / other
    if other == "bundle.zip":
        with zipfile.ZipFile(second, "w") as archive:
            for name, key in ((FEED, "g"), ("20180326050000.export.CSV", "h")):
                archive.writestr(f"x/{name}", "".join(f"{one}\n" for one in lines(key, 6)))
    else:
        written(second, lines("g", 6))
    store = tmp_path / "s"
    if not together:
        ingest("gdelt", first, store=store)
    paths = [first, second] if together else [second]
    report = ingest("gdelt", paths, store=store, whole=False)
    ((name, why),) = report.refused
    assert name.rpartition("/")[2].upper().startswith(FEED.upper())
    assert "with other bytes" in why
    assert set(events(store)["event_id"].str.slice(0, 1)) - {"h"} == {"f"}
    with pytest.raises(SourceError, match="with other bytes"):
        ingest("gdelt", paths, store=store)


def test_a_file_of_a_feed_is_the_same_in_every_form(tmp_path: Path) -> None:
    """Packed by zip or gzip, plain, or in a bundle with others."""
    made = lines("f", 5)
    paths = []
    for ending in (".zip", ".gz", ""):
        (tmp_path / f"as{ending}").mkdir()
        paths.append(written(tmp_path / f"as{ending}" / f"{FEED}{ending}", made))
    bundle = tmp_path / "bundle.zip"
    with zipfile.ZipFile(bundle, "w") as archive:
        archive.writestr(f"day/{FEED}", "".join(f"{one}\n" for one in made))
        archive.writestr("day/20180326050000.export.CSV", row("g") + "\n")
    assert ingest("gdelt", paths[0], store=tmp_path / "s").kept == 5
    report = ingest("gdelt", [*paths[1:], bundle], store=tmp_path / "s")
    assert [file.already_present for file in report.files] == [True, True, True, False]
    assert events(tmp_path / "s").height == 6


def test_the_archive_of_many_files_is_summed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not once for each of its members."""
    from tertius.events.sources import packages

    bundle = tmp_path / "bundle.zip"
    with zipfile.ZipFile(bundle, "w") as archive:
        for count in range(30):
            archive.writestr(f"{count}.csv", row(f"f-{count}", count) + "\n")
    sums: list[Path] = []
    real = packages.file_sha256
    monkeypatch.setattr(packages, "file_sha256", lambda path: sums.append(path) or real(path))
    report = ingest("gdelt", bundle, store=tmp_path / "s")
    assert (report.kept, sums) == (30, [bundle])
    assert {file.sha256 for file in report.files} == {
        hashlib.sha256(bundle.read_bytes()).hexdigest()
    }


# The classic loss.


def test_a_cut_and_a_missing_file_of_a_day_are_named_and_no_row_is_lost(tmp_path: Path) -> None:
    """94 of 96 are held to the last row; without `whole=False` none is."""
    folder = tmp_path / "day"
    folder.mkdir()
    stamps = [f"20180326{at // 4:02}{at % 4 * 15:02}00" for at in range(96)]
    paths = [folder / f"{stamp}.export.CSV.zip" for stamp in stamps]
    for at, path in enumerate(paths):
        written(path, lines(f"f{at}", 20 + at % 3))
    paths[40].write_bytes(paths[40].read_bytes()[:-200])
    paths[70].unlink()
    report = ingest("gdelt", paths, store=tmp_path / "s", whole=False)
    assert [name for name, _ in report.refused] == [paths[40].name, paths[70].name]
    assert "no such file" in dict(report.refused)[paths[70].name]
    counts = {path.name: 20 + at % 3 for at, path in enumerate(paths) if at not in (40, 70)}
    assert {file.name: file.kept for file in report.files} == counts
    store = open_store(tmp_path / "s")
    assert (store.info().files, store.info().kept) == (94, sum(counts.values()))
    found = events(tmp_path / "s")
    expected = {
        f"f{at}-{number}"
        for at in range(96) if at not in (40, 70)
        for number in range(1, 21 + at % 3)
    }  # fmt: skip
    assert found.height == len(expected)
    assert set(found["event_id"]) == expected
    with pytest.raises(SourceError):
        ingest("gdelt", paths, store=tmp_path / "none")
    assert not (tmp_path / "none").exists()
    # What was held stays held, and the two follow when they are there.
    written(paths[40], lines("f40", 21))
    written(paths[70], lines("f70", 21))
    again = ingest("gdelt", paths, store=tmp_path / "s", whole=False)
    assert (again.refused, sum(file.already_present for file in again.files)) == ((), 94)
    assert events(tmp_path / "s").height == len(expected) + 42


@pytest.mark.parametrize("source", ["table", "tkg", "gdelt"])
def test_a_path_that_is_missing_is_listed_among_others(tmp_path: Path, source: str) -> None:
    """For every source; the rest is taken in."""
    folder = tmp_path / "q"
    folder.mkdir()
    for name, text in (
        ("train.txt", "0 0 1 0\n"),
        ("entity2id.txt", "China\t0\nNorth Korea\t1\n"),
        ("relation2id.txt", "Consult\t0\n"),
    ):
        (folder / name).write_text(text)
    (tmp_path / "t.csv").write_text("d,a,b,c\n2018-01-01,CHN,PRK,010\n")
    written(tmp_path / "g.csv", lines("g", 1))
    good, options = {
        "table": ("t.csv", {"columns": {"date": "d", "source": "a", "target": "b", "code": "c"}}),
        "tkg": ("q", {"origin": "2018-01-01", "unit": "day"}),
        "gdelt": ("g.csv", {}),
    }[source]
    paths = [tmp_path / "absent", tmp_path / good]
    report = ingest(source, paths, store=tmp_path / "s", whole=False, **options)
    assert [name for name, _ in report.refused] == ["absent"]
    assert report.kept == 1
    with pytest.raises(SourceError, match="no such"):
        ingest(source, paths, store=tmp_path / "none", **options)
    assert not (tmp_path / "none").exists()


# Equal input.

TAKE = """
import hashlib, json, pathlib, sys
from tertius.events import ingest, open_store
store = pathlib.Path(sys.argv[2])
report = ingest("gdelt", sys.argv[1], store=store, keep=sys.argv[3])
made = {str(p.relative_to(store)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(store.rglob("*.parquet"))}
print(json.dumps([report.kept, made, open_store(store).info().digest]))
"""


def test_equal_input_gives_equal_bytes(tmp_path: Path) -> None:
    """Whatever the order of sets and the number of threads."""
    folder = tmp_path / "in"
    folder.mkdir()
    for count in range(12):
        made = lines(f"f{count}", 1_500)
        made[count * 7] = "x"
        written(folder / f"{count:02}.csv", made)
    found = []
    for keep, seed, threads in (
        ("all", "1", "1"),
        ("all", "2", "2"),
        ("all", "3", "5"),
        ("interstate", "1", "1"),
        ("interstate", "2", "4"),
    ):
        done = subprocess.run(
            [sys.executable, "-c", TAKE, str(folder), str(tmp_path / f"{keep}-{seed}"), keep],
            env={**os.environ, "PYTHONHASHSEED": seed, "POLARS_MAX_THREADS": threads},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        found.append(json.loads(done.stdout))
    assert found[0] == found[1] == found[2]
    assert found[3] == found[4]
    assert found[0][0] == 12 * 1_499
    assert len(found[0][1]) == 3
