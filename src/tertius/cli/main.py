"""The command `tertius`: commands are loaded when they are used, errors become one message."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys

import click

from tertius import __version__
from tertius.cli.output import printable
from tertius.errors import TertiusError, did_you_mean

__all__ = ["main"]

# Command -> one line of help. The module of the same name holds `command`.
_COMMANDS = {
    "actors": "Resolve a name to a state, or list states.",
    "brief": "Answer a case: one file a reader can open, and a summary here.",
    "cases": "List the cases that come with tertius.",
    "check": "Report every mistake in a case file.",
    "fetch": "Download events of GDELT, ICEWS or POLECAT into a store.",
    "history": "Compare the model's ordinal predictions with history, misses first.",
    "ingest": "Read event files into a store.",
    "new": "Write a commented case file to fill in.",
    "panel": "Sum a store's events by dyad and period.",
    "solve": "Solve the bargaining model of a case.",
    "store": "Look after a store: info, duplicates, verify, compact, export, migrate.",
}
_MODULES = {"new": "draft", "panel": "sums", "brief": "report", "cases": "shelf", "store": "stores"}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"tertius.cli.{_MODULES.get(cmd_name, cmd_name)}")
        loaded: click.Command = module.command
        return loaded

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(sorted(_COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            hint = did_you_mean(args[0], _COMMANDS)
            raise click.UsageError(
                f'no command "{printable(args[0])}". ' + (hint or "`tertius --help` lists them."),
                ctx,
            )
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def _tertius() -> None:
    """Check arguments about triangular diplomacy.

    Start with: tertius brief korea-2018
    """


def main() -> None:
    """Run the command line; exit 0 done, 1 failure, 2 usage, 3 bad data, 4 network."""
    sys.exit(_run(sys.argv[1:]))


def _run(arguments: list[str]) -> int:
    stdout = sys.stdout
    try:
        # Without standalone mode, click hands back the code of --help and ctx.exit.
        code = _tertius.main(arguments, prog_name="tertius", standalone_mode=False)
        sys.stdout.flush()
    except TertiusError as error:
        click.echo(printable(f"tertius: {error}"), err=True)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("tertius: stopped", err=True)
        return 1
    except SystemExit:
        # Where the reader has gone (`| head`) click muffles stdout and ends with 1; that is
        # no failure of ours. Other exits are a command's own.
        if sys.stdout is stdout:
            raise
        return 0
    except BrokenPipeError:
        _drop_unwritten()
        return 0
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        told = f"tertius: {place}{(error.strerror or str(error)).lower()}"
        click.echo(printable(told), err=True)
        _drop_unwritten()
        return 1
    except Exception as error:
        if os.environ.get("TERTIUS_DEBUG"):
            raise
        click.echo(
            f"tertius: a fault of ours, {type(error).__name__}: {error}\n"
            "Hint: set TERTIUS_DEBUG=1 to see where, and report it",
            err=True,
        )
        return 1
    return code if isinstance(code, int) else 0


def _drop_unwritten() -> None:
    """Let go of what stdout would not take, or Python fails on it once more at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
