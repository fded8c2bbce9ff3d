"""ONE table of commands: parsing, help and the manifest are made from it.

A verb without help or example, a name twice, or parts that do not read the example are faults at
import, not at somebody's first try.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from slackblocks import ModalView

from db.models import Outcome, Progress
from handlers import actions, extension_requests, guests, kpis, nudges, plans, reminders, roles, updates
from handlers.core.grammar import Argument, day, parse, past_day, ref, text, words
from handlers.core.requests import Request
from messages.limits import Answer

Reply = Answer | ModalView


@dataclass(frozen=True)
class SubCommand:
    name: str
    arguments: tuple[Argument, ...]
    help: str
    example: str
    run: Callable[[Request, Mapping[str, Any]], Reply]
    # The answer is the same for everybody who asks it in a channel, and is kept until something is written.
    cacheable: bool = False

    def usage(self) -> str:
        return " ".join([self.name, *(part.usage() for part in self.arguments)]).replace(" :", ":")


@dataclass(frozen=True)
class Command:
    name: str
    about: str
    hint: str
    sub_commands: tuple[SubCommand, ...]
    # What is meant by words that begin with no verb.
    default: SubCommand | None = None

    @property
    def all(self) -> tuple[SubCommand, ...]:
        return ((self.default,) if self.default else ()) + self.sub_commands

    def verb(self, said: str) -> tuple[SubCommand, str] | None:
        """The verb that what was said begins with, and the words after it."""
        for verb in sorted(self.sub_commands, key=lambda verb: -len(verb.name)):
            lowered = said.lower()
            if lowered == verb.name or lowered.startswith((f"{verb.name} ", f"{verb.name}\n")):
                return verb, said[len(verb.name) :].strip()
        return (self.default, said) if self.default else None


_REFS = Argument("ref", "refs", "REF")
_PROGRESS = Argument("progress", "progress", "STATUS", optional=True, choices=tuple(Progress))
_OUTCOME = Argument("outcome", "outcome", "STATUS", choices=tuple(Outcome))
_FILTER = Argument(
    "which",
    "choice",
    "overdue|soon|blocked|complete|all",
    optional=True,
    choices=("overdue", "soon", "blocked", "complete", "all"),
)
_CODE = Argument("code", "words", "CODE", optional=True)

COMMANDS = (
    Command(
        "/action",
        "Ask about actions and record progress",
        "status 2.3 | mine | update 2.3.5 complete: note",
        (
            SubCommand(
                "status",
                (_REFS, past_day("at", "at", optional=True)),
                "An action or a section as it stands, or as it stood on a date.",
                "status 2.3",
                actions.status,
                cacheable=True,
            ),
            SubCommand("mine", (), "What you lead, late first.", "mine", actions.mine),
            SubCommand(
                "list",
                (
                    _FILTER,
                    words("lead", "NAME", keyword="lead", optional=True),
                    words("section", "REF", keyword="section", optional=True),
                    words("plan", "CODE", keyword="plan", optional=True),
                ),
                "The plan's actions, all or some.",
                "list overdue lead Principal",
                actions.list_,
                cacheable=True,
            ),
            SubCommand(
                "update",
                (ref(), _PROGRESS, text("note", ": note https://evidence", optional=True)),
                "Record progress; with only a reference it opens a form.",
                "update 2.3.5 complete: templates issued https://example.org/t",
                updates.update,
            ),
            SubCommand(
                "note",
                (ref(), text("note", ": text")),
                "Write something down about an action.",
                "note 2.3.5: draft goes to the group on Friday",
                updates.note,
            ),
            SubCommand(
                "evidence",
                (ref(), Argument("url", "url", "URL"), text("note", ": text", optional=True)),
                "Link what shows that an action was done.",
                "evidence 2.3.5 https://example.org/t: signed off templates",
                updates.evidence,
            ),
            SubCommand(
                "outcome",
                (ref(), _OUTCOME, text("note", ": text", optional=True)),
                "Record whether it made the difference that was promised.",
                "outcome 2.3.5 on track: first audit is better",
                updates.outcome,
            ),
            SubCommand(
                "due",
                (ref(), day("due"), text("reason", ": reason", optional=True)),
                "Ask for a new date; a coordinator decides.",
                "due 2.3.1 03/2017: cohort starts in January",
                extension_requests.due,
            ),
            SubCommand(
                "snooze",
                (ref(), day("until", keyword="until")),
                "No nudges about an action until a date; its due date stays.",
                "snooze 2.3.1 until 9 Jan 2017",
                updates.snooze,
            ),
            SubCommand(
                "history",
                (_REFS,),
                "All that was recorded.",
                "history 2.3.5",
                actions.history,
                cacheable=True,
            ),
            SubCommand(
                "undo", (), "Take back your last change of the last 15 minutes.", "undo", updates.undo
            ),
        ),
    ),
    Command(
        "/plan",
        "The plan as a whole, and who leads what",
        'summary | overdue | changes since DATE | role set "ROLE" @user',
        (
            SubCommand(
                "summary",
                (_CODE,),
                "How the plan stands.",
                "summary ofsted2014",
                plans.summary,
                cacheable=True,
            ),
            SubCommand(
                "overdue",
                (_CODE,),
                "What is late, by month and lead.",
                "overdue",
                plans.overdue,
                cacheable=True,
            ),
            SubCommand(
                "check",
                (_CODE,),
                "What is weak in the plan as written.",
                "check",
                plans.check,
                cacheable=True,
            ),
            SubCommand(
                "changes",
                (past_day("since", "since"),),
                "Status, date and lead changes since a date, with who and when.",
                "changes since 2016-09-20",
                plans.changes,
                cacheable=True,
            ),
            SubCommand(
                "exceptions",
                (_CODE,),
                "What is late and no asking has moved, with the reason.",
                "exceptions",
                nudges.exceptions,
            ),
            SubCommand(
                "silent",
                (Argument("days", "words", "DAYS", optional=True),),
                "Which leads have said nothing for so many days.",
                "silent 30",
                nudges.silent,
            ),
            SubCommand(
                "nudges",
                (Argument("every", "choice", "daily|weekly|off", choices=("daily", "weekly", "off")),),
                "How often you are nudged about what is late.",
                "nudges weekly",
                nudges.prefer,
            ),
            SubCommand(
                "terms",
                (Argument("number", "choice", "3|6", choices=("3", "6")),),
                "How many terms a year schools count (coordinators).",
                "terms 3",
                plans.terms,
            ),
            SubCommand(
                "board",
                (Argument("which", "choice", "here|off", optional=True, choices=("here", "off")),),
                "Whether small counts may be shown in this channel (coordinators).",
                "board here",
                kpis.board_channel,
            ),
            SubCommand("list", (), "The plans held.", "list", plans.list_, cacheable=True),
            SubCommand(
                "use",
                (Argument("code", "words", "CODE"),),
                "Which plan a bare reference means in this channel.",
                "use ofsted2014",
                plans.use,
            ),
            SubCommand(
                "role set",
                (
                    Argument("role", "quoted", '"ROLE"'),
                    Argument("person", "person", "@user"),
                    Argument("deputy", "person", "@user", keyword="deputy", optional=True),
                    day("starts", keyword="from", optional=True),
                ),
                "Who holds a role, from when (coordinators).",
                'role set "Principal Social Worker" <@U0001LEAD> from 2016-07-19',
                roles.set_,
            ),
            SubCommand(
                "allow",
                (Argument("person", "person", "@user"),),
                "Let a guest of the workspace read (coordinators).",
                "allow <@U0001LEAD>",
                guests.allow,
            ),
            SubCommand(
                "disallow",
                (Argument("person", "person", "@user"),),
                "Let a guest read no more (coordinators).",
                "disallow <@U0001LEAD>",
                guests.disallow,
            ),
            SubCommand(
                "roles",
                (),
                "Every role, its holder and its actions.",
                "roles",
                roles.list_,
                cacheable=True,
            ),
        ),
    ),
    Command(
        "/reminder",
        "Termly reminders to schools, and who got them",
        "list | preview 1.6 | status 1.6 Autumn 2016",
        (
            SubCommand(
                "list", (), "Every reminder, when it goes out next and to how many.", "list", reminders.list_
            ),
            SubCommand(
                "preview", (_REFS,), "What goes out next, to whom and when.", "preview 1.6", reminders.preview
            ),
            SubCommand(
                "status",
                (ref(), words("term", "TERM", optional=True)),
                "Who got a term's reminder, who has seen it, and every gap by name and reason.",
                "status 1.6 Autumn 2016",
                reminders.status,
            ),
            SubCommand(
                "send", (_REFS,), "Send it now, after a look (coordinators).", "send 1.6", reminders.send
            ),
            SubCommand("pause", (_REFS,), "Send nothing more (coordinators).", "pause 1.6", reminders.pause),
            SubCommand("resume", (_REFS,), "Go on sending (coordinators).", "resume 1.6", reminders.resume),
        ),
    ),
    Command(
        "/kpi",
        "The latest figure with its date, target, gap and source",
        "camhs 12 weeks | board | list off target | history NAME",
        (
            SubCommand("board", (), "Every KPI by judgement.", "board", kpis.board, cacheable=True),
            SubCommand(
                "list",
                (Argument("which", "words", "off target|stale|no target|no baseline", optional=True),),
                "KPIs, all or some.",
                "list off target",
                kpis.list_,
                cacheable=True,
            ),
            SubCommand(
                "history",
                (Argument("name", "words", "NAME"),),
                "Every figure ever held, replaced ones too.",
                "history looked after",
                kpis.history,
                cacheable=True,
            ),
            SubCommand(
                "record",
                (text("said", "NAME VALUE PERIOD [area NAME] [provisional]: note"),),
                "Record a figure, after a check of the arithmetic.",
                "record camhs 12 weeks 36% 2019/20: from the annual report",
                kpis.record,
            ),
        ),
        default=SubCommand(
            "",
            (Argument("name", "words", "NAME"),),
            "The latest value of a KPI and what it says.",
            "camhs 12 weeks",
            kpis.named,
            cacheable=True,
        ),
    ),
)


def _check(commands: Sequence[Command]) -> None:
    """Refuse a table that would fail somebody later."""
    names = [command.name for command in commands]
    names += [f"{command.name} {verb.name}" for command in commands for verb in command.all]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"command named twice: {sorted(twice)[0]}")
    for command in commands:
        for verb in command.all:
            place = f"{command.name} {verb.name}"
            if not verb.help or not verb.example.startswith(verb.name):
                raise ValueError(f"{place}: help and an example that begins with the verb are needed")
            parse(verb.arguments, verb.example[len(verb.name) :], date(2016, 12, 15))


_check(COMMANDS)
