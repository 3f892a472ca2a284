"""The English sentences that Telegram's HTML writes for what happened, as types of events.

Taken from the program's own writer (``export_output_html.cpp``); it does not translate them.
"""

from __future__ import annotations

import re

UNKNOWN = "unknown"
DAY = re.compile(
    r"[0-9]{1,2} (?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December|Unknown) [0-9]{4}"
)
"""The line between two days."""
NO_MESSAGES = "No exported messages"
UNSUPPORTED = "This message is not supported by this version"

_WHO = r"(?P<who>.*?) "
_SENTENCES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (type_, re.compile(pattern, re.DOTALL))
    for type_, pattern in (
        ("group-created", _WHO + r"created group «(?P<new>.*)»(?: with members (?P<object>.*))?"),
        ("group-created", r"Channel «(?P<new>.*)» created"),
        ("group-migrated", _WHO + r"converted this group to a supergroup"),
        ("group-migrated", _WHO + r"converted a basic group to this supergroup «(?P<new>.*)»"),
        ("title-changed", _WHO + r"changed group title to «(?P<new>.*)»"),
        ("title-changed", r"Channel title changed to «(?P<new>.*)»"),
        ("picture-changed", _WHO + r"changed group photo|Channel photo changed"),
        ("picture-changed", _WHO + r"suggests to use this photo"),
        ("picture-removed", _WHO + r"removed group photo|Channel photo removed"),
        ("group-call", _WHO + r"invited (?P<object>.*) to the voice chat"),
        ("group-call", _WHO + r"(?:started|scheduled a) voice chat.*|Voice chat.*"),
        ("member-added", _WHO + r"invited (?P<object>.*)"),
        ("member-joined", _WHO + r"joined group by (?:request|link from (?P<object>.*))"),
        ("contact-joined", _WHO + r"joined Telegram"),
        ("admin-changed", _WHO + r"(?:made (?P<object>.*) the new|will become the new) main .*"),
        ("pinned", _WHO + r"pinned this message"),
        ("history-cleared", r"History cleared"),
        ("screenshot-taken", _WHO + r"took a screenshot"),
        ("disappearing-off", r"(?:(?P<who>.*) has set messages|New messages will) not.*-delete"),
        ("disappearing-on", r"(?:(?P<who>.*) has set messages|New messages will).*auto-delete.*"),
        ("poll-changed", _WHO + r"(?:added|removed) \".*\" (?:to|from) the poll\."),
        ("member-removed", _WHO + r"removed (?P<object>.*)"),
        ("topic-created", _WHO + r"created topic «(?P<new>.*)»"),
        ("topic-changed", _WHO + r"changed topic .*"),
        ("settings-changed", _WHO + r"(?:set|changed|disabled) .*(?:background|theme).*"),
        ("settings-changed", _WHO + r"(?:disabled|enabled|requested to enable) sharing .*"),
        ("settings-changed", r"Price per .*|Direct messages were .*|Channel theme .*"),
        ("community-changed", _WHO + r"(?:linked|unlinked) this chat .*community"),
        ("list-changed", _WHO + r"(?:marked|added tasks:) .*"),
        ("location-reached", r".* (?:is|are) now within .* from .*"),
        ("number-requested", _WHO + r"requested your phone number"),
        ("identity-shared", r"You have sent the following documents: .*"),
        ("game-played", _WHO + r"scored .* in this game"),
        ("bot-notice", r"You allowed this bot .*|You have just successfully transferred data .*"),
        ("bot-notice", _WHO + r"created a bot .*|requested: .*"),
        ("boosted", _WHO + r"boosted the group .*"),
        ("profile-suggested", _WHO + r"suggests to add a date of birth: .*"),
        ("payment", r"You (?:were charged|have successfully transferred|won|refunded|'ve) .*"),
        ("payment", r".* (?:sent you a gift|refunded|just started a giveaway|your suggested post)"
                    r".*|.*giveaway.*|The (?:paid post|user refunded|admin deleted) .*"),
    )
)  # fmt: skip
_LONGEST = 1_000


def happened(sentence: str) -> tuple[str, dict[str, str]]:
    """Give the type of an event and who and what it names; ``unknown`` for other sentences.

    A member who is removed by himself has left.
    """
    for type_, pattern in _SENTENCES:
        match = pattern.fullmatch(sentence) if len(sentence) <= _LONGEST else None
        if match is not None:
            told = {key: value for key, value in match.groupdict().items() if value}
            if type_ == "member-removed" and told.get("who") == told.get("object"):
                type_ = "member-left"
            return type_, told
    return UNKNOWN, {}
