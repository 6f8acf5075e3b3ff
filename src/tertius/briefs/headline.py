"""The two sentences a brief opens with, computed from its verdicts."""

from __future__ import annotations

from collections.abc import Sequence

from tertius.briefs.words import evidence_text, plural
from tertius.claims import PartResult, Verdict

__all__ = ["headline"]

# The word "follows only if" needs its condition behind it, which the second sentence gives.
_IN_A_SENTENCE = {"follows only if": "follows only under conditions"}
_UNANSWERED = {"too little data", "not tested"}
_UNDECIDED = {*_UNANSWERED, "not distinguishable", None}


def headline(verdicts: Sequence[Verdict], ids: Sequence[str]) -> tuple[str, str]:
    """Return the two sentences for the claims named in `ids`.

    The first gives each its measured word with the number behind it and its model word
    with the share of draws; the second counts the words of all claims and names the
    nearest thing that would change one of the headline's.
    """
    chosen = [next(v for v in verdicts if v.claim_id == name) for name in ids]
    return " ".join(_sentence(verdict) for verdict in chosen), _count(verdicts, chosen)


def _sentence(verdict: Verdict) -> str:
    told = []
    if verdict.measured_word is not None:
        told.append(f"{verdict.measured_word} by the events{_bracket(verdict.measured_part)}")
    if verdict.model_word is not None:
        word = _IN_A_SENTENCE.get(verdict.model_word, verdict.model_word)
        told.append(f"{word} in the model{_bracket(verdict.model_part)}")
    return f"{verdict.says.rstrip('.')}: {' and '.join(told)}."


def _bracket(part: PartResult | None) -> str:
    if part is None or not part.evidence:
        return f" ({part.missing[0]})" if part is not None and part.missing else ""
    return f" ({evidence_text(part.evidence[0])})"


def _count(verdicts: Sequence[Verdict], chosen: Sequence[Verdict]) -> str:
    measured = [verdict.measured_word for verdict in verdicts]
    model = [verdict.model_word for verdict in verdicts]
    undecided = sum(
        verdict.measured_word in _UNDECIDED and verdict.model_word in _UNDECIDED
        for verdict in verdicts
    )
    parts = (
        (measured.count("supported"), "is supported", "are supported"),
        (measured.count("contradicted"), "contradicted", "contradicted"),
        (model.count("follows"), "follows", "follow"),
        (model.count("follows only if"), "follows only under conditions",
         "follow only under conditions"),
        (model.count("does not follow"), "does not follow", "do not follow"),
        (undecided, "cannot be decided", "cannot be decided"),
    )  # fmt: skip
    told = ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in parts)
    flips = [
        (part.flip.distance, verdict.claim_id, part.flip.text)
        for verdict in chosen
        for part, word in (
            (verdict.measured_part, verdict.measured_word),
            (verdict.model_part, verdict.model_word),
        )
        if part is not None and part.flip is not None and word not in _UNANSWERED
    ]
    nearest = f"; “{min(flips)[1]}” would change if {min(flips)[2]}" if flips else ""
    return f"Of {plural(len(verdicts), 'claim', 'claims')}, {told}{nearest}."
