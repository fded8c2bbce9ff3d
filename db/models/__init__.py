"""The tables, and the rules about a single row: pure methods that take the day as an argument.

An action keeps four things apart, because a plan that mixes them up gives a false picture:

* **progress** is recorded by a person and is never derived;
* **health** is derived from dates and is never typed;
* **outcome** says whether the action made the difference that was promised. Until someone assesses it,
  it is `not assessed`, which is a value of its own and does not mean `achieved`;
* **assurance** is what supports the progress: nothing, a person's report, evidence or a sign-off.

Days are calendar days in the plan's time zone. Moments are timezone-aware and stored as UTC.
"""

from db.models.actions import DUE_SOON, Action, Doubt, DueRequest, Measure, Reference, SettledDoubt
from db.models.audit_log import (
    ERASED,
    AuditCheck,
    AuditLogHead,
    Delivery,
    Entry,
    Erasure,
    HandledRequest,
    Heartbeat,
    PendingChange,
    PostedAnswer,
)
from db.models.edit_requests import EditRequest
from db.models.findings import Finding, FindingAction, FindingKpi, Statement, StatementKind
from db.models.kpis import (
    FEWER,
    SYMBOLS,
    WITHHELD,
    BoardChannel,
    Comparator,
    FigureRequest,
    Kpi,
    KpiLink,
    Observation,
    Target,
)
from db.models.meetings import Decision, Meeting, Recommendation, SignUp
from db.models.nudges import NO_ANSWER, NO_LEAD, DailyRun, Escalated, Nudge, NudgePreference
from db.models.plans import NO_PLAN_YET, ChannelPlan, Plan, Section
from db.models.registers import SCHOOLS, Covered, Member
from db.models.roles import Agency, Guest, Holding, Lead, Role, Signer
from db.models.rounds import Round
from db.models.schools import (
    MISSED,
    NO_CHANNEL,
    NO_DATES,
    Ledger,
    LedgerLine,
    Receipt,
    Reminder,
    School,
    SchoolQuestion,
)
from db.models.terms import SCHOOL_SEPARATOR, DateStatus, SpanKind, TermDate
from db.models.vocabulary import (
    CLOSED,
    COMPLETED,
    OPEN,
    Assurance,
    Disclosure,
    DoubtAbout,
    DueKind,
    DueState,
    Frequency,
    KpiKind,
    MeasureKind,
    Outcome,
    PeriodType,
    Polarity,
    Progress,
    TargetType,
    Unit,
    ValueStatus,
)

__all__ = [
    "CLOSED",
    "COMPLETED",
    "DUE_SOON",
    "ERASED",
    "FEWER",
    "MISSED",
    "NO_ANSWER",
    "NO_CHANNEL",
    "NO_DATES",
    "NO_LEAD",
    "NO_PLAN_YET",
    "OPEN",
    "SCHOOLS",
    "SCHOOL_SEPARATOR",
    "SYMBOLS",
    "WITHHELD",
    "Action",
    "Agency",
    "Assurance",
    "AuditCheck",
    "AuditLogHead",
    "BoardChannel",
    "ChannelPlan",
    "Comparator",
    "Covered",
    "DailyRun",
    "DateStatus",
    "Decision",
    "Delivery",
    "Disclosure",
    "Doubt",
    "DoubtAbout",
    "DueKind",
    "DueRequest",
    "DueState",
    "EditRequest",
    "Entry",
    "Erasure",
    "Escalated",
    "FigureRequest",
    "Finding",
    "FindingAction",
    "FindingKpi",
    "Frequency",
    "Guest",
    "HandledRequest",
    "Heartbeat",
    "Holding",
    "Kpi",
    "KpiKind",
    "KpiLink",
    "Lead",
    "Ledger",
    "LedgerLine",
    "Measure",
    "MeasureKind",
    "Meeting",
    "Member",
    "Nudge",
    "NudgePreference",
    "Observation",
    "Outcome",
    "PendingChange",
    "PeriodType",
    "Plan",
    "Polarity",
    "PostedAnswer",
    "Progress",
    "Receipt",
    "Recommendation",
    "Reference",
    "Reminder",
    "Role",
    "Round",
    "School",
    "SchoolQuestion",
    "Section",
    "SettledDoubt",
    "SignUp",
    "Signer",
    "SpanKind",
    "Statement",
    "StatementKind",
    "Target",
    "TargetType",
    "TermDate",
    "Unit",
    "ValueStatus",
]
