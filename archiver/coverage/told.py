"""Coverage in words: the sentences and rows that text and page share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archiver.coverage.accounts import AccountCoverage
from archiver.coverage.closing import Line, Step
from archiver.coverage.conversations import ConversationCoverage
from archiver.coverage.exports import Lack
from archiver.coverage.months import Months
from archiver.coverage.overview import Row, Source
from archiver.coverage.page import unknown
from archiver.coverage.report import OfficialCoverage
from archiver.coverage.unseen import Ground, Unseen
from archiver.language import say
from archiver.model import Account
from archiver.output.words import word

_MAIL = "mail"


def day(months: Months, milliseconds: int | None) -> str:
    """Write the day of a moment; one that nobody knows is said to be so."""
    return unknown() if milliseconds is None else months.day_of(milliseconds).isoformat()


def title(one: Account) -> str:
    """Name an account."""
    return f"{word('service', one.service)} {one.identifier} ({one.id})"


def account(one: AccountCoverage, months: Months) -> Iterator[str]:
    """Say how complete an account is, in sentences."""
    if one.records:
        yield say(
            "{records} records from {first} to {last}, of which sealed: {sealed}.",
            records=one.records, first=day(months, one.first), last=day(months, one.last),
            sealed=one.sealed,
        )  # fmt: skip
        yield say(
            "Conversations: {n} open, {sealed} sealed.",
            n=one.conversations, sealed=one.sealed_conversations,
        )  # fmt: skip
    if one.silent:
        yield say("Silent months: {months}.", months=" ".join(one.silent))
    for lack in one.gaps:
        yield f"{lacks(lack)}."
    if one.media_missing:
        yield say("Files that messages name: {n}, missing: {missing}.",
                  n=one.media, missing=one.media_missing)  # fmt: skip
    if one.unread:
        yield say("Not read: {deliveries}.", deliveries=" ".join(one.unread))
    if not one.deliveries:
        yield say("Nothing of it was ever handed in.")
    if one.rhythm.due:
        yield say("Read out every {days} days ({fact}): due on {due}.",
                  days=one.rhythm.days, fact=one.rhythm.fact, due=one.rhythm.due)  # fmt: skip
    elif not one.rhythm.days:
        yield say("No rhythm of read-outs was agreed.")


def lacks(one: Lack) -> str:
    """Say what findings of one code mean."""
    kinds = {
        "gap": say("gap in the numbers"),
        "truncated": say("cut off"),
        "limited": say("limited"),
        "unread": say("not read whole"),
    }
    told = say("{kind} ({code}): {n}", kind=kinds[one.kind], code=one.code, n=one.findings)
    return f"{told}, {say('{n} missing', n=one.missing)}" if one.missing else told


def unseen(one: Unseen) -> str:
    """Say which account was seen with others only."""
    if one.ground is Ground.IDENTIFIER:
        return say(
            "Account {account} shows in what others handed in ({n} messages, {sealed} sealed) and"
            " was never handed in itself.",
            account=one.account, n=one.messages, sealed=one.sealed,
        )  # fmt: skip
    return say(
        "{n} messages of {identifier} bear this official's name; no such account is registered."
        " A name alone does not prove whose it is.",
        n=one.messages, identifier=one.identifier,
    )  # fmt: skip


def step(one: Line) -> tuple[str, str, str, str]:
    """Give a line of a closing list: what, of which, whether it is done, on what that rests."""
    steps = {
        Step.READ_OUT: say("Last read-out after the last day"),
        Step.DEVICE: say("Device read out after the last day"),
        Step.DECLARATION: say("Private accounts declared"),
        Step.GAPS: say("Gaps noted"),
        Step.UNREAD: say("Everything read"),
        Step.SIGNATURE: say("Signed"),
    }
    done = say("done") if one.done else say("open")
    rests_on = " ".join(word("outcome", rest) for rest in one.rests_on)
    return steps[one.step], one.about, done, rests_on or unknown()


def conversation(one: ConversationCoverage, months: Months) -> tuple[str, ...]:
    """Give a conversation as the cells of a row."""
    return (
        f"{one.title} ({one.conversation})",
        one.account,
        day(months, one.first),
        day(months, one.last),
        str(one.records),
        " ".join(one.silent) or "-",
        " ".join(each.delivery for each in one.deliveries),
        str(one.lacking) if one.others else say("nobody else has it"),
        _disappearing(one, months),
    )


def _disappearing(one: ConversationCoverage, months: Months) -> str:
    """Say since when messages are set to disappear."""
    if not one.disappearing:
        return "-"
    if one.disappearing_since is None:
        return say("on, since an unknown time")
    return say("on since {day}", day=day(months, one.disappearing_since))


def conversation_titles() -> tuple[str, ...]:
    """Give the titles of those cells."""
    return (
        say("Conversation"), say("Account"), say("First"), say("Last"), say("Records"),
        say("Silent months"), say("Deliveries"), say("Lacking, others have"), say("Disappearing"),
    )  # fmt: skip


def text(
    found: Sequence[OfficialCoverage], months: Months, *, threads: bool = False
) -> Iterator[str]:
    """Write coverage as lines; threads of mail, which are many, are summed unless asked for."""
    for one in found:
        yield one.official.name
        for each in one.accounts:
            yield f"  {title(each.account)}"
            yield from (f"    {line}" for line in account(each, months))
        for talk in one.conversations:
            if threads or talk.service != _MAIL:
                cells = zip(conversation_titles(), conversation(talk, months), strict=True)
                yield "  " + "; ".join(f"{title}: {cell}" for title, cell in cells)
        if not threads:
            yield from (f"  {line}" for line in _threads(one.conversations))
        yield from (f"  {unseen(each)}" for each in one.unseen)
        if one.closing is not None:
            yield "  " + say("Left office on {day}: closing list.", day=one.closing.left)
            yield from (f"    {'; '.join(step(line))}" for line in one.closing.lines)


def _threads(conversations: Sequence[ConversationCoverage]) -> Iterator[str]:
    """Sum the threads of mail of each account, and say how to list them."""
    by_account: dict[str, list[ConversationCoverage]] = {}
    for one in conversations:
        if one.service == _MAIL:
            by_account.setdefault(one.account, []).append(one)
    for account_id, threads in by_account.items():
        yield say(
            "Account {account}: {threads} threads of mail with {records} records."
            " They are listed by: {command}",
            account=account_id, threads=len(threads),
            records=sum(one.records for one in threads),
            command=f"chatarchief coverage --account {account_id} --output json",
        )  # fmt: skip


def safety(one: Row) -> str:
    """Say whether an account was judged safe, and by which fact."""
    said = {"safe": say("safe"), "unsafe": say("unsafe"), "unknown": say("judged, not known")}
    return f"{said[one.safe]} {source(one.safe_source)}" if one.safe else say("not assessed")


def declared(one: Row) -> str:
    """Say what the official declared of an account, and by which fact."""
    said = {"none": say("none"), "refused": say("refused"), "supplied": say("supplied")}
    if not one.declared:
        return say("not declared")
    return f"{said[one.declared]} {source(one.declared_source)}"


def source(one: Source | None) -> str:
    """Name the fact that a cell rests on."""
    return "" if one is None else f"[{one.fact}, {one.day}, {one.source}]"


def kept(one: Row) -> str:
    """Say whether messages of a period are kept: where, which share of months, which gaps."""
    if one.percent is None:
        told = say("outside the account's period")
    else:
        told = say("{percent}% of {months} months", percent=one.percent, months=one.months)
    parts = [told, *map(lacks, one.gaps)]
    if one.unread:
        parts.append(say("not read: {deliveries}", deliveries=" ".join(one.unread)))
    return "; ".join(parts)


def stored(one: Row) -> str:
    """Say where messages are: in this archive, and where the register says they are."""
    here = say("this archive") if one.records else ""
    there = f"{one.stored} {source(one.stored_source)}" if one.stored else ""
    return "; ".join(filter(None, (here, there))) or unknown()
