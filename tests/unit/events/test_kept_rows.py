"""Files of which nothing is kept, and rows between states only."""

from __future__ import annotations

from pathlib import Path

import pytest

from tertius.errors import SourceError, UnknownNameError
from tertius.events import ingest, open_store


def line(number: int, source: str, target: str, day: str = "20180326") -> str:
    """One line of GDELT 2.0, only what is read filled in."""
    fields = [""] * 61
    fields[0], fields[1] = str(number), day
    fields[5], fields[7], fields[15], fields[17] = source, source, target, target
    fields[26], fields[30], fields[59] = "042", "1.9", "20180326044500"
    fields[60] = f"https://example.org/{number}"
    return "\t".join(fields) + "\n"


@pytest.fixture
def slots(tmp_path: Path) -> Path:
    """Two slots: one with a row between states, one without."""
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "20180326044500.export.CSV").write_text(
        line(1, "CHN", "PRK") + line(2, "CHN", "CHN") + line(3, "CHN", "EUR")
    )
    (folder / "20180326050000.export.CSV").write_text(line(4, "CHN", "") + line(5, "", ""))
    return folder


def test_a_file_of_which_every_line_is_left_out_is_held(tmp_path: Path, slots: Path) -> None:
    """It covers its time all the same; its lines are accounted for as filtered."""
    store = tmp_path / "s"
    report = ingest("gdelt", slots, store=store, keep="interstate")
    assert [(file.lines, file.kept, file.filtered) for file in report.files] == [
        (3, 1, 2),
        (2, 0, 2),
    ]
    assert open_store(store).coverage()["share"].to_list() == pytest.approx([2 / 96])
    again = ingest("gdelt", slots, store=store, keep="interstate")
    assert [file.already_present for file in again.files] == [True, True]


def test_a_file_of_which_every_line_is_left_out_may_stand_alone(
    tmp_path: Path, slots: Path
) -> None:
    """Also where no other file gives the batch a row."""
    report = ingest(
        "gdelt", slots / "20180326050000.export.CSV", store=tmp_path / "s", keep="interstate"
    )
    assert (report.kept, report.filtered, report.files[0].first_day) == (0, 2, None)
    assert open_store(tmp_path / "s").events().collect().height == 0


def test_a_file_of_bad_lines_is_refused_even_if_few_rows_are_wanted(tmp_path: Path) -> None:
    """Leaving out is for sound lines of no interest; lines that cannot be read are a fault."""
    path = tmp_path / "20180326044500.export.CSV"
    path.write_text(line(1, "CHN", "PRK", day="never"))
    with pytest.raises(SourceError, match="none of its 1 lines"):
        ingest("gdelt", path, store=tmp_path / "s", keep="interstate")


def test_an_unknown_choice_of_rows_is_told(tmp_path: Path, slots: Path) -> None:
    """With what is allowed."""
    with pytest.raises(UnknownNameError, match="interstates") as error:
        ingest("gdelt", slots, store=tmp_path / "s", keep="interstates")
    assert error.value.allowed == "all, interstate"
