"""Reconcile: what several people handed in of one conversation or mail becomes one.

The result depends on what was handed in, on officers' rulings and on the version of the rules, and
not on the order of arrival. What solves chats and mail is loaded late, since most deliveries bring
one of the two and many meet nothing that is here.
"""

from __future__ import annotations

from collections.abc import Iterator

from archiver.pipeline.bench import Bench
from archiver.pipeline.outcome import Outcome
from archiver.pipeline.questions import answer_by_others
from archiver.pipeline.reconciled import Reconciled
from archiver.store.catalogue import gather_mail, related
from archiver.store.scribe import Scribe


def settle(bench: Bench) -> Iterator[Outcome]:
    """Reconcile what is new; answer what that answers, and reconcile again; yield the answered."""
    reconcile(bench.scribe)
    answered = list(answer_by_others(bench))
    if answered:
        reconcile(bench.scribe)
    yield from answered


def reconcile(scribe: Scribe, *, everything: bool = False, dry_run: bool = False) -> Reconciled:
    """Solve the conversations and mails that have something new, or all of them.

    Returns:
        What changed, or with `dry_run` what would.
    """
    archive = scribe.archive
    with archive.writing():
        connection = archive.catalogue.connection
        total = Reconciled()
        strands = related.chats(connection) if everything else related.fresh(connection)
        if strands:
            from archiver.pipeline.reconcile_chats import reconcile_chats

            total = reconcile_chats(scribe, strands, everything=everything, dry_run=dry_run)
        keys = gather_mail.meeting(connection) if everything else gather_mail.waiting(connection)
        if keys:
            from archiver.pipeline.reconcile_mail import reconcile_mail

            total += reconcile_mail(scribe, keys, dry_run=dry_run)
        return total
