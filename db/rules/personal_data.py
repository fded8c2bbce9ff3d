"""Personal data that must never be stored: details that identify a child or anyone outside the register.

People type text about children's services in a hurry. These rules find details that have a pattern, such as
numbers with check digits, dates of birth and addresses. A name alone has no pattern, so the Slack forms ask
people not to type one.
"""

import re
from collections.abc import Callable, Iterator

from stdnum.gb import nhs, upn

# Every kind of detail has a digit or an at sign.
_HINT = re.compile(r"\d|@")
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_TEN_DIGITS = re.compile(r"(?<![\d.])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\d.]*\d)")
_UPN = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]\d{3}[ -]?\d{4}[ -]?\d{2}[ -]?\d{2}[\dA-Z](?![A-Za-z0-9])", re.IGNORECASE
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?[\s./-]+(?:\d{1,2}|[A-Za-z]{3,9})[\s./,-]+(?:\d{4}|\d{2})"
_BIRTH = re.compile(
    rf"\b(?:d\.?\s?o\.?\s?b\.?|date of birth|born(?: on)?|birthday)\b[\s:,-]*(?:is |was |on )?{_DAY}\b"
    rf"|\b{_DAY}\s*\(?\s*(?:d\.?o\.?b\b|date of birth)",
    re.IGNORECASE,
)
# "Jamie, aged 7", "J.S. is 12 years old", "7 year old called Jamie". A name begins with a capital letter and
# is not one of these words, which begin a sentence about a group.
_NOT_A_NAME = (
    "Children|People|Pupils|Boys|Girls|Those|All|Clients|Patients|Students|Adolescents|Adults|Teenagers|Youths|"
    "Persons|Females|Males|Siblings|Anyone|Everyone|Child|Young|Cases|Women|Men|Babies|Infants|Residents|And|Or"
)
_NAME = (
    rf"(?!(?:{_NOT_A_NAME})\b)(?:[A-Z]\.?){{2}}"
    rf"|(?!(?:{_NOT_A_NAME})\b)[A-Z][a-z]+(?:[ -](?!(?:{_NOT_A_NAME})\b)[A-Z][a-z]+)*"
)
_AGED = re.compile(
    rf"\b(?:{_NAME}),?\s+(?:\(?aged?|is|was)\s+\d{{1,2}}\b(?!\s*(?:%|-|to\b|and\b|–|days|weeks|months|of\b|\.\d))"
    rf"(?:(?=\s*(?:years|yrs|[,.);]|$))|(?<=aged \d)|(?<=aged \d\d))"
    rf"|\b\d{{1,2}}[ -]years?[ -]old\s+(?:called|named)\s+(?:{_NAME})"
)
_POSTCODE = re.compile(r"\b[A-PR-UWYZ][A-HK-Y]?\d[A-HJKMNPR-Y\d]?\s?\d[ABD-HJLNP-UW-Z]{2}\b")
_PHONE = re.compile(r"(?<![\d.,/-])(?:\+44\s?(?:\(0\)\s?)?|\(?0)(?=[1-9])(?:\d\)?[ -]?){9,10}(?![\d/.]*\d)")
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")


def _find_numbers(text: str) -> Iterator[str]:
    if any(nhs.is_valid(found) for found in _TEN_DIGITS.findall(text)):
        yield "an NHS number"
    if any(upn.is_valid(found.upper()) for found in _UPN.findall(text)):
        yield "a pupil number"


def find_personal_data(text: str, load_registered: Callable[[], frozenset[str]] = frozenset) -> list[str]:
    """The kinds of personal data in a text, as words for people, each once. Empty for ordinary text.

    `load_registered` returns the email addresses of the people on the register, in lower case; it is called
    only where the text has an address. Links are ignored, because a number in one is not a telephone number.
    """
    if not _HINT.search(text):
        return []
    plain = _URL.sub(" ", text)
    found = list(_find_numbers(plain))
    if _BIRTH.search(plain):
        found.append("a date of birth")
    if _AGED.search(plain):
        found.append("a person's name and age")
    if _POSTCODE.search(plain):
        found.append("a full postcode")
    if "an NHS number" not in found and _PHONE.search(plain):
        found.append("a telephone number")
    addresses = {address.lower().strip(".'") for address in _EMAIL.findall(plain)}
    if addresses and addresses - load_registered():
        found.append("an email address of a person outside the register")
    return found
