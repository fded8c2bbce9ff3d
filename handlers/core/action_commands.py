"""`/action`: one row for each thing that can be asked or recorded of actions."""

from db.models import Outcome, Progress
from db.plan_edits import WORDINGS
from handlers import actions, extension_requests, plan_edits, rounds, updates
from handlers.core.arguments import Argument, Kind
from handlers.core.command_arguments import ACTION_REF, AGENCY, ANY_REF, AT, asked, choice, name, text, words
from handlers.core.sub_commands import Command, Question, SubCommand
from handlers.own_words.cues import Cue

# What an answer about one action tells anyway.
_OF_AN_ACTION = frozenset(
    [
        Cue.ABOUT,
        Cue.ALL,
        Cue.OVERALL,
        Cue.WHO,
        Cue.DUE,
        Cue.MEASURE,
        Cue.DEPENDS,
        Cue.EVIDENCE,
        Cue.OVERDUE,
        Cue.BLOCKED,
        Cue.IN_PROGRESS,
        Cue.COMPLETE,
        Cue.NOT_STARTED,
        Cue.OPEN,
    ]
)
_STATES = (
    "overdue",
    "soon",
    "blocked",
    "in progress",
    "not started",
    "complete",
    "open",
    "not yet due",
    "recurring",
    "all",
)
_PROGRESS = Argument("progress", Kind.PROGRESS, "STATUS", optional=True, choices=tuple(Progress))
_OUTCOME = Argument("outcome", Kind.OUTCOME, "STATUS", choices=tuple(Outcome))

ACTION = Command(
    "/action",
    "Ask about actions and record progress",
    "status 2.3 | mine | update 2.3.5 complete: note",
    (
        SubCommand(
            "status",
            (ANY_REF, AT),
            "Shows an action or a section, as it is now or as it was on a date.",
            "status 2.3",
            actions.status,
            cacheable=True,
            for_partners=True,
            questions=(Question(also=_OF_AN_ACTION, whole=True),),
        ),
        SubCommand(
            "mine",
            (
                choice("which", *_STATES, optional=True),
                choice("also", *_STATES, optional=True),
                Argument("due", Kind.RANGE, "TIME", "due", optional=True),
            ),
            "Shows the actions you lead, overdue first, or some of them.",
            "mine overdue",
            actions.mine,
            for_partners=True,
            paged=True,
            questions=(asked(Cue.MINE, also=frozenset([Cue.DUE, Cue.ABOUT])),),
        ),
        SubCommand(
            "list",
            (
                choice("which", *_STATES, "no measure", "no update", optional=True),
                choice("also", *_STATES, "no measure", "no update", optional=True),
                Argument("due", Kind.RANGE, "TIME", "due", optional=True),
                words("lead", "NAME", keyword="lead", optional=True),
                words("section", "REF", keyword="section", optional=True),
                words("plan", "CODE", keyword="plan", optional=True),
                AGENCY,
                AT,
            ),
            "Lists the plan's actions, all or some, as they are or as they were on a date.",
            "list overdue lead Principal",
            actions.list_,
            cacheable=True,
            paged=True,
            questions=(asked(also=frozenset([Cue.DUE, Cue.ABOUT])),),
        ),
        SubCommand(
            "update",
            (ACTION_REF, _PROGRESS, text("note", ": note https://evidence", optional=True)),
            "Records progress. With only a reference it opens a form.",
            "update 2.3.5 complete: templates issued https://example.org/t",
            updates.update,
            for_partners=True,
        ),
        SubCommand(
            "note",
            (ACTION_REF, text("note", ": text")),
            "Adds a note to an action.",
            "note 2.3.5: draft goes to the group on Friday",
            updates.note,
            for_partners=True,
        ),
        SubCommand(
            "evidence",
            (ACTION_REF, Argument("url", Kind.URL, "URL"), text("note", ": text", optional=True)),
            "Links the evidence that an action was done.",
            "evidence 2.3.5 https://example.org/t: signed off templates",
            updates.evidence,
            for_partners=True,
        ),
        SubCommand(
            "outcome",
            (ACTION_REF, _OUTCOME, text("note", ": text", optional=True)),
            "Records whether an action made the difference it promised.",
            "outcome 2.3.5 on track: first audit is better",
            updates.outcome,
            for_partners=True,
        ),
        SubCommand(
            "result",
            (
                ACTION_REF,
                Argument("count", Kind.COUNT, "N of M [PERIOD]", optional=True),
                text("note", ": note", optional=True),
            ),
            "Records the result of a round: an audit, a survey. With only a reference it opens a form.",
            "result 2.3.4 16 of 20: two files had no chronology",
            rounds.result,
            for_partners=True,
        ),
        SubCommand(
            "rounds",
            (ACTION_REF,),
            "Shows the rounds of an action that recurs: results, pass mark, when the next is due.",
            "rounds 2.3.4",
            rounds.rounds_held,
            cacheable=True,
            for_partners=True,
            paged=True,
            questions=(asked(Cue.ROUNDS, also=frozenset([Cue.ABOUT, Cue.DUE, Cue.MEASURE, Cue.WHO])),),
        ),
        SubCommand(
            "due",
            (ACTION_REF, Argument("due", Kind.DAY, "DATE"), text("reason", ": reason", optional=True)),
            "Asks for a new date. A coordinator approves it.",
            "due 2.3.1 03/2017: cohort starts in January",
            extension_requests.due,
            for_partners=True,
        ),
        SubCommand(
            "snooze",
            (ACTION_REF, Argument("until", Kind.DAY, "DATE", "until", also_keywords=("for", "to"))),
            "Stops nudges about an action until a date, or `for 2 weeks`. Its due date stays.",
            "snooze 2.3.1 until 9 Jan 2017",
            updates.snooze,
            for_partners=True,
        ),
        SubCommand(
            "history",
            (ANY_REF,),
            "Shows everything recorded about an action or a section.",
            "history 2.3.5",
            actions.history,
            cacheable=True,
            for_partners=True,
            paged=True,
            questions=(asked(Cue.RECORDED, also=frozenset([Cue.ABOUT, Cue.EVIDENCE, Cue.WHO])),),
        ),
        SubCommand(
            "add",
            (
                name("section", "SECTION", optional=True),
                name("lead", "ROLE", keyword="lead", optional=True),
                Argument("due", Kind.DAY, "DATE", "due", optional=True),
                text("text", ": text", optional=True),
            ),
            "Adds an action at the end of a section. Without its text it opens a form (coordinators).",
            "add 2.3 lead Principal Social Worker due 03/2017: Publish the guide for new starters",
            plan_edits.add,
        ),
        SubCommand(
            "edit",
            (
                ACTION_REF,
                choice("part", *WORDINGS, optional=True),
                text("text", ": text", optional=True),
            ),
            "Changes the wording of an action. With only a reference it opens a form (coordinators).",
            "edit 2.3.5 title: Templates for supervision",
            plan_edits.edit,
        ),
        SubCommand(
            "move",
            (ACTION_REF, words("section", "SECTION")),
            "Moves an action to another section of its plan. It keeps its reference (coordinators).",
            "move 2.3.5 2.2",
            plan_edits.move,
            everyday=True,
        ),
        SubCommand(
            "assign",
            (ACTION_REF, words("role", "ROLE")),
            "Gives an action to another role to lead, or to several (coordinators).",
            "assign 2.3.5 Principal Social Worker",
            plan_edits.assign,
        ),
        SubCommand(
            "close",
            (ACTION_REF, text("reason", ": reason")),
            "Closes an action that will not be done, as superseded (coordinators).",
            "close 2.3.5: replaced by the county's own templates",
            plan_edits.close,
        ),
        SubCommand(
            "reopen",
            (ACTION_REF, text("reason", ": reason")),
            "Opens an action again that was closed or complete (coordinators).",
            "reopen 2.3.5: two teams have no templates yet",
            plan_edits.reopen,
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
)
