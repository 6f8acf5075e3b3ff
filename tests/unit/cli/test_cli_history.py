"""`tertius history`: misses first, a line a test after them, the caveat on stderr."""

from __future__ import annotations

from tertius.claims import score_history


def test_misses_come_first(tertius) -> None:
    """Rows, an empty line, tallies; the caveat is a message."""
    done = tertius("history")
    rows, _, tallies = done.out.partition("\n\n")
    head, *lines = rows.splitlines()
    assert head == "result\ttest\ttriangle\texpected\tfound\ton record"
    results = [line.split("\t")[0] for line in lines]
    assert results[0] == "miss"
    assert results == [row.result for row in score_history().rows]
    assert all(len(line.split("\t")) == 6 for line in lines)
    head, *lines = tallies.splitlines()
    assert head.split("\t")[:2] == ["test", "misses"]
    assert [line.split("\t")[0] for line in lines] == list("abcdefg")
    assert "not a sample" in done.err


def test_quiet_leaves_the_table_alone(tertius) -> None:
    """No message, the same data."""
    done = tertius("history", "--quiet")
    assert done.err == ""
    assert done.out == tertius("history").out


def test_json_holds_all_of_it(tertius) -> None:
    """Caveat, tallies and rows with the numbers as they were computed."""
    told = tertius("history", "--json").json
    history = score_history()
    assert told["caveat"] == history.caveat
    assert told["triangles"] == history.triangles
    assert [tally["p_value"] for tally in told["tallies"]] == [t.p_value for t in history.tallies]
    assert len(told["rows"]) == len(history.rows)
    assert told["rows"][0]["result"] == "miss"
    assert {row["observed"] for row in told["rows"]} == {True, False, None}
