"""Do the words after "complete" take it back? One rule for chat and files.

"Complete (two schools outstanding)" is not complete; "complete – awaiting sign off" is, because signing off
is the step that follows.
"""

import re

# Somebody's sign-off or approval comes after the work: it leaves nothing of it open.
_SIGN_OFF = re.compile(
    r"\b(?:(?:awaiting|awaits|pending|subject to|waiting for|ready for|now for|for|needs?)\s+)?"
    r"(?:(?:final|formal|board|executive|manager'?s?|coordinator'?s?)\s+)*"
    r"(?:sign[\s-]?off|signing[\s-]off|to be signed off|ratification|board approval)\b"
    r"(?:\s+(?:by|from|of|at)\s+[^,;.()]+)?",
    re.IGNORECASE,
)
_SOME = (
    r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|some|several|few|a few|most|many|half"
    r"|parts?|the rest|others?|remainder)"
)
_OPEN = (
    # "The 12 outstanding cases" are named, and not left.
    r"(?:outstanding(?! (?:[a-z]+ )?[a-z]+s\b)|remain(?:s|ing)?|left|missing|awaited"
    r"|to (?:do|follow|go|come|finish|complete|be done))"
)
# "No teams outstanding", "nothing is left".
_NOTHING_LEFT = re.compile(
    rf"\b(?:no|none|nothing|0|zero|without)\b[^.;:,]{{0,40}}\b{_OPEN}\b"
    rf"|\b(?:nothing|none) (?:is |are )?{_OPEN}\b"
    r"|\bnothing (?:further|else|more)\b(?: (?:is )?(?:needed|required|outstanding|to do))?"
    r"|\bno (?:outstanding|remaining) [a-z]+\b"
    r"|\bno further (?:work|actions?|steps?)(?: (?:is |are )?(?:required|needed|necessary|planned))?"
    rf"|\b{_OPEN}(?:[\w ]{{0,20}}): *(?:none?|nil|nothing|n/?a|0)\b",
    re.IGNORECASE,
)
# Whatever stands before them, these words say that something is left.
_LEAVES_SOMETHING = re.compile(
    rf"\b{_SOME}\b[^.;:]{{0,60}}\b{_OPEN}\b"
    r"|(?<!no )\bfurther (?:work|actions?|training|sessions?|steps?|roll-?out)\b"
    r"|\b(?:still|yet|left|remains?) to\b|\bstill (?:need|wait|outstanding|missing|in progress|under ?way)"
    r"|\bnot (?:yet|all|fully|quite|everything|complete|done|finished)\b"
    r"|\b(?:evidence|data|figures?|report|approval|confirmation|results?) (?:is |are )?"
    r"(?:awaited|outstanding|missing|pending|to follow)\b"
    r"|\b(?:a?waiting|waits?)(?: for)? (?:the |some )?"
    r"(?:evidence|data|figures?|results?|confirmation|responses?|feedback)\b"
    r"|\b(?:to be|will be) (?:done|completed|finished|issued|confirmed|agreed)\b"
    r"|\bnow (?:slipping|delayed|at risk|off track|behind)\b|\bslipped back\b|\bundone\b"
    r"|\b(?:outstanding|to do|remaining|not done|awaiting|still open): *\w"
    r"|\b(?:except(?: for)?|apart from|all but|other than)\b|\bre-?opened\b",
    re.IGNORECASE,
)
# Directly after the status, without a colon, these words go on with it: "complete by March", "complete 80%".
_GOES_ON = re.compile(
    r"\(?\s*(?:(?:by|in(?! (?:place|full|all|every|each|\w+ (?:19|20)\d\d)\b)"
    r"|when|if|once|pending|subject|awaiting|except\w*|apart|but|bar"
    r"|other than|all but"
    r"|with the|for|partly|partially|mostly|nearly|almost|not|no|phase|stage|part|outstanding)\b"
    r"|\?)",
    re.IGNORECASE,
)
# "10/11/26" is a date.
_SHARE = re.compile(r"\b(\d{1,3})\s*%|(?<![\d/])(\d+)\s*(?:of|/|out of)\s*(\d+)(?![\d/])\b", re.IGNORECASE)


def split_for_good(words: str) -> tuple[bool, str]:
    """Whether words after "complete" begin with "for good", which ends the rounds, and the other words."""
    found = re.match(r"for good\b[\s:,–-]*", words, re.IGNORECASE)
    return found is not None, words[found.end() :] if found else words


def without_nothing_left(words: str) -> str:
    """The words without what says that nothing is left, such as "no teams outstanding"."""
    return _NOTHING_LEFT.sub(" ", words)


def awaits_only_sign_off(words: str) -> bool:
    """Whether words after "complete" say that it waits for a sign-off, and nothing else."""
    return bool(_SIGN_OFF.search(words)) and not _SIGN_OFF.sub(" ", words).strip(" .,;:-–—()")


def takes_back(words: str, *, after_colon: bool) -> bool:
    """Whether words after "complete" say that something is left.

    After a colon stands a note on the work, so only words that plainly leave something open count there.
    """
    rest = without_nothing_left(_SIGN_OFF.sub(" ", words)).strip(" .,;:-–—()")
    if not rest:
        return False
    if _LEAVES_SOMETHING.search(rest):
        return True
    return not after_colon and (bool(_GOES_ON.match(rest)) or _is_a_part(rest))


def _is_a_part(words: str) -> bool:
    """Whether a share of less than all stands in the words: "80%", "3 of 5"."""
    for found in _SHARE.finditer(words):
        percent, part, whole = found.groups()
        if percent is not None and int(percent) < 100:
            return True
        if part is not None and int(part) < int(whole):
            return True
    return False
