"""What plans write around the roles of a lead cell: who supports, who leads jointly, and for how long."""

import re

from db.rules.dates import ANY_MONTH
from db.rules.role_names import tidy_role

_DAY = (
    r"(?:\d{1,2}(?:st|nd|rd|th)?[\s./-])?"
    rf"(?:\d{{1,2}}[./-](?:\d{{4}}|\d\d)|(?:end (?:of )?)?(?:{ANY_MONTH})\b\.?(?:[\s'’-]*(?:20)?\d\d\b)?"
    r"|(?:q[1-4]|autumn|spring|summer|easter|christmas)(?: term)?(?: (?:20)?\d\d(?:/\d\d)?)?|20\d\d)"
)
_SINCE = (
    r"(?:until|till|to|up to|from|since|w\.?e\.?f\.?|with effect from|as (?:of|from)|starting|starts|ends?"
    r"|leaves"
    r"|leaving|joins|(?:cover(?:ing)?|interim|acting|secondment|maternity cover)(?: (?:until|to|from))?)"
)
# "DCS (until 31/12/26)", "Head of QA wef Jan 27", "Head of QA [Jan-Mar 27]".
_TENURE = re.compile(
    rf"[\s,;–-]*[(\[]\s*(?:{_SINCE}\s+)?{_DAY}(?:\s*(?:-|–|to|until)\s*{_DAY})?\s*[)\]]\s*$"
    rf"|[\s,;–-]+{_SINCE}\s+{_DAY}(?:\s*(?:-|–|to|until)\s*{_DAY})?\s*$"
    rf"|^(?:from|until|since)\s+{_DAY}\s*[:–-]\s*",
    re.IGNORECASE,
)
# "Co-leads:", "Joint lead – Police & Health", "Jointly DCS & Chief Nurse".
_JOINTLY = re.compile(
    r"^(?:(?:joint|co|shared|multi-?agency)[\s-]*(?:leads?|chairs?|owners?)(?: for [\w ]{2,30}(?=:))?"
    r"\s*(?::|\s[–-]\s|$)|jointly\b[\s:]*|joint\s+[–-]\s"
    r"|joint\s+(?=(?-i:[A-Z])\w*(?: (?-i:[A-Z])\w*)? (?:and|&) (?-i:[A-Z]))|shared\s*[:–-])\s*",
    re.IGNORECASE,
)
_HELPING = re.compile(
    r"[\s,;–-]*(?<!\()\b(?:supported by|with (?:the )?support (?:of|from)|together with|assisted by"
    r"|support(?:ing)?\s*:|cc:?(?= [A-Z]))\s*:?\s*(?=\S)"
    # "Head of QA – support Health", but not "Support Services Manager".
    r"|\s+[–-]\s+support\s+(?=[A-Z])",
    re.IGNORECASE,
)
_WITH_SUPPORT = re.compile(
    r"^(?P<lead>[^,;\n]+?),?\s+with\s+(?:the )?(?P<helps>[^,;\n]+?)(?:'s|’s)?\s+support$", re.IGNORECASE
)
_TO_SUPPORT = re.compile(
    r"^(?P<lead>[^,;\n(]+?)(?:\s+(?:to )?leads?)?\s*[,;(]\s*(?:and )?(?P<helps>[^,;\n()]+?)\s+to (?:support"
    r"|assist|advise|help|contribute|input)\)?$",
    re.IGNORECASE,
)
# "Fire lead, Housing support".
_LEAD_AND_SUPPORT = re.compile(
    r"^(?P<lead>[A-Z][\w' ]{1,30}?) leads?\s*[,;]\s*(?P<helps>[A-Z][\w', &]{1,60}?) support$"
)
# "All partners (led by Principal Social Worker)", "Schools – coordinated by PSHE Adviser".
_LED_BY = re.compile(
    r"^(?P<first>[^()\n;/]+?)\s*[,(–-]+\s*(?:led|co-?ordinated|chaired"
    r"|managed) by (?:the )?(?P<lead>[^()\n]+)\)?$",
    re.IGNORECASE,
)
# How much of their time, as Microsoft Project writes it.
_UNITS = re.compile(r"\s*\[\d{1,3} ?%\]")
# Surname and first name, as a SharePoint list joins them.
_IN_SHAREPOINT = re.compile(r";#\d+")
_SURNAME_FIRST = re.compile(r"(?<![^;#\s])(?P<last>[A-Z][\w'’-]+), (?P<first>[A-Z][\w'’-]+)(?=;#)")


def with_support_on_lines(text: str) -> str:
    """A cell with each phrase for support as a label on a line of its own, and without "jointly"."""
    text = _UNITS.sub("", _JOINTLY.sub("", text.strip()))
    if _IN_SHAREPOINT.search(text):
        text = _SURNAME_FIRST.sub(r"\g<first> \g<last>", text)
    text = _LED_BY.sub(r"\g<lead>\nSupport: \g<first>", text)
    for form in (_WITH_SUPPORT, _TO_SUPPORT, _LEAD_AND_SUPPORT):
        text = form.sub(r"\g<lead>\nSupport: \g<helps>", text)
    return _HELPING.sub("\nSupport: ", text).strip()


def without_tenure(role: str) -> tuple[str, str]:
    """A role without the words that say from when or until when somebody holds it, and these words."""
    found = _TENURE.search(role)
    bare = tidy_role(role[: found.start()] + role[found.end() :]) if found else ""
    return (bare, tidy_role(found[0]).strip("()[] –-:")) if found and bare else (role, "")
