"""The agencies that do an action by its own words, beside the role that leads it."""

import re
from collections.abc import Iterable
from functools import lru_cache

# One agency as a plan writes it: letters such as CSC, or a name.
_ONE = (
    r"(?:[A-Z]{2,6}(?![\w-])|(?:"
    r"[Cc]hildren.?s [Ss]ocial [Cc]are|[Aa]dult [Ss]ocial [Cc]are|[Ee]arly [Hh]elp|"
    r"(?:[Pp]ublic |[Cc]ommunity )?[Hh]ealth|(?:[A-Z][a-z]+ ){0,2}Police|[Pp]olice|"
    r"(?:[Nn]ational )?[Pp]robation(?: [Ss]ervice)?|"
    r"[Yy]outh (?:[Jj]ustice|[Oo]ffending)(?: [Ss]ervice| [Tt]eam)?|"
    r"[Ss]chools|[Ee]ducation|[Hh]ousing|(?:[Cc]ounty |[Dd]istrict )?[Cc]ouncils?)(?![\w-]))"
)
_BETWEEN = r"(?:\s*,\s*(?:and\s+)?|\s*;\s*|\s*/\s*|\s*&\s*|\s+and\s+)"
_LIST = rf"(?P<list>{_ONE}(?:{_BETWEEN}{_ONE})*)"
# The agencies at the beginning do it, where a verb follows: "to lead", "will review", "builds".
_DOERS = re.compile(
    rf"^\s*(?:The\s+)?(?!Council (?:tax|house|estate)|Health and safety|Police (?:complaint|custody|station))"
    rf"{_LIST},?\s+(?!(?:[a-z]+ )?(?:to|will|must|should|shall) be\b)"
    r"(?:to|will|must|should|shall|jointly|together|[a-z]+)\b"
)
_WITH = re.compile(
    r"\b(?:jointly|together|working|in partnership|in conjunction|led)\s+(?:with|by)\s+(?:the\s+)?"
    rf"{_LIST}"
)
# Letters that stand at the beginning of an action and are no agency.
_NO_AGENCY = frozenset(
    """
    MASH TON SMART DBS FWI CSE IT ICT KPI KPIS CPD SEND EHCP AIM PDF HR DARA DASH MARAC MAPPA NRM IRIS DA CSA
    CCE SAR LCSPR CSPR DHR CIN CP CPP PEP JTAI ILACS QA RAG GCP RHI ABE MDT
    """.split()
)
# What the letters stand for, where people say either.
_NAMES = {
    "csc": "children's social care",
    "nps": "national probation service",
    "tvp": "thames valley police",
    "yjs": "youth justice service",
    "yot": "youth offending team",
    "icb": "integrated care board health",
    "ccg": "clinical commissioning group health",
}


@lru_cache(maxsize=4096)
def parties_in(text: str) -> tuple[str, ...]:
    """The agencies that do an action by its own text, in order, each once; none where it names no doer."""
    found = [_DOERS.match(text), *_WITH.finditer(text)]
    names = [
        " ".join(name.split()).replace("’", "'")
        for one in found
        if one is not None
        for name in re.findall(_ONE, one["list"])
    ]
    return tuple(dict.fromkeys(name for name in names if name.upper() not in _NO_AGENCY))


def is_party(asked: str, parties: Iterable[str]) -> bool:
    """Whether one of the agencies is the one that is asked for: by all its words, or by its letters."""
    wanted = _words(asked)
    known = _words(_NAMES.get(asked.strip().lower(), asked))
    return any(wanted <= both or known <= both for one in parties for both in [_both(one)])


def _both(party: str) -> frozenset[str]:
    """The words of an agency's name and its letters."""
    words = _words(party)
    letters = [short for short, name in _NAMES.items() if _words(name) <= words]
    return words | _words(_NAMES.get(party.lower(), "")) | frozenset(letters)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+", text.lower().replace("’", "'").replace("'s", "s")))
