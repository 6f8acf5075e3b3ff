"""A verdict becomes a row: every word, number, assumption and source is on it."""

from __future__ import annotations

from datetime import date

from tertius.briefs.rows import claim_row, one_line
from tertius.claims import Evidence, PartResult, Provenance, Verdict

DIGEST = "0123456789abcdef" * 4


def part(**changes) -> PartResult:
    fields = {
        "test": "turn",
        "kind": "measured",
        "tests_what": "Whether it turned.",
        "limits": "It cannot tell why.",
        "needed": True,
        "word": "supported",
        "sentence": "It turned.",
        "evidence": (
            Evidence("date", text="8 March 2018", anchor="turn"),
            Evidence("rate", 1234.5, 1000.0, 1500.0, 0.9, "a day", anchor="turn"),
            Evidence("share", 83.2, unit="%"),
        ),
        "comparison": "Held against nothing.",
        "assumptions": ("One change.", "Days are days."),
        "missing": ("a longer window",),
        "provenance": Provenance(
            "rows",
            "3 events of the store",
            (("CHN", "PRK"),),
            date(2018, 1, 1),
            date(2018, 2, 1),
            DIGEST,
            ("ab:1", "ab:2"),
            3,
        ),
        "flip": None,
        "drivers": (),
    }
    return PartResult(**{**fields, **changes})


def verdict(*parts: PartResult, model: str | None = None) -> Verdict:
    return Verdict(
        "claim", "It is so.", "", parts, "supported", model, "reported events", "it were not"
    )


def test_a_row_holds_the_claim_and_both_words() -> None:
    """A kind of word the claim has not is an empty text, never the other's."""
    row = claim_row(verdict(part()), "known")
    assert (row.claim_id, row.says) == ("claim", "It is so.")
    assert (row.measured_word, row.model_word) == ("supported", "")
    assert (row.confidence, row.would_change) == ("reported events", "it were not")
    assert "It turned." in row.evidence


def test_a_part_opens_to_everything_it_rests_on() -> None:
    """Numbers with intervals and anchors, what was assumed, what was missing, the rows."""
    [opened] = claim_row(verdict(part()), "known").parts
    day, rate, share = opened.numbers
    assert (day.name, day.value, day.interval, day.source) == ("date", "8 March 2018", "", "turn")
    assert (rate.value, rate.interval) == ("1,234 a day", "90 % interval 1,000 to 1,500")
    assert (share.value, share.interval) == ("83 %", "")
    assert opened.assumptions == ("One change.", "Days are days.")
    assert opened.missing == ("a longer window",)
    assert opened.comparison == "Held against nothing."
    assert opened.limits == "It cannot tell why."
    assert "3 events of the store" in opened.provenance
    assert "ab:1, ab:2" in opened.provenance
    assert f"panel {DIGEST[:12]}" in opened.provenance


def test_a_part_tells_the_command_that_prints_it() -> None:
    """By its place among the claim's parts, from one on."""
    row = claim_row(verdict(part(), part()), "known")
    assert [opened.command for opened in row.parts] == [
        "tertius brief known --claim claim --part 1",
        "tertius brief known --claim claim --part 2",
    ]


def test_a_part_for_comparison_says_that_nothing_waits_for_it() -> None:
    """Only where it is so."""
    shown, needed = claim_row(verdict(part(needed=False), part()), "known").parts
    assert "does not wait" in shown.provenance
    assert "does not wait" not in needed.provenance


def test_a_narrow_table_gets_the_deciding_numbers() -> None:
    """Of the part that has the claim's word, not of the first there is."""
    weak = part(word="not distinguishable", evidence=(Evidence("weak", 9.0),))
    model = part(kind="model", word="follows", evidence=(Evidence("share", text="in 100 %"),))
    told = one_line(verdict(weak, part(evidence=(Evidence("rate", 2.0),)), model, model="follows"))
    assert told == "rate 2; share: in 100 %"
    assert one_line(verdict(part(evidence=()))) == "–"


def test_rows_of_the_founding_case_agree_with_its_verdicts(korea) -> None:
    """Every claim and part once, in order, with the same words."""
    for row, found in zip(korea.document.claims, korea.verdicts, strict=True):
        assert row.claim_id == found.claim_id
        assert (row.measured_word or None, row.model_word or None) == (
            found.measured_word,
            found.model_word,
        )
        assert [p.word for p in row.parts] == [p.word for p in found.parts]
        assert [len(p.numbers) for p in row.parts] == [len(p.evidence) for p in found.parts]
        assert all(p.provenance or p.word == "not tested" for p in row.parts)
