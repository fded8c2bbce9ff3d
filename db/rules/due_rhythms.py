"""How often, where a cell of due dates says it, with or without a day: "Annual – next due May 2013"."""

import re

from db.rules.dates import ANY_MONTH

_HOW_OFTEN = (
    r"(?:bi-?)?(?:monthly|weekly|annual(?:ly)?|yearly)|quarterly|(?:half[- ])?termly|bienni(?:al|ally)"
    r"|(?:six|two|three|four|\d{1,2})[- ]?(?:month|week|year)ly"
    r"|daily|fortnightly|half[- ]yearly|(?:every|each) (?:(?:\d+|two|three|four|six|eight|twelve|half) )?"
    r"(?:weeks?|months?|terms?|half[- ]term|quarter|meeting|year)|twice (?:a|per|each) (?:year|term)"
    r"|twice[- ]yearly|standing (?:agenda )?item"
)
_FREQUENCY = re.compile(rf"^(?:reviewed )?(?P<often>{_HOW_OFTEN})(?: until (?:complete|done|closed))?$", re.I)
_DAY_OF_MONTH = rf"(?:\d{{1,2}}(?:st|nd|rd|th)? )?(?:{ANY_MONTH})"
# "March each year", "every September", "Annually in March".
_EACH_YEAR = re.compile(
    rf"(?:every|each) (?:{ANY_MONTH})|{_DAY_OF_MONTH}(?: (?:&|and) {_DAY_OF_MONTH})?,? "
    rf"(?:(?:each|every|per) year|annually|yearly)"
    rf"|(?:annual(?:ly)?|yearly)(?: in| by|,|:| ?[–-])? {_DAY_OF_MONTH}",
    re.IGNORECASE,
)
_BEGINS_WITH = re.compile(rf"^(?:{_HOW_OFTEN})\b", re.I)
_FIRST = re.compile(
    rf"^(?P<often>{_HOW_OFTEN})\b[\s,:;–—-]*(?:\(?(?:next|first)(?: (?:one|review|audit|report))?"
    r"(?: is)?(?: due)?(?: by| in| on)?\)?|(?:due|by)|(?=[A-Za-z]+ (?:19|20)\d\d$))\s*(?P<rest>.+?)\)?$",
    re.IGNORECASE,
)
_LAST = re.compile(
    rf"^(?P<rest>.+?)[\s,;]*(?:\b(?:and )?then\b|&|\band\b|,)\s*(?P<often>{_HOW_OFTEN})(?: thereafter)?$",
    re.IGNORECASE,
)
_FROM = re.compile(rf"^(?P<often>{_HOW_OFTEN}) (?:from|starting|beginning)\b\s*", re.IGNORECASE)


def how_often(text: str) -> str | None:
    """How often a text says and nothing more: "monthly", or "yearly" for "March each year"."""
    found = _FREQUENCY.match(text)
    if found:
        return found["often"].lower()
    if not _EACH_YEAR.fullmatch(text):
        return None
    return "twice a year" if re.search(r"&|\band\b", text) else "yearly"


def leading_frequency(text: str) -> str | None:
    """How often, where a text begins with it."""
    found = _BEGINS_WITH.match(text)
    return found[0].lower() if found else None


def often_from(text: str) -> tuple[str, str] | None:
    """How often and from when: "Termly from Autumn 2026"."""
    found = _FROM.match(text)
    return (found["often"].lower(), text[found.end() :]) if found else None


def often_and_date(text: str) -> tuple[str, str] | None:
    """How often and the date beside it: "Annual – next due May 2013", "June 2026 then quarterly"."""
    found = _FIRST.match(text) or _LAST.match(text)
    return (found["often"].lower(), found["rest"]) if found else None
