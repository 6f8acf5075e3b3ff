"""From verdicts to the rows of the claims table."""

from __future__ import annotations

from tertius.briefs.document import ClaimRow, Number, PartRow
from tertius.briefs.words import evidence_text, interval_text, number
from tertius.claims import Evidence, PartResult, Verdict

__all__ = ["claim_row"]


def claim_row(verdict: Verdict, case_id: str) -> ClaimRow:
    """Return one claim as a row, its parts opened beneath it."""
    return ClaimRow(
        claim_id=verdict.claim_id,
        says=verdict.says,
        measured_word=verdict.measured_word or "",
        model_word=verdict.model_word or "",
        evidence=_in_one_line(verdict),
        confidence=verdict.confidence,
        would_change=verdict.would_change,
        parts=tuple(
            _part_row(part, f"tertius brief {case_id} --claim {verdict.claim_id} --part {place}")
            for place, part in enumerate(verdict.parts, start=1)
        ),
        note=verdict.note,
    )


def _in_one_line(verdict: Verdict) -> str:
    told = [
        part.sentence for part in (verdict.measured_part, verdict.model_part) if part is not None
    ]
    return " ".join(dict.fromkeys(told))


def _part_row(part: PartResult, command: str) -> PartRow:
    return PartRow(
        test=part.test,
        tests_what=part.tests_what,
        kind=part.kind,
        word=part.word,
        sentence=part.sentence,
        numbers=tuple(_number(evidence) for evidence in part.evidence),
        comparison=part.comparison,
        assumptions=part.assumptions,
        missing=part.missing,
        provenance=_provenance(part),
        command=command,
        limits=part.limits,
    )


def _provenance(part: PartResult) -> str:
    source = part.provenance
    told = [source.text]
    if source.rows:
        shown = ", ".join(source.rows)
        told.append(f"first of {source.row_count:,} rows (file:row): {shown}")
    if source.digest:
        told.append(f"panel {source.digest[:12]}")
    if not part.needed:
        told.append("shown for comparison: the claim's word does not wait for it")
    return "; ".join(filter(None, told))


def _number(evidence: Evidence) -> Number:
    if evidence.value is None:
        return Number(evidence.name, evidence.text, "", evidence.anchor)
    return Number(
        evidence.name,
        number(evidence.value, evidence.unit),
        interval_text(evidence.low, evidence.high, evidence.level),
        evidence.anchor,
    )


def one_line(verdict: Verdict) -> str:
    """Return the first number of the deciding parts, for a narrow table."""
    numbers = [
        evidence_text(part.evidence[0])
        for part in (verdict.measured_part, verdict.model_part)
        if part is not None and part.evidence
    ]
    return "; ".join(numbers) or "–"
