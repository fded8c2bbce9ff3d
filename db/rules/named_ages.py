"""A person's name or initials together with an age, in the orders in which people write them.

How sure the rule has to be of the name depends on how sure it is of the age. "Aged 7", "7yo" and "7 years
old" are ages whatever stands beside them, so any word with a capital letter will do that is not known as
something else. "(7)" and ", 7," are more often counts, as in "Banbury (12), Bicester (9)", so the
name has to be a known first name, initials, or "Child A".
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from db.rules.any_of import AnyOf
from db.rules.first_names import first_names, is_first_name

_NUMBERS = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    "seventeen|eighteen|nineteen"
)
_N = rf"(?:\d{{1,2}}|(?i:{_NUMBERS}))"
_ORDINALS = (
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|"
    "fourteenth|fifteenth|"
    "sixteenth|seventeenth|eighteenth"
)
_CHILD_N = rf"(?:1?\d|(?i:{_NUMBERS}))"
# Not an age: a span, a share, a date, a count of things, a length of time.
_NOT_AN_AGE = (
    r"(?![\d.:/%£$]\d|\d|\s?%|\s?[-/–]\s?\d|(?i:\s(?:to|and\s(?:\d|over|under|above|up)|or|of|out|over|"
    r"under|plus|in\s(?:\d|total|all|each|q\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|per|days?|"
    r"weeks?|months?|hours?|"
    r"minutes?|people|staff|posts?|strong|cases?|actions?|pages?|audits?|teams?|schools?|places?|times?|"
    r"points?|"
    r"wte|fte|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)))"
)
_WORD = r"[A-Z][A-Za-z'-]{0,25}"
_INITIALS = r"(?:[A-Z]\.\s?[A-Z]\.?(?:\s?[A-Z]\.?)?|[A-Z]{2}|[A-Z]\s[A-Z])"
_CHILD = (
    r"(?i:child|pupil|student|boy|girl|baby|toddler|sibling|brother|sister|son|daughter|niece|nephew|twin|"
    r"young person|yp|subject|infant|teenager|teen)"
)
_CHILD_LETTER = rf"{_CHILD}\s(?:[A-Z](?:\d|[A-Z]\.?)?|\d|[b-z]\b)"
_NAME = rf"(?P<name>{_CHILD_LETTER}|{_INITIALS}|{_WORD}(?:\s{_WORD}){{0,2}}(?:\s[A-Z]\.)?)(?:'s)?(?!\w)"

_OLD = (
    r"(?:years?[\s-]?olds?|yrs?\.?[\s-]?olds?|years?\sof\sage|y\.?/?o\b\.?|yo\b|yrs?\b|years?\b)"
    r"(?!\s(?:in\spost|in\s(?:the|a)\s|of\sservice|service|as\s|with\s|experience|on\sthe))"
)
_YEARS_OLD = rf"{_N}[\s-]?{_OLD}"
# After a name: "aged 7", "(age 7)", "who is 9", "is 12 years old", "turned 9", "9yo", "'s 9th birthday".
_SURE_AFTER = re.compile(
    rf"(?<!\w){_NAME}\s?[,;:(\[|-]{{0,2}}\s?"
    rf"(?:(?:(?:who|now|only|just|still|is|was|who's|has)\s){{0,3}}(?:aged?|age\sof|age\sis|turn(?:s|ed|"
    rf"ing)|turned)\s?[:=]?\s?{_N}"
    rf"(?!\w){_NOT_AN_AGE}"
    rf"|(?:(?:who|she|he|they|now|only|just|still|almost|nearly)\s){{0,3}}(?:(?:is|was|who's|"
    rf"being)\s)?(?:only\s|now\s|just\s)?"
    rf"(?:an?\s)?{_YEARS_OLD}"
    rf"|(?:who(?:\sis|\swas|'s)|whose\sage\sis)\s(?:now\s|only\s|just\s|"
    rf"nearly\s)?{_CHILD_N}(?!\w){_NOT_AN_AGE}"
    rf"|(?i:age)(?:\sis|\s?[:=])?\s?{_N}(?!\w){_NOT_AN_AGE}"
    # "LAC Nurse | Before your 18th birthday": of every young person.
    rf"|(?!(?:\w+\s){{0,4}}(?:(?i:each|every|your|any)\s(?:\w+\s)?|(?i:before|within|by)\s)(?:16th|18th|21st|25th)\s)"
    rf"(?:\w+\s){{0,4}}(?:\d{{1,2}}(?:st|nd|rd|th)|(?i:{_ORDINALS}))\sbirthday"
    rf"|(?:will\s(?:soon\s)?be|is\s(?:nearly|almost|about\sto\sbe|just|now))\s{_CHILD_N}(?!\w)(?!\s?%|"
    rf"[.:/]\d|\s(?:days?|weeks?|of|out|per)\b)"
    rf"|is\s{_CHILD_N}\sand\sa\shalf\b"
    rf"|(?:is\s)?\d{{1,2}}\s(?:months?|weeks?|days?)\sold\b)"
)
# Before a name: "7 year old called Jamie", "a nine year old girl, Kayleigh", "9yo Jamie", "aged 7, Jamie".
_SURE_BEFORE = re.compile(
    rf"(?<![\w.-])(?:{_N}[\s-]?(?:years?[\s-]?old|yrs?\.?[\s-]?old|y\.?/?o\b\.?|yo\b|yr\b)|"
    rf"(?i:aged?)\s{_N}(?!\w))"
    rf"[\s,:(-]{{1,3}}(?:(?i:boy|girl|child|pupil|student|male|female|son|daughter|brother|sister|"
    rf"sibling|twin|"
    rf"white|black|asian|british|young|person|known|to|us|is|was|as|called|named|name|of|the|who|goes|by|"
    rf"year|\d{{1,2}})[\s,:(-]{{1,3}}){{0,5}}{_NAME}"
    rf"|\b(?i:at)\s(?:(?i:the\sage\sof)\s)?{_CHILD_N},?\s(?P<named>{_WORD})(?!\w)"
)
# "Jamie (7)", "JS, 14, was", "Child A is 12", "Kayleigh - 9".
_COUNT_LIKE = re.compile(
    rf"(?<![\w.-]){_NAME}(?:\s?[(\[]\s?{_CHILD_N}\s?(?:[)\]]|,|/|;)|\s?[,;]\s?{_CHILD_N}\s?(?:[,;)]|\.?$|"
    rf"\.\s|\s(?=(?i:was|is|has|had|went|who|lives|and)\b))"
    rf"|\s(?i:is|was|turned|turns|will\sbe)\s(?:now\s|only\s|"
    rf"just\s)?{_CHILD_N}(?!\w){_NOT_AN_AGE}(?=\s?[,.;)]|$|\s(?i:and|but|years|now|today|tomorrow|on|"
    rf"next|this|when|then|at)\b)"
    rf"|\s?-\s?{_CHILD_N}\s?(?:[,;.-]|$)"
    rf"|\s?[/|]\s?{_CHILD_N}\s?(?:[/|]|$)"
    rf"|\s?=\s?{_CHILD_N}(?!\w)(?!\s?%|[.:/]\d)"
    rf"|\sat\s{_CHILD_N}\s(?:is|was|has)\b"
    rf"|(?<='s)\s{_CHILD_N}(?=\s?[,.;)]|$|\s(?i:and|now|but|today)\b)"
    rf"|\s{_CHILD_N}(?=\s?[,;]\s|\s-\s|$)"
    rf"|\s?[(,]\s?(?:only|just|now|nearly|almost|then|aged)\s{_CHILD_N}\s?[,;)]"
    rf"|\s?[(,]\s?\d{{1,2}}\s(?:months?|weeks?|days?)(?:\sold)?\s?[,;)])"
)
# Of names that are known for sure: "Tia 15 missing again", "Tia and Kai are 15 and 12", "Ivy 6 wks",
# "Reece: 13", "Tegan 14F", "Reece 13.5", "Ravi, Y8 (13)", "Shanice is about to turn 16".
_OF_A_KNOWN_NAME = re.compile(
    rf"(?<![\w.-])(?P<name>{_WORD}(?:\s{_WORD}){{0,2}})(?:'s)?"
    rf"(?:\s?[,:-]?\s?{_CHILD_N}\s(?i:missing|nfa|closed|again|absconded|pregnant|excluded|self-?harm\w*|"
    rf"lac|cp|cin|uasc|nrm|"
    rf"in\scare|on\s(?:cp|cin|a\scp)|from|has\sno|with\sno|went|ran|not\sseen|needs|f|m|female|male|"
    rf"today|at\scamhs)\b"
    rf"|(?:\s(?i:and|&)\s{_WORD}){{1,3}},?\s(?i:are\s|aged?\s|both\s|is\s|"
    rf"\(){{0,3}}{_CHILD_N}(?:(?:\s(?i:and|&)\s|\s?[,/]\s?){_CHILD_N})?(?!\s?%)"
    rf"(?=[\s,.;)]{{0,2}}(?:$|(?i:both|on|were|are|is|in|at|from|and|who|have|missing|not)\b))"
    rf"|\s?[,(:-]?\s?\d{{1,2}}\s?(?i:wks?|weeks?|mths?|mos?|months?|/52)(?!\s(?i:in|of|on|at|late|ago|"
    rf"from|to|before|after|service|"
    rf"overdue|notice|leave|contract|secondment|post|course|old\spolicy))\b"
    rf"|\s?[:{{<_]\s?{_CHILD_N}(?:\s?[}}>]|\s?(?i:yrs?|yo?)\b|\s?[.,;]?$)"
    rf"|\s?\d{{1,2}}\s?[fFmM]\b|\s\(?[fFmM][,/ ]{{0,2}}\d{{1,2}}\b"
    rf"|\s?[,(]?\s?\d{{1,2}}(?:\.5(?!\s?(?:hrs?|hours|fte|wte|days|%)|\d)|½|\sand\sa\shalf|ish|"
    rf"\s?y(?:rs?)?\s?\d{{1,2}}\s?m(?:ths?)?)\b"
    rf"|\s?[,(]?\s?(?:Y|Yr\s?|Year\s)\d{{1,2}}\s?[,(]{{0,2}}\s?(?:age[d]?\s)?{_CHILD_N}\b"
    rf"|(?:\s(?i:is|was|being|now|still|only|just|about|approx|around|c\.?|est|abt|aged?|a|rising|"
    rf"coming\sup|"
    rf"to\sturn|turn(?:s|ed|ing)?|going\son|nearly|"
    rf"almost)){{1,4}}\s?{_CHILD_N}(?:\s?-\s?\d{{1,2}})?(?:\s?(?i:ish|y\.?o?\.?|yrs?|years?\sof\sage))?"
    rf"{_NOT_AN_AGE}(?=\s?[,.;)]|$|\s(?i:in|and|but|now|today|this|next|so|who|she|he|on\s(?:the|his|"
    rf"her)|missing|going|-)\b))"
)
# "jamie (7)", "jamie aged 7", "spoke to tia, 15": names that are no other word, in small letters.
_SMALL = re.compile(
    rf"(?<![\w.@/-])(?P<name>[a-z][a-z'-]{{2,20}})(?:\s[a-z][a-z'-]{{2,20}})?(?:'s)?\s?(?:[(\[]\s?{_CHILD_N}\s?(?:yrs?|yo|y/o)?\s?[)\]]|"
    rf",?\s(?:who\s)?(?:is\s|was\s|now\s|only\s|just\s){{0,2}}(?:aged?\s){{1}}{_CHILD_N}\b|"
    rf",\s?{_CHILD_N}\s?(?:,|$|\.)|"
    rf"\sis\s{_CHILD_N}\s?(?:$|[.,;]|and\b|now\b)|\s{_CHILD_N}\s?(?:yrs?|yo|y/o|years?\sold)\b|"
    rf"\s{_CHILD_N}\s?(?:$|today\b|missing\b))"
)
_TITLED_WORD = re.compile(r"\b(?:film|certificate|rated|version|v\d)\b", re.IGNORECASE)
_COUNTED_ITEM = re.compile(
    r"(?:^|[,;:&]|and)\s?(?:[A-Z][\w'-]{1,25}\s){1,3}\d{1,3}(?=\s?[,;.&]|$|\s(?:and|cases|actions)\b)"
)
_OF_CHILDREN = re.compile(
    r"\b(?:missing|siblings?|children|kids|twins|cp|cin|lac|school|year \d|y\d|baby|placed|carers?|mum|"
    r"dad|on plans|all on)\b",
    re.IGNORECASE,
)
# In a list of such items the figures are counts, unless every item is a known name.
_ITEM = re.compile(r"[A-Z][\w'-]{0,25} \(\d{1,3}\)")
# "Oluwaseun (8) not collected": what is said next is said of a person.
_COUNT_AND_PERSON = re.compile(
    rf"(?<![\w.-]){_NAME}\s?[(,]\s?{_CHILD_N}\s?[),]\s?(?i:was|is|has\s(?:been|gone|told|said|a\s)|"
    rf"had\s(?:been|gone)|lives|living|went|not\s(?:in|at|seen|collected)|seen|missing|moved|"
    r"excluded|disclosed|said|says|told|ran|refus\w+|attend\w*|lost|hit|hurt|stays|wants|admitted|"
    r"arrested|placed|"
    r"unaccompanied|new\sto|in\scare|on\s(?:a\s)?(?:cp|cin|child)|subject)\b"
)
# Known as something else when an age stands beside them: groups, stages, services and how sentences begin.
_NOT_NAMES = frozenset(
    "a about across adolescent adolescents adult adults after age aged ages all allocated an and any "
    "anyone are as at audit average babies baby band both boy boys by cases child children children's "
    "clients cohort cohorts cyp during each every everyone female females for foundation from girl girls "
    "grade group groups had has have her his if in infant infants is it key least level looked males "
    "many may maximum mean median men minimum most no nobody none not number nursery of on once one only "
    "or other our over patient patients people per person persons phase population pupil pupils "
    "reception referred resident residents room seen she sibling siblings since some stage student "
    "students team teenage teenager teenagers teens that the their these they this those to total under "
    "until until up victim victims ward was wave we were when where which while who with women year "
    "years yjs young youth youths services service programme project policy strategy plan offer funding "
    "unit units centre academy school primary secondary college trust partnership board panel service "
    "hub mash lscb oscb ofsted csc camhs building scheme contract framework guidance report review "
    "system database form matrix tool website house home estate lead leads chair police health council "
    "county district city town north south east west central monday tuesday wednesday thursday friday "
    "saturday sunday january february march april june july august september october november december "
    "spring summer autumn winter easter christmas red amber green blue term section chapter item page "
    "paper table figure annex appendix target baseline quarter version".split()
)
_BEFORE_A_NAME = frozenset(
    "baby child young little sibling siblings brother sister brothers sisters pupil student girl boy son "
    "daughter saw met told master miss our and with both also spoke visited when while after since "
    "because if as by for to from".split()
)
# First names that are also words, which small letters do not tell apart.
_ALSO_A_WORD = frozenset(
    "mark rose grace will bill may faith joy hope rob nick jack frank pat sue gene dale ray art earl "
    "drew chuck dean guy jay kit "
    "max rich ruby sandy skip ted victor wade miles page penny lily daisy ivy iris poppy violet heather "
    "holly olive amber jade "
    "pearl crystal ginger hazel rowan sage robin wren martin angel love honey melody harmony destiny "
    "trinity summer autumn "
    "april june august dawn eve star sky river brook cliff glen heath lane miller mason carter hunter "
    "parker porter taylor tyler "
    "cooper baker archer bishop dean duke prince king major barry basil don gail hank jean josh ken "
    "lance les lou mike mercy "
    "neil norm peter piers ron roman rusty saxon sonny stew sterling tanner tony tad tod trey vic chance "
    "chase colt dash fox "
    "gage jett lyric maverick nova ocean phoenix rain reign storm stone true worth baby child boy girl "
    "men man sara said ana any "
    "ali alma ami amity ava bay bonnie candy cherry christian clay clementine coral cordelia cruz dolly "
    "dot dusty echo ember "
    "fern flora florence forest france francis gay gem georgia german giles grant gray hall haven ice "
    "india ira israel jenny "
    "jordan josephine kelvin kerry laurel law lee levi liberty lore lucky mace mae marina mars mina mint "
    "nan nelly noble noel "
    "norma omega opal oral paige paris patience petal piper precious primrose queen raven reed reef "
    "rhyme ridge rory royal sable "
    "saffron scout shelly sierra silver sol stanley stella sunny tan temple thorn tiger toby tracy "
    "tuesday vale velvet vera "
    "verity vivid walker ward wells west willow winter wolf wood young zion tom sam ben dan jim tim ian "
    "alan lin lan van can "
    "in an do so my yu you hai son long made luna mia nia ella era data beta delta rio riot des tara "
    "mali milan berlin sofia "
    "minor floor marshal doctor branch innocent lot fancy handy trace side peer sole versa till math cal "
    "mal lim mac doc del val dev len "
    "victoria sidney chester lincoln jackson madison lewis harry ellis isla skye iona arran luca".split()
)
_POSTS = frozenset(
    "AD AM BI CE CP DC DI DO DR DS EH EU FE GP HE HQ HR IA IT KS LA LP MP NE NI NW OK PA PC PE PM PO PR "
    "QA RE SE SI SM SW TA TM UK VP YJ YP Q1 Q2 Q3 Q4 ID NO PS IF IS IN ON OR TO BE WE AS AT AN DA HV PT "
    "FT CO CT".split()
)
# Without one of these no age is sure.
_AGE_WORDS = AnyOf(
    (
        *" age|;age|=age|(age|-age|,age|:age|[age|year|yr|y.o|y/o|who is|who was|who's".split("|"),
        *" turn|birthday|will be|will soon|is nearly|is almost|is about|is just|is now".split("|"),
        *"|age, old,-old,half,at the age".split(","),
        *(f"{digit}{between}yo" for digit in "0123456789" for between in ("", " ", "-")),
        *(f"{word}{between}yo" for word in _NUMBERS.split("|") for between in (" ", "-")),
        *(f" at {number}" for number in (*"123456789", *_NUMBERS.split("|"))),
    )
)
_CHILD_WORDS = AnyOf(re.findall(r"[a-z]{2,}", _CHILD.removeprefix("(?i:")))
_SOME_INITIALS = re.compile(r"[A-Z]\.|\b[A-Z](?: [A-Z]|[A-Z])\b")
_CAPITALISED = re.compile(r"\b[A-Z][A-Za-z'-]+")
_SMALL_WORD = re.compile(r"\b[a-z][a-z'-]{2,20}")
# Every age in digits is a number of one or two: a year or "1,204 children" is none.
_AGE_IN_DIGITS = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_NUMBER_WORDS = AnyOf((*_NUMBERS.split("|"), *_ORDINALS.split("|")))
_PLACES_BEFORE = re.compile(r"(?i:\b(?:in|at|across|within|near|around|for|of|from)\s(?:the\s)?)$")


def has_named_age(words: str) -> bool:
    """Whether a plain text gives somebody's name or initials together with an age."""
    # With a space before the first word, so that every word has one.
    lower = f" {words.lower()}"
    return bool(_AGE_IN_DIGITS.search(words) or _NUMBER_WORDS.is_in(lower)) and any(_names(words, lower))


def _names(words: str, lower: str) -> Iterator[bool]:
    """Whether each name that stands beside a number is a person's and the number an age."""
    if _AGE_WORDS.is_in(lower):
        yield from _with_sure_ages(words)
    if len(_COUNTED_ITEM.findall(words)) > 1 and not _OF_CHILDREN.search(words):
        # "Overdue by lead: Jane Smith 3, Tom Brown 5".
        return
    if not _names_in_small_letters().isdisjoint(_SMALL_WORD.findall(words)):
        for one in _SMALL.finditer(words):
            yield one.group("name") in _names_in_small_letters()
    in_list = "(" in words and len(_ITEM.findall(words)) > 1
    has_first_name = _has_a_first_name(words)
    if has_first_name:
        yield from (_is_surely_a_name(one.group("name")) for one in _OF_A_KNOWN_NAME.finditer(words))
    if has_first_name or _CHILD_WORDS.is_in(lower) or _SOME_INITIALS.search(words):
        names = [one.group("name") for one in _COUNT_LIKE.finditer(words)]
        if not in_list or all(
            _is_surely_a_name(name) and not re.fullmatch(_INITIALS, name) for name in names
        ):
            yield from map(_is_surely_a_name, names)
    if not in_list and ("(" in words or "," in words):
        for one in _COUNT_AND_PERSON.finditer(words):
            yield _may_be_a_name(one.group("name"), words[max(0, one.start() - 20) : one.start()])


def _with_sure_ages(words: str) -> Iterator[bool]:
    for one in _SURE_AFTER.finditer(words):
        yield _may_be_a_name(one.group("name"), words[max(0, one.start() - 20) : one.start()])
    for one in _SURE_BEFORE.finditer(words):
        if one.group("named"):
            yield _is_surely_a_name(one.group("named"))
        else:
            yield _may_be_a_name(one.group("name"), "")


def _has_a_first_name(words: str) -> bool:
    return any(is_first_name(name.removesuffix("'s")) for name in _CAPITALISED.findall(words))


@lru_cache(maxsize=1)
def _names_in_small_letters() -> frozenset[str]:
    """The first names that are no other word, so that small letters tell them."""
    return first_names() - _ALSO_A_WORD - _NOT_NAMES


def _may_be_a_name(name: str, before: str) -> bool:
    if _is_surely_a_name(name):
        return True
    parts = [part.removesuffix("'s") for part in re.findall(r"[A-Za-z'-]+", name)]
    if len(parts) == 1 and parts[0].endswith("s") and not name.endswith("'s"):
        # "Governors (16) attended": a plural.
        return False
    if any(part.lower() in _NOT_NAMES for part in parts) or any(
        len(part) > 2 and part.isupper() for part in parts
    ):
        return False
    if all(len(part) <= 2 and part.isupper() for part in parts):
        return False
    return not _PLACES_BEFORE.search(before)


def _is_surely_a_name(name: str) -> bool:
    """Whether it is "Child A", initials that are no post or office, or begins with a known first name."""
    if re.fullmatch(_CHILD_LETTER, name):
        return True
    if re.fullmatch(_INITIALS, name):
        return re.sub(r"[^A-Z]", "", name) not in _POSTS
    parts = [part.removesuffix("'s") for part in re.findall(r"[A-Za-z'-]+", name)]
    while parts and parts[0].lower() in _BEFORE_A_NAME:
        parts = parts[1:]
    # "Riverside School Jamie": the name comes after what is none.
    others = [at for at, part in enumerate(parts) if part.lower() in _NOT_NAMES]
    parts = parts[others[-1] + 1 :] if others else parts
    return any(map(is_first_name, parts[-2:]))
