"""Take in what was handed over: measured, hashed, unread, and with nothing unpacked by name.

The first stage. It says what belongs to one delivery and which bytes each member has, and notices
everything odd about the outside; what the bytes mean is for the next stage. A container that is
damaged, locked or hostile is no error: it is a delivery without members and with a finding `E-I…`,
so that its bytes can be kept.
"""

from __future__ import annotations

import stat
from pathlib import Path

from archiver.errors import SourceChanged
from archiver.intake.contents import Contents, add_noise
from archiver.intake.folder import (
    Found,
    OverLimit,
    folder_digest,
    list_folder,
    measure_folder,
    report_others,
)
from archiver.intake.limits import Limits
from archiver.intake.name import from_disk
from archiver.intake.opening import OnDisk, Unpacked, whole
from archiver.intake.refusal import Findings, Refused
from archiver.intake.region import Region
from archiver.intake.regular import (
    NotARegularFile,
    Stamp,
    check_unmoved,
    digest,
    open_regular,
    reading,
)
from archiver.intake.split import split_folder
from archiver.intake.tar_container import is_tar, take_tar
from archiver.intake.zip_container import is_zip, take_zip
from archiver.model import Delivery, Finding, Layout, Member

__all__ = ["Limits", "NotARegularFile", "OverLimit", "intake", "split_folder", "whole"]

_DEFAULT = Limits()


def intake(path: Path, limits: Limits = _DEFAULT, *, spool: Path | None = None) -> Delivery:
    """Measure and hash a file, a folder or a container; `spool` is where large members unpack.

    Raises:
        NotARegularFile: It is a link, a pipe, a socket or a device.
        OverLimit: A folder holds too many files or goes too deep; nothing of it was taken.
        SourceChanged: It was written to, replaced or added to while it was read.
        UnreadableSource: It is not there, or the system refuses.
        DiskFull: The spool folder has no room.
    """
    with reading(path):
        status = path.lstat()
    if stat.S_ISDIR(status.st_mode):
        return _take_folder(path, limits)
    return _take_file(path, limits, spool)


def _take_folder(path: Path, limits: Limits) -> Delivery:
    listing, findings = list_folder(path, limits), Findings()
    members = measure_folder(path, listing)
    if list_folder(path, limits) != listing:
        raise SourceChanged(path=path)
    size = sum(member.size for member in members)
    report_others(listing, findings)
    add_noise(findings, members)
    if size > limits.delivery_bytes:
        findings.add("E-I001", bytes=size, limit=limits.delivery_bytes)
    return Delivery(
        path, Layout.FOLDER, members, folder_digest(members), size,
        OnDisk(path, dict(zip(members, listing.files, strict=True))), findings.all(),
    )  # fmt: skip


def _take_file(path: Path, limits: Limits, spool: Path | None) -> Delivery:
    handle, stamp = open_regular(path, shown=path)
    region = Region(handle, stamp.size)
    sha = digest(handle, stamp, shown=path)
    layout = _layout_of(region)
    if layout is Layout.FILE:
        region.close()
        delivery = _one_file(path, stamp, sha, limits)
    else:
        delivery = _container(path, layout, region, stamp, sha, limits, spool)
    check_unmoved(path, stamp, shown=path)
    return delivery


def _layout_of(region: Region) -> Layout:
    if is_zip(region):
        return Layout.ZIP
    return Layout.TAR if is_tar(region) else Layout.FILE


def _one_file(path: Path, stamp: Stamp, sha: str, limits: Limits) -> Delivery:
    findings = Findings()
    name, changed = from_disk(path.name)
    if changed:
        findings.add("W-I002", member=0, name=name)
    if stamp.size > limits.delivery_bytes:
        findings.add("E-I001", bytes=stamp.size, limit=limits.delivery_bytes)
    member = Member(name, stamp.size, sha, stamp.milliseconds)
    opening = OnDisk(path, {member: Found((), stamp)})
    return Delivery(path, Layout.FILE, (member,), sha, stamp.size, opening, findings.all())


def _container(
    path: Path,
    layout: Layout,
    region: Region,
    stamp: Stamp,
    sha: str,
    limits: Limits,
    spool: Path | None,
) -> Delivery:
    contents = Contents(limits, stamp.size, spool)
    with reading(path):
        refusal = _unpack(layout, region, contents)
    contents.finish()
    itself = Member(from_disk(path.name)[0], stamp.size, sha, stamp.milliseconds)
    opening = Unpacked(path, stamp, itself, contents.places, spool)
    if refusal is not None:
        return Delivery(path, layout, (), sha, stamp.size, opening, (refusal,))
    members, findings = tuple(contents.members), contents.findings.all()
    return Delivery(path, layout, members, sha, stamp.size, opening, findings)


def _unpack(layout: Layout, region: Region, contents: Contents) -> Finding | None:
    """Measure all members; give the finding that explains why there are none."""
    limit = contents.limits.delivery_bytes
    if region.size > limit:
        return Finding("E-I001", {"bytes": region.size, "limit": limit})
    try:
        if layout is Layout.ZIP:
            take_zip(region, contents)
        else:
            take_tar(region, contents)
    except Refused as refused:
        return refused.finding
    return None
