"""Lead cells: joint leads split, and the same role in two spellings found."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations

from rapidfuzz import fuzz

_POST = re.compile(
    r"\b(?:officers?|managers?|educators?|workers?|leads?|heads?|headteachers?|directors?|nurses?|"
    r"doctors?|chairs?|chairperson|chief|superintendent|inspector|constable|commissioner|"
    r"coordinators?|co-ordinators?|teachers?|practitioners?|advis[eo]rs?|secretary|executive|"
    r"partners?|members?|principal|governors?|solicitor|analysts?|sergeant|team|teams|board|group|"
    r"dsl|dcs|lado|dco|ceo|gp)\b",
    re.IGNORECASE,
)
_AGENCY = re.compile(
    r"^(?:[A-Z]{2,6}|(?i:police|health|probation|schools?|education|housing|council|county council|"
    r"district councils?|children.?s social care|public health|youth justice(?: service)?|all))$"
)
# The words after which a comma or an ampersand belongs to the name of a body, not between leads.
_BODY = re.compile(r"\b(?:sub-?\s?group|committee|board|panel|steering group|service)\b", re.I)

# Not in 24/7 and not within brackets.
_SLASH = re.compile(r"\s*(?:;|(?<!\d)/|/(?!\d))\s*(?![^()]*\))")

_SAME_ROLE = 91
_COMPARED = 500


def tidy_role(text: str) -> str:
    """A role's name with single spaces and without the full stop that ends its cell."""
    return re.sub(r"\s+", " ", text.replace("\xa0", " ")).strip(" .;,:/&\t\n")


def _lead_like(part: str) -> bool:
    return bool(_POST.search(part) or _AGENCY.match(part))


@lru_cache(maxsize=4096)
def split_leads(text: str) -> tuple[str, ...]:
    """The roles a cell names, in order, each once.

    `/` and `;` always part them. A newline, `&` or comma parts them only where every part is a post
    or an agency by itself: "Chair of Performance, Audit and Quality Assurance Sub-Group" is one
    role, and a name wrapped over three lines is one too.
    """
    parts = [
        piece
        for whole in _SLASH.split(text.replace("N/A", ""))
        for line in _split_where_whole(whole, r"\s*\n\s*(?:[•·-]\s*)?")
        for piece in _split_where_whole(line, r"\s*(?:,|&|\band\b(?=\s+[A-Z]))\s*")
    ]
    return tuple(dict.fromkeys(role for role in map(tidy_role, parts) if role))


def _split_where_whole(text: str, separator: str) -> list[str]:
    parts = [part for part in map(tidy_role, re.split(separator, text)) if part]
    if len(parts) < 2 or not all(map(_lead_like, parts)) or _names_one_body(parts):
        return [text]
    return parts


def _names_one_body(parts: list[str]) -> bool:
    """`Chair of Board & Executive Group`: the later parts are bodies that the first one chairs."""
    later_are_bodies = all(_BODY.search(part) and not _is_post(part) for part in parts[1:])
    return later_are_bodies and re.search(r"\bchair\b|\bof\b", parts[0], re.IGNORECASE) is not None


def _is_post(part: str) -> bool:
    return bool(re.match(r"(?:deputy |vice )?(?:chair|head|director|lead|manager)\b", part, re.I))


def role_key(name: str) -> str:
    """What two spellings of one role share: letters and digits only, no case, no small words."""
    words = re.findall(r"[a-z0-9]+", name.lower().replace("’", "").replace("'", ""))
    return " ".join(word for word in words if word not in {"of", "the", "for", "and"})


def similar_roles(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of role names that are probably one role written twice, the longer-known one first.

    Names that differ only in case, small words and punctuation are one role already. Of more than
    500 names only the first 500 are compared: a plan with more is not led by posts.
    """
    keyed = [(name, role_key(name)) for name in dict.fromkeys(names)][:_COMPARED]
    return [
        (one, other)
        for (one, key), (other, other_key) in combinations(keyed, 2)
        if key != other_key and _nearly(key, other_key)
    ]


def _nearly(one: str, other: str) -> bool:
    # "Head of Service 1" and "Head of Service 2" differ by what tells them apart.
    if re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return False
    return fuzz.ratio(one, other) >= _SAME_ROLE
