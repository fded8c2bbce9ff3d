"""Role names in lead cells: joint leads are split, and one role in two spellings is found."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from rapidfuzz import fuzz

_POST = re.compile(
    r"\b(?:officers?|managers?|educators?|workers?|leads?|heads?|headteachers?|directors?|nurses?|"
    r"doctors?|chairs?|chairperson|chief|superintendent|inspector|constable|commissioner|"
    r"coordinators?|co-ordinators?|teachers?|practitioners?|advis[eo]rs?|secretary|executive|"
    r"partners?|members?|principal|governors?|solicitor|analysts?|sergeant|team|teams|board|group|"
    r"midwi(?:fe|ves)|dsl|dcs|lado|dco|ceo|gp|iro|dht|senco|sendco|(?-i:AD|HoS|DCI))\b",
    re.IGNORECASE,
)
_AGENCY = re.compile(
    r"^(?:[A-Z]{2,6}|(?i:police|health|probation|schools?|education|housing|council|county council|"
    r"district councils?|children.?s social care|public health|youth justice(?: service)?|all))$"
)
# In the name of a group like these, a comma or an ampersand does not separate leads.
_BODY = re.compile(r"\b(?:sub-?\s?group|committee|board|panel|steering group|service)\b", re.I)

# Two words for one field of work: "Health & Safety Manager".
_ONE_FIELD = re.compile(
    r"\b(?:health|education)\s*(?:&|and)\s*(?:safety|well-?being|social care|care|skills)\b", re.IGNORECASE
)
# A post by its letters: DHT, SENDCo.
_ACRONYM = re.compile(r"^[A-Z]{2,}[a-z]{0,2}s?$")
# Who leads and who supports in brackets: "DCS (lead), Superintendent (support)".
_ROLE_IN_BRACKETS = re.compile(r"\s*\((?P<role>(?:joint |overall )?lead|support(?:ing)?)\)", re.IGNORECASE)
# Not the slash in 24/7 or n/a, and not one inside brackets.
_SLASH = re.compile(r"\s*(?:;|\+|(?!(?<=\bn)/a\b)(?:(?<!\d)/|/(?!\d)))\s*(?![^()]*\))", re.IGNORECASE)

# The least similarity, from 0 to 100, of two names that are probably one role.
_SAME_ROLE = 91
_MOST_COMPARED = 500


def tidy_role(text: str) -> str:
    """A role's name with single spaces and without the punctuation at the ends of its cell."""
    return re.sub(r"\s+", " ", text.replace("\xa0", " ")).strip(" .;,:/&\t\n")


def _is_lead(part: str) -> bool:
    return bool(_POST.search(part) or _AGENCY.match(part) or _ACRONYM.match(part))


@lru_cache(maxsize=4096)
def split_leads(text: str) -> tuple[str, ...]:
    """The roles that a cell names, in order, each once.

    `/`, `;` and `+` always separate roles. A newline, `&` or comma separates them only where each part is a
    post or an agency by itself: "Chair of Performance, Audit and Quality Assurance Sub-Group" is one role,
    and so is a name that is wrapped over three lines.
    """
    parts = [
        part
        for cell in _SLASH.split(text.replace("N/A", ""))
        for line in _split_complete(cell, r"\s*\n\s*(?:[•·-]\s*)?")
        for part in _split_complete(line, r"\s*(?:,|&|\band\b(?=\s+[A-Z]))\s*")
    ]
    return tuple(dict.fromkeys(role for role in map(tidy_role, parts) if role))


_NOBODY = re.compile(
    r"(?:(?:tbc|tba|vacant|to be (?:confirmed|appointed|agreed|advised|determined|identified))\b.*"
    r"|un-?allocated|not allocated|tb[acd]|vacan(?:t|cy)(?: post)?|unassigned"
    r"|none|nil|n/?a|not (?:known|assigned|applicable)|post vacant|awaiting appointment|recruiting|-+|\?+)",
    re.IGNORECASE,
)
_EVERYBODY = re.compile(
    r"all(?: (?:agencies|partners|staff|schools|leads))?|everyone|everybody|various|joint"
    r"|multi-?agency(?: partners)?",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?P<label>(?:joint |overall |operational |strategic )?leads?(?: officers?)?|owners?|responsible"
    r"|accountable|sro|support(?:ed by|ing)?(?: officers?| leads?)?|contributors?|with|partners?|consulted"
    r"|informed)(?:\s*[:=]|\s[-–](?=\s))\s*",
    re.IGNORECASE,
)
_HELPS = re.compile(r"support|contribut|with|partner|consult|inform", re.IGNORECASE)
_SUPPORTED_BY = re.compile(
    r"\s*,?\s+(?:with support from|supported by|working with|in partnership with)\s+", re.IGNORECASE
)
# "Head of Housing (support: Commissioner)", "Director (with the Director of Public Health)".
_SUPPORT_IN_BRACKETS = re.compile(
    r"\s*\((?:support(?:ed by|ing)?|with(?: support from)?|in partnership with|assisted by)\b\s*[:–-]?\s*"
    r"(?:the )?(?P<names>[^()]+)\)",
    re.IGNORECASE,
)
# "Business Manager (from Sept 2025: Partnership Manager)": who leads it later.
_LATER = re.compile(r"\s*\((?:from|until|after|since)\b[^():]*:\s*(?P<name>[^()]+)\)", re.IGNORECASE)
# How a SharePoint list joins several people.
_JOINED_IN_SHAREPOINT = re.compile(r";#(?:\d+;#)?")
_WITH = re.compile(r"\s*,?\s+with\s+", re.IGNORECASE)


@dataclass(frozen=True)
class LeadCell:
    """Who a cell names: the roles that lead, those that support, and a sentence where a person is to look."""

    leads: tuple[str, ...] = ()
    supporters: tuple[str, ...] = ()
    doubt: str | None = None


@lru_cache(maxsize=4096)
def read_leads(text: str) -> LeadCell:
    """The roles of a lead cell. "TBC" and "Vacant" are nobody; a supporter is no lead."""
    leads: list[str] = []
    supporters: list[str] = []
    nobody: list[str] = []
    text = re.sub(r"\bc/o\b", "care of", text, flags=re.IGNORECASE)
    text = _JOINED_IN_SHAREPOINT.sub("; ", text)
    later = next((found.group() for found in _LATER.finditer(text) if _is_lead(found["name"])), "")
    text = text.replace(later, "", 1)
    supporting = [found for found in _SUPPORT_IN_BRACKETS.finditer(text) if _is_lead(found["names"])]
    for found in supporting:
        text = text.replace(found.group(), "", 1)
    text = "\n".join([text, *(f"Support: {found['names']}" for found in supporting)])
    if _ROLE_IN_BRACKETS.search(text):
        text = "\n".join(_by_brackets(text))
    for is_support, part in _labelled(text):
        first, *others = [part] if is_support else _split_supporters(part)
        for helping, names in ((is_support, first), *((True, other) for other in others)):
            for role in split_leads(_numbered(names)):
                if _NOBODY.fullmatch(role):
                    nobody.append(role)
                else:
                    (supporters if helping else leads).append(role)
    supporters = [role for role in dict.fromkeys(supporters) if role not in leads]
    return LeadCell(
        tuple(dict.fromkeys(leads)), tuple(supporters), _doubt_about(leads, supporters, nobody, later.strip())
    )


def _doubt_about(leads: list[str], supporters: list[str], nobody: list[str], later: str) -> str | None:
    if nobody:
        return f'"{nobody[0]}" is nobody: {"no lead is given" if not leads else "it is left out"}'
    if any(_EVERYBODY.fullmatch(role) for role in leads):
        return "everybody leads it, so nobody can be asked: name a role"
    if later:
        return f'"{later}" names another lead: read as {" and ".join(leads)}'
    return f"{' and '.join(supporters)}: kept as support, not as a lead" if supporters else None


# What stands before each of several roles: "1. ", "(b) ", "(ii) ".
_NUMBER = re.compile(r"(?:^|[\s;,]+)(?:\d{1,2}[.)]|\(?(?:[a-e]|[ivx]{1,4})\))\s+")


def _numbered(names: str) -> str:
    """`1. Head of MASH 2. QA Manager` with a semicolon between its roles."""
    parts = [part for part in _NUMBER.split(names) if part.strip()]
    return "; ".join(parts) if len(parts) > 1 and all(map(_is_lead, parts)) else names


def _split_supporters(part: str) -> list[str]:
    """The lead, then those who support: "Head of Children with Disabilities" is one post."""
    parts = _SUPPORTED_BY.split(part)
    found = _WITH.split(parts[0])
    if len(found) > 1 and all(_is_lead(one) for one in found):
        return [*found, *parts[1:]]
    return parts


def _by_brackets(text: str) -> Iterator[str]:
    """`DCS (lead), Superintendent (support)` as lines with labels."""
    start = 0
    for found in _ROLE_IN_BRACKETS.finditer(text):
        name = tidy_role(text[start : found.start()])
        yield f"{'Support' if 'support' in found['role'].lower() else 'Lead'}: {name}"
        start = found.end()
    if tidy_role(text[start:]):
        yield f"Lead: {tidy_role(text[start:])}"


def _labelled(text: str) -> list[tuple[bool, str]]:
    """The parts of a cell, each with whether its label says that these support: `Support: Head of QA`."""
    found = list(_LABEL.finditer(text))
    if not found:
        return [(False, text)]
    parts = [(False, text[: found[0].start()])] if text[: found[0].start()].strip() else []
    for label, following in zip(found, [*found[1:], None], strict=True):
        end = following.start() if following else len(text)
        parts.append((bool(_HELPS.search(label["label"])), text[label.end() : end]))
    return parts


def _split_complete(text: str, separator: str) -> list[str]:
    """The parts of a text if each of them is a role by itself, otherwise the text."""
    parts = [part for part in map(tidy_role, re.split(separator, text)) if part]
    if len(parts) < 2 or not all(map(_is_lead, parts)) or _names_one_body(parts):
        return [text]
    if _ONE_FIELD.search(text) and len(parts) == 2:
        return [text]
    return parts


def _names_one_body(parts: list[str]) -> bool:
    """Whether the later parts are groups that the first one chairs: `Chair of Board & Executive Group`."""
    later_are_bodies = all(_BODY.search(part) and not _is_post(part) for part in parts[1:])
    return later_are_bodies and re.search(r"\bchair\b|\bof\b", parts[0], re.IGNORECASE) is not None


def _is_post(part: str) -> bool:
    return bool(re.match(r"(?:deputy |vice )?(?:chair|head|director|lead|manager)\b", part, re.I))


def role_key(name: str) -> str:
    """A key that is the same for all spellings of a role: letters and digits, no case, no small words."""
    words = re.findall(r"[a-z0-9]+", name.lower().replace("’", "").replace("'", ""))
    return " ".join(word for word in words if word not in {"of", "the", "for", "and"})


def similar_roles(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of role names that are probably one role in two spellings, in the order of `names`.

    Names that differ only in case, small words and punctuation are one role already and make no pair. Only
    the first 500 names are compared, because a plan with more does not name posts.
    """
    keyed = [(name, role_key(name)) for name in dict.fromkeys(names)][:_MOST_COMPARED]
    return [
        (name, other)
        for (name, key), (other, other_key) in combinations(keyed, 2)
        if key != other_key and _is_similar(key, other_key)
    ]


def _is_similar(one: str, other: str) -> bool:
    # "Head of Service 1" and "Head of Service 2" are two roles, however alike they look.
    if re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return False
    return fuzz.ratio(one, other) >= _SAME_ROLE
