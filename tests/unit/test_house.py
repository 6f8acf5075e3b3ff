"""The house keeps its shape: who imports whom, what is loaded when, what is called what.

Imports are read off the syntax tree, so that lazy ones and those for the type checker count
too. What is loaded is looked at in a new process, since here everything is loaded already.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from statistics import median
from types import ModuleType

import pytest

import tertius as tt

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "tertius"
BASE = {"errors", "settings", "files", "tables"}
# Room -> the rooms it may use; drawn after the house's arrows, not after the code.
ALLOWED = {
    "errors": set(),
    "settings": {"errors"},
    "files": {"errors", "settings"},
    "tables": {"errors", "settings"},
    "actors": BASE,
    "events": BASE | {"actors"},
    "panels": BASE | {"actors", "events"},
    "triads": BASE | {"actors", "events", "panels"},
    "inference": BASE | {"actors", "events", "panels"},
    "game": {"errors", "settings", "tables"},
    "casebook": BASE | {"actors"},
}
ALLOWED["claims"] = set(ALLOWED)
ALLOWED["briefs"] = set(ALLOWED)
ALLOWED["cli"] = set(ALLOWED)
HEAVY = (
    "httpx2",
    "polars",
    "numpy",
    "scipy",
    "pydantic",
    "narwhals",
    "vl_convert",
    "jinja2",
    "rich",
)
FORBIDDEN = re.compile(r"\bno\s+effect\b|\bproves\b", re.IGNORECASE)
LONGEST, MIDDLING = 600, 180

# What stands beside a shipped case is a script that builds its figures, in no room.
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if "shipped" not in path.parts)
ROOMS = sorted(
    name for _, name, is_package in pkgutil.iter_modules(tt.__path__) if is_package or name in BASE
)


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> set[str]:
    """Every module of ours a file imports, wherever in the file it does so."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: a relative import hides where it leads"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    assert "tertius" not in found, f"{path}: the package as a whole, not a room of it"
    return {name for name in found if name.split(".")[0] == "tertius"}


def every_module() -> list[ModuleType]:
    # The drawing process is a script; all others can be imported.
    walked = pkgutil.walk_packages(tt.__path__, "tertius.")
    scripts = {"tertius.casebook.shipped"}
    return [
        importlib.import_module(found.name)
        for found in walked
        if not any(found.name.startswith(name) for name in scripts)
    ]


def run(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_imports_flow_along_the_house(path: Path) -> None:
    """A room uses only rooms before it; the package's own door may name them all."""
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if room == "__init__":
        return
    used = {name.split(".")[1] for name in imported(path)} - {room, "__version__"}
    assert used <= ALLOWED[room]


def test_every_room_stands_in_the_order() -> None:
    """A new room has to be given its place."""
    rooms = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in SOURCES}
    assert rooms - {"__init__"} <= set(ALLOWED)


def test_the_order_has_no_way_back() -> None:
    """No room can reach itself, and the two readings of a panel do not know each other."""

    def reached(room: str) -> set[str]:
        return ALLOWED[room].union(*(reached(other) for other in ALLOWED[room]))

    assert not [room for room in ALLOWED if room in reached(room)]
    assert "inference" not in reached("triads")
    assert "triads" not in reached("inference")
    assert not {"actors", "events", "panels"} & reached("game")


def test_public_names_survive_the_import_of_every_module() -> None:
    """A module that is imported becomes an attribute of its package, over any such name."""
    names = [("tertius", name) for name in tt.__all__]
    names += [
        (f"tertius.{room}", name)
        for room in ROOMS
        for name in importlib.import_module(f"tertius.{room}").__all__
    ]
    modules = every_module()
    assert len(modules) > 100
    for home, name in names:
        value = getattr(sys.modules[home], name)
        assert not inspect.ismodule(value), f"{home}.{name} is a module now"
    assert tt.cases() == ("korea-1960", "korea-2018")
    assert tt.resolve("Moscow", on=1960).iso3 == "SUN"


def test_no_module_bears_a_name_of_its_package() -> None:
    """The same by name, for packages at any depth."""
    for module in every_module():
        parent, _, own = module.__name__.rpartition(".")
        assert own not in getattr(sys.modules[parent], "__all__", ()), module.__name__


def test_the_door_leads_where_it_says() -> None:
    """Every public name has a home, which hands it on and lists it."""
    assert sorted(tt._HOMES) == list(tt.__all__)
    for name, room in tt._HOMES.items():
        home = importlib.import_module(f"tertius.{room}")
        assert getattr(tt, name) is getattr(home, name)
        assert name in home.__all__
        assert name in dir(tt)
    with pytest.raises(AttributeError, match="no attribute 'panels_of'"):
        _ = tt.panels_of


def test_public_lists_are_sorted_and_true() -> None:
    """`__all__` stands in every module, in order, and each name in it exists and is told of."""
    for module in every_module():
        listed = list(module.__all__)
        assert listed == sorted(listed, key=_as_ruff_sorts), module.__name__
        for name in listed:
            value = getattr(module, name)
            if inspect.isclass(value) or inspect.isfunction(value):
                assert (value.__doc__ or "").strip(), f"{module.__name__}.{name}"


def _as_ruff_sorts(name: str) -> tuple[int, str]:
    constant = name.isupper() and len(name) > 1
    return (0 if constant else 1 if name[:1].isupper() else 2, name)


def test_importing_the_package_loads_nothing_heavy() -> None:
    """`import tertius` costs the standard library and nothing else."""
    loaded = json.loads(run("import tertius, sys, json; print(json.dumps(sorted(sys.modules)))"))
    assert "tertius" in loaded
    assert not [name for name in loaded if name.split(".")[0] in HEAVY]
    assert [name for name in loaded if name.startswith("tertius.")] == []


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["nonsense"], []])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    """Help, the version and a wrong command come without the libraries that compute."""
    driver = (
        "import json, sys\n"
        "from tertius.cli.main import main\n"
        "sys.argv[0] = 'tertius'\n"
        "try:\n"
        "    main()\n"
        "except SystemExit:\n"
        "    pass\n"
        "print('\\n' + json.dumps(sorted(sys.modules)))\n"
    )
    loaded = json.loads(run(driver, *arguments).splitlines()[-1])
    assert "click" in loaded
    assert not [name for name in loaded if name.split(".")[0] in HEAVY]


def test_files_are_short() -> None:
    """No source file is longer than anybody reads, and most are much shorter."""
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert max(lengths.values()) <= LONGEST
    assert median(lengths.values()) <= MIDDLING


def test_nothing_we_write_claims_a_proof_or_an_absence() -> None:
    """Events support, they do not prove; an interval around nothing is no absence."""
    kinds = {".py", ".toml", ".html", ".css", ".md", ".csv", ".json"}
    texts = [path for path in PACKAGE.rglob("*") if path.suffix in kinds]
    texts += [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]
    assert len(texts) > 150
    # The house itself has to name what it forbids.
    said = [
        f"{path.relative_to(ROOT)}: {line}"
        for path in texts
        if path.name != "house.md"
        for line in path.read_text(encoding="utf-8").splitlines()
        if FORBIDDEN.search(line)
    ]
    assert said == []
