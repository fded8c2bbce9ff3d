"""`/plan`: one row for each thing that can be asked or set for a plan."""

from handlers import kpis, nudges, partners, plans, roles, sign_offs, waiting
from handlers.core.arguments import Argument, Kind
from handlers.core.command_arguments import AGENCY, AT, PERSON, PLAN_CODE, asked, choice, words
from handlers.core.sub_commands import Command, Question, SubCommand
from handlers.own_words.cues import Cue

PLAN = Command(
    "/plan",
    "The plan as a whole, and who leads what",
    'summary | overdue | changes since DATE | role set "ROLE" @user',
    (
        SubCommand(
            "summary",
            (PLAN_CODE, AGENCY, AT),
            "Shows how the plan stands, or stood on a date.",
            "summary ofsted2014",
            plans.summary,
            cacheable=True,
            questions=(
                Question(
                    frozenset([Cue.OVERALL]),
                    frozenset([Cue.COMPLETE, Cue.TARGET]),
                    frozenset(["board", "meeting", "committee", "partnership", "chair", "exec"]),
                ),
                # "The JTAI plan": nothing else is said of it.
                Question(names=frozenset(["plans"])),
            ),
        ),
        SubCommand(
            "overdue",
            (PLAN_CODE, AGENCY, AT),
            "Shows what is overdue, or was on a date, by month and by lead.",
            "overdue",
            plans.overdue,
            cacheable=True,
            paged=True,
            questions=(
                asked(Cue.OVERDUE, Cue.MOST, also=frozenset([Cue.WHO])),
                asked(Cue.OVERDUE, Cue.WHO),
            ),
        ),
        SubCommand(
            "check",
            (PLAN_CODE,),
            "Shows the weak points of the plan as it is written.",
            "check",
            plans.check,
            questions=(asked(Cue.WEAK),),
        ),
        SubCommand(
            "changes",
            (
                Argument("since", Kind.SINCE, "DATE", "since"),
                Argument("until", Kind.PAST_DAY, "DATE", "up to", optional=True),
            ),
            "Shows changes of status, date and lead since a date, or between two, with who and when.",
            "changes since 2016-09-20",
            plans.changes,
            cacheable=True,
            paged=True,
            questions=(asked(Cue.CHANGED),),
        ),
        SubCommand(
            "exceptions",
            (PLAN_CODE, AGENCY),
            "Shows overdue actions without a reply to reminders, with the reason.",
            "exceptions",
            nudges.exceptions,
            paged=True,
            questions=(asked(Cue.EXCEPTIONS, also=frozenset([Cue.WHO])),),
        ),
        SubCommand(
            "silent",
            (words("days", "DAYS", optional=True),),
            "Shows leads with no update for that many days.",
            "silent 30",
            nudges.silent,
            paged=True,
            questions=(asked(Cue.SILENT, also=frozenset([Cue.WHO])),),
        ),
        SubCommand(
            "nudges",
            (choice("every", "daily", "weekly", "off"),),
            "Sets how often you are nudged about overdue actions.",
            "nudges weekly",
            nudges.set_frequency,
            for_partners=True,
        ),
        SubCommand(
            "terms",
            (choice("number", "3", "6"),),
            "Sets how many school terms a year the plan counts (coordinators).",
            "terms 3",
            plans.terms,
        ),
        SubCommand(
            "board",
            (choice("which", "here", "off", optional=True),),
            "Says whether small numbers are shown in this channel (coordinators change it).",
            "board here",
            kpis.board_channel,
        ),
        SubCommand(
            "list",
            (),
            "Lists the plans.",
            "list",
            plans.list_,
            cacheable=True,
            paged=True,
            questions=(asked(Cue.PLANS),),
        ),
        SubCommand(
            "use",
            (words("code", "CODE"),),
            "Sets the plan that references in this channel belong to (coordinators).",
            "use ofsted2014",
            plans.use,
        ),
        SubCommand(
            "role set",
            (
                Argument("role", Kind.QUOTED, '"ROLE"'),
                PERSON,
                Argument("deputy", Kind.PERSON, "@user", "deputy", optional=True),
                Argument("starts", Kind.NEAREST_DAY, "DATE", "from", optional=True),
            ),
            "Sets who holds a role, and from when (coordinators).",
            'role set "Principal Social Worker" @shaun from 2016-07-19',
            roles.set_,
        ),
        SubCommand(
            "allow",
            (PERSON,),
            "Lets a guest or partner work on the actions they lead (coordinators).",
            "allow @sam",
            partners.allow,
        ),
        SubCommand(
            "disallow",
            (PERSON,),
            "Stops a guest or partner (coordinators).",
            "disallow @sam",
            partners.disallow,
        ),
        SubCommand(
            "waiting",
            (PLAN_CODE,),
            "Shows what waits for a coordinator: sign-offs, new dates, questions, doubts, vacant roles.",
            "waiting",
            waiting.waiting,
            questions=(asked(Cue.WAITING),),
        ),
        SubCommand(
            "signer",
            (PERSON, choice("which", "off", optional=True)),
            "Names who else may sign off actions, or stops it with off (coordinators).",
            "signer @ruth",
            sign_offs.signer,
        ),
        SubCommand(
            "roles",
            (choice("which", "vacant", optional=True), words("role_words", "ROLE", optional=True)),
            "Shows every role, who holds it and how many actions it leads; one, or those that are vacant.",
            "roles vacant",
            roles.list_,
            cacheable=True,
            paged=True,
            questions=(
                asked(Cue.ROLES, also=frozenset([Cue.WHO])),
                asked(Cue.VACANT),
                Question(frozenset([Cue.WHO]), names=frozenset(["people"])),
            ),
        ),
    ),
)
