"""Very many files in one call: listed in slices, their accounts packed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tertius.events import ingest, intake, open_store, reports
from tertius.events.reports import FileReport, FileReports
from tertius.settings import SETTINGS

SIZES = {setting.name: setting.value for setting in SETTINGS}


def row(number: int, source: str, target: str) -> str:
    """One line of GDELT 2.0, only what is read filled in."""
    fields = [""] * 61
    fields[0], fields[1] = str(number), "20180326"
    fields[5], fields[7], fields[15], fields[17] = source, source, target, target
    fields[26], fields[59], fields[60] = "042", "20180326044500", "https://example.org/"
    return "\t".join(fields) + "\n"


def account(number: int) -> FileReport:
    return FileReport(
        name=f"{number}.csv", file_id=f"{number:016x}", sha256="0" * 64, dataset="d", lines=3,
        kept=1, rejected=1, filtered=1, reasons=(("no date", 1),), errata=(), already_present=False,
        unknown_names=1, unknown_mentions=2, top_unknown=(("GOV", 2),), first_day="2018-01-01",
        last_day=None, notes=("as given",),
    )  # fmt: skip


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 25])
def test_packed_accounts_are_those_put_in(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """By place, by slice and in order, whatever is packed already."""
    monkeypatch.setattr(reports, "_BLOCK", 5)
    plain = [account(number) for number in range(count)]
    packed = FileReports(plain)
    assert len(packed) == count
    assert list(packed) == plain
    assert [packed[at] for at in range(count)] == plain
    assert list(packed[2:8:2]) == plain[2:8:2]
    assert packed == plain
    assert packed != [*plain, account(99)]
    if count:
        assert packed[-1] == plain[-1]
    with pytest.raises(IndexError):
        packed[count]


def test_slices_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the store nor the report, twins and bad files included."""
    raw = tmp_path / "raw"
    raw.mkdir()
    for number in range(7):
        name = f"20180326{number:02d}0000.export.CSV"
        (raw / name).write_text(row(number, "CHN", "PRK") + row(100 + number, "PRK", "CHN"))
    (raw / "20180326070000.export.CSV").write_text("no event\n")
    copies = [*sorted(raw.iterdir()), raw / "20180326000000.export.CSV", raw / "absent.CSV"]
    seen: list[tuple[int, int]] = []
    told = []
    for name, count in (("one", 1_000), ("many", 3)):
        limits = {**SIZES, "ingest_slice_count": count}
        monkeypatch.setattr(intake, "limit", limits.__getitem__)
        report = ingest(
            "gdelt", copies, store=tmp_path / name, whole=False,
            progress=lambda done, files, *_: seen.append((done, files)),
        )  # fmt: skip
        store = open_store(tmp_path / name)
        rows = store.events().sort("file_id", "row_no").collect()
        accounts = [
            (file.name, file.lines, file.kept, file.already_present) for file in report.files
        ]
        told.append((accounts, sorted(name for name, _ in report.refused), rows.rows()))
    assert told[0] == told[1]
    assert len(told[0][0]) == 8
    assert told[0][0][-1][-1]
    assert told[0][1] == ["20180326070000.export.CSV", "absent.CSV"]
    assert seen[len(seen) // 2 :] == [(number, 10) for number in range(1, 11)]
