"""Fetches from a publisher that truncates, stalls, lies, redirects, or is not there.

The publisher is a real server on the loopback device; only clock, sleep and jitter are made up,
so that pauses cost nothing. Whatever it does, the other files come, and what did not come is
named: in the report, in the store, and as a hole in coverage.
"""

from __future__ import annotations

import hashlib
import json
import runpy
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from types import SimpleNamespace
from typing import Any

import pytest

from tertius import settings
from tertius.errors import NetworkError, SourceError, StoreError, UsageError, WriteError
from tertius.events import open_store
from tertius.events.downloads import FetchReport, Means, fetch
from tertius.events.downloads.addresses import Gate, base_address
from tertius.events.downloads.caches import Cache
from tertius.events.downloads.clients import Client
from tertius.events.downloads.failures import Failure
from tertius.events.downloads.paces import Pace

LOCAL = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("publisher.py"))))
DAY = ("2018-03-26", "2018-03-26")
# Long enough for a loaded machine to send a byte, short enough to wait for.
STALL_SECONDS = 0.4


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with LOCAL.serving() as served:
        yield served


@pytest.fixture
def time() -> Any:
    return LOCAL.Time()


Fetched = Callable[..., FetchReport]


@pytest.fixture
def fetched(publisher: Any, time: Any, tmp_path: Path) -> Fetched:
    """Fetch a day into a store of its own; a failure does not raise."""

    def run(**changes: Any) -> FetchReport:
        means = Means(
            clock=time.clock, wall=time.wall, sleep=time.sleep, chance=time.chance(),
            **changes.pop("means", {}),
        )  # fmt: skip
        asked = {
            "store": tmp_path / "store", "cache": tmp_path / "cache", "base": publisher.base,
            "rate": 1_000, "strict": False, "means": means,
        }  # fmt: skip
        window = changes.pop("window", DAY)
        return fetch(changes.pop("publisher", "gdelt"), window, **asked | changes)

    return run


def place(name: str) -> str:
    return f"/gdeltv2/{name}"


def outcomes(report: FetchReport) -> dict[str, tuple[str, str]]:
    return {file.name: (file.outcome, file.reason) for file in report.files}


def rows_by_file(store: Path) -> dict[str, int]:
    """Rows of each file as the events themselves have them."""
    opened = open_store(store)
    names = dict(opened.files().select("file_id", "name").iter_rows())
    counts = opened.events().collect()["file_id"].value_counts()
    return {names[key]: count for key, count in counts.iter_rows()}


# --- A whole day -----------------------------------------------------------------------------


def test_one_truncated_and_one_missing_of_96_files_are_named_and_all_others_are_there(
    publisher: Any, fetched: Fetched, tmp_path: Path
) -> None:
    """The classic loss: nothing is lost in silence, and the error comes after the work."""
    names = publisher.fill("20180326000000", 96)
    truncated, missing = names[41], names[63]
    whole = publisher.files[place(truncated)]
    publisher.tricks[place(truncated)] = [LOCAL.shorter(len(whole) - 40)] * 9
    del publisher.files[place(missing)]

    with pytest.raises(NetworkError) as error:
        fetched(strict=True)
    assert error.value.exit_code == 4
    assert truncated in str(error.value)
    assert missing in str(error.value)
    report = error.value.report
    assert isinstance(report, FetchReport)
    assert report.counts == {"fetched": 94, "missing": 1, "damaged": 1}
    assert outcomes(report)[truncated] == (
        "damaged", f"{len(whole) - 40:,} bytes came, the index says {len(whole):,}"
    )  # fmt: skip
    assert outcomes(report)[missing] == ("missing", "the server answers 404 Not Found")
    assert (report.lines, report.kept) == (94 * 3, 94 * 3)

    rows = rows_by_file(tmp_path / "store")
    assert rows == dict.fromkeys(set(names) - {truncated, missing}, 3)
    store = open_store(tmp_path / "store")
    holes = {row["name"]: row["status"] for row in store.missing().to_dicts()}
    assert holes == {truncated: "damaged", missing: "missing"}
    assert store.coverage()["share"].to_list() == [pytest.approx(94 / 96)]


def test_a_second_fetch_asks_for_nothing_that_is_held(
    publisher: Any, fetched: Fetched, tmp_path: Path
) -> None:
    """Not even when the cache is gone; and a mended publisher fills the hole."""
    names = publisher.fill("20180326000000", 8)
    lost = publisher.files.pop(place(names[2]))
    fetched()
    publisher.asked.clear()
    again = fetched(cache=tmp_path / "another")
    assert again.counts == {"held": 7, "missing": 1}
    assert publisher.paths() == ["/gdeltv2/masterfilelist.txt", place(names[2])]
    publisher.files[place(names[2])] = lost
    assert fetched().counts == {"held": 7, "fetched": 1}
    assert rows_by_file(tmp_path / "store") == dict.fromkeys(names, 3)
    assert open_store(tmp_path / "store").missing().is_empty()


def test_slots_the_index_lacks_are_holes_of_the_publisher(
    publisher: Any, fetched: Fetched, tmp_path: Path
) -> None:
    """They are told and written down, and are no failure of the fetch."""
    names = publisher.fill("20180326000000", 96)
    for name in names[10:13]:
        del publisher.files[place(name)]
    publisher.reindex()
    report = fetched(strict=True)
    assert [file.name for file in report.absent] == names[10:13]
    assert report.failed == ()
    assert "3 files of a complete feed are not in the publisher's index" in str(report)
    store = open_store(tmp_path / "store")
    assert set(store.missing()["reason"]) == {"not in the index"}
    assert store.coverage()["share"].to_list() == [pytest.approx(93 / 96)]


def test_a_dry_run_counts_and_touches_nothing(
    publisher: Any, fetched: Fetched, tmp_path: Path
) -> None:
    """Bytes by the index, rows by a stated figure, what is held and what is cached."""
    names = publisher.fill("20180326000000", 6)
    size = sum(len(publisher.files[place(name)]) for name in names)
    report = fetched(dry_run=True, strict=True)
    assert report.counts == {"expected": 6}
    assert report.bytes_expected == size
    assert report.rows_expected == pytest.approx(size / 75, abs=6)
    assert publisher.paths() == ["/gdeltv2/masterfilelist.txt"]
    assert not (tmp_path / "store").exists()
    fetched(window=DAY, store=tmp_path / "other")
    assert fetched(dry_run=True).counts == {"cached": 6}
    assert fetched(dry_run=True, store=tmp_path / "other").counts == {"held": 6}


def test_offline_uses_only_the_cache(publisher: Any, fetched: Fetched, tmp_path: Path) -> None:
    """What is not there is named; without an index nothing is begun."""
    with pytest.raises(NetworkError, match="offline"):
        fetched(offline=True)
    names = publisher.fill("20180326000000", 4)
    lost = publisher.files.pop(place(names[0]))
    fetched(store=tmp_path / "first")
    publisher.files[place(names[0])] = lost
    publisher.asked.clear()
    report = fetched(offline=True, store=tmp_path / "second")
    assert publisher.asked == []
    assert report.counts == {"cached": 3, "missing": 1}
    assert outcomes(report)[names[0]] == ("missing", "not in the cache, and offline")
    assert rows_by_file(tmp_path / "second") == dict.fromkeys(names[1:], 3)


def test_a_file_that_cannot_be_read_is_refused_and_named(
    publisher: Any, fetched: Fetched, tmp_path: Path
) -> None:
    """A zip of nonsense, as promised to the byte, does not keep the others from coming."""
    names = publisher.fill("20180326000000", 4)
    publisher.files[place(names[1])] = LOCAL.zipped("x.CSV", b"not\ta\tGDELT\tline\n")
    publisher.reindex()
    report = fetched()
    assert outcomes(report)[names[1]][0] == "refused"
    assert report.counts == {"fetched": 3, "refused": 1}
    assert open_store(tmp_path / "store").missing()["status"].to_list() == ["refused"]
    with pytest.raises(NetworkError, match="refused"):
        report.check()


def test_a_file_the_publisher_changed_is_told_and_not_counted_twice(
    publisher: Any, fetched: Fetched, tmp_path: Path
) -> None:
    """The store keeps the version it has."""
    names = publisher.fill("20180326000000", 2)
    fetched()
    publisher.files[place(names[0])] = LOCAL.zipped(
        names[0][:-4], LOCAL.quarter("20180326000000", 5, 9)
    )
    publisher.reindex()
    report = fetched()
    assert outcomes(report)[names[0]] == (
        "held", "the publisher has changed it since; the store keeps the earlier one"
    )  # fmt: skip
    assert rows_by_file(tmp_path / "store") == dict.fromkeys(names, 3)


# --- Tricks that are overcome ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("tricks", "paused"),
    [
        ([LOCAL.status(500), LOCAL.status(503), LOCAL.status(502)], 3),
        ([LOCAL.hung_up, LOCAL.hung_up], 2),
        ([LOCAL.damaged], 1),
        ([LOCAL.shorter(30)], 1),
        ([LOCAL.longer], 1),
        ([LOCAL.page], 1),
        ([LOCAL.broken_off(50), LOCAL.broken_off(90)], 2),
        ([LOCAL.broken_off(50), LOCAL.all_of_it], 1),
        ([LOCAL.broken_off(50), LOCAL.other_range], 2),
        ([LOCAL.broken_off(50), LOCAL.status(416)], 2),
        ([LOCAL.moved("/elsewhere"), LOCAL.status(500)], 0),
    ],
    ids=lambda value: (
        "-".join(getattr(each, "__qualname__", "?").split(".")[0] for each in value)
        if isinstance(value, list)
        else ""
    ),
)
def test_what_passes_is_waited_for(
    publisher: Any, fetched: Fetched, time: Any, tmp_path: Path, tricks: list[Any], paused: int
) -> None:
    """A fault that does not last costs a pause and no file."""
    [name] = publisher.fill("20180326000000", 1)
    publisher.files["/elsewhere"] = publisher.files[place(name)]
    publisher.tricks[place(name)] = tricks
    report = fetched(workers=1)
    assert outcomes(report) == {name: ("fetched", "")}
    assert rows_by_file(tmp_path / "store") == {name: 3}
    pauses = [seconds for seconds in time.slept if seconds >= 0.5]
    # Pause n lies between half of 2^(n-1) seconds and all of it.
    assert len(pauses) == paused
    assert all(2 ** (n - 1) <= pause <= 2**n for n, pause in enumerate(pauses))
    assert not list((tmp_path / "cache" / "partial").iterdir())


def test_a_stalled_download_is_given_up_and_continued(
    publisher: Any, fetched: Fetched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest is asked for by range, and the whole is checked."""
    monkeypatch.setitem(settings._BY_NAME, "fetch_stall_seconds", STALL_SECONDS)
    [name] = publisher.fill("20180326000000", 1)
    publisher.tricks[place(name)] = [LOCAL.stalled(publisher, 200)]
    assert fetched().counts == {"fetched": 1}
    ranges = [headers.get("Range") for path, headers in publisher.asked if path == place(name)]
    assert ranges == [None, "bytes=200-"]


def test_a_stall_for_good_is_a_hole(
    publisher: Any, fetched: Fetched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a number of attempts the file is missing, with the reason."""
    monkeypatch.setitem(settings._BY_NAME, "fetch_stall_seconds", STALL_SECONDS)
    monkeypatch.setitem(settings._BY_NAME, "fetch_attempts_count", 2)
    names = publisher.fill("20180326000000", 3)
    publisher.tricks[place(names[1])] = [LOCAL.stalled(publisher, 0)] * 9
    report = fetched()
    assert outcomes(report)[names[1]] == ("missing", "no byte came for 0.4 s (2 attempts)")
    assert report.counts == {"fetched": 2, "missing": 1}


@pytest.mark.parametrize(
    ("asked", "waited"),
    [("7", 7), ("Mon, 26 Mar 2018 12:00:30 GMT", 30), ("99999", 300), ("soon", None)],
)
def test_a_servers_wish_to_be_left_alone_is_heard(
    publisher: Any, fetched: Fetched, time: Any, asked: str, waited: float | None
) -> None:
    """``Retry-After`` in seconds or as a date, up to five minutes; nonsense is no wish."""
    [name] = publisher.fill("20180326000000", 1)
    publisher.tricks[place(name)] = [LOCAL.status(429, Retry_After=asked)]
    assert fetched(workers=1).counts == {"fetched": 1}
    [pause] = [seconds for seconds in time.slept if seconds >= 0.5]
    if waited is None:
        assert 0.5 <= pause <= 1
    else:
        assert pause == pytest.approx(waited, abs=0.1)


def test_a_wish_holds_for_all_workers(publisher: Any, fetched: Fetched, time: Any) -> None:
    """While a host wants to be left alone, nobody asks it for other files."""
    names = publisher.fill("20180326000000", 12)
    for name in names[:1]:
        publisher.tricks[place(name)] = [LOCAL.status(503, Retry_After=60)]
    start = time.now
    assert fetched(workers=3).counts == {"fetched": 12}
    assert time.now - start >= 60


def test_requests_keep_their_distance(publisher: Any, fetched: Fetched, time: Any) -> None:
    """With one worker and two requests a second, 1 index and 9 files take 4.5 s at least."""
    publisher.fill("20180326000000", 9)
    start = time.now
    fetched(rate=2, workers=1)
    assert time.now - start == pytest.approx(4.5, abs=0.01)


# --- Tricks that are not ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trick", "outcome", "said"),
    [
        (LOCAL.status(404), "missing", "404"),
        (LOCAL.status(403), "missing", "403"),
        (LOCAL.status(500), "missing", "500 Internal Server Error (5 attempts)"),
        (LOCAL.status(429, Retry_After=1), "missing", "429 Too Many Requests (5 attempts)"),
        (LOCAL.hung_up, "missing", "the connection broke"),
        (LOCAL.page, "damaged", "a page of text came instead of a zip"),
        (LOCAL.damaged, "damaged", "its MD5 is"),
        (LOCAL.shorter(30), "damaged", "30 bytes came, the index says"),
        (LOCAL.longer, "damaged", "bytes promised came"),
        (LOCAL.packed, "damaged", "packed"),
        (LOCAL.broken_off(50), "missing", "the connection broke"),
        (LOCAL.moved("/gdeltv2/loop"), "missing", "more than 5 redirects"),
        (LOCAL.moved("file:///etc/passwd"), "missing", '"file:", not to http(s)'),
        (LOCAL.moved("ftp://127.0.0.1/x"), "missing", '"ftp:", not to http(s)'),
        (LOCAL.moved("http://10.0.0.1/x"), "missing", "10.0.0.1, a private address"),
        (LOCAL.moved("http://169.254.169.254/latest"), "missing", "a private address"),
        (LOCAL.moved("http://[::ffff:192.168.0.1]/x"), "missing", "a private address"),
        (LOCAL.moved("http://[64:ff9b::a00:1]/x"), "missing", "a private address"),
        (LOCAL.moved("http://[::1"), "missing", "no address"),
        (LOCAL.status(302), "missing", "without a place to go"),
        (LOCAL.status(400, b'{"status":"ERROR","message":"guestbook  needed"}',
                      Content_Type="application/json"), "missing", ': "guestbook needed"'),
    ],
)  # fmt: skip
def test_what_lasts_is_a_hole_with_a_reason(
    publisher: Any, fetched: Fetched, tmp_path: Path, trick: Any, outcome: str, said: str
) -> None:
    """The file is named with its reason; its neighbours are there."""
    names = publisher.fill("20180326000000", 3)
    publisher.files["/gdeltv2/loop"] = b""
    publisher.tricks["/gdeltv2/loop"] = [LOCAL.moved("/gdeltv2/loop")] * 99
    publisher.tricks[place(names[1])] = [trick] * 99
    report = fetched()
    found, reason = outcomes(report)[names[1]]
    assert found == outcome
    assert said in reason
    assert rows_by_file(tmp_path / "store") == {names[0]: 3, names[2]: 3}
    [hole] = open_store(tmp_path / "store").missing().to_dicts()
    assert (hole["name"], hole["status"], hole["reason"]) == (names[1], outcome, reason)
    # No more than is promised, and a little, is ever taken from the network.
    assert report.downloaded < 5_000_000


def test_where_nobody_answers_files_are_not_tried_for_ever(
    publisher: Any, fetched: Fetched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After some unreachable files in a row the rest is written down as not tried."""
    monkeypatch.setitem(settings._BY_NAME, "fetch_unreachable_count", 2)
    names = publisher.fill("20180326000000", 6)
    for name in names:
        publisher.tricks[place(name)] = [LOCAL.moved("http://127.0.0.1:1/closed")] * 9
    report = fetched(workers=1)
    reasons = [reason for _, reason in outcomes(report).values()]
    assert sum("no connection" in reason for reason in reasons) == 2
    assert sum("not tried" in reason for reason in reasons) == 4


def test_a_deadline_ends_downloads_and_keeps_what_came(
    publisher: Any, fetched: Fetched, tmp_path: Path
) -> None:
    """At a request a second, 3.5 seconds are enough for the index and three files."""
    names = publisher.fill("20180326000000", 8)
    report = fetched(rate=1, workers=1, deadline=3.5)
    assert report.counts == {"fetched": 3, "missing": 5}
    assert {reason for _, reason in outcomes(report).values()} == {
        "", "the time given to the fetch was up"
    }  # fmt: skip
    assert fetched().counts == {"held": 3, "fetched": 5}
    assert rows_by_file(tmp_path / "store") == dict.fromkeys(names, 3)


# --- Resuming --------------------------------------------------------------------------------


def _part(cache: Path, address: str, content: bytes, validator: str | None = None) -> Path:
    """Leave a download as a killed process does."""
    (cache / "partial").mkdir(parents=True)
    own = hashlib.sha256(address.encode()).hexdigest()[:32]
    path = cache / "partial" / f"{own}.part"
    path.write_bytes(content)
    if validator is not None:
        path.with_suffix(".json").write_text(json.dumps(validator))
    return path


def test_a_part_is_continued_and_the_whole_is_checked(
    publisher: Any, fetched: Fetched, tmp_path: Path
) -> None:
    """Only the rest comes over the network."""
    [name] = publisher.fill("20180326000000", 1, rows=400)
    body = publisher.files[place(name)]
    part = _part(tmp_path / "cache", publisher.base[:-1] + place(name), body[:-1_000])
    report = fetched()
    assert report.counts == {"fetched": 1}
    assert report.downloaded == 1_000 + len(publisher.files["/gdeltv2/masterfilelist.txt"])
    assert not part.exists()
    assert rows_by_file(tmp_path / "store") == {name: 400}


@pytest.mark.parametrize("junk", [b"other bytes", b"x" * 5_000_000, b""])
def test_a_part_of_something_else_does_no_harm(
    publisher: Any, fetched: Fetched, tmp_path: Path, junk: bytes
) -> None:
    """A wrong MD5 throws it away, and the file is asked for from its start."""
    [name] = publisher.fill("20180326000000", 1)
    _part(tmp_path / "cache", publisher.base[:-1] + place(name), junk)
    assert fetched().counts == {"fetched": 1}
    assert rows_by_file(tmp_path / "store") == {name: 3}


def test_a_file_that_changed_meanwhile_is_begun_anew(
    publisher: Any, fetched: Fetched, tmp_path: Path
) -> None:
    """Between two attempts the server has another version, which its tag shows."""
    [name] = publisher.fill("20180326000000", 1)
    new = publisher.files[place(name)]
    old = LOCAL.zipped(name[:-4], LOCAL.quarter("20180326000000", 2))

    def first(handler: Any, _: bytes) -> None:
        LOCAL.broken_off(120)(handler, old)

    publisher.tricks[place(name)] = [first]
    assert fetched().counts == {"fetched": 1}
    tags = [headers.get("If-Range") for path, headers in publisher.asked if path == place(name)]
    assert tags == [None, f'"{hashlib.sha256(old).hexdigest()[:16]}"']
    [kept] = (tmp_path / "cache" / "objects").rglob(name)
    assert kept.read_bytes() == new


def test_the_cache_notices_what_happened_to_its_files(
    publisher: Any, fetched: Fetched, tmp_path: Path
) -> None:
    """A changed or missing object is fetched again, never ingested."""
    names = publisher.fill("20180326000000", 3)
    fetched(store=tmp_path / "first")
    objects = {path.name: path for path in (tmp_path / "cache" / "objects").rglob("*.zip")}
    content = bytearray(objects[names[0]].read_bytes())
    content[60] ^= 1
    objects[names[0]].write_bytes(bytes(content))
    objects[names[1]].unlink()
    report = fetched(store=tmp_path / "second")
    assert report.counts == {"fetched": 2, "cached": 1}
    assert rows_by_file(tmp_path / "second") == dict.fromkeys(names, 3)


def test_two_fetches_share_a_cache(publisher: Any, fetched: Fetched, tmp_path: Path) -> None:
    """At the same time, into two stores; both are whole."""
    names = publisher.fill("20180326000000", 24)
    reports: list[FetchReport] = []
    threads = [
        threading.Thread(target=lambda n=n: reports.append(fetched(store=tmp_path / f"s{n}")))
        for n in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [sum(report.counts.values()) for report in reports] == [24, 24]
    assert all(not report.failed for report in reports)
    for n in range(2):
        assert rows_by_file(tmp_path / f"s{n}") == dict.fromkeys(names, 3)
    assert not list((tmp_path / "cache" / "partial").iterdir())


def test_a_cache_is_set_up_by_many_at_once(tmp_path: Path) -> None:
    """SQLite does not wait for the switch to its log: without a wait of ours some would fail."""
    failed: list[BaseException] = []

    def opened(folder: Path, together: threading.Barrier) -> None:
        together.wait()
        try:
            for _ in range(5):
                cache = Cache(folder)
                assert cache.look_up("http://example.org/") is None
                cache.close()
        except Exception as error:
            failed.append(error)

    for turn in range(15):
        together = threading.Barrier(6)
        threads = [
            threading.Thread(target=opened, args=(tmp_path / f"{turn}", together)) for _ in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failed == []


def test_an_interrupt_stops_at_once_and_leaves_what_resumes(
    publisher: Any, fetched: Fetched, tmp_path: Path
) -> None:
    """Ctrl-C while a download waits for bytes: no half-minute until the prompt comes back."""
    names = publisher.fill("20180326000000", 4)
    publisher.tricks[place(names[3])] = [LOCAL.stalled(publisher, 300)]

    def interrupt(progress: Any) -> None:
        # Raised in the thread that ingests, as Python does it on Ctrl-C.
        if progress.files == 3 and threading.current_thread() is threading.main_thread():
            # Not before the bytes that are to be kept have come.
            until = monotonic() + 5
            while monotonic() < until and not any(part.stat().st_size for part in parts()):
                sleep(0.01)
            begun.append(monotonic())
            raise KeyboardInterrupt

    def parts() -> list[Path]:
        return list((tmp_path / "cache" / "partial").glob("*.part"))

    begun: list[float] = []
    with pytest.raises(KeyboardInterrupt):
        fetched(progress=interrupt)
    # The server would have held on for ten seconds, the client for thirty.
    assert monotonic() - begun[0] < 6
    [part] = parts()
    assert part.stat().st_size == 300
    publisher.asked.clear()
    assert fetched().counts == {"fetched": 1, "cached": 3}
    assert [headers["Range"] for path, headers in publisher.asked if path == place(names[3])] == [
        "bytes=300-"
    ]


# --- Indexes and disks -----------------------------------------------------------------------


@pytest.mark.parametrize("trick", [LOCAL.page, LOCAL.status(404), LOCAL.status(500)])
def test_without_an_index_nothing_is_begun(
    publisher: Any, fetched: Fetched, tmp_path: Path, trick: Any
) -> None:
    """One clear error, and no store."""
    publisher.fill("20180326000000", 2)
    publisher.tricks["/gdeltv2/masterfilelist.txt"] = [trick] * 9
    with pytest.raises(NetworkError, match=r"index|list of files") as error:
        fetched()
    assert error.value.hint
    assert not (tmp_path / "store").exists()


def test_lines_of_an_index_that_cannot_be_read_are_counted(
    publisher: Any, fetched: Fetched
) -> None:
    """The sound ones are used, and the report says how many were not, and shows one."""
    publisher.fill("20180326000000", 3)
    publisher.files["/gdeltv2/masterfilelist.txt"] += b"12 abc\n\n../../etc/passwd\n"
    report = fetched()
    assert report.counts == {"fetched": 3}
    assert (report.index_lines, report.index_malformed) == (5, 2)
    assert report.malformed[0] == (4, "12 abc")
    assert "2 of 5 lines of the index cannot be read" in str(report)


def test_an_index_is_asked_for_again_only_if_it_may_have_changed(
    publisher: Any, fetched: Fetched, tmp_path: Path
) -> None:
    """One that reaches past the window is used for a day; otherwise its tag is compared."""
    publisher.fill("20180326000000", 97)
    fetched()
    publisher.asked.clear()
    fetched(store=tmp_path / "other")
    assert publisher.asked == []
    fetched(window=("2018-03-27", "2018-03-27"))
    tags = [headers.get("If-None-Match") for path, headers in publisher.asked if "list" in path]
    assert len(tags) == 1
    assert tags[0]


def test_addresses_of_an_index_are_not_followed(publisher: Any, fetched: Fetched) -> None:
    """Files are asked from the base address, whatever host a line names."""
    names = publisher.fill("20180326000000", 2)
    index = publisher.files["/gdeltv2/masterfilelist.txt"]
    publisher.files["/gdeltv2/masterfilelist.txt"] = index.replace(b"data.example", b"10.0.0.1")
    assert fetched().counts == {"fetched": 2}
    assert set(publisher.paths()) == {"/gdeltv2/masterfilelist.txt", *map(place, names)}


def test_dataverse_files_come_by_number(publisher: Any, fetched: Fetched, tmp_path: Path) -> None:
    """Originals are asked for where there are some; what is restricted is named."""
    body = LOCAL.zipped("20181005-icews-events.tab", b"made up\n")
    sum_ = hashlib.md5(body).hexdigest()
    files = [
        {"label": "20181005-icews-events.zip", "restricted": False,
         "dataFile": {"id": 11, "filesize": len(body), "md5": sum_}},
        {"label": "20181006-icews-events.tab", "restricted": False,
         "dataFile": {"id": 12, "filesize": 1, "originalFileFormat": "application/zip",
                      "originalFileSize": len(body), "md5": sum_,
                      "originalFileName": "20181006-icews-events.zip"}},
        {"label": "20181007-icews-events.zip", "restricted": True,
         "dataFile": {"id": 13, "filesize": 5, "md5": sum_}},
        {"label": "codebook.pdf", "dataFile": {"id": 14, "filesize": 5, "md5": sum_}},
    ]  # fmt: skip
    index = "/api/datasets/:persistentId/?persistentId=doi:10.7910/DVN/QI2T9A"
    publisher.files[index] = json.dumps({"data": {"latestVersion": {"files": files}}}).encode()
    publisher.files["/api/access/datafile/11"] = body
    publisher.files["/api/access/datafile/12?format=original"] = body
    taken: list[list[str]] = []

    def take(paths: Any) -> Any:
        taken.append([path.name for path in paths])
        return SimpleNamespace(lines=2, kept=2, rejected=0, filtered=0, refused=())

    report = fetched(
        publisher="icews", feed="daily", window=("2018-10-05", "2018-10-06"), means={"take": take}
    )
    assert taken == [["20181005-icews-events.zip", "20181006-icews-events.zip"]]
    assert report.counts == {"fetched": 2, "missing": 1}
    assert outcomes(report)["20181007-icews-events.zip"][1].startswith("restricted")


def test_a_full_disk_is_told(
    publisher: Any, fetched: Fetched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends the fetch with the cache's folder named; the next one goes on."""
    names = publisher.fill("20180326000000", 3)
    real = Cache.put

    def full(self: Cache, *args: Any) -> Any:
        if args[2].startswith("2"):
            raise WriteError("no space left on device", where=str(self.folder))
        return real(self, *args)

    with monkeypatch.context() as patch:
        patch.setattr(Cache, "put", full)
        with pytest.raises(WriteError, match="no space"):
            fetched()
    assert fetched().counts == {"fetched": 3}
    assert rows_by_file(tmp_path / "store") == dict.fromkeys(names, 3)


def test_a_damaged_index_of_the_cache_is_told(fetched: Fetched, tmp_path: Path) -> None:
    """And what to do about it."""
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "cache.sqlite").write_bytes(b"no database, and long enough " * 40)
    with pytest.raises(SourceError, match="cache") as error:
        fetched()
    assert "delete it" in (error.value.hint or "")


def test_a_store_that_is_none_is_told_before_anything_is_downloaded(
    publisher: Any, fetched: Fetched, tmp_path: Path
) -> None:
    """A file in its place, or a folder of other things."""
    publisher.fill("20180326000000", 2)
    (tmp_path / "file").write_text("x")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x")
    for name in ("file", "mine"):
        with pytest.raises(StoreError):
            fetched(store=tmp_path / name)
    assert set(publisher.paths()) == {"/gdeltv2/masterfilelist.txt"}


# --- Where requests may go -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "allowed"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False), ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False),
        ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False),
        ("::1", False), ("fe80::1", False), ("fc00::1", False), ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("nonsense", False),
    ],
)  # fmt: skip
def test_names_that_stand_for_private_addresses_are_refused(number: str, allowed: bool) -> None:
    """By any of their addresses, before a request is made."""
    gate = Gate("https://data.example/", lambda host, port: ["93.184.216.34", number])
    if allowed:
        gate.check("https://elsewhere.example/x")
        return
    with pytest.raises(Failure, match="a private address"):
        gate.check("https://elsewhere.example/x")
    # The host the user named is theirs to choose.
    gate.check("https://data.example/x")


def test_a_name_that_changes_its_address_is_noticed_at_the_machine_reached(
    publisher: Any, time: Any
) -> None:
    """What a name stood for when it was checked need not be what is connected to."""
    publisher.files["/secret"] = b"for this machine only"
    address = publisher.base.replace("127.0.0.1", "localhost") + "secret"
    gate = Gate("https://data.example/", lambda host, port: ["93.184.216.34"])
    pace = Pace(100, 1, time.clock, time.sleep)
    client = Client(gate, pace, workers=1, stall=5, now=lambda: datetime(2018, 3, 26, tzinfo=UTC))
    try:
        with pytest.raises(Failure, match="a private address"), client.get(address, {}) as response:
            response.read()
    finally:
        client.close()


def test_a_redirect_does_not_leave_encryption() -> None:
    """From https to http is refused; the other way is fine."""
    gate = Gate("https://data.example/", lambda host, port: ["93.184.216.34"])
    with pytest.raises(Failure, match="from https to http"):
        gate.check("http://data.example/x", came_from="https://data.example/x")
    gate.check("https://data.example/x", came_from="http://data.example/x")


@pytest.mark.parametrize(
    "text",
    ["", "data.example", "ftp://data.example/", "file:///tmp", "http://", "http://a@b/", "http://[::1",
     "http://a/?x=1", "http://a/#x", "http://a:99999/", "http://a/\n"],
)  # fmt: skip
def test_a_base_address_that_is_none_is_told(text: str) -> None:
    """With what would be one."""
    with pytest.raises(UsageError, match="no base address") as error:
        base_address(text)
    assert error.value.allowed
