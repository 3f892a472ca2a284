"""Which records and files carry a marking: asked of the findings that say so."""

from __future__ import annotations

from archiver.store.catalogue.connection import Connection

_CODES = "('W-S001', 'W-S002')"


def marked_records(connection: Connection) -> list[tuple[str, str, int]]:
    """Give account, level and how many records and files of it are marked.

    A record that several deliveries of an account hold counts once, and so does a file. Of a
    delivery with more findings of a code than are kept, the others are counted as they are.
    """
    found = connection.execute(
        "SELECT a.public, json_extract(f.fields, '$.level'), count(DISTINCT"
        " coalesce('r' || p.record, 'm' || m.sha256, 'd' || d.sha256 || ':'"
        " || coalesce(f.item, 0)))"
        " FROM finding f JOIN delivery d ON d.id = f.delivery JOIN account a ON a.id = d.account"
        " LEFT JOIN holding h ON h.delivery = f.delivery AND h.item = f.item"
        " LEFT JOIN copy p ON p.id = h.copy"
        " LEFT JOIN delivery_member m ON m.delivery = f.delivery AND m.member = f.member"
        f" WHERE f.code IN {_CODES} AND d.state <> 'withdrawn'"
        " GROUP BY a.public, json_extract(f.fields, '$.level')"
        f" UNION ALL SELECT a.public, CASE json_extract(f.fields, '$.code') WHEN 'W-S001'"
        " THEN 'departmental' ELSE 'limited' END, json_extract(f.fields, '$.count') - 1000"
        " FROM finding f JOIN delivery d ON d.id = f.delivery JOIN account a ON a.id = d.account"
        f" WHERE f.code = 'W-P001' AND json_extract(f.fields, '$.code') IN {_CODES}"
    )
    return [(str(account), str(level), int(number)) for account, level, number in found]
