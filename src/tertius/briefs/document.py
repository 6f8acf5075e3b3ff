"""A brief as a document: what stands where, before anyone decides how it looks.

`composition` fills these; `page`, `markdown` and `summary` print them. Every text in
here is plain text: printers escape it, and links are followed only to http and https.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = [
    "Block",
    "ClaimRow",
    "Document",
    "Figure",
    "Link",
    "Number",
    "PartRow",
    "Prose",
    "Section",
    "Table",
]


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads somewhere.

    Attributes
    ----------
    text : str
        What the reader sees.
    url : str
        Where it leads; printed as a link only if it is http, https or an anchor of the page.
    """

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the evidence.

    Attributes
    ----------
    name : str
        What it is, in words.
    value : str
        The value, formatted, with its unit.
    interval : str
        Its interval with the level, or an empty string where there is none.
    source : str
        Id of the table or section of the page it comes from (an anchor without ``#``).
    """

    name: str
    value: str
    interval: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part of a claim, opened.

    Attributes
    ----------
    test, tests_what : str
        Name of the test, and what exactly it tested with these arguments.
    kind : str
        ``measured`` or ``model``.
    word, sentence : str
        The verdict word, and the finding in one sentence.
    numbers : tuple of Number
        The evidence.
    comparison : str
        The placebo, second coding or brute-force comparison, in words; may be empty.
    assumptions, missing : tuple of str
        What the part takes for granted; what it lacked.
    provenance : str
        The panel cells, ranges or milestones behind it.
    command : str
        How to run this part alone.
    limits : str
        What the test cannot tell.
    """

    test: str
    tests_what: str
    kind: str
    word: str
    sentence: str
    numbers: tuple[Number, ...] = ()
    comparison: str = ""
    assumptions: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    provenance: str = ""
    command: str = ""
    limits: str = ""


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One row of the claims table, with its parts.

    Attributes
    ----------
    claim_id, says : str
        The claim.
    measured_word, model_word : str
        Verdict words; an empty string where the claim has no such part.
    evidence : str
        The evidence in one line.
    confidence : str
        What the evidence rests on, in words.
    would_change : str
        The nearest thing that would change the verdict.
    note : str
        What the author of the case adds.
    parts : tuple of PartRow
        The parts, in the order of the case file.
    """

    claim_id: str
    says: str
    measured_word: str
    model_word: str
    evidence: str
    confidence: str
    would_change: str
    parts: tuple[PartRow, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a title, its columns and rows of text.

    Attributes
    ----------
    name : str
        Anchor on the page; unique.
    title : str
        What it shows.
    columns : tuple of str
        Heads.
    rows : tuple of tuple of (str or Link)
        Cells, as many in each row as there are columns.
    note : str
        Units, source, n.
    folded : bool
        Whether it starts closed.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | Link, ...], ...]
    note: str = ""
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture, with what it says in words and the data behind it.

    Attributes
    ----------
    name : str
        Anchor on the page; unique.
    title : str
        The finding, computed.
    caption : str
        Units, source and n.
    alt : str
        What the picture shows, for a reader who does not see it.
    svg : str
        Drawn by us, never by input; colours are CSS variables, so that one drawing
        serves light and dark.
    data : Table
        The numbers drawn.
    key : tuple of str
        What the numbered lines of the drawing mean, in order from 1.
    """

    name: str
    title: str
    caption: str
    alt: str
    svg: str
    data: Table
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs of plain text; an item of `points` is a line of a list after them."""

    paragraphs: tuple[str, ...] = ()
    points: tuple[str | Link, ...] = ()


Block = Prose | Table | Figure


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page under one heading."""

    name: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole brief.

    Attributes
    ----------
    case_id, title, question : str
        Which case, its title, the question it asks.
    headline : tuple of str
        The computed sentences, the first printed large.
    data_line : str
        Which data, which window, which duplicate policy, which coverage.
    opening : tuple of Figure
        What stands beside the headline: the triangle before and after, the leverage.
    claims : tuple of ClaimRow
        The claims table.
    claims_note : str
        What the verdict words mean, under the table.
    sections : tuple of Section
        The rest, in reading order.
    run : str
        The run record as JSON, embedded so that the page can be made again.
    version : str
        Version of the software.
    """

    case_id: str
    title: str
    question: str
    headline: tuple[str, ...]
    data_line: str
    opening: tuple[Figure, ...]
    claims: tuple[ClaimRow, ...]
    claims_note: str
    sections: tuple[Section, ...] = field(default_factory=tuple)
    run: str = "{}"
    version: str = ""
