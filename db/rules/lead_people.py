"""The people whom a lead cell names beside posts or in their place: a post stays when somebody leaves it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module

from db.rules.first_names import is_first_name
from db.rules.plain_text import plain_text
from db.rules.role_names import hold_commas, is_lead

# What posts and agencies are named by, beside the words of `db.rules.role_names`.
_WORDS_OF_ROLES = frozenset(
    """
    abuse academies academy action acute addysg admin administrator adolescent adoption adult adults
    agencies agency agency's alcohol alliance ambassador ambulance anti apprentice area area-based as
    assault assessment assistant associate associates assurance attendance audit authority behaviour
    bereavement best board borough bureau burglary business bwrdd care carer carers case casework cause
    central centre champion champions charity child children children's childrens chronologies church
    city clerk client clinic clinical co-chair co-production coleg college colleges comhairle
    commissioners commissioning comms communications community company complaints compliance conference
    constabulary consulting contact contract contracts core coroner coroner's corporate cost council
    council's counter county court courts crime criminal culture custody cyber cyfarwyddwr cymdeithasol
    cymru cyngor data dean delivery dental department deputy designated detective development digital
    diocesan diocese diogelu director disability disabled discharge district diversion diversity dog
    domestic door drug drugs dsls duty early east economy education educational elective emergency
    employment enforcement engagement england english environment equalities equality estates estyn exec
    executive experience exploitation external families family finance fire firearms first force
    forensic forum foster fostering foundation front get glan gofal gogledd governance graduated grammar
    group growth gwasanaeth gwasanaethau hall harm hate head health healthcare heddlu help highways
    hmicfrs home homelessness homes homicide honour hospital house household housing hr hub hubs human
    iechyd improvement inclusion independent individual infant infirmary information insight inspection
    inspectorate integrated integrity intelligence internal intervention investigation investigations
    investment it justice key knowledge lead leaders leaving lecturer legal leisure liaison librarian
    library licensing link llywodraeth local locality looked-after ltd management mapping maternity
    matron medical medicine member mental mentor met metropolitan midwifery ministry misconduct missing
    modern mounted multi-agency named national neglect neighbourhood neighbourhoods neonatal network nhs
    night north northern nurseries nursery nursing offender offenders office ofsted older online
    operational operations ops options organisational outreach owner paediatric paediatrics parent
    parenting parents parks participation partner partners partnership partnerships patient pennaeth
    people people's performance permanence personnel pharmacy physical place placement placements
    planning plant play police policing policy portfolio post practice premises press prevent prevention
    primary prison prisons probation procurement professional professionals programme programmes project
    projects prolific property prosecution protecting protection provider providers provision public
    quality radicalisation rape records recruitment refuge region regional registered registrar
    registration regulation regulatory rehabilitation relationships rep representative rescue research
    reserve resettlement residential resilience resolution resources response responsible reunification
    revenues review reviewing rheolwr risk road roads robbery rural safe safeguarding safer safety
    school schools science scrutineer scrutiny secondary secretariat section sector secure security
    senco sencos send senior serious service services sexual shared sixth skills slavery social society
    software south southern special specialist speech sponsor sport staff stalking standards statutory
    steering strategic strategy street student students substance succession sufficiency suicide
    supervision support surgery swyddog system systems tactical target task tax teaching team technical
    technology tenancy terrorism the therapies therapy tier tim town trading traffic training
    transformation transition transitions transport travel treasury treatment trust trusts tutor unit
    university urban urgent user valley vice victim victims violence violent virtual visiting visitor
    visitors voice voluntary volunteer vulnerability vulnerable ward wards waste welfare well-being
    wellbeing west western whole women women's work workforce working works year years young youth ysgol
    """.split()
)
# Words that say how somebody holds a post; alone they name none.
_WORDS_BESIDE = frozenset("acting interim joint all each every everyone everybody not term new".split())
# Charities whose names are like people's, and those of several words.
_CHARITIES = frozenset(
    "barnardo's barnardos brook catch22 coram cranstoun crisis home-start humankind kidscape kooth mind "
    "place2be refuge relate samaritans shelter spurgeons stonewall".split()
)
_BODIES = re.compile(
    r"\b(?:citizens? advice|change,? grow,? live|turning point|home ?start|victim support|marie collins"
    r"|with you|guy's and st thomas)\b",
    re.IGNORECASE,
)
_PLACE_AFTER = re.compile(
    r"\s+(?:house|cent(?:re|er)|school|academy|trust|hospitals?|unit|project|road|court|college|foundation"
    r"|primary|hall|ward|nursery|clinic|hub|charity|medical|surgery|practice|consulting|ltd|associates"
    r"|street|park|children's|family|infant|junior|high|special|c of e|ce|rc|university|health|nhs"
    r"|community|council|teaching|general|city|county|borough)\b",
    re.IGNORECASE,
)
# First names that are places too: "Locality Manager - Lincoln" has a place.
_PLACES = frozenset(
    "ashley ashton beverley bradford camden carlisle charlton chelsea chester clifton devon florence jersey "
    "kendal kent kimberley kingsley kingston lancaster lincoln london milton preston ripley royal shirley "
    "stafford trent victoria wells york".split()
)
# A letter behind these is no initial: "Type B", "Area A".
_BEFORE_A_LETTER = frozenset(
    "type area part group team zone section hepatitis grade band phase tier category class level unit "
    "block ward division sector vitamin key stage".split()
)
_TITLES = frozenset(
    "dr mr mrs ms miss mx prof professor rev revd fr canon cllr councillor sir lady lord dame "
    "baroness".split()
)
_RANKS = frozenset(
    "supt superintendent insp inspector sgt sergeant dci di ds dc pc ps acc det ch chief temp".split()
)
# The letters of posts and fields; two other capitals may be somebody's initials.
_TWO_LETTERS = frozenset(
    "ad ae ai am ap bi bm bu cc ce ci cp cs ct cx da dc dd dh di ds dv ed eh ep et ey fc fe ff fm fn fs "
    "gm gp hc he hm hq hr ht hv ia ig im iq it iv kc ks la lc ld lp ma md mh mi mp nh ns nt od oh om op "
    "ot pa pc pe ph pl pm po pp pr ps qa qi rc re rm rp rt sa sc se sg sh sl sm sp ss st sw ta tb td tl "
    "tm uk ur va vp vs wg yj yo yp ys".split()
)
_WORD = re.compile(r"(?:[A-Z]\.){1,3}(?!\w)|@?[^\W\d_][\w'’]*(?:[-\u2215][^\W\d_][\w'’]*)*\.?")
_PARTICLES = frozenset("al el van von de der den di da bin ibn ní nic mac o".split())
# "Ann from the Business Unit", "Kate in Commissioning".
_BETWEEN_PERSON_AND_TEAM = ("from ", "for ", "covering ", "in ")
_MOST_NAMES = 4
_FIRST_AND_LAST = 2
# "Housing (SJ)", "SM: RG", "PB (Police)": two capitals beside a post.
_INITIALS_BESIDE = re.compile(
    r"(?<=[(\[])[A-Z]{2}(?=[)\]])|(?<=: )[A-Z]{2}$|^[A-Z]{2}(?= \()|^(?:[A-Z]\.){2}(?=,)"
    r"|(?<!of )(?<!for )(?<!and )(?<!& )(?<=[A-Za-z] )[A-Z]{2}$"
)
# How a system names who is logged in: "karen.whitlock".
_LOGIN = re.compile(r"(?<![\w.])[a-z]+[._][a-z]{2,}(?![\w.])")


@dataclass(frozen=True)
class _Word:
    """A word of a cell: as it is written, where it begins and ends."""

    text: str
    start: int
    end: int

    @property
    def bare(self) -> str:
        return plain_text(self.text).lower().strip("@.").replace("’", "'")

    @property
    def is_rank(self) -> bool:
        """Whether it is a rank of the police, also "D/Supt"."""
        return re.split(r"[/\u2215]", self.bare)[-1] in _RANKS

    @property
    def is_initial(self) -> bool:
        return re.fullmatch(r"[A-Z]\.?|(?:[A-Z]\.){2,3}", self.text) is not None

    @property
    def may_be_name(self) -> bool:
        """Whether it is written as a name and is none of the words that posts and agencies are named by."""
        if self.bare.split("-")[0] in _PARTICLES:
            return True
        parts = self.text.strip("@.")
        written_so = parts[:1].isupper() and len(parts) > 1 and not parts.isupper()
        return written_so and not is_word_of_role(self.bare) and self.bare not in _WORDS_BESIDE


def is_word_of_role(word: str) -> bool:
    """Whether posts or agencies are named by a word, which is in lower case."""
    word = plain_text(word).replace("’", "'")
    is_known = not _WORDS_OF_ROLES.isdisjoint((word, word.removesuffix("s"))) or word in _CHARITIES
    return is_known or is_lead(word)


@lru_cache(maxsize=1)
def _last_names() -> frozenset[str]:
    """Family names in lower case, as far as they are known; many are other words too."""
    found: set[str] = set()
    for locale in ("en_GB", "en_IE", "en_IN", "en_PK", "en_KE", "pl_PL", "ig_NG", "yo_NG", "ha_NG", "tw_GH"):
        provider = import_module(f"faker.providers.person.{locale}").Provider
        found.update(plain_text(name).lower() for name in getattr(provider, "last_names", ()))
    return frozenset(found)


def _is_first(word: str) -> bool:
    """Whether a word in lower case is a first name and no place."""
    return word not in _PLACES and is_first_name(word)


def may_be_initials(text: str) -> bool:
    """Whether a text is two capitals that are no letters of a post, an agency or a field."""
    letters = text.replace(".", "")
    return re.fullmatch(r"[A-Z]{2}", letters) is not None and letters.lower() not in _TWO_LETTERS


def is_known_as_role(text: str) -> bool:
    """Whether any word of a text is one that posts or agencies are named by, or is letters of one."""
    words = re.findall(r"[^\W\d_][\w&'’-]*", text)
    if _BODIES.search(text) or re.search(r"\b[A-Z]&[A-Z]\b", text):
        return True
    return is_lead(text) or any(is_lead(word) or is_word_of_role(word.lower()) for word in words)


def people_in(text: str) -> list[tuple[int, int]]:
    """Where the names of people stand in a lead cell, each as its beginning and its end."""
    words = [_Word(found[0], found.start(), found.end()) for found in _WORD.finditer(text)]
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(words):
        count = _name_at(text, words, at)
        if count:
            found.append((words[at].start, words[at + count - 1].end))
        at += count or 1
    initials = [one.span() for one in _INITIALS_BESIDE.finditer(text) if may_be_initials(one[0])]
    return sorted({*found, *initials, *(one.span() for one in _LOGIN.finditer(text))})


def _name_at(text: str, words: list[_Word], at: int) -> int:
    """How many words of a person's name stand at a place; 0 where none does."""
    together = list(_together(text, words, at))
    titles = 0
    while titles < len(together) and (together[titles].bare in _TITLES or together[titles].is_rank):
        titles += 1
    names = []
    for word in together[titles : titles + _MOST_NAMES]:
        if not (word.is_initial or word.may_be_name):
            break
        names.append(word)
    if not names or _PLACE_AFTER.match(text, names[-1].end):
        return 0
    if not _is_name(
        text, words, at, names, with_title=titles > 0, is_ranked=any(one.is_rank for one in together[:titles])
    ):
        return 0
    return titles + len(names)


def _together(text: str, words: list[_Word], at: int) -> Iterator[_Word]:
    """The words from a place on between which there are only spaces."""
    yield words[at]
    for one, other in zip(words[at:], words[at + 1 :], strict=False):
        if text[one.end : other.start].strip(" ") or one.end == other.start:
            return
        yield other


def _is_name(
    text: str, words: list[_Word], at: int, names: list[_Word], *, with_title: bool, is_ranked: bool
) -> bool:
    """Whether words written as names are a person's: by a title, initials or names that are known."""
    whole = [one for one in names if not one.is_initial]
    if not whole:
        return False
    if is_ranked and len(names) == 1:
        # "Supt Khan", and not "Inspector Hate Crime".
        return not re.match(r"\s*[\w&]", text[names[0].end :])
    if with_title and not is_ranked:
        return True
    if names[0].is_initial:
        before = words[at - 1].bare if at else ""
        return len(whole[0].text) > 2 and (with_title or before not in _BEFORE_A_LETTER)
    if len(names) == 1:
        before = words[at - 1].bare if at else ""
        return _stands_apart(text, names[0], before) and _is_first(names[0].bare)
    return _is_first(names[0].bare) or names[-1].bare in _last_names() or _is_all(text, names)


def _is_all(text: str, names: list[_Word]) -> bool:
    """Whether two to four unknown names are all that stands before a comma or a bracket."""
    return any(one.bare in _PARTICLES for one in names) or (
        len(names) > 1 and re.match(r"\s*[,(]", text[names[-1].end :]) is not None and names[0].start == 0
    )


def _stands_apart(text: str, word: _Word, last: str) -> bool:
    """Whether a single first name stands by itself in a cell: in brackets, behind a mark, or last.

    `last` is the word before it: "Greater Glasgow and Clyde" has a place.
    """
    before, after = text[: word.start].rstrip(" "), text[word.end :].lstrip(" ")
    is_first_part = not before or before[-1] in ",:;/&([–-\n"
    is_last_part = not after or after[0] in ",:;/&()]–-\n" or after.startswith(_BETWEEN_PERSON_AND_TEAM)
    return is_last_part and (is_first_part or (not after and is_word_of_role(last)))


def is_person(name: str) -> bool:
    """Whether a lead's name is a person's and no role: "Jane Smith", "Cllr A. Khan", "ANN REED"."""
    inverted = re.fullmatch(r"(?P<last>[^\s,]+), ?(?P<first>[^\s,]+)", name)
    if inverted and not is_lead(inverted["last"]):
        name = f"{inverted['first']} {inverted['last']}"
    people = people_in(name)
    if people:
        return not re.search(r"\w", _marked(name, people).replace(_PERSON, ""))
    words = name.lower().split()
    has_odd_case = name.isupper() or name.islower() or re.fullmatch(r"[A-Z]{2,} [A-Z][a-z]+", name)
    if is_lead(name) or not has_odd_case or len(words) != _FIRST_AND_LAST:
        return False
    return any(map(_is_first, words)) and not any(map(is_word_of_role, words))


# What stands for a person while the cell is read without them.
_PERSON = "\0"
_BEFORE_A_PERSON = re.compile(
    r"(?:\b(?:supported|assisted|led|chaired|covered|overseen|deputised) by"
    r"|\bwith(?: (?:the )?(?:support|input|help|advice) (?:from|of))?|\bvia|\bthrough|\bcare of"
    r"|\breporting to|\bto|\bof|\bfor"
    r"|\b(?:support|lead|deputy|cover) ?:)\s*(?=\0)",
    re.IGNORECASE,
)
# "Head of QA (Jane Smith)", "Jane Smith (Head of QA)".
_IN_BRACKETS = re.compile(r"[(\[]\s*\0\s*[)\]]")
_BRACKETS_AFTER = re.compile(r"\0\s*\((?P<post>[^()]*)\)")
_AROUND_A_PERSON = re.compile(
    r"(?:[\s,:/&;]|\s[–-]|\band\b)*\0(?:\s*[,:/&;]|\s[–-]|\s+(?:from|covering|for|in|and)\b(?: the\b)?)*\s*"
)


def without_people(text: str) -> tuple[str, tuple[str, ...]]:
    """A lead cell without the people who stand beside posts and agencies, and these people.

    Where a cell names only people they stay, a semicolon between them: somebody has to say what their
    posts are.
    """
    found = people_in(text)
    if not found:
        return text, ()
    names = tuple(text[start:end].strip("@") for start, end in found)
    bare = _BEFORE_A_PERSON.sub("", _IN_BRACKETS.sub(_PERSON, _marked(text, found)))
    between = (lambda _: "; ") if len(names) > 1 else _between
    bare = _AROUND_A_PERSON.sub(between, _BRACKETS_AFTER.sub(_as_one_post, bare))
    rest = "; ".join(part for part in (one.strip(" ,:–-\n") for one in bare.split(";")) if part)
    if is_known_as_role(rest):
        return rest, names
    return (text if re.search(r"\w", rest) else "; ".join(names)), ()


def _marked(text: str, people: list[tuple[int, int]]) -> str:
    """A text with a sign in place of each person."""
    for start, end in reversed(people):
        text = text[:start] + _PERSON + text[end:]
    return text


def _as_one_post(found: re.Match[str]) -> str:
    """The post in brackets behind a person, in which a comma stands between a post and its field."""
    return f"{_PERSON}, {hold_commas(found['post'])}"


def _between(found: re.Match[str]) -> str:
    """What is left of a person: a semicolon where an "and" or a mark stood, which parts posts."""
    return "; " if re.search(r"\band\b|[;/&]", found[0]) else " "
