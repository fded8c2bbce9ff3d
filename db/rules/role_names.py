"""The names of roles: several in one text are told apart, and one role in two spellings is found."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations

from rapidfuzz import fuzz

_POST = re.compile(
    r"\b(?:officers?|managers?|educators?|workers?|leads?|heads?|headteachers?|directors?|nurses?|"
    r"doctors?|chairs?|chairperson|chief|superintendent|inspector|constable|commissioner|"
    r"coordinators?|co-ordinators?|teachers?|supervisors?|trainers?|consultants?|health visitors?"
    r"|paediatricians?|practitioners?|advis[eo]rs?|secretary|executive|sub-?\s?groups?|supt|insp|sgt|"
    r"partners?|members?|principal|governors?|solicitor|analysts?|sergeant|team|teams|board|group|"
    r"midwi(?:fe|ves)|dsl|dcs|lado|dco|ceo|gp|iro|dht|senco|sendco|(?-i:AD|HoS|DCI))\b",
    re.IGNORECASE,
)
_AGENCY = re.compile(
    r"^(?:[A-Z]{2,6}|(?i:police|health|probation|schools?|education|housing|council|county council"
    r"|district councils?|children.?s (?:social care|services)|adults?.? services|adult social care"
    r"|social care|social services|(?:youth|family|legal|housing|early help|health visiting|school nursing)"
    r" services?|virtual school|local authority|public health|fire(?: and rescue)?"
    r"|ambulance(?: service)?|early help|cafcass|colleges?|nurser(?:y|ies)|prisons?"
    r"|youth justice(?: service)?|all))$"
)
# In the name of a group like these, a comma or an ampersand does not separate leads.
_BODY = re.compile(r"\b(?:sub-?\s?group|committee|board|panel|steering group|service)\W*$", re.I)
# In "Chair of Practice & Learning Group" also these.
_CHAIRED = re.compile(
    r"\b(?:(?:sub-?\s?)?group|forum|partnership|network|committee|board|panel)\b", re.IGNORECASE
)

_NOT_IN_BRACKETS = r"(?![^()]*\))"
# Two words for one field of work: "Health & Safety Manager".
_ONE_FIELD = re.compile(
    r"\b(?:health|education)\s*(?:&|and)\s*(?:safety|well-?being|social care|care|skills)\b", re.IGNORECASE
)
# A post by its letters: DHT, SENDCo.
_ACRONYM = re.compile(r"^[A-Z]{2,}[a-z]{0,2}s?$")
# Not the slash in 24/7 or n/a, and not one inside brackets.
_SLASH = re.compile(
    r"\s*(?:;|(?<!\d)\+|(?!(?<=\bn)/[ak]\b)(?:(?<!\d)/|/(?!\d)))\s*(?![^()]*\))", re.IGNORECASE
)

# The field of a post: "QA/Audit Lead", "Team Manager MASH/Assessment", "Education, Health and Care Plan".
_FIELDS_FIRST = re.compile(r"(?P<fields>[A-Za-z&]{2,12}(?:/[A-Za-z&]{2,12})+) (?P<post>[A-Za-z ]+)")
_FIELDS_LAST = re.compile(r"(?P<post>[^/,;\n]+ [\w&]+)/(?P<last>[\w&]+(?: [\w&]+)?)")
_THREE_FIELDS = re.compile(r"\b(Education), (Health) and (Care)(?= Plans?\b)", re.IGNORECASE)
_OF_AGENCIES = frozenset("la icb nhs ccg csc asc police health education housing probation schools".split())
# What stands for the marks inside a field until the roles are told apart.
_HELD = {"\u2044": "/", "\u201a": ",", "\u0001": "and"}

# The least similarity, from 0 to 100, of two names that are probably one role.
_SAME_ROLE = 91
_MOST_COMPARED = 500
_LONGEST_RANK = 3


def tidy_role(text: str) -> str:
    """A role's name with single spaces and without the punctuation at the ends of its cell."""
    return re.sub(r"\s+", " ", text.replace("\xa0", " ")).strip(" .;,:/&\t\n")


def is_lead(part: str) -> bool:
    """Whether a text is a post or an agency by itself."""
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
        for cell in _SLASH.split(_with_fields_held(text.replace("N/A", "").lstrip(" •·-")))
        for line in _split_complete(cell, r"\s*\n\s*(?:[•·-]\s*)?")
        for part in _split_in_line(line)
    ]
    return tuple(dict.fromkeys(role for role in map(tidy_role, map(_released, parts)) if role))


def _with_fields_held(text: str) -> str:
    """A cell with other signs for the marks that stand inside the field of one post."""
    text = _THREE_FIELDS.sub("\\1\u201a \\2 \u0001 \\3", text)
    first = _FIELDS_FIRST.fullmatch(text)
    if first and _POST.search(first["post"]):
        fields = first["fields"].split("/")
        if not any(map(_POST.search, fields)) and not {one.lower() for one in fields} & _OF_AGENCIES:
            return text.replace("/", "\u2044")
    last = _FIELDS_LAST.fullmatch(text)
    if last and _POST.search(last["post"]) and not is_lead(last["last"]):
        return text.replace("/", "\u2044")
    return text


def hold_commas(text: str) -> str:
    """A text that names one role, with a sign for its commas that `split_leads` turns back."""
    return text.replace(",", "\u201a")


def _released(text: str) -> str:
    for held, mark in _HELD.items():
        text = text.replace(held, mark)
    return text


# "Head of Learning and Development and PSW": the last of several "and" stands between two roles where the
# second is one by itself.
_BEFORE_LAST = re.compile(r"(?P<first>[^,()]+ (?:and|&) [^,()]+?)\s*(?:,| and| &)\s+(?P<second>[^,&()]+)")


def _stands_alone(text: str) -> bool:
    return " and " not in text and any(
        form.match(text) is not None for form in (_AGENCY, _ACRONYM, _BEGINS_POST)
    )


def _split_in_line(line: str) -> list[str]:
    """By commas and "and" where every part is a role, else by commas alone."""
    dashed = [part for part in re.split(rf"\s+[–-]\s+{_NOT_IN_BRACKETS}", line) if part]
    if len(dashed) > 1 and all(map(_POST.search, dashed)):
        # "Probation Lead – Housing Options Manager": a post with its field has one post.
        return dashed
    parts = _split_complete(line, rf"\s*(?:,|&|\band\b(?=\s+[A-Z]))\s*{_NOT_IN_BRACKETS}")
    last = _BEFORE_LAST.fullmatch(line) if len(parts) == 1 else None
    if last and is_lead(last["first"]) and _stands_alone(last["second"]):
        return [last["first"], last["second"]]
    return parts if len(parts) > 1 else _split_complete(line, rf"\s*,\s*{_NOT_IN_BRACKETS}")


def _split_complete(text: str, separator: str) -> list[str]:
    """The parts of a text if each of them is a role by itself, otherwise the text."""
    parts = [part for part in map(tidy_role, re.split(separator, text)) if part]
    if len(parts) == 2 and _BEGINS_POST.match(parts[1]) and "," not in text:
        # "AM Response & Head of People".
        return parts
    if (
        len(parts) < 2
        or not all(is_lead(part) or is_lead(_BRACKETS.sub("", part)) for part in parts)
        or _names_one_body(parts)
        or _is_one_post(text, parts)
    ):
        return [text]
    if _ONE_FIELD.search(text) and len(parts) == 2:
        return [text]
    return parts


# "Education (schools), Health (ICB)".
_BRACKETS = re.compile(r"\s*\([^()]*\)$")
_BEGINS_POST = re.compile(
    r"(?:(?:assistant|deputy|interim) )?(?:head|director|chair) of\b|(?:head|chief) \w+$", re.IGNORECASE
)


def _names_one_body(parts: list[str]) -> bool:
    """Whether the later parts are groups that the first one chairs: `Chair of Board & Executive Group`."""
    is_chair = re.match(r"(?:(?:vice|deputy|co)[- ])?chair\b", parts[0], re.IGNORECASE)
    body = _CHAIRED if is_chair else _BODY
    later_are_bodies = all(body.search(part) and not _is_post(part) for part in parts[1:])
    return later_are_bodies and re.search(r"\bchair\b|\bof\b", parts[0], re.IGNORECASE) is not None


# A post whose field has to follow: "Assistant Director, Children's Social Care".
_POST_ALONE = re.compile(
    r"(?:(?:assistant|deputy|executive|interim|acting|strategic|operational|senior|service|team|area|group|locality"
    r"|detective|chief)\s+)*(?:director|head of service|manager|superintendent|inspector|officer|head|lead)",
    re.IGNORECASE,
)


def _is_one_post(text: str, parts: list[str]) -> bool:
    """Whether two parts are one post: its name and its field, or two words of its field."""
    if len(parts) != 2 or "\n" in text:
        return False
    first, second = parts
    is_field = _AGENCY.match(second) is not None and not _POST.search(second)
    if "," in text:
        if re.fullmatch(r"(?:DCI|DI|DS|Supt|Insp|Chief Inspector)\.?", first) and second.lower() == "police":
            return True
        # "Head of Safeguarding, ICB", and not "DCS, ICB".
        of_body = _ACRONYM.match(second) is not None and _POST.search(first) and not _ACRONYM.match(first)
        return is_field and (_POST_ALONE.fullmatch(first) is not None or bool(of_body))
    if re.search(r"\b(?:of|for)\b", first) and re.search(r"\b(?:services?|school|authority)$", second, re.I):
        # "Director of Adults and Children's Services".
        return True
    # "SEND & Inclusion Manager", and not "Police & Head of MASH".
    has_post = _POST.search(second) is not None and not _is_post(second) and not is_field
    return has_post and _POST.search(first) is None


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
    # "AM Protection" and "GM Protection" are two ranks.
    ranks = (one.partition(" ")[0], other.partition(" ")[0])
    if ranks[0] != ranks[1] and max(map(len, ranks)) <= _LONGEST_RANK:
        return False
    return fuzz.ratio(one, other) >= _SAME_ROLE
