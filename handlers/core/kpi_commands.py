"""`/kpi`: one row for each thing that can be asked or recorded of a KPI."""

from handlers import figures, kpis, report_card
from handlers.core.arguments import Argument, Kind
from handlers.core.command_arguments import AT, asked, name, text, words
from handlers.core.sub_commands import Command, Question, SubCommand
from handlers.own_words.cues import Cue

_OF_A_KPI = frozenset(
    [
        Cue.ABOUT,
        Cue.OVERALL,
        Cue.TARGET,
        Cue.TREND,
        Cue.COMPARISON,
        Cue.CHANGED,
        Cue.KPIS,
        Cue.OFF_TARGET,
        Cue.MOST,
    ]
)

KPI = Command(
    "/kpi",
    "The latest figure with its date, target, gap and source",
    "camhs 12 weeks | board | list off target | history NAME",
    (
        SubCommand(
            "board",
            (),
            "Shows every KPI, those off target first.",
            "board",
            kpis.board,
            cacheable=True,
            paged=True,
            questions=(asked(Cue.KPIS, also=frozenset([Cue.ALL, Cue.OVERALL])),),
        ),
        SubCommand(
            "list",
            (words("which", "off target|within tolerance|met|stale|no target|no baseline", optional=True),),
            "Lists KPIs, all or some.",
            "list off target",
            kpis.list_,
            cacheable=True,
            paged=True,
            questions=(asked(also=frozenset([Cue.KPIS, Cue.TARGET])),),
        ),
        SubCommand(
            "history",
            (words("name", "NAME"),),
            "Shows every figure recorded, replaced ones too.",
            "history looked after",
            kpis.history,
            cacheable=True,
            paged=True,
            questions=(asked(Cue.RECORDED),),
        ),
        SubCommand(
            "report",
            (name("theme", "THEME"), AT, text("kpis", ": NAME; NAME", optional=True)),
            "Makes a theme's report card for a committee, and sends it to you as a Word file.",
            "report Increase in child protection activity: cp-plans; s47-growth; cin-plans",
            report_card.report,
        ),
        SubCommand(
            "note",
            (name("name", "NAME"), text("note", ": text")),
            "Notes why a figure moves, or what to bear in mind with it (its owner, a deputy, coordinators).",
            "note cp-plans: more referrals become plans since the training",
            figures.explain,
        ),
        SubCommand(
            "record",
            (
                words("name", "NAME"),
                Argument("value", Kind.FIGURE, "VALUE"),
                Argument("period", Kind.PERIOD, "PERIOD"),
                words("area", "NAME", keyword="area", optional=True),
                Argument("provisional", Kind.FLAG, "", "provisional", optional=True),
                text("note", ": note", optional=True),
            ),
            "Records a figure. An odd one is asked about first.",
            "record camhs 12 weeks 36% 2019/20: from the annual report",
            figures.record,
        ),
    ),
    default=SubCommand(
        "",
        (
            words("name", "NAME"),
            Argument("period", Kind.PERIOD, "PERIOD", "for", optional=True, also_keywords=("of", "in")),
            AT,
        ),
        "Shows the latest figure of a KPI and what it says, that of a period, or as it was known on a date.",
        "camhs 12 weeks",
        kpis.show,
        cacheable=True,
        questions=(Question(also=_OF_A_KPI, whole=True),),
    ),
)
