"""A publisher on this machine that can be told to misbehave: what fetches are tried on.

Files are served over HTTP/1.1 with ETag, ``Range`` and ``If-Range``. A path can be given tricks,
one for each request to come; when they are used up it is served as it should be.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import random
import threading
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Trick = Callable[[BaseHTTPRequestHandler, bytes], None]
# A stalled request is let go when its test ends, at the latest after this time.
_PATIENCE_SECONDS = 10.0


class Publisher:
    """What is served, what goes wrong, and who asked for what."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.tricks: dict[str, list[Trick]] = {}
        self.datasets: dict[str, list[dict[str, object]]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.release = threading.Event()
        self.base = ""
        self._lock = threading.Lock()

    def next_trick(self, path: str) -> Trick | None:
        """Return what is to go wrong with this request, if anything."""
        with self._lock:
            waiting = self.tricks.get(path, [])
            return waiting.pop(0) if waiting else None

    def log(self, path: str, headers: dict[str, str]) -> None:
        """Remember a request."""
        with self._lock:
            self.asked.append((path, headers))

    def paths(self) -> list[str]:
        """Return the paths asked for, in order."""
        return [path for path, _ in self.asked]

    def fill(
        self, first: str, count: int, rows: int = 3, *, step: int = 15, middle: str = "export"
    ) -> list[str]:
        """Publish quarters of an hour with an index; return the names."""
        start = datetime.strptime(first, "%Y%m%d%H%M%S")
        names = []
        for number in range(count):
            stamp = (start + timedelta(minutes=step * number)).strftime("%Y%m%d%H%M%S")
            name = f"{stamp}.{middle}.CSV.zip"
            self.files[f"/gdeltv2/{name}"] = zipped(name[:-4], quarter(stamp, rows, number))
            names.append(name)
        self.reindex()
        return names

    def deposit(self, doi: str, name: str, body: bytes, **told: object) -> str:
        """Publish a file in a Dataverse data set; return the path it is asked for by.

        ``turned`` says that Dataverse made its own form of it, and serves that unless asked for
        the original; ``restricted`` that it serves nobody.
        """
        entries = self.datasets.setdefault(doi, [])
        number = 7_000_000 + sum(map(len, self.datasets.values()))
        held: dict[str, object] = {
            "id": number, "filename": name, "filesize": len(body),
            "md5": hashlib.md5(body).hexdigest(),
        }  # fmt: skip
        path = f"/api/access/datafile/{number}"
        if told.get("turned"):
            self.files[path] = b"turned into something else"
            held |= {"filesize": 26, "originalFileFormat": "text/tsv", "originalFileName": name,
                     "originalFileSize": len(body)}  # fmt: skip
            path += "?format=original"
        self.files[path] = body
        entries.append(
            {"label": name, "restricted": bool(told.get("restricted")), "dataFile": held}
        )
        listed = {"status": "OK", "data": {"latestVersion": {"files": entries}}}
        self.files[f"/api/datasets/:persistentId/?persistentId=doi:{doi}"] = json.dumps(
            listed
        ).encode()
        return path

    def reindex(self) -> None:
        """Write the index of what is served."""
        lines = [
            f"{len(body)} {hashlib.md5(body).hexdigest()} http://data.example{path}\n"
            for path, body in sorted(self.files.items())
            if path.startswith("/gdeltv2/2")
        ]
        self.files["/gdeltv2/masterfilelist.txt"] = "".join(lines).encode()


def quarter(stamp: str, rows: int, seed: int = 0) -> bytes:
    """Return made-up rows of a GDELT 2.0 file."""
    lines = []
    for row in range(rows):
        fields = [""] * 61
        fields[0] = str(10_000_000 + seed * 1_000 + row)
        fields[1], fields[2], fields[3] = stamp[:8], stamp[:6], stamp[:4]
        fields[4] = f"{stamp[:4]}.2"
        fields[5], fields[6], fields[7] = "CHN", "CHINA", "CHN"
        fields[15], fields[16], fields[17] = "PRK", "NORTH KOREA", "PRK"
        fields[25], fields[26], fields[27], fields[28], fields[29] = "1", "042", "042", "04", "1"
        fields[30], fields[31], fields[32], fields[33] = "1.9", "10", "1", "10"
        fields[34], fields[59] = "-1.5", stamp
        fields[60] = f"https://example.org/{seed}/{row}"
        lines.append("\t".join(fields))
    return ("\n".join(lines) + "\n").encode()


def zipped(name: str, content: bytes) -> bytes:
    """Return a zip of one member, the same for the same content."""
    return bundled({name: content})


def bundled(members: dict[str, bytes]) -> bytes:
    """Return a zip of several members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2018, 3, 26, 0, 0, 0)), content)
    return stream.getvalue()


ICEWS, ICEWS_DAILY = "10.7910/DVN/28075", "10.7910/DVN/QI2T9A"
POLECAT = "10.7910/DVN/AJGVIT"
_ICEWS_COLUMNS = (
    "Event ID", "Event Date", "Source Name", "Source Sectors", "Source Country", "Event Text",
    "CAMEO Code", "Intensity", "Target Name", "Target Sectors", "Target Country", "Story ID",
    "Sentence Number", "Publisher", "City", "District", "Province", "Country", "Latitude",
    "Longitude",
)  # fmt: skip
_POLECAT_COLUMNS = (
    "Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Quad Code", "Contexts",
    *(f"{side} {what}" for side in ("Actor", "Recipient") for what in ("Name", "Country", "COW")),
    "Primary Actor Sector", "Actor Sectors", "Actor Title", "Actor Name Raw",
    "Wikipedia Actor ID", "Primary Recipient Sector", "Recipient Sectors", "Recipient Title",
    "Recipient Name Raw", "Wikipedia Recipient ID", "Placename", "City", "District", "Province",
    "Country", "Latitude", "Longitude", "GeoNames ID", "Raw Placename", "Feature Type", "Source",
    "Publication Date", "Story People", "Story Organizations", "Story Locations", "Language",
    "Version",
)  # fmt: skip


def icews(*days: str, first: int = 1) -> bytes:
    """Return made-up rows of an ICEWS file, one a day given."""
    rows = [
        {
            "Event ID": str(first + number), "Event Date": day, "Source Name": "China",
            "Source Country": "China", "Event Text": "Consult", "CAMEO Code": "040",
            "Intensity": "1.0", "Target Name": "North Korea", "Target Country": "North Korea",
        }
        for number, day in enumerate(days)
    ]  # fmt: skip
    return _table(_ICEWS_COLUMNS, rows, "NA")


def polecat(*days: str, key: str = "a") -> bytes:
    """Return made-up rows of a POLECAT file, one a day given."""
    rows = [
        {
            "Event ID": f"{day.replace('-', '')}-{number}-{key}", "Event Date": day,
            "Event Type": "CONSULT", "Event Mode": "visit", "Intensity": "4.0",
            "Actor Name": "Wang Yi", "Actor Country": "CHN", "Recipient Name": "Ri Yong-ho",
            "Recipient Country": "PRK",
        }
        for number, day in enumerate(days)
    ]  # fmt: skip
    return _table(_POLECAT_COLUMNS, rows, "None")


def _table(columns: tuple[str, ...], rows: list[dict[str, str]], nothing: str) -> bytes:
    lines = [columns, *([row.get(name, nothing) for name in columns] for row in rows)]
    return "".join("\t".join(line) + "\n" for line in lines).encode()


# --- What may go wrong -----------------------------------------------------------------------


def _head(handler: BaseHTTPRequestHandler, status: int, **headers: object) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), str(value))
    handler.end_headers()


def broken_off(count: int) -> Trick:
    """Announce all, send some, close."""

    def trick(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        _head(handler, 200, Content_Length=len(body), ETag=_etag(body))
        handler.wfile.write(body[:count])
        handler.close_connection = True

    return trick


def shorter(count: int) -> Trick:
    """Send some, and say that this is all."""

    def trick(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        _head(handler, 200, Content_Length=count)
        handler.wfile.write(body[:count])

    return trick


def stalled(publisher: Publisher, count: int) -> Trick:
    """Send some, then nothing."""

    def trick(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        _head(handler, 200, Content_Length=len(body), ETag=_etag(body))
        handler.wfile.write(body[:count])
        handler.wfile.flush()
        publisher.release.wait(_PATIENCE_SECONDS)
        handler.close_connection = True

    return trick


def status(code: int, content: bytes = b"", **headers: object) -> Trick:
    """Answer with a status."""

    def trick(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        _head(handler, code, Content_Length=len(content), **headers)
        handler.wfile.write(content)

    return trick


def page(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Serve a page of text as if it were the file."""
    content = b"<!DOCTYPE html><html><body>Service unavailable</body></html>"
    _head(handler, 200, Content_Length=len(content), Content_Type="application/zip")
    handler.wfile.write(content)


def damaged(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Serve the file with one bit changed."""
    changed = bytearray(body)
    changed[len(changed) // 2] ^= 1
    _head(handler, 200, Content_Length=len(changed))
    handler.wfile.write(bytes(changed))


def longer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Send the file and go on, without saying how much comes."""
    _head(handler, 200, Connection="close")
    with contextlib.suppress(OSError):
        handler.wfile.write(body)
        for _ in range(1_000):
            handler.wfile.write(bytes(65_536))
    handler.close_connection = True


def all_of_it(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Serve the whole file whatever range was asked for."""
    _head(handler, 200, Content_Length=len(body))
    handler.wfile.write(body)


def other_range(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Serve another range than was asked for."""
    _head(handler, 206, Content_Length=5, Content_Range=f"bytes 0-4/{len(body)}")
    handler.wfile.write(body[:5])


def hung_up(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Close without an answer."""
    handler.close_connection = True


def packed(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Say that the body is packed."""
    _head(handler, 200, Content_Length=len(body), Content_Encoding="gzip")
    handler.wfile.write(body)


def moved(to: str, code: int = 302) -> Trick:
    """Send somewhere else."""
    return status(code, Location=to)


# --- Serving ---------------------------------------------------------------------------------


def _etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:16]}"'


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    publisher: Publisher
    timeout = 20

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Serve a file, or play the next trick."""
        self.publisher.log(self.path, dict(self.headers.items()))
        body = self.publisher.files.get(self.path)
        trick = self.publisher.next_trick(self.path)
        with contextlib.suppress(ConnectionError):
            if trick is not None:
                trick(self, body or b"")
            elif body is None:
                status(404, b"no such file")(self, b"")
            else:
                self._serve(body)

    def _serve(self, body: bytes) -> None:
        etag = _etag(body)
        if self.headers.get("If-None-Match") == etag:
            _head(self, 304, ETag=etag)
            return
        asked = self.headers.get("Range", "")
        same = self.headers.get("If-Range", etag) == etag
        if not (asked.startswith("bytes=") and same):
            _head(self, 200, Content_Length=len(body), ETag=etag)
            self.wfile.write(body)
            return
        start = int(asked[6:].rstrip("-"))
        if start >= len(body):
            _head(self, 416, Content_Length=0, Content_Range=f"bytes */{len(body)}")
            return
        rest = f"bytes {start}-{len(body) - 1}/{len(body)}"
        _head(self, 206, Content_Length=len(body) - start, Content_Range=rest, ETag=etag)
        self.wfile.write(body[start:])


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """Say nothing: clients that are killed hang up in the middle."""


@contextlib.contextmanager
def serving() -> Iterator[Publisher]:
    """Serve on a free port of the loopback device until the block ends."""
    publisher = Publisher()
    handler = type("Handler", (_Handler,), {"publisher": publisher})
    server = _Server(("127.0.0.1", 0), handler)
    publisher.base = f"http://127.0.0.1:{server.server_address[1]}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield publisher
    finally:
        publisher.release.set()
        server.shutdown()
        server.server_close()
        thread.join()


class Time:
    """A clock that moves only while somebody sleeps."""

    def __init__(self) -> None:
        self.now, self.slept = 1_000.0, list[float]()
        self._lock = threading.Lock()

    def clock(self) -> float:
        """Seconds that never go back."""
        return self.now

    def wall(self) -> float:
        """Seconds since 1970: 26 March 2018, noon, and what was slept since."""
        return 1_522_065_600.0 + self.now - 1_000.0

    def sleep(self, seconds: float) -> None:
        """Move on at once."""
        with self._lock:
            self.slept.append(seconds)
            self.now += seconds

    def chance(self) -> random.Random:
        """Return jitter that is the same each time."""
        return random.Random(7)
