"""The command that prints the map of a project."""

from __future__ import annotations

from pathlib import Path

import click

from pixsort_desktop.cli.parts import json_option, opened_library, project_option, shown_progress
from pixsort_desktop.library import groups as groups_of
from pixsort_desktop.library.photos import project_files
from pixsort_desktop.listing import label_of, project_named
from pixsort_desktop.terminal import counted, print_json


def add_commands(group: click.Group) -> None:
    """Give this command to `pixsort`."""
    group.add_command(map_command)


@click.command("map")
@project_option
@click.option(
    "--method",
    type=click.Choice(["pca", "umap"]),
    help="pca, the two principal components; umap, where umap-learn is installed (usual where it is).",
)
@click.option("--embedding", "embedding_id", metavar="ID", help="The embedding (usual: that of the columns).")
@json_option
@click.pass_obj
def map_command(folder: Path, name: str, method: str | None, embedding_id: str | None, as_json: bool) -> None:
    """Print where each photo stands on the map of a project: x and y from 0 to 1, like photos near each other."""
    from pixsort_desktop.jobs.map_photos import map_photos

    with opened_library(folder) as library:
        project = project_named(library, name)
        with shown_progress() as progress:
            made = map_photos(
                library,
                project_id=project.id,
                embedding_id=embedding_id,
                method=method,
                progress=progress,
            )
        files = project_files(library, project.id)
        columns = groups_of.board(library, project.id)
        places = dict(zip(made.ids.tolist(), _scaled(made.cells.tolist()), strict=True))
    rows = [
        {"path": files[i][0], "x": places[i][0], "y": places[i][1], "group": label_of(column)}
        if i in places
        else {"path": files[i][0], "x": None, "y": None, "group": label_of(column)}
        for column in columns
        for i in column.photo_ids
        if i in files
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        place = f"{row['x']:.4f}  {row['y']:.4f}" if row["x"] is not None else "     –       –"
        click.echo(f"{place}  {row['path']}")
    if made.lacking:
        click.echo(
            f"{counted(len(made.lacking), 'photo')} without the embedding «{made.embedding_id}» have no place."
        )


def _scaled(cells: list[list[int]]) -> list[tuple[float, float]]:
    """Cells as parts of the longer side of the map."""
    if not cells:
        return []
    left, top = (min(cell[axis] for cell in cells) for axis in (0, 1))
    side = max(max(x - left, y - top) for x, y in cells) or 1
    return [(round((x - left) / side, 5), round((y - top) / side, 5)) for x, y in cells]
