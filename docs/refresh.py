"""Fill the parts of the documentation that say what the code says: `python docs/refresh.py`.

A page marks such a part with ``<!-- refresh: NAME -->`` and ``<!-- end refresh -->``; the text
between is written by the function of that name below. A test compares the two.
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import inspect
import io
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import click

import tertius
from tertius import errors
from tertius.casebook import draft_case
from tertius.claims import Context, Planned, Test, answer, list_tests
from tertius.cli.main import _tertius as command_line
from tertius.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[1]
ROOMS = (
    "actors", "events", "panels", "triads", "inference", "game", "casebook", "claims", "briefs",
)  # fmt: skip
README_CLAIMS = ("mended", "trigger", "plays-off", "override", "coordinate")

_BLOCK = re.compile(
    r"(?P<head><!-- refresh: (?P<name>[a-z-]+) -->\n).*?(?P<tail><!-- end refresh -->)", re.DOTALL
)


# --- Pages ----------------------------------------------------------------------------------


def refreshed(text: str) -> str:
    """Return a page with each of its marked parts written anew."""
    return _BLOCK.sub(lambda m: f"{m['head']}\n{BLOCKS[m['name']]()}\n\n{m['tail']}", text)


def pages() -> list[Path]:
    """Return every page that has a marked part."""
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [page for page in found if _BLOCK.search(page.read_text(encoding="utf-8"))]


def main() -> None:
    """Write every page that is out of date, and name it."""
    for page in pages():
        before = page.read_text(encoding="utf-8")
        after = refreshed(before)
        if after != before:
            page.write_text(after, encoding="utf-8")
            sys.stdout.write(f"{page.relative_to(ROOT)}\n")


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Write a Markdown table; a bar within a cell is escaped."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines
    )


def ticked(names: Iterable[str]) -> str:
    """Write names as code."""
    return ", ".join(f"`{name}`" for name in names)


# --- The command line -----------------------------------------------------------------------


def walk(
    command: click.Command, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Walk all commands, each with the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            found = command.get_command(click.Context(command), name)
            if found is not None:
                yield from walk(found, (*path, name))


def help_of(path: tuple[str, ...]) -> str:
    """Return what ``--help`` prints for a command, 80 columns wide."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        command_line.main(
            [*path, "--help"], prog_name="tertius", standalone_mode=False, terminal_width=80
        )
    return printed.getvalue().rstrip()


def commands() -> str:
    """Write the help of every command under its name."""
    return "\n\n".join(
        f"{'##' if len(path) < 2 else '###'} `{' '.join(('tertius', *path))}`\n\n"
        f"```text\n{help_of(path)}\n```"
        for path, _ in walk(command_line)
    )


# --- The vocabulary of tests ----------------------------------------------------------------


def fields_of(documented: type) -> list[tuple[tuple[str, ...], str, str]]:
    """Read ``names : type`` and meaning from the section Attributes, base classes first.

    What a class says of a field replaces what its base says of it.
    """
    found: dict[tuple[str, ...], tuple[str, str]] = {}
    for owner in reversed(documented.__mro__):
        text = inspect.cleandoc(vars(owner).get("__doc__") or "")
        _, _, section = text.partition("Attributes\n----------\n")
        for names, kind, lines in re.findall(
            r"^(\S[^:\n]*?) : (.+)\n((?:    .*\n?)+)", section, re.MULTILINE
        ):
            meaning = " ".join(lines.split()).replace("``", "`")
            found[tuple(names.split(", "))] = (kind, meaning)
    return [(names, *told) for names, told in found.items()]


_TYPES = {
    "str": "text", "int": "whole number", "float": "number", "list of str": "list of text",
    "list of two date": "[date, date]", "list of two int": "[year, year]",
    "str or list of str": "text or list of text",
}  # fmt: skip


def _accepts(kind: str, schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """Say what one argument accepts, from its JSON schema and its documented type."""
    if "enum" in schema:
        return ticked(schema["enum"])
    if "$ref" in schema:
        inner = definitions[schema["$ref"].rpartition("/")[2]]
        return f"table of {ticked(inner['properties'])}"
    told = _TYPES.get(kind, kind)
    bounds = (
        ("minimum", "at least {}"), ("exclusiveMinimum", "above {}"),
        ("maximum", "at most {}"), ("exclusiveMaximum", "below {}"),
    )  # fmt: skip
    limits = [text.format(f"{schema[name]:g}") for name, text in bounds if name in schema]
    return ", ".join([told, *limits])


def _default(schema: Mapping[str, Any]) -> str:
    if "default" not in schema:
        return "**required**"
    return "left out" if schema["default"] in (None, "") else f"`{schema['default']}`"


def arguments_of(test: Test) -> list[tuple[str, ...]]:
    """Return name, what it accepts, default and meaning; arguments told alike share a row."""
    schema = test.arguments.model_json_schema()
    fields = schema.get("properties", {})
    rows: list[tuple[str, ...]] = []
    for names, kind, meaning in fields_of(test.arguments):
        by_kind: dict[tuple[str, str], list[str]] = {}
        for name in names:
            accepts = _accepts(kind, fields[name], schema.get("$defs", {}))
            by_kind.setdefault((accepts, _default(fields[name])), []).append(name)
        rows += [(ticked(same), *told, meaning) for told, same in by_kind.items()]
    return rows


def tests() -> str:
    """Write every test that runs, with its arguments."""
    told = []
    for test in list_tests():
        if not isinstance(test, Test):
            continue
        rows = arguments_of(test)
        given = table(("argument", "accepts", "default", "meaning"), rows) if rows else ""
        window = " Its days must lie within the case's window." if test.reads_events else ""
        told.append(
            f"### `{test.name}` ({test.kind})\n\n*Establishes.* {test.establishes}{window}\n\n"
            f"*Cannot tell.* {test.cannot}\n\n{given or 'It takes no arguments.'}"
        )
    return "\n\n".join(told)


def planned() -> str:
    """Write every test that is named and not available."""
    rows = [
        (f"`{test.name}`", test.kind, test.would)
        for test in list_tests()
        if isinstance(test, Planned)
    ]
    return table(("test", "kind", "would establish"), rows)


# --- Settings, errors, names ----------------------------------------------------------------


def settings() -> str:
    """Write the table of settings."""
    rows = [(f"`{setting.name}`", f"{setting.value:,}", setting.help) for setting in SETTINGS]
    return table(("name", "value", "what it bounds"), rows)


def error_tree() -> str:
    """Write the tree of errors as its module draws it."""
    drawn = inspect.cleandoc(errors.__doc__ or "").partition("::\n\n")[2].partition("\n\n")[0]
    return f"```text\n{inspect.cleandoc(drawn)}\n```"


def error_classes() -> list[type[errors.TertiusError]]:
    """Return every class of error, in the order of its module."""
    found = [vars(errors)[name] for name in vars(errors) if name in errors.__all__]
    return [
        kind for kind in found if isinstance(kind, type) and issubclass(kind, errors.TertiusError)
    ]


def error_table() -> str:
    """Write one row an error: exit code, the builtin it also is, when it is raised."""
    rows = []
    for kind in error_classes():
        builtin = [
            base.__name__
            for base in kind.__mro__
            if base.__module__ == "builtins" and base not in (Exception, BaseException, object)
        ]
        rows.append((f"`{kind.__name__}`", str(kind.exit_code), ticked(builtin[:2]), told(kind)))
    return table(("class", "exit code", "also a", "what it stands for"), rows)


def told(thing: object) -> str:
    """Return the first sentence of a docstring."""
    paragraph = (inspect.getdoc(thing) or "").partition("\n\n")[0]
    return " ".join(paragraph.split()).replace("``", "`")


def _call(name: str, function: Callable[..., object]) -> str:
    """Write a function with the names of its parameters."""
    words, starred = [], False
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            words.append("*")
            starred = True
        starred = starred or parameter.kind is parameter.VAR_POSITIONAL
        words.append(str(parameter.replace(annotation=parameter.empty, default=parameter.empty)))
    return f"{name}({', '.join(words)})"


def _row(room: ModuleType, name: str) -> tuple[str, str]:
    value = getattr(room, name)
    value = inspect.unwrap(value) if callable(value) else value
    if inspect.isfunction(value):
        return f"`{_call(name, value)}`", told(value)
    if inspect.isclass(value):
        return f"`{name}`", told(value)
    return f"`{name}`", f"Constant: {ticked(getattr(item, 'letter', item) for item in value)}."


def public_names() -> str:
    """Write what `import tertius as tt` offers, with the room each name lives in."""
    rows = [
        (*_row(tertius, name), f"`{getattr(tertius, name).__module__.split('.')[1]}`")
        for name in tertius.__all__
    ]
    return table(("name", "what", "room"), rows)


def room_names() -> str:
    """Write the public names of each room."""
    parts = []
    for name in ROOMS:
        room = importlib.import_module(f"tertius.{name}")
        rows = [_row(room, public) for public in room.__all__]
        parts.append(f"### `tertius.{name}`\n\n{told(room)}\n\n{table(('name', 'what'), rows)}")
    return "\n\n".join(parts)


# --- What is computed -----------------------------------------------------------------------


def readme_claims() -> str:
    """Answer the founding case and write the words of some of its claims."""
    case = tertius.load_case("korea-2018")
    policies = (case.case.events.duplicates, *case.case.events.also)
    panels: dict[str, tertius.Panel] = {
        policy: case.panel(duplicates=policy) for policy in policies
    }
    verdicts = {v.claim_id: v for v in answer(case, Context(case.case, panels))}
    rows = [
        (f"*{v.says}*", v.measured_word or "–", v.model_word or "–")
        for v in (verdicts[name] for name in README_CLAIMS)
    ]
    return table(("claim", "by the events", "in the model"), rows)


def draft() -> str:
    """Write the case file that `tertius new` makes."""
    return f"```toml\n{draft_case('my-case').rstrip()}\n```"


def run_fields() -> str:
    """Write the fields of the run record."""
    from tertius.briefs import Run

    meanings = {name: (kind, meaning) for names, kind, meaning in fields_of(Run) for name in names}
    rows = [(f"`{f.name}`", *meanings[f.name]) for f in dataclasses.fields(Run)]
    return table(("field", "type", "meaning"), rows)


BLOCKS: dict[str, Callable[[], str]] = {
    "commands": commands,
    "draft": draft,
    "error-table": error_table,
    "error-tree": error_tree,
    "planned": planned,
    "public-names": public_names,
    "readme-claims": readme_claims,
    "room-names": room_names,
    "run-fields": run_fields,
    "settings": settings,
    "tests": tests,
}


if __name__ == "__main__":
    main()
