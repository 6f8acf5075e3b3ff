"""`tertius brief CASE`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tertius.cli.output import as_json, echo, echo_json, echo_table, note, quiet, working
from tertius.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from tertius.briefs import Brief
    from tertius.claims import Verdict

__all__ = ["command"]


@click.command("brief")
@click.argument("case", required=False)
@click.option("--store", metavar="DIR", help="Read this store's events, not the case's figures.")
@click.option(
    "--output",
    "-o",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write: .html, .md or .json.  [default: CASE.html]",
)
@click.option(
    "--run",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Make the brief of a run record again, or say what differs.",
)
@click.option("--claim", metavar="ID", help="Print one claim with its parts; write nothing.")
@click.option("--part", metavar="N", type=click.IntRange(min=1), help="With --claim: one part.")
@as_json
@quiet
def command(
    case: str | None,
    *,
    store: str | None,
    output: Path | None,
    run: Path | None,
    claim: str | None,
    part: int | None,
    json_: bool,
    quiet: bool,
) -> None:
    """Answer every claim of CASE: a shipped case's name or the path of a case file.

    Writes one file a reader can open anywhere, the run record beside it, and prints the
    headline and the claims here.
    """
    if claim is not None:
        _print_claim(_one_claim(case, store, claim, quiet=quiet), part, json_=json_)
        return
    from tertius.briefs.easels import drawers

    # The drawing engine starts while everything else is loaded.
    with drawers() as drawing:
        found = _whole_brief(case, store, output, run, drawing, quiet=quiet)
    place = output or Path(f"{found.case.id}.html")
    found.save(place)
    _save_record(found, place)
    if json_:
        click.echo(found.render("json"), nl=False)
    else:
        _print_summary(found)
    note(f"written: {place} and {place.with_suffix('.run.json').name}", quiet=quiet)


def _whole_brief(
    case: str | None,
    store: str | None,
    output: Path | None,
    run: Path | None,
    drawing: ThreadPoolExecutor,
    *,
    quiet: bool,
) -> Brief:
    from tertius.briefs import FORMATS, brief, read_run
    from tertius.events import open_store

    if output is not None and output.suffix.removeprefix(".") not in FORMATS:
        raise UsageError(f'a brief cannot be written as "{output.suffix}"', where="--output",
                         allowed=", ".join(f".{name}" for name in FORMATS))  # fmt: skip
    record = read_run(run) if run is not None else None
    folder = store or (record.store if record else "") or None
    with working("reading the case", quiet=quiet) as status:
        found = brief(
            _named(case or (record.case if record else None)),
            store=open_store(folder) if folder else None,
            progress=(lambda step: status.update(step)) if status else (lambda _step: None),
            drawing=drawing,
        )
    if record is not None and (differing := record.differences(found.run)):
        raise UsageError(
            f"the run record was made from other inputs: {'; '.join(differing)}",
            where=str(run),
            hint="restore them, or make a new brief without --run",
        )
    return found


def _named(case: str | None) -> str:
    if case is None:
        raise UsageError("no case", where="CASE", hint="`tertius cases` lists the shipped ones")
    return case


def _save_record(found: Brief, place: Path) -> None:
    from tertius.files import write_atomic

    write_atomic(place.with_suffix(".run.json"), (found.run.to_json() + "\n").encode("utf-8"))


def _print_summary(found: Brief) -> None:
    echo("\n".join(found.headline) + "\n")
    echo_table(
        ("claim", "events", "model", "would change if"),
        [
            (v.claim_id, v.measured_word or "–", v.model_word or "–", v.would_change)
            for v in found.verdicts
        ],
    )


def _one_claim(case: str | None, folder: str | None, claim: str, *, quiet: bool) -> Verdict:
    """Answer one claim, without drawing a brief around it."""
    from tertius.claims import Context, answer, load_case
    from tertius.events import open_store

    bound = load_case(_named(case))
    if claim not in bound.parts:
        raise UnknownNameError.of("claim", claim, bound.parts, where="--claim")
    store = open_store(folder) if folder else None
    with working(f"testing {claim}", quiet=quiet):
        return answer(bound, Context(bound.case, bound.panels(store), store), only=claim)[0]


def _print_claim(verdict: Verdict, part: int | None, *, json_: bool) -> None:
    """Print one claim with its numbers, or one of its parts."""
    if part is not None and part > len(verdict.parts):
        raise UsageError(
            f"the claim has no part {part}", where="--part", allowed=f"1 to {len(verdict.parts)}"
        )
    if json_:
        from tertius.briefs.records import plain

        echo_json(plain(verdict if part is None else verdict.parts[part - 1]))
        return
    words = " / ".join(filter(None, (verdict.measured_word, verdict.model_word)))
    echo(f"{verdict.says}\n{words}\n")
    _print_parts(verdict, part)


def _print_parts(verdict: Verdict, only: int | None) -> None:
    from tertius.briefs.words import interval_text, number

    for place, part in enumerate(verdict.parts, start=1):
        if only not in (None, place):
            continue
        echo(f"{place}. {part.test}: {part.word}. {part.sentence}")
        for item in part.evidence:
            value = item.text if item.value is None else number(item.value, item.unit)
            span = interval_text(item.low, item.high, item.level)
            echo(f"   {item.name}: {value}" + (f" ({span})" if span else ""))
        told = (
            ("tested", part.tests_what), ("compared with", part.comparison),
            ("assumes", " ".join(part.assumptions)), ("missing", "; ".join(part.missing)),
            ("from", part.provenance.text), ("cannot tell", part.limits),
        )  # fmt: skip
        for name, text in told:
            if text:
                echo(f"   {name}: {text}")
