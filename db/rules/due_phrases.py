"""What plans write around a due date: a week of a month, two days with a dash, a board's name, or a day as
Excel counts it. `due_dates` reads what is left.
"""

import re
from calendar import monthrange
from datetime import date, timedelta
from difflib import get_close_matches

from dateutil.relativedelta import FR, MO, SA, SU, TH, TU, WE, relativedelta

from db.rules.dates import ANY_MONTH, MONTHS, VAGUE, WEEKDAYS, Span, full_year

# How a doubt calls a date among other words, and one that is not whole; a column that also names the lead is
# parted by it.
SAYS_MORE, LACKS_YEAR, LACKS_DAY = "says more than a date", "has no year", "names no day"
_MONTH = rf"(?:{ANY_MONTH})\b\.?"
# In "Feb 29 2017" the 29 is a day.
_YEAR = r"(?:(?:19|20)\d\d|['’]?\d\d)(?!\d|,? (?:19|20)\d\d)"
# "February 22, 2027 → February 26, 2027": Notion writes a range so.
_RANGE_WITH_ARROW = re.compile(
    rf"^(?P<first>{_MONTH} \d{{1,2}}, \d{{4}})\s*→\s*(?P<last>{_MONTH} \d{{1,2}}, \d{{4}})$", re.IGNORECASE
)
_DASH = r"\s*[–—]\s*|\s+-\s+|\s+(?:to|until|till)\s+"
# "Sept 25 to Mar 26", "Start: Jan 2026, end: Mar 2026".
_FROM_TO = re.compile(
    r"^(?:from\s+|between\s+|start(?:s|ing)?[\s:]+(?:in |on |date[\s:]+)?)?(?P<first>.+?)"
    rf"(?:(?:{_DASH}|[\s,;]+)(?:finish|end|complet)(?:e|es|s|ing|ion)?\b(?: date| by)?[\s:]*|{_DASH})"
    r"(?P<last>.+)$",
    re.IGNORECASE,
)
# "12-16 Jan 2026", "12th & 13th March 2026": the day before the last has no month.
_DAYS_OF_MONTH = re.compile(
    r"^\d{1,2}(?:st|nd|rd|th)?\s*(?:-|–|to|&|and|/)\s*(?=\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?[A-Za-z])",
    re.IGNORECASE,
)
_WEEK_OF_MONTH = re.compile(
    rf"^(?:the )?(?P<which>1st|2nd|3rd|4th|first|second|third|fourth|last|final) (?:full )?(?:week|wk)"
    rf"(?: (?:of|in))?(?: the)? (?P<month>{_MONTH})\s*(?P<year>{_YEAR})$",
    re.IGNORECASE,
)
_WEEKDAYS = (MO, TU, WE, TH, FR, SA, SU)
_WEEKDAY_OF_MONTH = re.compile(
    r"^(?:the )?(?P<which>1st|2nd|3rd|4th|first|second|third|fourth|last|final) "
    rf"(?P<weekday>mon|tue|wed|thu|fri|sat|sun)[a-z]* (?:of|in) (?P<month>{_MONTH})\s*(?P<year>{_YEAR})$",
    re.IGNORECASE,
)
_WEEKS = {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "first": 1, "second": 2, "third": 3, "fourth": 4}
_DATE = re.compile(
    r"(?<![\d/.-])(?:\d{4}-\d\d-\d\d|\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)"
    rf"|(?P<day>\d{{1,2}}(?:st|nd|rd|th)?[\s-]+(?:of\s+)?)?\b{_MONTH}[\s,./'’-]*{_YEAR}"
    # "10 May 27 June" has two days.
    rf"(?(day)(?!\s+{_MONTH})))(?![\d/]|(?:st|nd|rd|th)\b)",
    re.IGNORECASE,
)
_DECIDED_ON = re.compile(
    r"\b(?:exec\w*|board|meeting|panel|committee|agreed|approved|decided|decision)\b\W+(?:(?:at|on|of)\W+)?$",
    re.IGNORECASE,
)
_REVIEW = re.compile(
    r"\b(?:review(?:ed)?|revisit|re-?audit|updated|checked)\W+(?:\w+\W+){0,2}$", re.IGNORECASE
)
# It need not be done by that day.
_NOT_BY = re.compile(
    r"\b(?:not before|after|since|from|following|once)\b",
    re.IGNORECASE,
)
_ON_CONDITION = re.compile(r"\b(?:subject to|depend\w*|if)\b", re.IGNORECASE)
_WAS_DONE = re.compile(
    r"(?:completed?|done|achieved|closed|finished|implemented|delivered|actioned|started)\b[\s:–-]*"
    r"(?:on |in )?(?:the )?(?P<day>.+)",
    re.IGNORECASE,
)
_MOST_WORDS = 14
# A day as Excel counts it, from 2010 to 2050.
_SERIAL = re.compile(r"(?:4[0-9]|5[0-4])\d{3}(?:\.0+)?")
_COUNTED_FROM = date(1899, 12, 30)
_NO_DAY = re.compile(
    r"(?:tbc|tba|tbd|to be (?:confirmed|agreed|advised|determined|set))\b.*|not (?:set|known|agreed)|unknown"
    r"|none|n/?a|-+|\?+",
    re.IGNORECASE,
)
_URGENT = re.compile(
    r"(?:a\.?s\.?a\.?p\.?|as soon as possible|immediate(?:ly)?|urgent(?:ly)?|now|with immediate effect)\b.*",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"(?:within |in )?(?:the next )?(?:\d{1,3}|one|two|three|four|six|nine|twelve|eighteen)(?: working)?"
    r"[- ](?:day|week|month|year)s?(?:'|’)?(?: (?:of|from|after)\b.*)?"
    r"|(?:short|medium|long)[- ]term\b.*"
    r"|next (?:board|meeting|month|term|quarter|(?:financial |school )?year)\b.*",
    re.IGNORECASE,
)
# What stands before a year is a month. "Spring" is not looked for: a sprint is no season.
_WORD_BEFORE_YEAR = re.compile(r"\b[A-Za-z]{4,}(?=[\s,]+(?:19|20)?\d\d\b)")
_LONG_MONTHS = tuple(name for name in MONTHS if len(name) > 4)
_SEASON_WORD = re.compile(r"\b[aceq][a-z]{4,8}(?<!ly)\b", re.IGNORECASE)
_SEASON_WORDS = ("autumn", "easter", "christmas", "quarter")
_LEAST_ALIKE = 0.8
# "Within 6 weeks of the report (report 2 Nov 26)".
_COUNTED_FROM_DAY = re.compile(
    r"(?:(?:within|in) )?(?P<count>\d{1,3}) (?P<unit>day|week|month|year)s?\b"
    r"(?P<rest>(?: (?:from|after|of|following)\b|(?<=\b)).+)",
    re.IGNORECASE,
)
_IS_THAT_DAY = re.compile(r"\W*(?:i\.?e\.?\W+|by\s+|to\s+|=\s*)?(?:\d|[(\[]\d)|\W*i\.?e\.?\W", re.IGNORECASE)
_FROM_WHEN = re.compile(
    r"(?:not before|not until|no(?:t)? (?:earlier|sooner) than|after|following|post|beyond|past)\b.+",
    re.IGNORECASE,
)
FROM_WHEN = "says from when and not by when: give the day by which it is due"


# What has no year and would be read if it had one.
_WITHOUT_YEAR = re.compile(
    r"^(?:by |before |the )*(?:(?:end(?: of)?|early|mid|late)\s+)?(?:the )?(?:"
    r"(?:\d{1,2}(?:st|nd|rd|th)?[\s-]+(?:of\s+)?)?(?:" + ANY_MONTH + r")\.?"
    r"(?:\s+\d{1,2}(?:st|nd|rd|th)?|\s?[/–-]\s?(?:" + ANY_MONTH + r"))?"
    r"|(?:q|qtr|quarter)\s?[1-4]|\d{1,2}[/-]\d{1,2}|\d{1,2}\.(?:0[1-9]|1[0-2])"
    r"|(?:(?:autumn|spring|summer)\s+)?(?:half[- ]term|term|[12])|(?:autumn|spring|summer)(?:\s+[12])?"
    r"|(?:(?:oct|feb|may|whitsun)\w* )half[- ]?term|(?:mon|tues|wednes|thurs|fri|satur"
    r"|sun)day \d{1,2}(?:st|nd|rd|th)? \w+"
    r"|easter|christmas|whitsun|(?:academic|school|financial|calendar)? ?year(?:[- ]end)?|(?:year|month"
    r"|quarter)[- ]end"
    r"|(?:half[- ])?term|half[- ]year"
    r")$",
    re.IGNORECASE,
)
_VAGUE_MONTH = re.compile(
    rf"(?:by )?(?:the )?(?:early|mid(?:dle)?|late|beginning|start|around|approx(?:\.|imately)?|circa)"
    rf"(?: of| in)?[\s-]+(?P<month>(?:{ANY_MONTH})\.?[\s'’-]*(?:(?:19|20)\d\d|\d\d))",
    re.IGNORECASE,
)
# What stands around a date and says nothing more than that it is due then.
_BEFORE = re.compile(
    r"^(?:(?:(?:target|deadline|revised|new|due|completion)(?: (?:target|due|completion|end))?(?: date)?"
    rf"|end date)\s*[:–-]?\s*(?=\d|{ANY_MONTH})|to be (?:completed|done|finished) by\s+"
    r"|on or before\s+|by cop,?\s+|(?:by )?12 noon,?\s+)",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"[\s,]+(?:\(?(?:at the )?latest\)?|\(rev(?:ised)?\))$", re.IGNORECASE)
_RANGE_OF_MONTHS = re.compile(
    rf"^(?P<first>(?:{ANY_MONTH})\.?\s?['’]?(?:20)?\d\d)\s?-\s?(?=(?:{ANY_MONTH})\b\.?\s?['’]?\d)",
    re.IGNORECASE,
)
# "1/4/27-30/6/27", "1.4.27-30.6.27".
_RANGE_OF_DAYS = re.compile(
    r"(?<=[/.]\d\d)\s*[-–—]\s*(?=\d{1,2}[/.]\d{1,2}[/.]\d\d)|(?<=[/.]\d{4})\s*[-–—]\s*(?=\d{1,2}[/.]\d{1,2}[/.]\d\d)"
)
# "Phase 2 March 2027", "Q4 Mar 2027", "Meeting 4 - May 2027": the number is no day. "Board meeting 12 January
# 2027" is on one.
_NUMBERED_PART = re.compile(
    r"(?P<part>\b(?:(?:phase|cohort|part|year|wave|stage|tranche|round|module|step|version|action|objective"
    r"|priority|tier|level|draft|milestone)s? \d{1,2}|q[1-4]|v\d{1,2}"
    r"|(?:meeting|group|session|visit|workshop|week)s? \d{1,2}(?=\s*[:,–-])))"
    rf"\s*[:,–-]?\s*(?=(?:{ANY_MONTH})\b)",
    re.IGNORECASE,
)
_GLUED = re.compile(rf"\b(?P<month>{ANY_MONTH})(?=\d\d\b)", re.IGNORECASE)


def lacks_year(text: str) -> bool:
    """Whether a text would be a date if it had a year."""
    return _WITHOUT_YEAR.match(text) is not None


def month_of_vague(text: str) -> str | None:
    """The month of "early March 2027" and "beginning of May 2026", as a text."""
    found = _VAGUE_MONTH.fullmatch(text)
    return found["month"] if found else None


_ALL_GLUED = re.compile(rf"(?P<day>\d{{1,2}})(?P<month>{ANY_MONTH})(?P<year>(?:20)?\d\d)$", re.IGNORECASE)
_ALL_DIGITS = re.compile(r"^(?P<year>20\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>[0-2]\d|3[01])$")


def tidied(text: str) -> str:
    """A date without what says only that it is one, and with a range's dash between spaces."""
    if text[:1] + text[-1:] in ("[]", "()"):
        text = text[1:-1].strip()
    text = _BEHIND.sub("", _BEFORE.sub("", text))
    # "31Mar27" and "20270331".
    text = _ALL_GLUED.sub(r"\g<day> \g<month> \g<year>", _ALL_DIGITS.sub(r"\g<year>-\g<month>-\g<day>", text))
    text = _RANGE_OF_DAYS.sub(" – ", text)
    text = _NUMBERED_PART.sub(r"\g<part>: ", text)
    text = _GLUED.sub(r"\g<month> ", text)
    return _RANGE_OF_MONTHS.sub(r"\g<first> – ", text)


def last_of_range(text: str) -> tuple[str, str] | None:
    """The first and the last date of a range, as texts; the first is empty where it has no month."""
    days = _DAYS_OF_MONTH.match(text)
    if days is not None:
        return "", text[days.end() :]
    found = _RANGE_WITH_ARROW.match(text) or _FROM_TO.match(text)
    return (found["first"].strip(" ,;:"), found["last"].strip(" ,;:")) if found else None


def week_of_month(text: str) -> Span | None:
    """`2nd week of March 2026`: the seven days that it may mean, counted from the first."""
    found = _WEEK_OF_MONTH.match(text)
    if found is None:
        return None
    year, month = full_year(found["year"]), MONTHS[found["month"].lower().rstrip(".")]
    length = monthrange(year, month)[1]
    last = length if found["which"].lower() in ("last", "final") else 7 * _WEEKS[found["which"].lower()]
    return date(year, month, last - 6), date(year, month, last)


def weekday_of_month(text: str) -> date | None:
    """`First Tuesday in Feb 2026`."""
    found = _WEEKDAY_OF_MONTH.match(text)
    if found is None:
        return None
    names = [day[:3] for day in WEEKDAYS]
    weekday = _WEEKDAYS[names.index(found["weekday"].lower())]
    year, month = full_year(found["year"]), MONTHS[found["month"].lower().rstrip(".")]
    if found["which"].lower() in ("last", "final"):
        return date(year, month, 1) + relativedelta(day=31, weekday=weekday(-1))
    return date(year, month, 1) + relativedelta(weekday=weekday(_WEEKS[found["which"].lower()]))


def serial_day(text: str) -> date | None:
    """The day of a number as Excel keeps days, from 2009 to 2050."""
    return _COUNTED_FROM + timedelta(days=int(float(text))) if _SERIAL.fullmatch(text) else None


def dates_among_words(text: str) -> list[str]:
    """The dates in a text that says something else too, as written, without those of a review.

    Empty where the text says that the action need not be done by that day, or was done then, or "early".
    """
    # "March 2027 if funding is agreed" begins with its date.
    is_bound = _NOT_BY.search(text) or (_ON_CONDITION.search(text) and not _DATE.match(text))
    no_due_day = is_bound or _WAS_DONE.match(text) or VAGUE.search(text)
    if len(text.split()) > _MOST_WORDS or no_due_day:
        return []
    dated = [(one.group(), text[: one.start()]) for one in _DATE.finditer(text)]
    without = [date_text for date_text, before in dated if not _REVIEW.search(before)]
    decided = [date_text for date_text, before in dated if _DECIDED_ON.search(before)]
    # Where an old and a new date stand beside it, a third one is the day on which that was agreed.
    return [one for one in without if one not in decided] if len(without) > 2 else without


def respelled(text: str) -> str | None:
    """`Febuary 2026` and `Autum term 2025` with their words spelled right; None where nothing is misspelt."""

    def right(found: re.Match[str], words: tuple[str, ...]) -> str:
        word = found.group().lower()
        near = get_close_matches(word, words, n=1, cutoff=_LEAST_ALIKE) if word not in MONTHS else []
        return near[0].capitalize() if near and near[0] != word else found.group()

    changed = _WORD_BEFORE_YEAR.sub(lambda found: right(found, _LONG_MONTHS), text)
    changed = _SEASON_WORD.sub(lambda found: right(found, _SEASON_WORDS), changed)
    return changed if changed != text else None


def counted_from_day(text: str) -> tuple[relativedelta, str] | None:
    """`Within 6 weeks of the report (report 2 Nov 26)`: how long, and the only day that is named."""
    found = _COUNTED_FROM_DAY.fullmatch(text)
    if found and _IS_THAT_DAY.match(found["rest"]):
        # "Within 6 months (31/03/27)" says which day that is.
        return None
    days = [one.group() for one in _DATE.finditer(found["rest"])] if found else []
    if found is None or len(days) != 1 or re.search(r"\bworking\b", text, re.IGNORECASE):
        return None
    return relativedelta(**{f"{found['unit'].lower()}s": int(found["count"])}), days[0]  # type: ignore[arg-type]


def is_from_when(text: str) -> bool:
    """Whether a text says only from when: "no earlier than 31/3/27"."""
    return _FROM_WHEN.fullmatch(text) is not None


def why_no_day(text: str) -> str | None:
    """Why a text such as "ASAP" or "within 3 months" gives no day, as the end of a sentence, or None."""
    if _NO_DAY.fullmatch(text):
        return f"{LACKS_DAY} yet: give one when it is known"
    if _URGENT.fullmatch(text):
        return f"{LACKS_DAY}: give a day or a month"
    if _FROM_WHEN.fullmatch(text):
        return FROM_WHEN
    if _COUNTED.fullmatch(text):
        return "does not say from which day it counts: give a day or a month"
    done = _WAS_DONE.fullmatch(text)
    if done is not None and _DATE.fullmatch(done["day"]):
        how = "it began" if text.lower().startswith("started") else "it was done"
        return f"says when {how} and not when it is due: give the date in a column of its own"
    return None
