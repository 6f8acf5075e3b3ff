"""The catalogue: what is added is there, for readers beside a writer, and for good."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tertius.errors import StoreError, UsageError, WriteError
from tertius.events.schemas import LINK_SCHEMA, REJECTED_SCHEMA
from tertius.events.store import compact, migrate, open_store
from tertius.events.store.entries import Expected
from tertius.events.store.layouts import CATALOGUE
from tertius.events.store.writers import writing

Make = Callable[..., Any]

# Damages tried on every artefact, with a fixed seed; each is one bit, a cut or a zeroed page.
DAMAGES = 200


def promised(name: str, **given: Any) -> Expected:
    values: dict[str, Any] = {
        "feed": "gdelt2", "address": f"http://example.org/{name}", "bytes": 10, "md5": "a" * 32,
        "span": ("2018-01-01T00:00:00Z", "2018-01-01T00:15:00Z"), "status": "expected",
        "reason": "",
    }  # fmt: skip
    return Expected(name=name, **(values | given))


@pytest.fixture
def filled(tmp_path: Path, make_events: Make, make_entry: Make) -> Path:
    """A store of three files, two of which share a segment, with rejected lines and links."""
    folder = tmp_path / "filled"
    with writing(folder) as writer:
        both = writer.write("segments", pl.concat([make_events("a", 40), make_events("b", 30)]))
        bad = pl.DataFrame(
            {"file_id": ["a"], "file": ["a.csv"], "line": [7], "reason": ["x"], "text": ["=1"]},
            schema=REJECTED_SCHEMA,
        )
        links = pl.DataFrame({"url_hash": [1, 2], "url": ["u", "v"]}, schema=LINK_SCHEMA)
        rejected, linked = writer.write("rejected", bad), writer.write("links", links)
        writer.add([
            make_entry("a", 40, both, lines=41, rejected=(rejected,), links=(linked,)),
            make_entry("b", 30, both, span=("2018-01-01T00:00:00Z", "2018-01-04T00:00:00Z")),
        ])  # fmt: skip
        third = writer.write("segments", make_events("c", 5))
        writer.add([make_entry("c", 5, third, feed="gdelt2", errata=(("1920", 3), ("pad", 1)))])
        writer.expect([promised("c.csv"), promised("d.csv")])
        writer.settle("gdelt2", "d.csv", "missing", "404")
    return folder


def test_what_was_added_is_read_back_whole(filled: Path, make_entry: Make) -> None:
    """Entries come back equal in every field, in the order they came."""
    store = open_store(filled)
    entries = list(store.entries())
    assert [entry.report.file_id for entry in entries] == ["a", "b", "c"]
    a, b, c = entries
    expected = make_entry("a", 40, *a.segments, lines=41, rejected=a.rejected, links=a.links)
    assert a == expected
    assert a.segments == b.segments
    assert b.span == ("2018-01-01T00:00:00Z", "2018-01-04T00:00:00Z")
    assert (b.days, dict(b.options)) == ((), {"a": "1", "b": "2"})
    assert c.report.errata == (("1920", 3), ("pad", 1))
    assert store.events().collect().height == 75
    assert store.links().collect().sort("url")["url"].to_list() == ["u", "v"]
    assert store.rejected()["text"].to_list() == ["=1"]


def test_files_are_found_by_content(filled: Path, make_entry: Make) -> None:
    """What is not there is None."""
    with writing(filled) as writer:
        found = writer.find(("b",))
        assert found is not None
        assert found.report.file_id == "b"
        assert writer.find(("b", "c")) is None
        # By the first of several parts, which has to be that part as a whole.
        writer.add([make_entry("z", 1, content=("gdelt2/z", "crc32:0", "bytes:1"))])
        begun = writer.find_start("gdelt2/z")
        assert begun is not None
        assert begun.report.file_id == "z"
        assert writer.find_start("gdelt2/") is None
        assert writer.find_start("b") is None


def test_numbers_agree_with_the_entries(filled: Path) -> None:
    """Sums made by SQL are those of a loop over all entries."""
    store = open_store(filled)
    info, entries = store.info(), list(store.entries())
    for name in ("lines", "kept", "rejected", "filtered"):
        assert info[name] == sum(getattr(entry.report, name) for entry in entries)
    segments = {segment for entry in entries for segment in entry.segments}
    assert (info.files, info.segments) == (3, len(segments))
    assert info.bytes == sum(segment.size for segment in segments)
    assert info.errata == (("1920", 3), ("pad", 1))
    assert (info.missing, info.feeds) == (1, ("gdelt2",))
    assert (info.first_day, info.last_day) == ("2018-01-01", "2018-01-03")
    assert "1920 3" in str(info)


def test_a_file_is_added_once(filled: Path, make_entry: Make, make_events: Make) -> None:
    """By content or by key; what was written for it goes, what was there stays."""
    before = open_store(filled)
    segments = sorted(path.name for path in (filled / "segments").iterdir())
    for entry in (make_entry("a", 40), make_entry("new", 1, content=("c",))):
        with pytest.raises(StoreError, match="holds it already"), writing(filled) as writer:
            writer.add(
                [make_entry("new-too", 1, writer.write("segments", make_events("z", 1))), entry]
            )
    assert open_store(filled).digest == before.digest
    assert sorted(path.name for path in (filled / "segments").iterdir()) == segments
    assert open_store(filled).verify() == []


def test_lines_that_do_not_add_up_are_refused(tmp_path: Path, make_entry: Make) -> None:
    """The catalogue itself holds files to the account."""
    import dataclasses

    entry = make_entry("a", 1)
    wrong = dataclasses.replace(entry, report=dataclasses.replace(entry.report, filtered=1))
    with pytest.raises(StoreError, match="add up"), writing(tmp_path / "s") as writer:
        writer.add([wrong])
    assert not (tmp_path / "s" / CATALOGUE).exists()


@pytest.mark.parametrize(
    "span",
    [
        ("2018-01-02T00:00:00Z", "2018-01-01T00:00:00Z"),
        ("2018-01-01", "2018-01-02"),
        ("2018-02-30T00:00:00Z", "2018-03-01T00:00:00Z"),
        ("2018-01-01T00:00:00Z", "2018-01-01T00:00:00Z"),
    ],
)
def test_a_span_is_two_instants_in_order(tmp_path: Path, make_entry: Make, span: Any) -> None:
    """Text that sorts as time does, and nothing else."""
    with pytest.raises(UsageError, match="span"), writing(tmp_path / "s") as writer:
        writer.add([make_entry("a", 1, span=span)])


def test_names_no_text_can_hold_are_kept(tmp_path: Path, make_entry: Make) -> None:
    """A file name that is not UTF-8 comes back as it was."""
    name = os.fsdecode(b"caf\xe9\xff.csv")
    with writing(tmp_path / "s") as writer:
        writer.add([make_entry("a", 0, name=name, feed="f", first_day=None, last_day=None)])
        assert writer.find(("a",)) is not None
    (entry,) = open_store(tmp_path / "s").entries()
    assert (entry.report.name, entry.report.first_day) == (name, None)


def test_coverage_is_the_union_of_spans(tmp_path: Path, make_entry: Make) -> None:
    """Against counting minutes one by one, for overlapping, touching and distant spans."""
    minutes: dict[str, set[int]] = {}
    draw = random.Random(5)
    with writing(tmp_path / "s") as writer:
        entries = []
        for number in range(60):
            start, long = draw.randrange(4000), draw.choice((15, 15, 60, 1440))
            minutes.setdefault(f"f{number % 2}", set()).update(range(start, start + long))
            span = tuple(
                f"{datetime(2018, 1, 1) + timedelta(minutes=at):%Y-%m-%dT%H:%M:%SZ}"
                for at in (start, start + long)
            )
            entries.append(make_entry(f"{number}", 0, span=span, feed=f"f{number % 2}"))
        writer.add(entries)
    store = open_store(tmp_path / "s")
    counted = {
        (date(2018, 1, 1) + timedelta(days=day), feed): len(
            held & set(range(day * 1440, day * 1440 + 1440))
        )
        / 1440
        for feed, held in minutes.items()
        for day in {at // 1440 for at in held}
    }
    told = {(day, feed): share for day, feed, share, basis in store.coverage().iter_rows()}
    assert told == pytest.approx(counted, abs=1e-12)
    assert store.covered_days() == ({day for day, _ in counted}, True)


def test_coverage_tells_holes_and_assumptions(filled: Path) -> None:
    """A day promised and not held has share 0; days that only have rows are assumed."""
    with writing(filled) as writer:
        span = ("2018-02-01T00:00:00Z", "2018-02-02T00:00:00Z")
        writer.expect([promised("e.csv", span=span)])
    frame = open_store(filled).coverage()
    rows = {(day.isoformat(), feed): (share, basis) for day, feed, share, basis in frame.rows()}
    assert rows["2018-02-01", "gdelt2"] == (0.0, "manifest")
    assert rows["2018-01-01", "gdelt2"] == (1.0, "assumed")
    days, declared = open_store(filled).covered_days()
    assert (max(days), declared) == (date(2018, 1, 3), False)
    missing = open_store(filled).missing()
    assert missing["name"].to_list() == ["d.csv", "e.csv"]
    assert missing.row(0)[4:] == ("missing", "404")


def test_promises_follow_what_is_held(filled: Path) -> None:
    """Held as promised stays held; promised anew with another size, it is expected again."""
    with writing(filled) as writer:
        writer.expect([promised("c.csv"), promised("d.csv")])
    assert open_store(filled).missing()["status"].to_list() == ["expected"]
    with writing(filled) as writer:
        writer.expect([promised("c.csv", bytes=11)])
        with pytest.raises(UsageError, match="no index promised"):
            writer.settle("gdelt2", "x.csv", "missing")
        with pytest.raises(UsageError, match="no status"):
            writer.settle("gdelt2", "c.csv", "lost")
    assert open_store(filled).missing()["name"].to_list() == ["c.csv", "d.csv"]


def test_adding_a_file_keeps_the_promise(tmp_path: Path, make_entry: Make) -> None:
    """In the same step: no crash can come between the two."""
    with writing(tmp_path / "s") as writer:
        writer.expect([promised("a.csv"), promised("b.csv")])
        writer.settle("gdelt2", "a.csv", "damaged", "cut off")
        writer.add([make_entry("a", 0, feed="gdelt2")])
    assert open_store(tmp_path / "s").missing()["name"].to_list() == ["b.csv"]


def test_the_second_writer_is_told_who_is_first(filled: Path) -> None:
    """With the number of the process and since when; a stale name means nothing."""
    (filled / "ingest.lock").write_text("1 2001-01-01T00:00:00Z\n")
    with (
        writing(filled),
        pytest.raises(StoreError, match=rf"process {os.getpid()} since 20") as error,
        writing(filled),
    ):
        raise AssertionError("two writers at once")
    assert "wait" in str(error.value.hint)
    with writing(filled) as writer:
        assert writer.find(("a",)) is not None


def test_a_store_without_its_catalogue_is_not_taken_for_a_new_one(filled: Path) -> None:
    """Its segments would be swept away as leftovers."""
    (filled / CATALOGUE).unlink()
    with pytest.raises(StoreError, match=f"no {CATALOGUE}"), writing(filled):
        raise AssertionError("written to")
    assert len(list((filled / "segments").iterdir())) == 2


def _counts(folder: str, stop: Any, seen: Any) -> None:
    """Read on and on: kept lines, rows and numbers of files have to fit together."""
    while not stop.is_set():
        store = open_store(folder)
        info = store.info()
        rows = store.events().select(pl.len()).collect().item()
        whole = info.kept == rows == 2 * info.files and len(list(store.entries())) == info.files
        seen.append((info.files, whole))


def test_readers_see_whole_commits_beside_a_writer(
    tmp_path: Path, make_events: Make, make_entry: Make
) -> None:
    """A thread reads during 50 commits; every reading is one the store was in."""
    folder, stop, seen = tmp_path / "s", threading.Event(), []
    with writing(folder) as writer:
        writer.add([make_entry("first", 2, writer.write("segments", make_events("first", 2)))])
        reader = threading.Thread(target=_counts, args=(str(folder), stop, seen))
        reader.start()
        try:
            for number in range(50):
                segment = writer.write("segments", make_events(f"{number}", 2))
                writer.add([make_entry(f"{number}", 2, segment)])
                until, enough = time.monotonic() + 20, len(seen) + 1
                while number % 10 == 0 and len(seen) < enough and time.monotonic() < until:
                    time.sleep(0.001)
        finally:
            stop.set()
            reader.join()
    assert len(seen) > 3
    assert all(whole for _, whole in seen)
    files = [number for number, _ in seen]
    assert files == sorted(files)
    assert files[-1] > files[0]
    assert open_store(folder).info().files == 51


def test_another_process_reads_beside_a_writer(filled: Path, make_entry: Make) -> None:
    """It sees what was acknowledged, while the log is not yet in the catalogue."""
    with writing(filled) as writer:
        writer.add([make_entry("late", 0)])
        code = (
            f"import sqlite3; c = sqlite3.connect('file:{filled}/{CATALOGUE}?mode=ro', uri=True); "
            "print(c.execute('select count(*) from files').fetchone())"
        )
        said = subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True
        )
        assert said.stdout == "(4,)\n"


def test_a_copy_of_the_folder_is_whole(filled: Path, tmp_path: Path) -> None:
    """After a write nothing is left in the log: one file is the catalogue."""
    log = filled / f"{CATALOGUE}-wal"
    assert not log.exists() or log.stat().st_size == 0
    copy = tmp_path / "copy"
    shutil.copytree(filled, copy, ignore=shutil.ignore_patterns("*-wal", "*-shm"))
    assert open_store(copy).digest == open_store(filled).digest
    assert open_store(copy).verify() == []


def test_a_folder_that_cannot_be_written_to_is_read(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite wants a file beside the catalogue; where it may not make one, it does without."""
    digest = open_store(filled).digest
    for name in ("-wal", "-shm"):
        (filled / f"{CATALOGUE}{name}").unlink(missing_ok=True)
    real = sqlite3.connect

    # What SQLite says there; permissions do not bind the super-user tests may run as.
    class Late(sqlite3.Connection):
        def execute(self, *args: Any) -> sqlite3.Cursor:  # type: ignore[override]
            if args[0].startswith("SELECT 1 FROM sqlite_master"):
                error = sqlite3.OperationalError("unable to open database file")
                error.sqlite_errorname = "SQLITE_CANTOPEN"
                raise error
            return super().execute(*args)

    def late(place: Any, *args: Any, **kwargs: Any) -> sqlite3.Connection:
        factory = Late if str(place).endswith("mode=ro") else sqlite3.Connection
        return real(place, *args, factory=factory, **kwargs)

    monkeypatch.setattr(sqlite3, "connect", late)
    assert open_store(filled).digest == digest
    assert open_store(filled).info().files == 3
    (filled / f"{CATALOGUE}-wal").write_bytes(b"unfinished")
    with pytest.raises(StoreError, match="cannot be read"):
        open_store(filled)


def test_a_snapshot_outlives_a_compaction_until_the_next_write(
    filled: Path, make_entry: Make
) -> None:
    """Then it says so, and never leaves rows out in silence."""
    before = open_store(filled)
    rows = before.events().collect()
    report = compact(filled)
    assert (report.segments_before, report.segments_after) == (4, 3)
    assert before.events().collect().equals(rows)
    assert before.info().segments == 2
    assert [len(entry.segments) for entry in before.entries()] == [1, 1, 1]
    after = open_store(filled)
    assert after.info().segments == 1
    with writing(filled) as writer:
        writer.add([make_entry("late", 0)])
    for reading in (before.events, before.info, before.coverage, before.rejected):
        with pytest.raises(StoreError, match="open it again"):
            reading()
    assert after.events().collect().height == rows.height
    assert after.info().files == 3
    assert len(list((filled / "segments").iterdir())) == 1


# A store of the first form, as earlier versions wrote it.


def first_form(folder: Path, events: pl.DataFrame, covers: list[str] | None) -> None:
    """Write a folder with manifest.json; old segments lack the younger columns."""
    (folder / "segments").mkdir(parents=True)
    old = events.drop("event_id", "place_raw")
    old.write_parquet(folder / "x", compression="zstd", statistics=True)
    content = (folder / "x").read_bytes()
    name = hashlib.sha256(content).hexdigest()
    (folder / "x").rename(folder / "segments" / f"{name}.parquet")
    report = {
        "name": "old.csv", "file_id": "old", "sha256": "1" * 64, "dataset": "made",
        "lines": events.height + 1, "kept": events.height, "rejected": 0, "filtered": 1,
        "reasons": [], "segments": [name], "already_present": False, "unknown_names": 1,
        "unknown_mentions": 2, "top_unknown": [["x", 2]], "first_day": "2018-01-01",
        "last_day": "2018-01-03", "notes": ["a note"],
    }  # fmt: skip
    entry = {
        "report": report, "source": "table", "content": ["1" * 64], "options": {"unit": "day"},
        "scheme": "cameo-gdelt", "weights": "goldstein-icews", "covers": covers,
        "days": [] if covers else ["2018-01-01", "2018-01-03"], "rejected": [],
        "segments": [{"sha256": name, "size": len(content), "rows": events.height}],
    }  # fmt: skip
    document = {"format": "tertius-events", "version": 1, "files": [entry]}
    (folder / "manifest.json").write_text(json.dumps(document))


@pytest.mark.parametrize("covers", [None, ["2018-01-01", "2018-01-31"]])
@pytest.mark.parametrize("how", ["migrate", "write"])
def test_a_store_of_the_first_form_is_read_and_migrated(
    tmp_path: Path, make_events: Make, make_entry: Make, covers: list[str] | None, how: str
) -> None:
    """It says the same before and after, and its days covered become instants."""
    folder = tmp_path / "old"
    events = make_events("old", 20)
    first_form(folder, events, covers)
    old = open_store(folder)
    assert (folder / "manifest.json").exists()
    assert old.verify() == []
    if how == "migrate":
        assert migrate(folder)
    else:
        with writing(folder) as writer:
            assert writer.find(("1" * 64,)) is not None
    assert not (folder / "manifest.json").exists()
    new = open_store(folder)
    assert new.info() == old.info()
    assert list(new.entries()) == list(old.entries())
    (entry,) = new.entries()
    span = ("2018-01-01T00:00:00Z", "2018-02-01T00:00:00Z") if covers else None
    assert (entry.span, entry.report.notes) == (span, ("a note",))
    days, declared = new.covered_days()
    assert (len(days), declared) == ((31, True) if covers else (2, False))
    for store in (old, new):
        read = store.events().collect()
        assert read.drop("event_id").equals(events.drop("event_id"))
        assert read["event_id"].null_count() == 20
    assert not migrate(folder)
    with writing(folder) as writer:
        writer.add([make_entry("more", 0)])
    assert (open_store(folder).info().files, open_store(folder).verify()) == (2, [])


# Damage.


def answers(folder: Path) -> object:
    """Return all a reader can ask of a store, for comparing."""
    store = open_store(folder)
    return (
        store.info(), list(store.entries()), store.coverage().rows(), store.missing().rows(),
        store.events().collect().rows(), store.rejected().rows(),
        sorted(store.links().collect().rows()),
    )  # fmt: skip


def damaged(content: bytes, draw: random.Random) -> bytes:
    """Flip a bit, cut the end off or zero a page."""
    kind, at = draw.choice(("bit", "bit", "bit", "cut", "page")), draw.randrange(len(content))
    if kind == "cut":
        return content[:at]
    spoilt = bytearray(content)
    if kind == "bit":
        spoilt[at] ^= 1 << draw.randrange(8)
    else:
        page = at - at % 4096
        spoilt[page : page + 4096] = bytes(len(spoilt[page : page + 4096]))
    return bytes(spoilt)


def test_no_damage_stays_unnoticed(filled: Path) -> None:
    """Opening or `verify` tells, or every answer is as before (bytes SQLite does not use)."""
    before = answers(filled)
    for name in (f"{CATALOGUE}-wal", f"{CATALOGUE}-shm"):
        (filled / name).unlink(missing_ok=True)
    draw = random.Random(8)
    artefacts = [p for p in sorted(filled.rglob("*")) if p.is_file() and p.name != "ingest.lock"]
    assert {p.parent.name for p in artefacts} == {"filled", "segments", "rejected", "links"}
    told = dict.fromkeys(artefacts, 0)
    for path in artefacts:
        sound = path.read_bytes()
        for _ in range(DAMAGES):
            spoilt = damaged(sound, draw)
            if spoilt == sound:
                continue
            path.write_bytes(spoilt)
            try:
                found = open_store(filled).verify()
            except StoreError:
                found = [path.name]
            if found:
                told[path] += 1
            else:
                assert answers(filled) == before
            for name in (f"{CATALOGUE}-wal", f"{CATALOGUE}-shm"):
                (filled / name).unlink(missing_ok=True)
        path.write_bytes(sound)
    assert answers(filled) == before
    # Of a segment every byte counts; a small catalogue is mostly empty pages.
    assert all(count > DAMAGES // 2 for path, count in told.items() if path.suffix == ".parquet")
    assert told[filled / CATALOGUE] > DAMAGES // 10


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE files SET kept = kept + 1, lines = lines + 1 WHERE id = 1",
        "UPDATE files SET first = NULL, last = NULL",
        "DELETE FROM file_days WHERE day = '2018-01-02'",
        "UPDATE segments SET retired = 99 WHERE id = 2",
        "DELETE FROM expected WHERE name = 'd.csv'",
        "UPDATE meta SET value = '1' WHERE name = 'generation'",
        "UPDATE details SET report = replace(report, '\"1920\", 3', '\"1920\", 4')",
        "DROP INDEX files_by_name",
        "CREATE TRIGGER t AFTER INSERT ON files BEGIN DELETE FROM details; END",
    ],
)
def test_a_catalogue_changed_by_other_hands_is_told(filled: Path, change: str) -> None:
    """Sound as a database, but not what was written."""
    connection = sqlite3.connect(filled / CATALOGUE, isolation_level=None)
    done = connection.execute(change)
    assert done.rowcount != 0
    connection.close()
    try:
        found = open_store(filled).verify()
    except StoreError:
        return
    assert CATALOGUE in found


def test_a_catalogue_cannot_point_outside_its_store(filled: Path) -> None:
    """A segment's name is 64 hex digits, nothing else."""
    connection = sqlite3.connect(filled / CATALOGUE, isolation_level=None)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute("UPDATE segments SET sha256 = '../../x' WHERE id = 1")
    connection.close()
    with pytest.raises(StoreError, match="no SHA-256"):
        open_store(filled)


@pytest.mark.parametrize("content", [b"", b"{}", b"SQLite format 3\x00", os.urandom(8192)])
def test_a_file_that_is_no_catalogue_is_a_store_error(tmp_path: Path, content: bytes) -> None:
    """On opening and on writing; it stays as it is."""
    (tmp_path / CATALOGUE).write_bytes(content)
    with pytest.raises(StoreError, match="catalogue"):
        open_store(tmp_path)
    with pytest.raises((StoreError, WriteError)), writing(tmp_path):
        raise AssertionError("written to")
    assert (tmp_path / CATALOGUE).read_bytes() == content


def test_a_catalogue_of_a_later_version_is_refused(filled: Path) -> None:
    """With the versions that are known here."""
    connection = sqlite3.connect(filled / CATALOGUE)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreError, match="format version 99"):
        open_store(filled)
    with pytest.raises(StoreError, match="format version 99"), writing(filled):
        raise AssertionError("written to")
