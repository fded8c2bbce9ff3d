"""The table of commands: parsing, help and the manifest are made from it.

The table is checked at import, so that a fault in it stops the start and not somebody's first try.
"""

from db.models import Outcome, Progress
from handlers import (
    actions,
    extension_requests,
    kpis,
    nudges,
    partners,
    plans,
    reminders,
    roles,
    sign_offs,
    updates,
    waiting,
)
from handlers.core.arguments import Argument, Kind
from handlers.core.command_table import check_commands
from handlers.core.sub_commands import Command, SubCommand


def _words(name: str, placeholder: str, *, keyword: str | None = None, optional: bool = False) -> Argument:
    return Argument(name, Kind.WORDS, placeholder, keyword, optional)


def _text(name: str, placeholder: str, *, optional: bool = False) -> Argument:
    return Argument(name, Kind.TEXT, placeholder, optional=optional)


def _choice(name: str, *choices: str, optional: bool = False) -> Argument:
    return Argument(name, Kind.CHOICE, "|".join(choices), optional=optional, choices=choices)


# One action, for a change; and whatever can be looked up: an action, a section, words.
_ACTION = Argument("ref", Kind.REF, "REF")
_ANY_REF = _words("ref", "REF")
_PROGRESS = Argument("progress", Kind.PROGRESS, "STATUS", optional=True, choices=tuple(Progress))
_OUTCOME = Argument("outcome", Kind.OUTCOME, "STATUS", choices=tuple(Outcome))
_PLAN_CODE = _words("code", "CODE", optional=True)
_AGENCY = _words("agency", "NAME", keyword="agency", optional=True)
_PERSON = Argument("person", Kind.PERSON, "@user")

COMMANDS = (
    Command(
        "/action",
        "Ask about actions and record progress",
        "status 2.3 | mine | update 2.3.5 complete: note",
        (
            SubCommand(
                "status",
                (_ANY_REF, Argument("at", Kind.PAST_DAY, "DATE", "at", optional=True)),
                "Shows an action or a section, as it is now or as it was on a date.",
                "status 2.3",
                actions.status,
                cacheable=True,
                for_partners=True,
            ),
            SubCommand(
                "mine",
                (),
                "Shows the actions you lead, overdue first.",
                "mine",
                actions.mine,
                for_partners=True,
            ),
            SubCommand(
                "list",
                (
                    _choice("which", "overdue", "soon", "blocked", "complete", "all", optional=True),
                    _words("lead", "NAME", keyword="lead", optional=True),
                    _words("section", "REF", keyword="section", optional=True),
                    _words("plan", "CODE", keyword="plan", optional=True),
                    _AGENCY,
                ),
                "Lists the plan's actions, all or some.",
                "list overdue lead Principal",
                actions.list_,
                cacheable=True,
            ),
            SubCommand(
                "update",
                (_ACTION, _PROGRESS, _text("note", ": note https://evidence", optional=True)),
                "Records progress. With only a reference it opens a form.",
                "update 2.3.5 complete: templates issued https://example.org/t",
                updates.update,
                for_partners=True,
            ),
            SubCommand(
                "note",
                (_ACTION, _text("note", ": text")),
                "Adds a note to an action.",
                "note 2.3.5: draft goes to the group on Friday",
                updates.note,
                for_partners=True,
            ),
            SubCommand(
                "evidence",
                (_ACTION, Argument("url", Kind.URL, "URL"), _text("note", ": text", optional=True)),
                "Links the evidence that an action was done.",
                "evidence 2.3.5 https://example.org/t: signed off templates",
                updates.evidence,
                for_partners=True,
            ),
            SubCommand(
                "outcome",
                (_ACTION, _OUTCOME, _text("note", ": text", optional=True)),
                "Records whether an action made the difference it promised.",
                "outcome 2.3.5 on track: first audit is better",
                updates.outcome,
                for_partners=True,
            ),
            SubCommand(
                "due",
                (_ACTION, Argument("due", Kind.DAY, "DATE"), _text("reason", ": reason", optional=True)),
                "Asks for a new date. A coordinator approves it.",
                "due 2.3.1 03/2017: cohort starts in January",
                extension_requests.due,
                for_partners=True,
            ),
            SubCommand(
                "snooze",
                (_ACTION, Argument("until", Kind.DAY, "DATE", "until", also_keywords=("for", "to"))),
                "Stops nudges about an action until a date, or `for 2 weeks`. Its due date stays.",
                "snooze 2.3.1 until 9 Jan 2017",
                updates.snooze,
                for_partners=True,
            ),
            SubCommand(
                "history",
                (_ANY_REF,),
                "Shows everything recorded about an action or a section.",
                "history 2.3.5",
                actions.history,
                cacheable=True,
                for_partners=True,
            ),
            SubCommand(
                "undo",
                (),
                "Takes back your last change, within 15 minutes.",
                "undo",
                updates.undo,
                for_partners=True,
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
                (_PLAN_CODE, _AGENCY),
                "Shows how the plan stands.",
                "summary ofsted2014",
                plans.summary,
                cacheable=True,
            ),
            SubCommand(
                "overdue",
                (_PLAN_CODE, _AGENCY),
                "Shows what is overdue, by month and by lead.",
                "overdue",
                plans.overdue,
                cacheable=True,
            ),
            SubCommand(
                "check",
                (_PLAN_CODE,),
                "Shows the weak points of the plan as it is written.",
                "check",
                plans.check,
            ),
            SubCommand(
                "changes",
                (Argument("since", Kind.SINCE, "DATE", "since"),),
                "Shows changes of status, date and lead since a date, with who and when.",
                "changes since 2016-09-20",
                plans.changes,
                cacheable=True,
            ),
            SubCommand(
                "exceptions",
                (_PLAN_CODE, _AGENCY),
                "Shows overdue actions without a reply to reminders, with the reason.",
                "exceptions",
                nudges.exceptions,
            ),
            SubCommand(
                "silent",
                (_words("days", "DAYS", optional=True),),
                "Shows leads with no update for that many days.",
                "silent 30",
                nudges.silent,
            ),
            SubCommand(
                "nudges",
                (_choice("every", "daily", "weekly", "off"),),
                "Sets how often you are nudged about overdue actions.",
                "nudges weekly",
                nudges.set_frequency,
                for_partners=True,
            ),
            SubCommand(
                "terms",
                (_choice("number", "3", "6"),),
                "Sets how many school terms a year the plan counts (coordinators).",
                "terms 3",
                plans.terms,
            ),
            SubCommand(
                "board",
                (_choice("which", "here", "off", optional=True),),
                "Says whether small numbers are shown in this channel (coordinators change it).",
                "board here",
                kpis.board_channel,
            ),
            SubCommand("list", (), "Lists the plans.", "list", plans.list_, cacheable=True),
            SubCommand(
                "use",
                (_words("code", "CODE"),),
                "Sets the plan that references in this channel belong to (coordinators).",
                "use ofsted2014",
                plans.use,
            ),
            SubCommand(
                "role set",
                (
                    Argument("role", Kind.QUOTED, '"ROLE"'),
                    _PERSON,
                    Argument("deputy", Kind.PERSON, "@user", "deputy", optional=True),
                    Argument("starts", Kind.NEAREST_DAY, "DATE", "from", optional=True),
                ),
                "Sets who holds a role, and from when (coordinators).",
                'role set "Principal Social Worker" @shaun from 2016-07-19',
                roles.set_,
            ),
            SubCommand(
                "allow",
                (_PERSON,),
                "Lets a guest or partner work on the actions they lead (coordinators).",
                "allow @sam",
                partners.allow,
            ),
            SubCommand(
                "disallow",
                (_PERSON,),
                "Stops a guest or partner (coordinators).",
                "disallow @sam",
                partners.disallow,
            ),
            SubCommand(
                "waiting",
                (_PLAN_CODE,),
                "Shows what waits for a coordinator: sign-offs, new dates, questions, doubts, vacant roles.",
                "waiting",
                waiting.waiting,
            ),
            SubCommand(
                "signer",
                (_PERSON, _choice("which", "off", optional=True)),
                "Names who else may sign off actions, or stops it with off (coordinators).",
                "signer @ruth",
                sign_offs.signer,
            ),
            SubCommand(
                "roles",
                (),
                "Shows every role, who holds it and how many actions it leads.",
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
                "list",
                (),
                "Lists the reminders, with when each goes out next and to how many schools.",
                "list",
                reminders.list_,
            ),
            SubCommand(
                "preview",
                (_ACTION, _words("term", "TERM", optional=True)),
                "Shows what goes out next or in a term, to whom and when.",
                "preview 1.6",
                reminders.preview,
            ),
            SubCommand(
                "status",
                (_ACTION, _words("term", "TERM", optional=True)),
                "Shows who got a term's reminder, who has seen it, and who was not reached and why.",
                "status 1.6 Autumn 2016",
                reminders.status,
            ),
            SubCommand(
                "send",
                (_ANY_REF,),
                "Sends it now, after showing you what goes out (coordinators).",
                "send 1.6",
                reminders.send,
            ),
            SubCommand(
                "pause", (_ANY_REF,), "Stops a reminder (coordinators).", "pause 1.6", reminders.pause
            ),
            SubCommand(
                "resume",
                (_ANY_REF,),
                "Starts a paused reminder again (coordinators).",
                "resume 1.6",
                reminders.resume,
            ),
        ),
    ),
    Command(
        "/kpi",
        "The latest figure with its date, target, gap and source",
        "camhs 12 weeks | board | list off target | history NAME",
        (
            SubCommand(
                "board", (), "Shows every KPI, those off target first.", "board", kpis.board, cacheable=True
            ),
            SubCommand(
                "list",
                (
                    _words(
                        "which", "off target|within tolerance|met|stale|no target|no baseline", optional=True
                    ),
                ),
                "Lists KPIs, all or some.",
                "list off target",
                kpis.list_,
                cacheable=True,
            ),
            SubCommand(
                "history",
                (_words("name", "NAME"),),
                "Shows every figure recorded, replaced ones too.",
                "history looked after",
                kpis.history,
                cacheable=True,
            ),
            SubCommand(
                "record",
                (
                    _words("name", "NAME"),
                    Argument("value", Kind.FIGURE, "VALUE"),
                    Argument("period", Kind.PERIOD, "PERIOD"),
                    _words("area", "NAME", keyword="area", optional=True),
                    Argument("provisional", Kind.FLAG, "", "provisional", optional=True),
                    _text("note", ": note", optional=True),
                ),
                "Records a figure. An odd one is asked about first.",
                "record camhs 12 weeks 36% 2019/20: from the annual report",
                kpis.record,
            ),
        ),
        default=SubCommand(
            "",
            (_words("name", "NAME"), Argument("at", Kind.PAST_DAY, "DATE", "at", optional=True)),
            "Shows the latest figure of a KPI, and what it says, now or as it was known on a date.",
            "camhs 12 weeks",
            kpis.show,
            cacheable=True,
        ),
    ),
)


check_commands(COMMANDS)
