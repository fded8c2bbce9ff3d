"""Who a lead cell of a plan names: the roles that lead and support, and what a person is to look at."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from db.rules.lead_people import is_known_as_role, is_person, may_be_initials, without_people
from db.rules.lead_phrases import with_support_on_lines, without_tenure
from db.rules.role_names import is_lead, split_leads, tidy_role

_NOBODY = re.compile(
    r"(?:(?:tbc|tba|vacant|(?:leads? )?to be (?:confirmed|appointed|agreed|advised|determined"
    r"|identified))\b.*"
    r"|un-?allocated|not (?:yet )?(?:allocated|assigned|appointed|identified|agreed)|tb[acd]"
    r"|vacan(?:t|cy)(?: post)?|unassigned|none|nil|n/?[ak]|not (?:known|applicable)|post vacant"
    r"|t\.b\.[acd]\.?"
    r"|(?:awaiting|pending|under) (?:appointment|recruitment|allocation|nomination)|recruiting|[-–—]+|\?+"
    r"|(?:new|vacant) post|post (?:is )?being recruited|recruitment under ?way|lead required|x{2,}"
    r"|no (?:lead|owner)(?: (?:yet )?(?:identified|agreed|named))?|(?:strategic |operational )?leads?"
    r"|(?:to be nominated|nominee) (?:by|of)\b.*|.+ to nominate"
    r"|(?:see|refer to|as per) (?:the )?(?:notes?|comments?|plan|above|below|action .*)|to follow"
    r"|\(?(?:please )?(?:see|refer to|as (?:per|in)|per|cf\.?) (?:\w+ ){0,2}\d[\d.]*\w?\)?|\d+(?:\.\d+)+"
    r"|unknown|author|me|myself|(?:lead|owner|post ?holder)s? (?:has )?left\b.*|left (?:the )?\w+"
    r"|(?:on )?secondment|(?:on )?(?:long[ -]term sick(?: leave)?|maternity leave|sick leave|leave)"
    r"|to be (?:decided|set|named)|(?:post ?holder|name|lead|owner) (?:tb[acd]|to be confirmed))",
    re.IGNORECASE,
)
_EVERYBODY = re.compile(
    r"all(?: (?:agencies|partners|staff|schools|leads))?"
    r"|(?:all|every|each)(?: (?:partner|relevant|member|statutory|lead))? (?:agenc(?:y|ies)|partners?"
    r"|organisations?)"
    r"|everyone|everybody|various|joint"
    r"|multi-?agency(?: partners)?|partners(?:hip)?|system[- ]wide|schools|head ?teachers",
    re.IGNORECASE,
)
# "Relevant managers", "Whoever chairs QA": anybody.
_UNNAMED = re.compile(
    r"(?:(?:the |a )?(?:relevant|appropriate|suitable|respective|individual|nominated|designated person"
    r"|identified)"
    r"\b.*|whoever\b.*|whichever\b.*|(?:not|no longer|excluding)\b.*|multiple|several|different"
    r"|(?:all|everyone|everybody|anyone|any)\s+(?:except|but|in|other than)\b.*|.*\bcovering for\b.*)",
    re.IGNORECASE,
)
# What a post says of who holds it: "Head of Fire on leave", "Head of QA when appointed", "Ex-Head of QA".
_BESIDE_POST = re.compile(
    r"\s*\(?\b(?:(?:currently |now )?on (?:maternity |sick |annual )?leave|off sick"
    r"|when (?:appointed|in post|recruited)|advice only|starts? [^()]*|post|to confirm|to be confirmed)\)?$"
    r"|^(?:new|ex-?|former(?:ly)?|previous(?:ly)?|was|then)[ -](?=[A-Z])"
    r"|\s+from [^()]+ \([^()]* until then\)$|,?\s+(?:and )?not \S.*$",
    re.IGNORECASE,
)
# "Housing (was Fire)", "Head of QA, previously Head of IRO".
_EARLIER = re.compile(
    r"\s*(?:\(|,\s*|\s[–-]\s)(?:was|formerly|previously|ex)\b(?![^()]*\b(?:now|then)\b)[^()]*\)?$",
    re.IGNORECASE,
)
# "Housing plus Police", "CSC • Police", and "Housing or Probation", which says of nobody that they lead.
_JOINED = re.compile(r"\s+plus\s+|\s*[•·]\s+(?=\S)|\s+then\s+|\s+>\s+|\s+or\s+", re.IGNORECASE)
# A post that nobody holds yet: "Vacant – Head of QA", "Service Manager (TBC)".
_UNFILLED = re.compile(
    r"(?:vacant|vacancy|tbc|tba)(?: post)?(?:\s*[-–:]\s*|\s*\()(?!was\b|formerly\b|previously\b)"
    r"(?P<after>[^()]+?)"
    r"(?: (?:post )?(?:is )?(?:currently )?(?:out to advert|(?:being |to be )?(?:advertised|recruited)"
    r"|under recruitment))?"
    r"\)?"
    r"|(?P<before>.*[^\s(:–-])\s*(?:[-–:(]\s*|\s)(?:currently )?"
    r"(?:vacant|vacancy|tbc|tba|to be (?:appointed|confirmed|recruited))\s*(?:(?:from|[-–,;])\s[^()]*)?\)?",
    re.IGNORECASE,
)
_LABELS = (
    r"(?:(?:joint |overall |operational |strategic |exec(?:utive)? |project |delivery |action |first )?"
    r"(?:leads?|owners?)(?: officers?| agenc(?:y|ies))?"
    r"|responsible|accountable|sro|support(?:ed by|ing)?(?: officers?| leads?| agenc(?:y|ies))?|contributors?"
    r"|with|partners?|consulted|informed|(?:exec(?:utive)? )?sponsors?|deput(?:y|ies)|overseen by)"
)
# A dash follows a label only where a line or a part begins: "Safeguarding Lead – Police" is no label.
_LABEL = re.compile(
    rf"(?P<label>{_LABELS}|strategic(?=:)|operational(?=:)|exec(?:utive)?(?=:)|primary(?=:)|secondary(?=:)"
    rf"|joint(?=:))\s*[:=]\s*|(?:^|(?<=[\n;/,]))\s*(?P<dashed>{_LABELS})[ \t]*[-–](?=\s)\s*",
    re.IGNORECASE,
)
_HELPS = re.compile(
    r"support|contribut|with|partner|consult|inform|sponsor|deput|overseen|secondary", re.IGNORECASE
)
# "Director (supported by Legal)": whatever it is called, it helps.
_SURELY_HELPS = re.compile(
    r"\s*\((?:\+|support|assist|deput|with (?:the )?(?:support|help|input|advice))", re.IGNORECASE
)
_SUPPORTED_BY = re.compile(
    r"\s*,?\s+(?:with support from|supported by|deputised by|working with|in partnership with|assisted by"
    r"|with (?:input|help|advice) from|in (?:consultation|liaison|conjunction) with|alongside|on behalf of"
    r"|obo|reporting to|overseen by|through|via|care of)\s+(?:the )?",
    re.IGNORECASE,
)
# "DCS delegated to Principal Social Worker", "Working group led by Named GP": the second one leads.
_PASSED_ON = re.compile(
    r"(?P<first>[^;,/\n]+?)\s+(?:(?:has )?delegated (?:it )?to|led by)\s+(?P<lead>[^;,/\n]+)", re.IGNORECASE
)
_AND_OTHERS = re.compile(
    r"(?:(?:\s*[,;+&/]\s*|\s+(?:and|with|plus)\s+)(?:(?:all|other|supporting|the|partner) )*"
    r"(?:agencies|partners|others|team)\b|[\s,]+(?:et al|etc)\b|\s+or (?:a |her |his |their )?(?:nominated )?"
    r"(?:deputy|nominee|delegate)\b)\.?$",
    re.IGNORECASE,
)
# What stands around a role and is no part of its name: "Led by", "to lead", "x2".
_AROUND = re.compile(
    r"^(?:led by|cover(?:ed)? by|overseen by|deputising:?|delivered by)\s+|\s+(?:to lead|leading|x ?\d)$",
    re.IGNORECASE,
)
# Who leads and who supports in brackets: "DCS (lead), Superintendent (support)".
_ROLE_IN_BRACKETS = re.compile(
    r"\s*\((?P<role>(?:joint |overall )?lead|support(?:ing)?|[LS])\)[,;]?"
    r"|\s+[–-]\s+(?P<dashed>lead|support|input|advice)(?=\s*(?:[;,/]|$))[,;/]?",
    re.IGNORECASE,
)
# "Head of Housing (support: Commissioner)", "Director (with the Director of Public Health)".
_SUPPORT_IN_BRACKETS = re.compile(
    r"\s*\((?:\+|(?:support(?:ed by|ing| from)?|with(?: (?:the )?(?:support|help|input|advice) (?:from|of))?"
    r"|in partnership with|assisted by"
    r"|deput(?:y|ised by)|(?:maternity )?cover(?:ed)?(?: by)?|chair(?:ed by)?)\b)\s*[:–-]?\s*"
    r"(?:the )?(?P<names>[^()]+)\)",
    re.IGNORECASE,
)
# "Business Manager (from Sept 2025: Partnership Manager)": who leads it later.
_LATER = re.compile(r"\s*\((?:from|until|after|since)\b[^():]*:\s*(?P<name>[^()]+)\)", re.IGNORECASE)
# "Was Head of MASH, now Service Manager", "Head of MASH → Service Manager".
_CHANGED = re.compile(
    r"(?:was|formerly|previously)\s+(?P<old>[^,;]+?)[\s,;]+(?:now|then)\s+(?P<new>.+)"
    r"|(?:formerly|previously)\s+(?P<gone>[^,;]+?)\s*;\s*(?P<newest>.+)"
    r"|(?P<before>[^→>]+?)\s*(?:→|[-=]+>)\s*(?P<after>[^→>]+)",
    re.IGNORECASE,
)
# How a SharePoint list joins several people.
_JOINED_IN_SHAREPOINT = re.compile(r";#(?:\d+(?:;#|$))?|^\d+;#")
_WITH = re.compile(r"\s*,?\s+with\s+", re.IGNORECASE)
_SHORT_WITH = re.compile(r"\bw/\s*", re.IGNORECASE)
# "D/Supt", "A/DCI": one rank, whose slash is written with another sign until the roles are told apart.
_SLASH_IN_RANK = "\u2215"
_RANK = re.compile(
    r"\b(?P<short>D|T|A)/(?=(?:Ch |Chief )?(?:Supt|Insp|Sgt|DCI|DI|DS|ACC)\b"
    r"|Superintendent|Inspector|Chief|Head|Director|Assistant|Deputy|Service|Team)"
)
# "R: Head of Service; A: DCS; C: Police", which are responsible, accountable, consulted and informed.
_RACI = re.compile(r"(?:^|[;,\s])(?P<letter>[RACI])\s*[:=-]\s*")
_RACI_WORDS = {"R": "Responsible", "A": "Accountable", "C": "Consulted", "I": "Informed"}
# What stands before each of several roles: "1. ", "(b) ", "(ii) ".
_NUMBER = re.compile(r"(?:^|[\s;,]+)(?:\d{1,2}[.)]|\(?(?:[a-e]|[ivx]{1,4})\))\s+")


@dataclass(frozen=True)
class LeadCell:
    """Who a cell names: the roles that lead, those that support, and a sentence where a person is to look."""

    leads: tuple[str, ...] = ()
    supporters: tuple[str, ...] = ()
    doubt: str | None = None


@lru_cache(maxsize=4096)
def read_leads(text: str) -> LeadCell:
    """The roles of a lead cell.

    "TBC" and "Vacant" are nobody; a supporter is no lead; of "Jane Smith, Head of QA" the role leads.
    """
    cell = _Cell()
    plain = cell.without_people(cell.without_later(_plainly(text)))
    for is_support, part in _labelled(_with_labels(plain)):
        first, *others = [part] if is_support else _split_supporters(part)
        for helping, names in ((is_support, first), *((True, other) for other in others)):
            for role in split_leads(_numbered(cell.with_joined_apart(names))):
                cell.take(role, helping=helping)
    return cell.read()


@dataclass
class _Cell:
    """The roles that a cell has named so far. `doubts` are sentences, the most important one first."""

    leads: list[str] = field(default_factory=list)
    supporters: list[str] = field(default_factory=list)
    nobody: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    later: str = ""
    people: tuple[str, ...] = ()

    def without_later(self, text: str) -> str:
        """The cell's text without who leads it later."""
        earlier = _EARLIER.search(text)
        if earlier and is_known_as_role(text[: earlier.start()]):
            rest = tidy_role(text[: earlier.start()])
            self.doubts.append(f'"{tidy_role(text)}" says who led it before: read as {rest}')
            text = rest
        changed = _CHANGED.fullmatch(text.strip())
        if changed:
            text = changed["new"] or changed["newest"] or changed["after"]
            self.doubts.append(f'"{changed[0]}" has two leads: read as the new one, {tidy_role(text)}')
        self.later = next((found.group() for found in _LATER.finditer(text) if is_lead(found["name"])), "")
        return text.replace(self.later, "", 1)

    def without_people(self, text: str) -> str:
        """The cell's text without the people who stand beside posts and agencies."""
        rest, self.people = without_people(text)
        return rest

    def with_joined_apart(self, names: str) -> str:
        """A text with a semicolon between agencies or posts that a word or a mark joins."""
        bare = re.sub(r"^either\s+", "", names.strip(), flags=re.IGNORECASE)
        parts = _JOINED.split(bare)
        if len(parts) < 2 or not all(map(is_lead, parts)):
            return names
        self.doubts.append(f'"{names.strip()}" is read as {" and ".join(map(tidy_role, parts))}')
        return "; ".join(parts)

    def take(self, role: str, *, helping: bool) -> None:
        written = role = role.replace(_SLASH_IN_RANK, "/").strip("*").lstrip("@")
        role = re.sub(r"^and (?=[A-Z])", "", role)
        role = re.sub(r"(?<=\w)\s+[–-]$", "", role)
        # Whose part of the row it is: "Head of PDU (a)".
        role = re.sub(r"\s*\([a-h]\)$", "", role)
        post = tidy_role(_BESIDE_POST.sub("", role))
        if post != tidy_role(role) and is_known_as_role(post) and not _NOBODY.fullmatch(role):
            role = post
            self.doubts.append(f'"{written}" says more than a role: read as {role}')
        unfilled = _UNFILLED.fullmatch(role)
        post = tidy_role(unfilled["after"] or unfilled["before"]) if unfilled else ""
        post = _AROUND.sub("", post.partition("(")[0] if post.count("(") > post.count(")") else post).strip()
        if post and (is_lead(post) or written.endswith(")")):
            role = post
            why = "nobody holds the post" if "vacan" in written.lower() else "it is not agreed yet"
            self.doubts.append(f'"{written}" says that {why}: read as {role}')
        elif _NOBODY.fullmatch(role):
            self.nobody.append(role)
            return
        if role.endswith("?"):
            role = role.rstrip(" ?")
            self.doubts.append(f'"{written}" has a question mark: read as {role}')
        role, tenure = without_tenure(self._alone(role))
        if tenure:
            self.doubts.append(f'"{written}" says for how long: read as {role}')
        (self.supporters if helping else self.leads).append(role)

    def _alone(self, role: str) -> str:
        """A role without the words around it, with a doubt where these name others."""
        others = _AND_OTHERS.search(role)
        if others and is_lead(role[: others.start()]) and not _EVERYBODY.fullmatch(role):
            left = others[0].strip(" ,;+&/")
            role = tidy_role(role[: others.start()])
            self.doubts.append(f'"{left}" names nobody: read as {role}')
        bare = _AROUND.sub("", role)
        return bare if is_lead(bare) else role

    def read(self) -> LeadCell:
        supporters = [role for role in dict.fromkeys(self.supporters) if role not in self.leads]
        doubts = list(self.doubts)
        if self.nobody:
            what = "no lead is given" if not self.leads else "it is left out"
            doubts.insert(0, f'"{self.nobody[0]}" is nobody: {what}')
        elif any(_EVERYBODY.fullmatch(role) for role in self.leads):
            doubts.insert(0, "everybody leads it, so nobody can be asked: name a role")
        if self.people:
            named = " and ".join(f'"{one}"' for one in self.people)
            who = "is a person" if len(self.people) == 1 else "are people"
            doubts.insert(0, f"{named} {who}: read as {' and '.join([*self.leads, *supporters]) or 'nobody'}")
        if self.later:
            doubts.append(f'"{self.later.strip()}" names another lead: read as {" and ".join(self.leads)}')
        if supporters:
            doubts.append(f"{' and '.join(supporters)}: kept as support, not as a lead")
        if helpers := [role for role in supporters if is_person(role)]:
            doubts.insert(0, f'"{helpers[0]}" looks like a person and no role: name the role that supports')
        if not doubts:
            doubts += filter(None, map(_odd, [*self.leads, *supporters]))
        return LeadCell(tuple(dict.fromkeys(self.leads)), tuple(supporters), doubts[0] if doubts else None)


def _odd(role: str) -> str | None:
    """What to ask about a role that is written as none that posts or agencies have; None where it is one."""
    if may_be_initials(role):
        return f'"{role}" may be somebody\'s initials: name the role'
    if _UNNAMED.fullmatch(role):
        return f'"{role}" names no role: say which'
    if not is_known_as_role(role) and not is_person(role):
        return f'"{role}" is no post or agency that I know: if it is a person, name the role'
    return None


def _plainly(text: str) -> str:
    """A cell with what is written short in it written out."""
    # "School clusters (Lead: Cluster 3 Head)" is one lead, and the brackets say who that is.
    text = re.sub(r"\((?:lead|contact|via)\s*:\s*(?=[^()]+\))", "(", text, flags=re.IGNORECASE)
    text = with_support_on_lines(text)
    text = re.sub(r"\bc/o\b", "care of", text, flags=re.IGNORECASE)
    text = re.sub(r"\s*[|\\]\s*", "; ", text)
    text = _PASSED_ON.sub(r"\g<lead>\nSupport: \g<first>", text)
    text = _JOINED_IN_SHAREPOINT.sub("; ", text.strip()).strip("; ")
    text = _RANK.sub(rf"\g<short>{_SLASH_IN_RANK}", _SHORT_WITH.sub("with ", text))
    if len({found["letter"] for found in _RACI.finditer(text)}) > 1:
        text = _RACI.sub(lambda found: f"\n{_RACI_WORDS[found['letter']]}: ", text).strip()
    return text


def _with_labels(text: str) -> str:
    """A cell whose brackets say who supports, with labels on lines of their own in their place."""
    supporting = [
        found
        for found in _SUPPORT_IN_BRACKETS.finditer(text)
        if _SURELY_HELPS.match(found[0]) or is_lead(found["names"])
    ]
    for found in supporting:
        text = text.replace(found.group(), "", 1)
    text = "\n".join([text, *(f"Support: {found['names']}" for found in supporting)])
    return "\n".join(_by_brackets(text)) if _ROLE_IN_BRACKETS.search(text) else text


def _by_brackets(text: str) -> Iterator[str]:
    """`DCS (lead), Superintendent (support)` as lines with labels."""
    start = 0
    marked = [(_is_lead_mark(found), found) for found in _ROLE_IN_BRACKETS.finditer(text)]
    is_led = any(leads for leads, _ in marked)
    for leads, found in marked:
        *before, last = split_leads(text[start : found.start()]) or ("",)
        # Beside one who is said to lead the others help.
        yield from (f"Support: {name}" for name in before)
        yield f"{'Lead' if leads else 'Support'}: {last}"
        start = found.end()
    if tidy_role(text[start:]):
        yield f"{'Support' if is_led else 'Lead'}: {tidy_role(text[start:])}"


def _is_lead_mark(found: re.Match[str]) -> bool:
    return (found["role"] or found["dashed"]).lower().endswith(("lead", "l"))


def _labelled(text: str) -> list[tuple[bool, str]]:
    """The parts of a cell, each with whether its label says that these support: `Support: Head of QA`."""
    found = list(_LABEL.finditer(text))
    if len(found) == 1 and " " in _name(found[0]) and not is_lead(text[found[0].end() :].strip()):
        # "Strategic Lead: Exploitation" is one post.
        return [(False, text)]
    if not found:
        return [(False, text)]
    parts = [(False, text[: found[0].start()])] if text[: found[0].start()].strip() else []
    for label, following in zip(found, [*found[1:], None], strict=True):
        end = following.start() if following else len(text)
        parts.append((bool(_HELPS.search(_name(label))), text[label.end() : end]))
    return parts


def _name(label: re.Match[str]) -> str:
    return (label["label"] or label["dashed"]).strip()


def _split_supporters(part: str) -> list[str]:
    """The lead, then those who support: "Head of Children with Disabilities" is one post."""
    parts = _SUPPORTED_BY.split(part)
    found = _WITH.split(parts[0])
    if len(found) > 1 and all(map(_is_list, found)):
        return [*found, *parts[1:]]
    return parts


def _is_list(text: str) -> bool:
    """Whether a text is one or several posts or agencies: "Fire and Probation"."""
    return is_lead(text) or all(map(is_lead, re.split(r"\s*(?:,|&|\band\b)\s*", text)))


def _numbered(names: str) -> str:
    """`1. Head of MASH 2. QA Manager` with a semicolon between its roles."""
    parts = [part for part in _NUMBER.split(names) if part.strip()]
    return "; ".join(parts) if len(parts) > 1 and all(map(is_lead, parts)) else names
