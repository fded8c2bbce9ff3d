"""Answering what people write in their own words: a command line that it means, or what can be asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from db import actions, kpis, meetings, plans, references
from db.errors import DisclosureFound, Refused
from db.references import Missing
from db.rules.typed_dates import DateNotRead
from db.rules.worries import speaks_of_worry
from handlers.core.access import ONLY_OWN_ACTIONS, coordinators_only, may_change, visible
from handlers.core.arguments import CommandNotUnderstood, NothingNamed
from handlers.core.command_lines import command_named, find_sub_command, parse_arguments
from handlers.core.commands import COMMANDS
from handlers.core.requests import Request
from handlers.core.sub_commands import Command, SubCommand
from handlers.core.typed_text import as_typed
from handlers.own_words.changes import ProposedChange, asks_to_record, propose_change
from handlers.own_words.cues import SMALL_WORDS, STATUSES, Cue
from handlers.own_words.lexicon import Lexicon, load_lexicon, stem, stems_of
from handlers.own_words.readings import Reading, Understanding, understand
from handlers.own_words.sentences import Sentence
from messages import own_words as render
from messages.blocks import Answer
from messages.help import general_help, help_answer
from messages.references import not_found

# "How do I …" begins a question; within one it may belong to an action's words.
_BEGINNING = 3
_WHY = re.compile(r"\s*(?:--|—|–)why\s*$", re.IGNORECASE)
_RECORD = next(
    one
    for command in COMMANDS
    for one in command.sub_commands
    if f"{command.name} {one.name}" == "/kpi record"
)
_MOST_COMMANDS = 3
_HELLO = re.compile(
    r"(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening)|morning|afternoon)(?: there| all| bot)?[\W_]*",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(?:(?:many )?thanks?(?: you)?(?: (?:so|very) much)?|ta|cheers|ok(?:ay)?|great|lovely|perfect|"
    r"brilliant|yes|no|yep|nope|yes please|no thanks|sure|right|fine|will do|done|got it)[\W_]*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Meant:
    """A command line that a sentence means; where words of it have no part in that, these and its topic."""

    line: str
    unread: tuple[str, ...] = ()
    topic: str = ""


def answer_own_words(request: Request, text: str, prefer: str | None = None) -> Meant | Answer:
    """The command line that a cleaned text means, or an answer: an offer, a choice, an explanation.

    `prefer` is the command that was typed before it. Raises `NothingNamed` with the nearest for what is not
    understood, `CommandNotUnderstood` for a date that cannot be, `Refused` for what nobody can ask of a
    bot, and `DisclosureFound` for a worry about a child.
    """
    asks_why = _WHY.search(text) is not None
    text = _WHY.sub("", text)
    lexicon, understood = _understand(request, text, prefer)
    sentence = understood.sentence
    _refuse_what_is_not_for_a_bot(sentence)
    talk = _small_talk(sentence, text)
    if talk is not None:
        return talk
    typed = _typed_change(text, request.today)
    explained = None if typed else _how(sentence)
    change = typed or (None if explained else _told_change(understood, text, lexicon, request.today))
    if asks_why and not request.is_partner:
        lines = [change.line] if change else [one.line for one in understood.certain]
        return render.why(sentence.words, sentence.parts, lines, records=change is not None)
    if change is not None:
        return _offer(request, change)
    if explained is not None:
        return explained
    if len(understood.certain) == 1:
        only = understood.certain[0]
        return Meant(only.line, tuple(_as_written(one, text) for one in only.aside), only.title)
    if Cue.HELP in sentence.cues and not (understood.certain or sentence.refs):
        return _help_of(prefer) if prefer else general_help()
    if Cue.LAST_MEETING in sentence.cues and not understood.certain and _has_met(request):
        return Meant("/plan changes since last meeting")
    return _choice(request, understood, text)


def _has_met(request: Request) -> bool:
    """Whether a meeting about the channel's plan is known that has been."""
    if request.is_partner:
        return False
    with request.reading() as session:
        plan = plans.default_plan(session, request.channel)
        return plan is not None and meetings.last_meeting(session, plan, request.tomorrow) is not None


_TYPED_CHANGE = re.compile(
    r"(?:/?action\s+)?(?P<line>(?P<verb>update|note|evidence|outcome|due|snooze|assign|close|reopen|edit)\s+"
    r"(?P<ref>(?:[a-z][\w-]*:)?\d+(?:\.\d+)+)\b.*)",
    re.IGNORECASE | re.DOTALL,
)


# What changes the plan itself: for coordinators, and not kept as a comment.
_EDITS = frozenset(["assign", "close", "reopen", "edit"])


def _typed_change(text: str, today: date) -> ProposedChange | None:
    """A change that is written as its command is, where Slack runs no command; None for anything else."""
    found = _TYPED_CHANGE.fullmatch(text.strip())
    if found is None:
        return None
    parsed = find_sub_command(command_named("/action"), found["line"])
    try:
        arguments = parse_arguments(parsed, today)
    except CommandNotUnderstood:
        return None
    name = parsed.sub_command.name
    if (name == "update" and arguments.get("progress") is None) or (
        name == "edit" and arguments.get("text") is None
    ):
        return None
    is_edit = name in _EDITS
    return ProposedChange(as_typed(parsed.line), found["ref"], "" if is_edit else found["ref"], edits=is_edit)


_STATUS_OF = re.compile(r"/action status (?P<ref>\S+)")


def _told_change(
    understood: Understanding, text: str, lexicon: Lexicon, today: date
) -> ProposedChange | None:
    """The change that a sentence tells of; None for one that only asks."""
    is_question = bool(understood.certain)
    if is_question and understood.sentence.asks and not asks_to_record(text):
        return None
    asked = [_STATUS_OF.fullmatch(one.line) for one in understood.certain]
    about = asked[0]["ref"] if len(asked) == 1 and asked[0] else None
    return propose_change(
        understood.sentence, text, lexicon, today, _RECORD, is_question=is_question, about=about
    )


def _small_talk(sentence: Sentence, text: str) -> Answer | None:
    """The answer to what asks nothing of a plan: a greeting, thanks, "undo"."""
    if Cue.UNDO in sentence.cues:
        return render.undo()
    if _HELLO.fullmatch(text.strip()):
        return general_help()
    return render.nothing_to_answer() if _THANKS.fullmatch(text.strip()) else None


def _refuse_what_is_not_for_a_bot(sentence: Sentence) -> None:
    """Raise `DisclosureFound` for a worry about a child, `Refused` for what would destroy the record."""
    if Cue.CHILD in sentence.cues or speaks_of_worry(" ".join(sentence.words)):
        raise DisclosureFound
    if Cue.DESTROY in sentence.cues:
        raise Refused(
            "I can't delete or reset anything: what was recorded stays. `/action undo` takes back your own "
            "last change."
        )


def _how(sentence: Sentence) -> Answer | None:
    """How to do something; None for a sentence that does not ask how."""
    cues = set(sentence.cues)
    asks_how = Cue.HOW_TO in cues and sentence.parts.index(f"“{Cue.HOW_TO}”") <= _BEGINNING
    if asks_how or (Cue.HELP in cues and cues & _HELP_OF.keys()):
        return _how_to(sentence)
    return None


def _choice(request: Request, understood: Understanding, text: str) -> Answer:
    """The readings that are equally fair. Raises `NothingNamed` where there are none."""
    if request.is_partner:
        # What may be meant would tell them of actions that are not theirs.
        raise Refused(ONLY_OWN_ACTIONS)
    if understood.certain:
        return render.several(_choices(understood.certain))
    if Cue.LAST_MEETING in understood.sentence.cues:
        return render.no_meeting(request.today)
    unread = [_as_written(one, text) for one in understood.sentence.rest]
    raise NothingNamed(render.not_understood(unread, _choices(understood.near)))


def _understand(request: Request, text: str, prefer: str | None) -> tuple[Lexicon, Understanding]:
    lexicon = _lexicon(request)
    try:
        understood = understand(text, lexicon, request.today, request.person.user, prefer)
        if understood.sentence.rest and not understood.certain:
            # Names of people last: Slack has to be asked for them.
            named = _with_people(request, text, lexicon.holders)
            if named != text:
                understood = understand(named, lexicon, request.today, request.person.user, prefer)
    except DateNotRead as wrong:
        raise CommandNotUnderstood(f"{wrong}.") from wrong
    return lexicon, understood


def _lexicon(request: Request) -> Lexicon:
    """The names as they are now, in this channel. Read anew only after a change."""
    services = request.services
    # Before the names are read: what is written meanwhile makes the next one new.
    number = services.answer_cache.change_number()

    def load() -> Lexicon:
        with request.reading() as session:
            default, every = plans.channel_plans(session, request.channel)
            return load_lexicon(session, default, every, request.today)

    return services.lexicons.find((request.channel, number, request.today), load)


def _with_people(request: Request, text: str, holders: Sequence[str]) -> str:
    """The text with a mention in place of each role holder's first or whole name."""
    for holder in holders:
        name = request.services.people.full_name_of(holder)
        first, _, last = name.partition(" ")
        if len(first) < 3:
            continue
        whole = rf"{re.escape(first)}(?:\s+{re.escape(last)})?" if last else re.escape(first)
        text = re.sub(rf"\b{whole}(?:['’]?s)?(?!\w)", f"<@{holder}>", text, flags=re.IGNORECASE)
    return text


def _choices(readings: Sequence[Reading]) -> list[tuple[str, str]]:
    return [(one.line, one.title) for one in readings]


def _as_written(word: str, text: str) -> str:
    found = re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)
    return found.group() if found else word


# What help is asked for as a whole, and what people call a command beside the words of its help.
_HELP_OF = {Cue.KPIS: "/kpi", Cue.REMINDERS: "/reminder"}
_CALLED = {
    "/action due": "later date extension more time move deadline",
    "/action update": "blocked stuck done finished tell",
    "/action add": "new create insert",
    "/action edit": "reword rename wording change title",
    "/action assign": "give owner reassign",
    "/action close": "cancel drop remove delete merge",
    "/plan new": "create start begin",
    "/action evidence": "proof attach upload document",
    "/kpi record": "new figure number value put enter",
    "/reminder contact": "referral refer child mash ring",
}


def _words_about(command: Command, one: SubCommand) -> frozenset[str]:
    """The stems of the words of a sub-command's help, and of those by which people call it."""
    called = _CALLED.get(f"{command.name} {one.name}", "")
    return stems_of(f"{one.name} {one.help} {one.example} {called}")


def _how_to(sentence: Sentence) -> Answer:
    """The commands whose help has most of the words."""
    called = {word for words in _CALLED.values() for word in words.split()}
    stems = frozenset(stem(word) for word in sentence.words if word in called or word not in SMALL_WORDS)
    # "How to" are words of a help text too.
    stems |= stems_of(" ".join(cue for cue in sentence.cues if cue not in (Cue.HOW_TO, Cue.HELP)))
    stems -= stems_of(Cue.HOW_TO)
    if STATUSES & set(sentence.cues):
        stems |= stems_of("update records progress")
    whole = next((_HELP_OF[cue] for cue in sentence.cues if cue in _HELP_OF), None)
    if whole is not None:
        return _help_of(whole)
    scored = [
        (len(stems & _words_about(command, one)), command, one) for command in COMMANDS for one in command.all
    ]
    most = max(number for number, *_ in scored)
    best = [(command, one) for number, command, one in scored if number == most > 0][:_MOST_COMMANDS]
    if not best:
        return general_help()
    return render.how_to(
        [
            (f"{command.name} {one.usage()}", one.help, f"{command.name} {one.example}")
            for command, one in best
        ]
    )


def _help_of(name: str) -> Answer:
    command = command_named(name)
    return help_answer(command.name, command.about, [one.help_row for one in command.all])


def _offer(request: Request, change: ProposedChange) -> Answer:
    """What would be recorded, with the button that records it. Raises `Refused` for who may not."""
    comment = False
    if change.edits:
        coordinators_only(request, "change the plan itself")
    if not change.line.startswith("/kpi"):
        with request.reading() as session:
            default = plans.default_plan(session, request.channel)
            found = visible(request, references.resolve(session, change.about, default))
            if isinstance(found, Missing):
                return not_found(found.why, found.offered, "/action status {}")
            rows = actions.load_actions(session, found.action_ids)
            comment = not all(may_change(request, action) for action in rows)
            title = f"{found.ref} {found.title}"
    else:
        with request.reading() as session:
            kpi = kpis.kpi_by_code(session, change.about)
            title = kpi.name if kpi else change.about
    form = f"/action update {change.form}" if change.form else ""
    return render.offer(title, change.line, form, as_comment=comment)
