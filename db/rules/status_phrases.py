"""The phrases of status cells, by what they say of how far an action is."""

import re

from db.models import Progress

_SOME = r"(?:slightly |some |minor |significant |serious |major |a )?"
# The first that fits is taken, so a word that takes another back stands before it.
_FORMS: tuple[tuple[Progress | None, str], ...] = (
    (
        Progress.IN_PROGRESS,
        r"(?:not|\w*n't) (?:yet |fully )?(?:complete|done|finished|met|achieved|implemented)",
    ),
    (
        Progress.IN_PROGRESS,
        (
            r"incomplete|(?:part|partly|partially|nearly|almost|largely|mostly|substantially|broadly"
            r"|virtually|half)[ -]?"
            r"(?:complete|done|met|achieved|implemented|delivered|finished|embedded|green)"
            r"|^partial(?:ly)?\b|wip$|embedding|nearly there|(?:near(?:ing|ly)?|close)(?: to)? completion"
        ),
    ),
    (
        Progress.NOT_STARTED,
        (
            r"(?:not|\w*n't|never) (?:yet )?(?:been )?(?:due to |to )?"
            r"(?:start(?:ed)?|begun|begin|commenced?|due|initiated)\b|not yet$"
        ),
    ),
    (
        Progress.NOT_STARTED,
        (
            r"yet to (?:start|begin|commence)|to (?:start|begin|be started|commence)\b|no progress"
            r"|^(?:it )?will (?:be )?(?:start(?:ed)?|begin|commenced?)\b"
            r"|un-?started|nothing (?:has been |yet )?done|future action|awaiting (?:a )?start"
        ),
    ),
    (
        Progress.NOT_STARTED,
        (
            # "Not yet underway", "No work has commenced", "None of the partners have started".
            r"(?:not|\w*n't|never|yet to be|to be)(?: (?:as )?(?:yet|been|being|be|currently|so far"
            r"|at present))* "
            r"(?:under ?way|in progress|progress(?:ed|ing)|on-?going|in development|taken forward|drafted)\b"
            r"|^(?:no|none|nothing|nobody|no one|neither)\b(?!.*\bsince\b)(?: [\w'-]+){0,6}?"
            r" (?:started|begun|commenced|under ?way|in progress|progressing)\b"
        ),
    ),
    (
        Progress.SUPERSEDED,
        (
            r"superseded|withdrawn|cancel+ed|not applicable(?! to\b)|n/?a$|removed|deleted"
            r"|(?:won['’]?t|will not)(?: be)? (?:do|done|fix|implement(?:ed)?|proceed|go ahead)\b"
            r"|(?:merged|combined)(?: with| into|$)"
            r"|no longer (?:required|needed|relevant|applicable|necessary|appropriate|proceeding|pursued"
            r"|in scope|possible|an action)|not (?:required|needed|pursued|going ahead|proceeding)|rejected"
            r"|duplicate(?:d)?\b|abandoned|discontinued|overtaken|obsolete|declined|dropped|de-?scoped"
            r"|out of scope|archived|not to (?:pursue|proceed)|replaced by|subsumed|covered (?:now )?(?:by"
            r"|in) (?:action )?\d"
        ),
    ),
    (
        Progress.IN_PROGRESS,
        (
            r"(?:no longer|not|never|previously|was|were|formerly) (?:on hold|blocked|paused|deferred|stalled"
            r"|stuck|suspended|postponed)|(?:blocked|stalled|paused|on hold|postponed|deferred|suspended)\b.*"
            r"\b(?:now resolved|resumed|restarted|lifted|held|delivered|went ahead|moving|no more)"
        ),
    ),
    (Progress.BLOCKED, r"postponed|paused|on hold|blocked|stalled|stuck|suspended|deferred|parked|halted"),
    (
        Progress.COMPLETE,
        (
            r"(?:fully |now |all )?(?:complete[d]?|closed|done|finished|implemented|delivered|achieved"
            r"|embedded|in place|actioned|resolved|discharged|signed[ -]off|shipped"
            r"|met(?! (?:with|up|to|on|again)\b))\b"
        ),
    ),
    (
        Progress.IN_PROGRESS,
        (
            rf"on (?:track|target|schedule|course)|{_SOME}(?:delay|slippage|risks?|issues?|concerns?)"
            r"(?:ed|s)?$|delayed|behind|slipp\w*|at risk|off[ -]track|under ?way|in progress"
            r"|doing$|progress(?:ing|ed)|making progress|off[ -]target|ahead of (?:schedule|target|plan)"
            r"|(?:under|in|at) (?:review|consultation|testing|approval)|re-?opened|continuing|un-?blocked"
            r"|resumed|scoping|consult(?:ing|ation)|pilot(?:ing|ed)?\b|business case"
            r"|(?:(?:ready|waiting|submitted|sent|out) (?:for|to)|awaiting|pending) "
            r"(?:final |formal |board )?(?:review|approval|sign[ -]?off|closure|testing"
            r"|consultation|ratification|publication|board)"
            r"|ongoing|on-going|started|commenced|begun|in (?:development|draft|train|hand)|draft(?:ed"
            r"|ing)?|active|working"
            r"|some progress|good progress|reviewing|live$"
        ),
    ),
    (
        Progress.NOT_STARTED,
        (
            r"^(?:still |currently )?(?:open|new|proposed|outstanding)$|planned|up next$|next up$|backlog$"
            r"|to do|pending|scheduled"
        ),
    ),
)
# "6 of 10 installed" is not stalled.
STATUS_PHRASES = tuple(
    (progress, re.compile(rf"(?<![^\W_])(?:{form})", re.IGNORECASE)) for progress, form in _FORMS
)
