"""Personal data that must never be stored: details that identify a child or anyone outside the register.

People type text about children's services in a hurry. These rules find details that have a pattern, such as
numbers with check digits, dates of birth, addresses, and a name with an age. A name alone has no pattern, so
the Slack forms ask people not to type one. docs/personal-data.md says what is found, and how reliably.

Every pattern has bounded repeats, so the time for a text grows with its length and not faster.
"""

import re
from collections.abc import Callable, Iterator

from stdnum.gb import nhs, upn

from db.rules.any_of import AnyOf
from db.rules.named_ages import has_named_age
from db.rules.plain_text import plain_text, split_links
from db.rules.written_days import without_days

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_NUMERIC_DATE = (
    r"(?:\d{1,2}[ ./|-]{1,3}\d{1,2}[ ./|-]{1,3}(?:\d{4}|'?\d{2})"
    r"|\d{4}[ ./-]{1,3}\d{1,2}[ ./-]{1,3}\d{1,2})(?!\d)"
)
_ORDINAL = (
    r"(?:(?:twenty|thirty)[ -])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|tenth|"
    r"eleventh|twelfth|"
    r"thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth"
)
_WORDED_DATE = (
    rf"(?:(?:\d{{1,2}}(?:st|nd|rd|th)?|{_ORDINAL})[ ./-]{{0,3}}(?:of )?{_MONTH}(?![a-z])\.?[ "
    rf",./-]{{0,3}}(?:'?\d{{4}}|'?\d{{2}})?(?!\d)"
    rf"|{_MONTH}\b\.? {{0,2}}\d{{1,2}}(?:st|nd|rd|th)?\b(?:[ ,]{{1,2}}\d{{4}})?)"
)
_DATE = rf"(?:{_NUMERIC_DATE}|{_WORDED_DATE})"
_DOB = (
    r"(?:(?<![a-z])d[. ]{0,2}[o0][. ]{0,2}b(?:'s)?(?![a-z])\.?|(?<![a-z])date_?of_?birth(?![a-z])|"
    r"\bbday\b|\bdate[ -]{0,2}of[ -]{0,2}birth\b|\bbirth ?da(?:te|y)\b|"
    r"\bbirthdate\b)"
)
_FILLER = (
    r"(?:[ :=,;(#\[\"'|_-]{0,8}(?:is|was|of|on|the|as|given|recorded|born|falls|child|baby|mother|for|her|"
    r"his|their|'s)\b[)\]]?){0,3}[ :=,;(#\[\"'|_-]{0,8}"
)
_AGE_NUMBER = (
    r"(?:1?\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    r"sixteen|seventeen|eighteen)"
)
_BIRTH = re.compile(
    rf"{_DOB}{_FILLER}(?:{_DATE}|\d{{6}}\b|\d{{8}}\b|\d{{1,2}}[./]\d{{1,2}}(?:[./]\d)?\b|{_MONTH}\.? "
    rf"(?:19|20)?\d\d\b)"
    # "w.b. 11th Jan" is a week.
    rf"|(?<!w[./ ])\b(?:born|b\.?|bn|geboren)[ :,]{{1,2}}"
    rf"(?:(?:on|in|summer|winter|\d{{4}},?) (?:the )?){{0,2}}{_DATE}"
    rf"|\b(?:{_DATE})[ ,:;]{{0,3}}[(\[]?(?:{_DOB}|birth\b|aged? \d|\d{{1,2}} ?(?:yrs?|years?)\b)"
    rf"|\b(?:edd|unborn|baby)\b[ ,:(]{{1,3}}(?:is )?(?:due )?(?:on )?{_DATE}"
    rf"|^\|? ?(?:[A-Z]\.? ?){{2,3}}[|,:]? ?{_NUMERIC_DATE}(?= ?[|,(]|$)",
    re.IGNORECASE,
)
# "turns five on 6 December", "he'll be 16 on the 9th of Jan", "18 on 3/2/17 so transition".
_AGE_ON_A_DAY = re.compile(
    rf"\b(?:turn(?:s|ed|ing)|(?:will|'ll) be|(?:she|he)(?:'s| is| was| will be)?|is|now) {_AGE_NUMBER} "
    rf"(?:today |next |tomorrow )?"
    rf"(?:on |next )(?:the )?(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)?(?:day)? ?{_DATE}"
    rf"|\b(?:turn(?:s|ed|ing)|1[68]) (?:{_AGE_NUMBER} )?on (?:the )?{_DATE}(?= so\b| \(|,? (?:moves?|"
    rf"moving|leav\w+|transition\w*))",
    re.IGNORECASE,
)
_BIRTH_WORDS = AnyOf(
    (
        "birth",
        "bday",
        "d0b",
        "edd",
        "unborn",
        "baby",
        "bn ",
        " b ",
        "geboren",
        "yrs",
        "years",
        "|",
        "born",
        "dob",
        "d.o",
        "o.b",
        "d o b",
        "d. o",
        "d ob",
        "do b",
        "aged",
        "(age",
        "[age",
        " age",
        ",age",
        "b.",
    )
)
_LABEL_END = r"[ :=.#-]{0,3}(?:(?:n(?:o|r|um(?:ber)?)|id|ref|is|was)\b[ :=.#-]{0,3}){0,2}"
_NHS_LABELLED = re.compile(
    rf"\bn\.?h\.?s\b\.?{_LABEL_END}(?<!\d)\d(?:[ ./,|-]{{0,3}}\d){{9}}(?!\d)(?![ ./-]{{1,3}}\d{{3}})",
    re.IGNORECASE,
)
_TEN_DIGITS = re.compile(
    r"(?<!\d)(?<!\d[./-])(?:\(?\d{3}\)?([ ./|-]{0,3})\d{3}\1\d{4}|\d{4} \d{4} \d{2}(?=\D|$)|\d{4}([ "
    r"./-]{1,3})\d{3}\2\d{3}|\d{2}([ "
    r".-]{1,3})(?:\d{2}\3){3}\d{2}"
    r"|\d{5}[ -]\d{5}|\d{10}(?=[/-]\d{1,2}(?!\d)|/\d{10}(?!\d)))(?!\d)(?!(?<!\d{10})[.,/-]\d)"
)
_UPN_LABELLED = re.compile(
    rf"\b(?:upn|(?:unique )?pupil (?:n(?:o|umber)|ref(?:erence)?|id))\b{_LABEL_END}[a-z](?:[ "
    rf"./-]?\d){{11}}[ ./-]?[\da-z]\b",
    re.IGNORECASE,
)
_UPN = re.compile(r"(?<![^\W_])[a-z](?:[ ./-]?\d){11}[ ./-]?[\da-z](?![^\W_])", re.IGNORECASE)
_NATIONAL_INSURANCE = re.compile(
    r"(?<![^\W_])(?!bg|gb|kn|nk|nt|tn|zz)[a-ceghj-prstw-z][a-ceghj-nprstw-z]"
    r"(?:[ ./-]{0,2}\d){6}[ ./-]{0,2}[a-d](?![^\W_])|"
    rf"\b(?:ni|nino|national insurance)\b{_LABEL_END}[a-z]{{2}}(?:[ ./-]{{0,2}}\d){{6}}(?:[ "
    rf"./-]{{0,2}}[a-z])?\b",
    re.IGNORECASE,
)
_OUTWARD = r"(?:[a-pr-uwyz](?:\d{1,2}|\d[a-hjkmnpr-y]|[a-hk-y]\d{1,2}|[a-hk-y]\d[a-hjkmnpr-y]))"
_INWARD = r"\d[abd-hjlnp-uw-z]{2}"
# Without this there is no postcode; `_POSTCODE` is slow.
_LIKE_A_POSTCODE = re.compile(r"[A-Za-z]\d|[A-Z]{2} \d\d")
# Codes and references often look like one, so its area has to be a real one.
_POSTCODE = re.compile(
    rf"(?<![^\W_]){_OUTWARD}[ .-]{{0,3}}{_INWARD}(?![^\W_])"
    # Between two cells or brackets, and in capital letters only: "E1, 2nd floor" is none.
    rf"|(?<![^\W_])(?-i:[A-Z]{{1,2}}\d[\dA-Z]?(?: ?[,:/|] ?|\)\(|  ?)\d[A-Z]{{2}}|[A-Z]{{2}} \d{{2}} "
    rf"?\d?[A-Z]{{2}})(?![^\W_])",
    re.IGNORECASE,
)
_AREAS = frozenset(
    "ab al b ba bb bd bh bl bn br bs bt ca cb cf ch cm co cr ct cv cw da dd de dg dh dl dn dt dy e ec eh "
    "en ex fk fy g gl gu gy ha hd hg hp hr hs hu hx ig im ip iv je ka kt kw ky l la ld le ll ln ls lu m "
    "me mk ml n ne ng nn np nr nw ol ox pa pe ph pl po pr rg rh rm s sa se sg sk sl sm sn so sp sr ss st "
    "sw sy ta td tf tn tq tr ts tw ub w wa wc wd wf wn wr ws wv yo ze".split()
)
_PHONE = re.compile(
    r"(?<![\d.,/-])(?<!\d )(?:\(?(?:\+|00)44\)?[ .-]{0,2}(?:\(0\)[ .-]{0,2})?|44 ?(?=7)|\(?0 "
    r"?\(?)(?=[1-9])(?:\d\)?[ ./,-]{0,3}){8,9}\d(?!\d)(?!\.\d\d)"
    # Of another country, with its code.
    r"|(?<![\w.])(?:\+|00)(?!44|\d{1,2} ?%)[1-9]\d{0,2}[ .-]?(?:\(?\d{1,4}\)?[ .-]?){2,5}\d{2,4}(?!\d)"
)
_LABELLED_PHONE = re.compile(
    r"\b(?:tel(?:ephone)?|phone|mob(?:ile)?|ring|call|text|number is|contact "
    r"no)\b\W{0,3}(?:[a-z]{2,12}\W{1,2}){0,2}(?:0(?:[ .-]{0,2}\d){9,11}|7[1-9]\d{8})(?!\d)",
    re.IGNORECASE,
)
# Freephone and helplines are public, and so are short numbers.
_PUBLIC_LINE = re.compile(r"0[ -]?8\d\d|0[ -]?3\d\d")
_NOT_A_PHONE = re.compile(
    r"(?:\b(?:code|budget|cost|centre|invoice|order|ref(?:erence)?|isbn|issn|doi|account|po|gl|urn|crime|"
    r"version)\b)"
    r"[ :.#/A-Za-z-]{0,12}$",
    re.IGNORECASE,
)
_EMAIL = re.compile(
    r"[\w.+'-]{1,64}(?: ?\\?@ ?|[ ]?[(\[{]at[)\]}][ ]?)[\w-]{1,63}(?:(?:\.|[ ]?[(\[]dot[)\]][ "
    r"]?)[\w-]{1,63}){1,5}"
    r"|[\w.+'-]{1,64}(?: ?@ ?|[ _]at[ _])(?:hotmail|gmail|yahoo|outlook|icloud|live|btinternet|aol|sky|"
    r"protonmail)\b"
    r"(?: ?(?:[.,]|[ _]dot[ _]) ?[a-z]{2,5}(?:[.]uk)?)?|\b(?:hotmail|gmail|yahoo|icloud)[ :]{1,3}(?:is "
    r")?[\w.]{2,30}\d{2,4}\b"
    r"|[\w.+'-]{2,64}\d[\w.]{0,20} on (?:hotmail|gmail|yahoo|icloud)\b",
    re.IGNORECASE,
)
_STREET = (
    r"(?:street|str|st|road|raod|rd|wy|la|slade|avenue|ave|lane|ln|drive|dr|close|cl|crescent|cres|way|"
    r"gardens|gdns|grove|"
    r"court|ct|"
    r"place|pl|terrace|terr|row|hill|rise|walk|mews|square|sq|park|green|parade|view|mount|heights|end|"
    r"path|"
    r"meadow|meadows|croft|field|fields|bank|vale|orchard|copse|leys|mead|common|approach|wharf|quay|"
    r"yard|villas|cottages|"
    r"circus|gate|buildings|house|lodge|farm|loop|link|broadway)"
)
# Without one of these as a whole word there is no address, and the patterns they stand before are slow.
_ADDRESS_TOKENS = frozenset(re.findall(r"[a-z]{2,}", _STREET)) | frozenset(
    "flat flats apartment apartments apt caravan pitch plot room rm addr address door narrowboat".split()
)
_SMALL_TOKEN = re.compile(r"[a-z]+")
_STREET_NAME = (
    rf"(?:(?!Paper|Item|Section|Page|Chapter|Band|Grade)[A-Z][\w.'-]{{1,20}} ){{1,3}}(?i:{_STREET})\b"
    rf"|: \d{{1,4}}[A-Da-d]?, (?:[A-Z][\w.'-]{{1,20}} ){{1,3}}(?i:{_STREET})\b"
    r"|(?:^|, )\d{1,4}[a-d]? [a-z]{3,15} (?:street|road|avenue|lane|crescent|terrace)\b"
)
_ADDRESS = re.compile(
    rf"(?<![\d/.,:-])(?<![A-Za-z]-)(?:\d{{1,4}}-)?\d{{1,4}}[A-Da-d]?(?: |\|| \| ?){_STREET_NAME}(?! "
    rf"(?i:team|school|"
    rf"primary|academy|centre|clinic|surgery|"
    rf"police|hub|office|station|children|nursery|college|hospital|ward|site|group|project|audits?|cases?))"
    rf"|(?<![\d/.,:-])\b\d{{1,4}}[A-Da-d]?, (?:[A-Z][\w.'-]{{1,20}} ){{1,2}}(?i:road|rd|street|avenue|"
    rf"ave|lane|ln|close|drive|crescent)\b"
    rf"|(?<![\d/.,:-])\b\d{{1,4}}[a-d]? [a-z]{{3,15}} (?:rd|ave|road|avenue|lane|crescent|terrace|"
    rf"cres)\b(?! (?:team|school|map|safety))"
    rf"|\b(?:[A-Z][a-z]{{2,15}} ){{1,2}}(?:Road|Rd|Street|Avenue|Ave|Lane|Close|Drive|Crescent),? (?:no|"
    rf"number)\.? ?\d{{1,4}}\b"
    rf"|\b(?i:caravan|pitch|plot|narrowboat|door number|house at|address:?|addr:?) (?i:no "
    rf")?\d{{1,4}}[a-d]?(?:,| on)? (?:the )?[A-Z][a-z]+"
    rf"|\b(?:One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Eleven|Twelve|twelve|eleven|nine|seven|"
    rf"eight) (?:[A-Z][a-z]{{2,15}} ){{1,2}}(?:Road|Street|Avenue|Lane|Close|Drive|Crescent)\b"
    rf"|\b(?i:flat|apartment|apt)\b\.? \d{{1,4}}[A-Za-z]?,? \d{{0,4}}[A-Za-z]? ?(?:[A-Z][\w'-]{{1,20}} "
    rf"){{0,3}}[A-Z]"
    rf"|\b(?i:lives?|living|lived|stay(?:s|ing)|resid(?:es|ing)|address(?: is)?|home|visit(?:ed)?|"
    rf"attended|called|moved|went|staying|sent|found) (?:(?i:at|to|is|in|:) ){{0,2}}"
    rf"\d{{1,4}}[A-Da-d]?,? (?:[A-Za-z.][\w'-]{{1,20}} ){{1,3}}(?i:{_STREET})\b"
    rf"|: \d{{1,4}}[A-Da-d]?, (?:[A-Z][\w.'-]{{1,20}} ){{1,3}}(?i:{_STREET})\b"
    r"|(?:^|, )\d{1,4}[a-d]? [a-z]{3,15} (?:street|road|avenue|lane|crescent|terrace)\b"
)
_PLATFORM = (
    r"(?:snap(?:chat)?|insta(?:gram)?|ig|tik ?tok|twitter|facebook|fb|discord|whats ?app|roblox|you "
    r"?tube|kik|telegram|"
    r"bereal|psn|ps ?n|xbox(?: live)?|steam|wink|yubo|sc(?= ?:)|fortnite|twitch|minecraft|messenger|"
    r"threads|bluesky|tik-tok|instagra?m|gamer ?tag|ps ?[45](?: name)?|xbox gamertag|only ?fans|wizz|"
    r"signal|omegle|vinted|"
    r"cash ?app|grindr|tinder|reddit|facebook profile)"
)
_PLATFORM_WORDS = AnyOf(
    (
        "snap|insta|tiktok|tik tok|twitter|facebook|fb|discord|whats|roblox|youtube|you tube|kik |kik:|"
        "telegram|bereal|psn|ps n|xbox|steam|wink|yubo|fortnite|twitch|minecraft|messenger|threads|bluesky|"
        "tik-tok|instagrm|gamer|ps4|ps5|only fans|onlyfans|wizz|signal|omegle|vinted|cashapp|cash app|"
        "grindr|tinder|reddit|t.me|m.me|"
        "linktr|bsky|vk.com|x.com|discord.gg|sc -|on sc|username|"
        "ig |ig:|ig-|ig=|sc:|sc :"
    ).split("|")
)
_HANDLE = re.compile(
    rf"\b{_PLATFORM}\b(?:[ :=/('-]{{0,3}}(?:(?:user ?)?name|user|account|handle|id|profile|page|gamer "
    rf"?tag|tag|is|was|as|on|at|"
    r"under|called|her|his|their|add|s)\b){0,3}[ :=/('-]{0,3}"
    r"(?:@[\w.]{2,30}|(?=[a-z_.]{0,29}[\d_]|[a-z]{2,20}\.[a-z])[a-z][\w.]{3,29}\b(?![%.]?\w))"
    rf"|@[a-z](?=[\w.]{{0,29}}[\d_.])[\w.]{{2,29}}[ ,(]{{1,3}}(?:on |is |his |her |their "
    rf"){{0,2}}{_PLATFORM}\b"
    rf"|\b[a-z][\w.]{{2,29}}[\d_][\w.]{{0,20}} (?:on|via) {_PLATFORM}\b"
    rf"|\b(?:user ?name|add me on sc|sc) ?[-:]? ?[a-z][\w.]{{2,29}}[\d_][\w.]{{0,20}}(?: \({_PLATFORM}\)|"
    rf"$|\b)"
    r"|\b(?:t\.me|m\.me|linktr\.ee|twitch\.tv|vk\.com|x\.com|discord\.gg|bsky\.app/profile|threads\.net|"
    r"pinterest(?:\.\w+)+)/@?[\w.]{3,40}"
    r"|\breddit u/[\w-]{3,30}|\bX: @[\w.]{2,30}|\b(?:fb|facebook(?: profile)?):? (?-i:[A-Z][a-z]+ "
    r"[A-Z][a-z]+(?:-[A-Z][a-z]+)?)"
    rf"|\b{_PLATFORM}\.com/@?[\w.]{{3,40}}|\bdiscord\W{{1,3}}[\w.]{{2,30}}#\d{{4}}",
    re.IGNORECASE,
)
_HANDLE_IN_LINK = re.compile(
    r"\b(?:instagram|tiktok|snapchat|facebook|fb|twitter|x)\.com (?:add )?@?(?!p\b|reel|groups|events|"
    r"watch|pages|hashtag|share)[\w.]{3,40}",
    re.IGNORECASE,
)
_BIRTH_IN_LINK = re.compile(rf"{_DOB}{_FILLER}(?:{_DATE}|\d{{8}}\b|\d{{6}}\b)", re.IGNORECASE)
_ADDRESS_IN_LINK = re.compile(
    r"\b\d{1,4}[A-Da-d]? (?:[A-Z][a-z]{2,15} ){1,2}(?:Road|Rd|Street|Avenue|Ave|Lane|Close|Drive|"
    r"Crescent)\b"
)
_PHONE_IN_LINK = re.compile(r"(?<![\w.-])(?:\+44|0)7\d{9}(?![\w.-])|\btel:\+?\d")
# The longest text that is looked at, and so the longest that may be stored.
LONGEST = 20_000
# Without one of these there is no email address.
_ADDRESS_SIGNS = AnyOf(
    ("@", "at)", "at]", "at}", "gmail", "hotmail", "yahoo", "icloud", "outlook", "_at_", " at live")
)
AN_EMAIL_ADDRESS = "an email address of a person outside the register"
_DIGIT = re.compile(r"\d")


def find_personal_data(text: str, load_registered: Callable[[], frozenset[str]] = frozenset) -> list[str]:
    """The kinds of personal data in a text, as words for people, each once. Empty for ordinary text.

    `load_registered` returns the email addresses of the people on the register, in lower case; it is called
    only where the text has an address. Text beyond `LONGEST` characters is not looked at: refuse it first.
    """
    plain = plain_text(text[:LONGEST])
    words, links = split_links(plain)
    found = [*_find_details(words)]
    if links:
        found += [kind for kind in _find_in_links(links) if kind not in found]
    has_address = _ADDRESS_SIGNS.is_in(f"{plain} {links}".lower())
    addresses = {_address(one) for one in _EMAIL.findall(f"{words} {links}")} if has_address else set()
    if addresses and addresses - load_registered():
        found.append(AN_EMAIL_ADDRESS)
    return found


def _address(written: str) -> str:
    lower = re.sub(r"[ ]?\\?@[ ]?|[ ]?[(\[{]at[)\]}][ ]?", "@", written.lower())
    return re.sub(r"[ ]?[(\[]dot[)\]][ ]?", ".", lower).strip(".'")


def _find_details(words: str) -> Iterator[str]:
    """What the words give away. Each pattern runs only where its digits or its words are there at all."""
    digits = len(_DIGIT.findall(words))
    lower = words.lower()
    is_nhs = digits >= 10 and _has_nhs_number(words)
    if is_nhs:
        yield "an NHS number"
    if digits >= 11 and _has_upn(words):
        yield "a pupil number"
    if digits >= 6 and _NATIONAL_INSURANCE.search(words):
        yield "a national insurance number"
    if _has_date_of_birth(words, lower, digits):
        yield "a date of birth"
    if has_named_age(words):
        yield "a person's name and age"
    if digits >= 2 and _has_postcode(words):
        yield "a full postcode"
    if digits >= 10 and not is_nhs and _has_telephone_number(words):
        yield "a telephone number"
    if digits and _has_address_word(lower) and _ADDRESS.search(words):
        yield "a home address"
    if _PLATFORM_WORDS.is_in(lower) and _HANDLE.search(words):
        yield "a social media name"


def _find_in_links(links: str) -> Iterator[str]:
    """What a link's path or query gives away. Links are full of ids, so only what cannot be one counts."""
    # The words of a file's name are joined by what is no space.
    named = re.sub(r"[-_.|]+", " ", links)
    if has_named_age(named):
        yield "a person's name and age"
    if _has_address_word(named.lower()) and _ADDRESS_IN_LINK.search(named):
        yield "a home address"
    if _has_nhs_number(links):
        yield "an NHS number"
    if _has_upn(links):
        yield "a pupil number"
    if _NATIONAL_INSURANCE.search(links):
        yield "a national insurance number"
    if _BIRTH_IN_LINK.search(links) or _BIRTH_IN_LINK.search(named):
        yield "a date of birth"
    found = [one.group() for one in _POSTCODE.finditer(named)]
    if any(" " in one and one.isupper() and _is_of_an_area(one) for one in found):
        yield "a full postcode"
    if _HANDLE_IN_LINK.search(links):
        yield "a social media name"
    if _PHONE_IN_LINK.search(links):
        yield "a telephone number"


def _has_address_word(lower: str) -> bool:
    return not _ADDRESS_TOKENS.isdisjoint(_SMALL_TOKEN.findall(lower))


def _has_date_of_birth(words: str, lower: str, digits: int) -> bool:
    if not digits:
        return False
    if _BIRTH_WORDS.is_in(lower) and _BIRTH.search(words):
        return True
    return (" on " in lower or " next " in lower) and bool(_AGE_ON_A_DAY.search(words))


def _has_nhs_number(words: str) -> bool:
    if _NHS_LABELLED.search(words):
        return True
    return any(
        nhs.is_valid(re.sub(r"\D", "", one.group()))
        and not _NOT_A_PHONE.search(words[max(0, one.start() - 30) : one.start()])
        for one in _TEN_DIGITS.finditer(words)
    )


def _has_upn(words: str) -> bool:
    if _UPN_LABELLED.search(words):
        return True
    return any(upn.is_valid(re.sub(r"\W", "", one).upper()) for one in _UPN.findall(words))


def _has_postcode(words: str) -> bool:
    if not _LIKE_A_POSTCODE.search(words):
        return False
    return any(_is_of_an_area(one.group()) for one in _POSTCODE.finditer(words))


def _is_of_an_area(postcode: str) -> bool:
    area = re.match(r"[a-z]+", postcode, re.IGNORECASE)
    return area is not None and area.group().lower() in _AREAS


def _has_telephone_number(words: str) -> bool:
    words = without_days(words)
    labelled = _LABELLED_PHONE.search(words)
    if labelled and not re.search(r"0[ -]?[38]\d\d", labelled.group()):
        return True
    return any(
        not _PUBLIC_LINE.match(one.group().lstrip("("))
        and not _NOT_A_PHONE.search(words[max(0, one.start() - 30) : one.start()])
        for one in _PHONE.finditer(words)
    )
