"""What an answer consists of, and how the words of the parts make the word of the claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "MEASURED_WORDS",
    "MODEL_WORDS",
    "Evidence",
    "Finding",
    "Flip",
    "Kind",
    "PartResult",
    "Provenance",
    "Verdict",
    "Word",
    "combine_measured",
    "combine_model",
]

Kind: TypeAlias = Literal["measured", "model"]
Word: TypeAlias = Literal[
    "supported", "contradicted", "not distinguishable", "too little data", "not tested",
    "follows", "follows only if", "does not follow",
]  # fmt: skip

MEASURED_WORDS: tuple[Word, ...] = (
    "supported", "contradicted", "not distinguishable", "too little data", "not tested",
)  # fmt: skip
MODEL_WORDS: tuple[Word, ...] = ("follows", "follows only if", "does not follow", "not tested")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One named number.

    Attributes
    ----------
    name : str
        What it is, in words.
    value : float or None
        The number; None where only the words in `text` make sense (a date, a state).
    low, high : float or None
        Its interval.
    level : float or None
        Level of the interval, in (0, 1).
    unit : str
        Unit of value and interval.
    text : str
        The evidence in words: in place of a number, or as the phrase to quote it in.
    anchor : str
        Where on the brief's page the number comes from.
    """

    name: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    unit: str = ""
    text: str = ""
    anchor: str = ""

    @classmethod
    def spread(cls, name: str, values: NDArray[np.float64], unit: str, anchor: str) -> Evidence:
        """Summarise draws (D,) by their median and the 5 and 95 % quantiles."""
        middle, low, high = (float(q) for q in np.quantile(values, (0.5, 0.05, 0.95)))
        return cls(name, middle, low, high, 0.9, unit, anchor=anchor)

    @classmethod
    def share(cls, name: str, held: ArrayLike, anchor: str) -> Evidence:
        """Count in how many of the draws (D,) something holds, in per cent of them."""
        part = 100 * float(np.asarray(held, dtype=np.float64).mean())
        return cls(name, part, unit="%", anchor=anchor)

    @classmethod
    def estimate(
        cls, name: str, value: float, interval_90: tuple[float, float], unit: str, anchor: str
    ) -> Evidence:
        """Name an estimate with its 90 % interval."""
        return cls(name, value, *interval_90, level=0.9, unit=unit, anchor=anchor)


@dataclass(frozen=True, slots=True)
class Provenance:
    """The rows, cells, milestones or ranges a part's numbers come from.

    Attributes
    ----------
    kind : str
        ``cells`` (of a panel), ``rows`` (of a store), ``figures``, ``milestones``,
        ``ranges`` or ``none``.
    text : str
        The same in words.
    dyads : tuple of (str, str)
        Directed dyads read.
    start, end : date or None
        First and last day read.
    digest : str
        SHA-256 of the panel; empty where none was read.
    rows : tuple of str
        ``file:row`` of the first events behind it, where a store was given.
    row_count : int
        How many events there are behind it; 0 where no store was given.
    """

    kind: Literal["cells", "rows", "figures", "milestones", "ranges", "none"]
    text: str
    dyads: tuple[tuple[str, str], ...] = ()
    start: date | None = None
    end: date | None = None
    digest: str = ""
    rows: tuple[str, ...] = ()
    row_count: int = 0


@dataclass(frozen=True, slots=True)
class Flip:
    """The nearest thing that would change a part's word.

    Attributes
    ----------
    text : str
        In words, to stand after "would change if".
    distance : float
        How near, in widths of the range or of the interval; infinite where unknown.
    """

    text: str
    distance: float = float("inf")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a test found.

    Attributes
    ----------
    word : str
        The verdict word.
    sentence : str
        The finding in one sentence.
    evidence : tuple of Evidence
        The numbers, the one to quote first.
    comparison : str
        Second coding, placebo or theorem it was held against.
    assumptions, missing : tuple of str
        What it takes for granted; what it lacked.
    provenance : Provenance
        Where the numbers come from.
    flip : Flip or None
        What would change the word.
    drivers : tuple of (str, float)
        For a model part: parameters and their rank correlation with the outcome.
    """

    word: Word
    sentence: str
    evidence: tuple[Evidence, ...] = ()
    comparison: str = ""
    assumptions: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    provenance: Provenance = Provenance("none", "")
    flip: Flip | None = None
    drivers: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class PartResult:
    """The answer to one part of a claim: a finding, and what was asked.

    Attributes
    ----------
    test, kind : str
        Name of the test, and ``measured`` or ``model``.
    tests_what : str
        What exactly was tested with these arguments.
    limits : str
        What the test cannot tell.
    needed : bool
        Whether the claim's word waits for it.
    word, sentence, evidence, comparison, assumptions, missing, provenance, flip, drivers
        As in `Finding`.
    """

    test: str
    kind: Kind
    tests_what: str
    limits: str
    needed: bool
    word: Word
    sentence: str
    evidence: tuple[Evidence, ...]
    comparison: str
    assumptions: tuple[str, ...]
    missing: tuple[str, ...]
    provenance: Provenance
    flip: Flip | None
    drivers: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to one claim: at most one measured word and one model word, never merged.

    Attributes
    ----------
    claim_id, says, note : str
        The claim, and what its author adds to it.
    parts : tuple of PartResult
        One a part, in the order of the case file.
    measured_word, model_word : str or None
        The words; None where the claim has no part of that kind.
    confidence : str
        What the evidence rests on, in words.
    would_change : str
        The nearest flip.
    """

    claim_id: str
    says: str
    note: str
    parts: tuple[PartResult, ...]
    measured_word: Word | None
    model_word: Word | None
    confidence: str
    would_change: str

    @property
    def measured_part(self) -> PartResult | None:
        """The part that decided the measured word: the first that has it."""
        return next(iter(self.deciding("measured")), None)

    @property
    def model_part(self) -> PartResult | None:
        """The part the model word hangs on: of those that have it, that of the fewest draws."""
        return min(self.deciding("model"), key=_least_share, default=None)

    def deciding(self, kind: Kind) -> tuple[PartResult, ...]:
        """Return the parts of a kind that have the claim's word, needed ones before others."""
        word = self.measured_word if kind == "measured" else self.model_word
        same = [part for part in self.parts if part.kind == kind and part.word == word]
        return tuple([part for part in same if part.needed] or same)


def _least_share(part: PartResult) -> float:
    """Return the share of draws in which a model part holds; all where none is told."""
    value = part.evidence[0].value if part.evidence else None
    return 100.0 if value is None else value


def combine_measured(words: tuple[Word, ...]) -> Word | None:
    """Return the measured word of a claim from those of its needed parts.

    Contradicted if any is; else the first of not tested, too little data and not
    distinguishable that occurs; else supported. None without parts.

    Examples
    --------
    >>> combine_measured(("supported", "too little data", "not tested"))
    'not tested'
    >>> combine_measured(("not tested", "contradicted"))
    'contradicted'
    """
    order: tuple[Word, ...] = (
        "contradicted", "not tested", "too little data", "not distinguishable", "supported",
    )  # fmt: skip
    return next((word for word in order if word in words), None)


def combine_model(words: tuple[Word, ...]) -> Word | None:
    """Return the model word of a claim from those of its needed parts.

    Does not follow if any does not; else not tested if one is; else follows only if;
    else follows. None without parts.

    Examples
    --------
    >>> combine_model(("follows", "follows only if"))
    'follows only if'
    """
    order: tuple[Word, ...] = ("does not follow", "not tested", "follows only if", "follows")
    return next((word for word in order if word in words), None)
