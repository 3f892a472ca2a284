"""`chatarchief init`: make a new archive with its keys."""

from __future__ import annotations

import os
from pathlib import Path

import click

from archiver.commands.frame import Asked, Command, Frame, with_frame
from archiver.language import say
from archiver.output import Report, note


@click.command(cls=Command)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--ministry", cls=Asked, help="The name of the ministry.")
@click.option(
    "--recovery-key",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where to write the recovery key; by default beside the folder of the keys.",
)
@with_frame
def command(frame: Frame, folder: Path, ministry: str, recovery_key: Path | None) -> None:
    """Make a new archive, with its keys in the folder that --keys names.

    Whoever makes it is registered as its first records officer and sorter. The recovery key must
    then be moved to another place: it opens the archive when this machine is lost.
    """
    keys_folder = frame.settings.path("keys")
    if keys_folder is None:
        raise click.MissingParameter(param_hint="--keys", param_type="option")
    from archiver.actor import resolve, this_process
    from archiver.commands.session import tool
    from archiver.pipeline.project import project
    from archiver.register import officers
    from archiver.store.archive import Archive
    from archiver.store.scribe import REGISTER, Scribe

    recovery = recovery_key or keys_folder.with_name(f"{keys_folder.name}-recovery.key")
    person = resolve(os.environ, this_process())
    with Archive.create(folder, ministry, keys_folder, recovery, project) as archive:
        scribe = Scribe(archive, officers.founder(person, "cli"), tool(frame))
        scribe.record(
            scribe.event(
                "archive.created",
                detail={"ministry": ministry},
                key=REGISTER,
                objects={"identity": [archive.identity.sha256]},
            )
        )
        founder = officers.add(
            scribe, login=person.login, name=person.login, roles=scribe.actor.officer.roles
        )
        note(say("Move the recovery key {path} to another place, off this machine.", path=recovery))
        frame.show(
            Report(
                values={
                    "archive": str(folder),
                    "keys": str(keys_folder),
                    "recovery_key": str(recovery),
                    "name": archive.identity.name,
                    "log_key": archive.identity.log_key,
                    "officer": founder.id,
                },
            )
        )
