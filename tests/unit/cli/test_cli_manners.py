"""How the command line behaves among other programs: help, pipes, terminals, interrupts."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import signal
import subprocess
from pathlib import Path

import pytest

import tertius as package
from tertius.casebook import draft_case
from tertius.cli.main import main

COMMANDS = (
    "actors",
    "brief",
    "cases",
    "check",
    "history",
    "ingest",
    "new",
    "panel",
    "solve",
    "store",
)
COLOUR = re.compile(r"\x1b\[[0-9;]*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")


def test_help_lists_every_command(tertius) -> None:
    """Each with a line, and help of its own; on stdout, exit 0."""
    for option in ("--help", "-h"):
        done = tertius(option)
        assert (done.code, done.err) == (0, "")
        assert all(re.search(rf"^  {name} +\S", done.out, re.MULTILINE) for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(tertius, command: str) -> None:
    """Its own help tells at least what the list of commands tells."""
    done = tertius(command, "--help")
    assert (done.code, done.err) == (0, "")
    assert f"Usage: tertius {command}" in done.out
    assert len(done.out.splitlines()) >= 5


def test_the_version_is_the_packages(tertius) -> None:
    """One line."""
    assert tertius("--version").out == f"tertius {package.__version__}\n"


def test_no_command_gives_the_help_and_is_a_usage_error(tertius) -> None:
    """A script that forgot the command learns of it by the code."""
    done = tertius()
    assert done.code == 2
    assert "Commands:" in done.out + done.err


@pytest.mark.parametrize("arguments", [["cases"], ["check", "korea-1960"], ["actors", "--json"]])
def test_a_reader_that_has_gone_is_no_failure(process, arguments) -> None:
    """`tertius … | head` ends quietly, whatever the size of the output."""
    reading, writing = os.pipe()
    os.close(reading)
    started = process(*arguments, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    _, err = started.communicate(timeout=60)
    assert (started.returncode, err) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
def test_a_full_disk_behind_stdout_is_told(process) -> None:
    """Exit 1 and the reason, without a traceback."""
    with Path("/dev/full").open("w") as full:
        started = process("cases", stdout=full, stderr=subprocess.PIPE)
        _, err = started.communicate(timeout=60)
    assert started.returncode == 1
    assert err == "tertius: no space left on device\n"


def on_a_terminal(process, *arguments: str, **environment: str) -> str:
    """Run with stdout on a terminal of 100 columns, and return what it shows."""
    ours, theirs = pty.openpty()
    settings = {"COLUMNS": "100", "TERM": "xterm-256color", **environment}
    started = process(*arguments, stdout=theirs, stderr=subprocess.PIPE, env=settings)
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # Linux says so when the other end is closed.
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    assert started.wait(timeout=60) == 0
    started.stderr.close()
    return shown.decode()


def test_a_terminal_gets_columns_and_a_pipe_tabs(process, tertius) -> None:
    """The same cells; no tab on a terminal; no control sequence in a pipe."""
    shown = on_a_terminal(process, "cases")
    piped = tertius("cases").out
    assert "\t" not in shown
    assert "\x1b" not in piped
    for name in ("korea-1960", "korea-2018"):
        assert name in shown
        assert f"{name}\t" in piped


def test_no_colour_means_none(process) -> None:
    """`NO_COLOR` of any value; text of a case is never read as markup."""
    assert not COLOUR.search(on_a_terminal(process, "cases", NO_COLOR="1"))
    assert not COLOUR.search(on_a_terminal(process, "actors", "Korea", NO_COLOR="yes"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["\x1b[31mcases"],
        ["check", "\x1b[31m"],
        ["actors", "X", "--on", "\x1b[2J\u202e"],
        ["brief", "korea-1960", "--claim", "\x07"],
    ],
)
def test_a_message_steers_no_terminal(process, arguments) -> None:
    """What was typed is quoted on a terminal with marks for its control characters."""
    ours, theirs = pty.openpty()
    started = process(*arguments, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # Linux says so when the other end is closed.
        while piece := os.read(ours, 4096):
            shown += piece
    os.close(ours)
    assert started.wait(timeout=60) in (2, 3)
    told = shown.decode().replace("\r\n", "\n")
    assert "\ufffd" in told
    assert not set(told) & set("\x1b\x07\r\u202e")


def test_a_case_file_steers_no_terminal(process, tmp_path) -> None:
    """Text of a case that others wrote is printed with marks for control characters."""
    path = tmp_path / "case.toml"
    text = draft_case("own").replace('says = "The announcement', 'says = "\\u001b[31m')
    path.write_text(text.replace('title    = "One', 'title    = "\\u001b]0;'), encoding="utf-8")
    shown = on_a_terminal(process, "brief", str(path), "--claim", "trigger", "-q")
    assert "\ufffd[31m turned the patron" in shown
    assert "\x1b" not in shown


def test_an_interrupt_ends_with_one_line(tertius, monkeypatch) -> None:
    """Ctrl-C: exit 1, no traceback."""
    import tertius.claims.binding as binding

    def interrupted(*_arguments, **_named):
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(binding, "parse", interrupted)
    done = tertius("check", "korea-2018")
    assert done.code == 1
    assert done.err.strip().endswith("tertius: stopped")


def test_a_fault_of_ours_is_one_message_and_a_hint(monkeypatch, capsys) -> None:
    """Unless one asks to see where it is."""
    import tertius.claims.binding as binding

    def faulty(*_arguments, **_named):
        raise RuntimeError("impossible")

    monkeypatch.setattr(binding, "parse", faulty)
    monkeypatch.setattr("sys.argv", ["tertius", "check", "korea-2018"])
    monkeypatch.delenv("TERTIUS_DEBUG", raising=False)
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    assert (ended.value.code, told.out) == (1, "")
    assert "a fault of ours, RuntimeError: impossible" in told.err
    assert "TERTIUS_DEBUG" in told.err
    assert "Traceback" not in told.err
    monkeypatch.setenv("TERTIUS_DEBUG", "1")
    with pytest.raises(RuntimeError, match="impossible"):
        main()
