"""Published packages on the same day of GDELT, run by a Python that has them.

    python bench/peers.py NAME FOLDER PORT      prints rows, CPU seconds and peak as JSON
    python bench/peers.py serve FOLDER          serves the zips; prints the port

`ingest.py --peers` makes that Python and runs this. No package is changed: `gdelt` is pointed at
the server by its own option for a proxy, and finds the tables it ships and otherwise fetches
from GitHub where it looks for them first.
"""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
import sys
import sysconfig
import tempfile
import threading
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from gauges import measured

QUARTER = 24
REPEATS = 2


def by_gdelt(_folder: Path, port: int) -> int:
    """Search one day with all its quarters, over HTTP, to one pandas frame."""
    package = Path(sysconfig.get_path("purelib"))
    if not (package / "data").exists():
        shutil.copytree(Path(sys.prefix) / "data", package / "data")
    import gdelt

    client = gdelt.gdelt(version=2, proxies={"http": f"http://127.0.0.1:{port}"})
    return len(client.Search(["2018 03 26"], table="events", coverage=True))


def by_gdeltforge(folder: Path, _port: int) -> int:
    """Convert each zip to Parquet, 61 columns, in this process instead of a pool of them."""
    import pyarrow.parquet as pq
    from gdeltforge.conversion.converter import GDELTConverter
    from gdeltforge.utils.config import load_config

    with tempfile.TemporaryDirectory(dir=folder.parent) as place, contextlib.chdir(place):
        config = load_config()
        config["paths"]["event_15min_downloaded_data_directory"] = str(folder)
        converter = GDELTConverter(config, dataset="gdelt_event_15min", quiet=True)
        written = [
            out for path in sorted(folder.iterdir()) for out in converter.process_single_file(path)
        ]
        return sum(pq.read_metadata(path).num_rows for path in written)


def _raw_events(folder: Path):
    from py_gdelt.parsers.events import EventsParser

    for path in sorted(folder.iterdir())[:QUARTER]:
        with zipfile.ZipFile(path) as archive:
            text = archive.read(archive.namelist()[0])
        yield from EventsParser().parse(text)


def by_gdelt_py(folder: Path, _port: int) -> int:
    """Parse a quarter of the day to its raw events."""
    return sum(1 for _ in _raw_events(folder))


def by_gdelt_py_models(folder: Path, _port: int) -> int:
    """Parse a quarter of the day to the events its client gives."""
    from py_gdelt.models.events import Event

    return len([Event.from_raw(raw) for raw in _raw_events(folder)])


@dataclass(frozen=True)
class Peer:
    """A package at one version, and what is asked of it."""

    package: str
    version: str
    does: str
    work: Callable[[Path, int], int]
    quarter: bool = False


PEERS = {
    "gdelt (gdeltPyR)": Peer("gdelt", "0.1.14", "loopback HTTP to a pandas frame", by_gdelt),
    "gdeltforge": Peer("gdeltforge", "0.14.0", "convert, 61 columns to Parquet", by_gdeltforge),
    "gdelt-py, parser": Peer("gdelt-py", "0.1.11", "24 files, raw events", by_gdelt_py, True),
    "gdelt-py, models": Peer("gdelt-py", "0.1.11", "24 files, models", by_gdelt_py_models, True),
}


class _Quiet(SimpleHTTPRequestHandler):
    """Serves one folder; also to those who take it for a proxy and ask for a whole address."""

    def translate_path(self, path: str) -> str:
        return super().translate_path("/" + path.split("?")[0].rsplit("/", 1)[-1])

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def serve(folder: Path) -> None:
    """Serve until the process is ended."""

    def handler(*given: object) -> _Quiet:
        return _Quiet(*given, directory=str(folder))

    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        print(server.server_address[1], flush=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        threading.Event().wait()


def main(arguments: list[str]) -> int:
    """Serve, or measure one peer."""
    folder = Path(arguments[1])
    if arguments[0] == "serve":
        serve(folder)
        return 0
    logging.disable(logging.WARNING)
    work = PEERS[arguments[0]].work
    print(json.dumps(measured(lambda: work(folder, int(arguments[2])), REPEATS)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
