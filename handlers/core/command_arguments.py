"""The arguments that several commands take, and short ways to write one in the table of commands."""

from handlers.core.arguments import Argument, Kind
from handlers.core.sub_commands import Question
from handlers.own_words.cues import Cue


def words(name: str, placeholder: str, *, keyword: str | None = None, optional: bool = False) -> Argument:
    return Argument(name, Kind.WORDS, placeholder, keyword, optional)


def name(name: str, placeholder: str, *, keyword: str | None = None, optional: bool = False) -> Argument:
    """Words up to a colon or a keyword."""
    return Argument(name, Kind.NAME, placeholder, keyword, optional)


def text(name: str, placeholder: str, *, optional: bool = False) -> Argument:
    return Argument(name, Kind.TEXT, placeholder, optional=optional)


def choice(name: str, *choices: str, optional: bool = False) -> Argument:
    return Argument(name, Kind.CHOICE, "|".join(choices), optional=optional, choices=choices)


def asked(*needs: Cue, also: frozenset[Cue] = frozenset()) -> Question:
    """A question in people's own words that has all of `needs`, and perhaps some of `also`."""
    return Question(frozenset(needs), also)


# One action, for a change; and whatever can be looked up: an action, a section, words.
ACTION_REF = Argument("ref", Kind.REF, "REF")
ANY_REF = words("ref", "REF")
PLAN_CODE = words("code", "CODE", optional=True)
AGENCY = words("agency", "NAME", keyword="agency", optional=True)
PERSON = Argument("person", Kind.PERSON, "@user")
# The past day for which an answer is asked.
AT = Argument("at", Kind.PAST_DAY, "DATE", "at", optional=True)
