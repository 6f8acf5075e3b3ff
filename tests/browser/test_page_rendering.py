"""The brief in a real browser: opens from disk, asks for nothing, fits a phone.

One run of headless Chromium a question. The brief stands in a frame that may run no
script; the script that measures it belongs to the test's own page around the frame.
"""

from __future__ import annotations

import html
import json
import re
import runpy
import shutil
import subprocess
from pathlib import Path

import pytest

from tertius.briefs.page import render_page

SAMPLE = runpy.run_path(str(Path(__file__).parents[1] / "unit" / "briefs" / "sample_document.py"))
BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed"),
]

# Runs in a page of the test's own, which looks at the brief through a frame.
PROBE = """<!doctype html><meta charset="utf-8"><body style="margin:0">
<iframe id="f" sandbox="allow-same-origin" style="border:0;width:WIDTHpx;height:800px"></iframe>
<pre id="out"></pre><script>
const f = document.getElementById("f");
f.onload = () => {
  const d = f.contentDocument, w = f.contentWindow, root = d.documentElement;
  if (!d.querySelector("main")) return;
  const wide = [...d.querySelectorAll("body *")].filter(e =>
    !e.closest(".scroll table") && !e.closest("svg") && !e.closest(".hidden, .skip, thead") &&
    e.getBoundingClientRect().right > root.clientWidth + 0.5
  ).map(e => e.tagName + "." + e.className);
  const type = [...d.querySelectorAll("figure svg text")].map(e => {
    const box = e.ownerSVGElement;
    return parseFloat(w.getComputedStyle(e).fontSize) *
      box.getBoundingClientRect().width / box.viewBox.baseVal.width;
  });
  document.getElementById("out").textContent = JSON.stringify({
    scroll: root.scrollWidth, client: root.clientWidth, wide: wide,
    paper: w.getComputedStyle(d.body).backgroundColor, type: Math.min(...type),
    drawings: type.length, cards: w.getComputedStyle(d.querySelector(".claims")).display,
    blocked: w.getComputedStyle(d.querySelector("main")).display,
  });
};
f.src = "brief.html";
</script>"""


def browse(folder: Path, address: str, *flags: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            str(BROWSER),
            "--headless",
            "--hide-scrollbars",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
            f"--user-data-dir={folder / 'profile'}",
            *flags,
            (folder / address).as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("brief")
    page = render_page(SAMPLE["sample_document"]())
    (place / "brief.html").write_text(page, encoding="utf-8")
    for width in (390, 1280):
        probe = PROBE.replace("WIDTH", str(width))
        (place / f"probe-{width}.html").write_text(probe, encoding="utf-8")
    return place


def requests_of(folder: Path, address: str) -> set[str]:
    """Open a page and return the network addresses it made the browser ask for."""
    log = folder / f"{address}.json"
    run = browse(folder, address, "--dump-dom", f"--log-net-log={log}", "--enable-logging=stderr")
    assert "Content Security Policy" not in run.stderr
    assert "</html>" in run.stdout
    events = json.loads(log.read_text(encoding="utf-8"))["events"]
    asked = [event["params"] for event in events if "url" in event.get("params", {})]
    # What the browser asks for itself (updates, the time) is not partitioned by a file.
    mine = {each["url"] for each in asked if "file://" in each.get("network_isolation_key", "")}
    return {url for url in mine if not url.startswith("file://")}


def test_the_page_opens_from_disk_and_asks_for_nothing(folder):
    """The browser's own log of requests names no address, and its policy was never broken."""
    assert requests_of(folder, "brief.html") == set()


def test_the_log_would_show_a_request(folder):
    """The control: a page that does ask is seen asking."""
    page = '<!doctype html><img src="http://127.0.0.1:9/x.png">'
    (folder / "asks.html").write_text(page, encoding="utf-8")
    assert "http://127.0.0.1:9/x.png" in requests_of(folder, "asks.html")


@pytest.mark.parametrize(("width", "table"), [(390, "block"), (1280, "table")])
def test_the_page_fits_its_window(folder, width, table):
    """Without scripts: no sideways scrolling, nothing beyond the edge, type of 10 px, styled."""
    run = browse(
        folder,
        f"probe-{width}.html",
        "--dump-dom",
        "--allow-file-access-from-files",
        "--window-size=1400,900",
        "--virtual-time-budget=3000",
    )
    found = re.search(r'<pre id="out">(\{.*?\})</pre>', run.stdout)
    assert found, run.stdout[-500:] + run.stderr[-500:]
    seen = json.loads(html.unescape(found[1]))
    assert seen["wide"] == []
    assert seen["scroll"] <= seen["client"] <= width
    # The paper of the style sheet: its hash let it through the page's own policy.
    assert seen["paper"] == "rgb(255, 254, 251)"
    assert seen["cards"] == table
    assert seen["drawings"] > 100
    assert seen["type"] >= 10
