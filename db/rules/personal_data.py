"""What must never be stored: details by which a child, or anybody outside the register, can be known.

Text about children's services is typed in haste. This looks for what has a form (numbers with check
digits, dates of birth, addresses); a name alone has none, and the forms ask not to give one.
"""

import re
from collections.abc import Callable, Iterator

from stdnum.gb import nhs, upn

# Every kind has a digit or an at sign in it.
_SIGNS = re.compile(r"\d|@")
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
# "Jamie, aged 7", "J.S. is 12 years old", "7 year old called Jamie": a name is what begins with a capital and
# is none of the words for many.
_MANY = (
    "Children|People|Pupils|Boys|Girls|Those|All|Clients|Patients|Students|Adolescents|Adults|Teenagers|Youths|"
    "Persons|Females|Males|Siblings|Anyone|Everyone|Child|Young|Cases|Women|Men|Babies|Infants|Residents|And|Or"
)
_NAME = (
    rf"(?!(?:{_MANY})\b)(?:[A-Z]\.?){{2}}|(?!(?:{_MANY})\b)[A-Z][a-z]+(?:[ -](?!(?:{_MANY})\b)[A-Z][a-z]+)*"
)
_AGED = re.compile(
    rf"\b(?:{_NAME}),?\s+(?:\(?aged?|is|was)\s+\d{{1,2}}\b(?!\s*(?:%|-|to\b|and\b|–|days|weeks|months|of\b|\.\d))"
    rf"(?:(?=\s*(?:years|yrs|[,.);]|$))|(?<=aged \d)|(?<=aged \d\d))"
    rf"|\b\d{{1,2}}[ -]years?[ -]old\s+(?:called|named)\s+(?:{_NAME})"
)
_POSTCODE = re.compile(r"\b[A-PR-UWYZ][A-HK-Y]?\d[A-HJKMNPR-Y\d]?\s?\d[ABD-HJLNP-UW-Z]{2}\b")
_PHONE = re.compile(r"(?<![\d.,/-])(?:\+44\s?(?:\(0\)\s?)?|\(?0)(?=[1-9])(?:\d\)?[ -]?){9,10}(?![\d/.]*\d)")
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")


def _numbers(text: str) -> Iterator[str]:
    if any(nhs.is_valid(found) for found in _TEN_DIGITS.findall(text)):
        yield "an NHS number"
    if any(upn.is_valid(found.upper()) for found in _UPN.findall(text)):
        yield "a pupil number"


def find_personal_data(text: str, known: Callable[[], frozenset[str]] = frozenset) -> list[str]:
    """The kinds of personal details in a text, in words, each once; none for an ordinary one.

    `known` gives the e-mail addresses of the register of people, in small letters; it is asked only when
    there is an address. Links are not looked into: their numbers are no telephone's.
    """
    if not _SIGNS.search(text):
        return []
    plain = _URL.sub(" ", text)
    found = list(_numbers(plain))
    if _BIRTH.search(plain):
        found.append("a date of birth")
    if _AGED.search(plain):
        found.append("somebody's name and age")
    if _POSTCODE.search(plain):
        found.append("a full postcode")
    if "an NHS number" not in found and _PHONE.search(plain):
        found.append("a telephone number")
    addresses = {address.lower().strip(".'") for address in _EMAIL.findall(plain)}
    if addresses and addresses - known():
        found.append("an e-mail address of somebody outside the register")
    return found
