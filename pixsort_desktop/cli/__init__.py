"""The command line, `pixsort`: the same jobs and commands as the window, without one.

Exit codes: 0 done, 1 could not (one sentence on stderr says why), 2 wrong use.
"""

from __future__ import annotations

import logging
import signal
import sys
from pathlib import Path

import click

from pixsort_desktop import __version__
from pixsort_desktop.cli import (
    columns,
    describe,
    duplicates,
    embedding,
    files,
    judgement,
    library,
    models,
    projects,
    prompts,
    ways_in,
    words,
)
from pixsort_desktop.cli.select import list_command
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.paths import default_library
from pixsort_desktop.progress import Cancelled
from pixsort_desktop.terminal import prepare_streams


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pixsort")
@click.option(
    "--library",
    "folder",
    metavar="DIR",
    envvar="PIXSORT_LIBRARY",
    type=click.Path(path_type=Path),
    help="Folder of the library, before the command (default: PIXSORT_LIBRARY, else the user's own).",
)
@click.pass_context
def pixsort(context: click.Context, folder: Path | None) -> None:
    """Drop a shoot, get columns of photographs that belong together."""
    context.obj = folder or default_library()


for _room in (
    projects, columns, judgement, ways_in, files, duplicates, library, models, embedding, words, prompts, describe
):  # fmt: skip
    _room.add_commands(pixsort)
pixsort.add_command(list_command)


def main() -> None:
    """Entry point of the `pixsort` script."""
    prepare_streams()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stops as gently as Ctrl-C
    try:
        pixsort(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except PixsortError as error:
        _fail(str(error))
    except (Cancelled, KeyboardInterrupt, click.Abort):
        _fail("stopped; what was done is kept.")
    except BrokenPipeError:
        sys.exit(1)  # whoever read our output has gone; there is nobody to tell
    except Exception as error:
        logging.getLogger("pixsort").exception("unexpected")
        _fail(f"something unexpected happened ({type(error).__name__}: {error}); nothing was lost.")


def _fail(sentence: str) -> None:
    click.echo(f"pixsort: {sentence}", err=True)
    sys.exit(1)
