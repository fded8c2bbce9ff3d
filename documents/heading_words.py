"""What councils call the columns of a plan, by what they mean."""

import re
from collections.abc import Mapping

from db.rules.any_of import AnyOf
from db.rules.dates import ANY_MONTH

# A meaning as people name it, in `--map` and in what an import prints.
PUBLIC_NAMES: Mapping[str, str] = {
    "ref": "ref",
    "section": "section",
    "text": "action",
    "issues": "finding",
    "outcome": "outcome",
    "measures": "measure",
    "due": "due",
    "original_due": "original due",
    "leads": "lead",
    "progress": "progress",
    "status": "status",
    "rating": "rating",
    "notes": "notes",
    "ignore": "ignore",
}
# Meanings that a file may have and that nobody needs to name.
OTHER_NAMES: Mapping[str, str] = {
    "revised_due": "due (revised)",
    "section_ref": "section ref",
    "outcome_status": "outcome status",
    "supporters": "support",
    "lead_agency": "lead agency",
    "completed": "date completed",
}

_WHEN = (
    r"(?:(?:due|target|completion|implementation|end|delivery) )?(?:date|deadline|timescale)s?"
    r"(?: for completion)?"
)
# What stands above "Original" and "Revised" in a heading of two rows.
_ANY_WHEN = rf"(?:{_WHEN}|(?:by )?when(?: by)?|due(?: by)?|target|completion|timeframe|end|finish)"
# With further colours: BRAGP has purple, RAYG yellow.
_RAG = r"(?:b?ra(?:yg|gy|g)[bp]{0,2}\+?)"
# Tried in this order, the more specific first: "Outcome status" must not match as the intended outcome, nor
# "Original date" as the current date.
MEANINGS: dict[str, tuple[str, ...]] = {
    "ref": (
        r"(?:action |item )?(?:ref(?:erence)?|no|num(?:ber)?|#|id)(?: no| number)?|action no|nr",
        # In whose list it has that number: "CQC ref".
        (
            r"(?!(?:original|source|cross|document|evidence|policy|file|minute)\b)[\w&/-]+ ref(?:erence)?"
            r"(?: no| number)?"
        ),
        (
            r"s\.? ?no|sr\.? ?no|serial(?: no| number)?|wbs|outline (?:no|number)"
            r"|line(?: no| number)|row(?: no| number)"
        ),
        r"(?:rec(?:ommendation)?|risk|issue|task|item|action|sub)[ -]?(?:id|ref|no|key|#)|item|rec",
        r"(?:commitment|pledge|objective|measure|standard|deliverable|activity|step|afi) (?:id|no|number|#)",
    ),
    "recommendation": (r"(?:ofsted )?rec(?:ommendation|\.)? (?:no|number|ref)",),
    "section_ref": (r"section (?:ref|no|number)",),
    "section": (
        r"section|theme|priority (?:area|theme|heading)|area|objective|work ?stream|strand|pillar|domain",
        (
            r"(?:task |action )?(?:category|group)|bucket(?: name)?|phase|ambition|strategic (?:aim|objective"
            r"|goal)"
        ),
        r"(?:improvement|thematic|key) (?:area|theme)|service area",
        (
            r"(?:key|strategic|improvement|overall) priorit(?:y|ies)|priority (?:title|name)"
            r"|key line of enquiry|kloe|audit(?: title)?|list name"
            r"|section ?/ ?column|epic(?: name)?|parent(?: summary| task)?|sar|l?cspr|scr|dhr|case review"
            r"|source(?: of action)?|inspection"
        ),
    ),
    "title": (r"(?:short |action )?title|headline",),
    "original_due": (
        (
            r"(?:(?:timescale|timeframe|dates?) )?original (?:due |completion |target |end )?"
            r"(?:date|deadline|timescale)"
        ),
        r"first date|baseline (?:date|finish|end)",
        rf"{_ANY_WHEN} [(–-]* ?(?:original(?:ly)?|initial|first|baseline)\)?",
        rf"original(?:ly)? {_ANY_WHEN}",
    ),
    "revised_due": (
        (
            r"(?:(?:timescale|timeframe|dates?) )?(?:revised|new|current|extended|amended|latest) "
            r"(?:due |completion |target |end )?(?:date|deadline|timescale)"
        ),
        r"revised (?:end|target|completion|finish|to)|extended to",
        (
            r"(?:1st|2nd|3rd|[4-9]th|first|second|third|further|latest) (?:revis(?:ed|ion)|exten(?:ded|sion))"
            r"(?: (?:due|completion|target|end))?(?: (?:date|deadline|timescale))?"
        ),
        (
            r"(?:revised|extended|revision|extension) ?(?:due |completion |target |end )?"
            r"(?:date |deadline |timescale )?(?:no\.? ?)?\(?\d\)?"
        ),
        rf"{_ANY_WHEN} [(–-]* ?(?:revised|extended|new|amended|current|latest)\)?",
        rf"(?:revised|extended|amended) {_ANY_WHEN}",
    ),
    "completed": (
        r"(?:actual )?(?:date )?(?:completed|closed|achieved)(?: date| on)?|(?:completed|closed) date",
        (
            r"actual (?:completion|end|finish)?(?: ?date)?|date of (?:completion|closure)"
            r"|done on|date met|met on"
            r"|date (?:closed|completed|done|finished|resolved|signed off)(?: by .*)?"
            r"|signed off (?:on|date|\(date\))|(?:completed|closed|resolved) at|resolved"
        ),
    ),
    "outcome_status": (
        r"outcomes? (?:status|rating|b?rag|achieved\??|assessment|q[1-4])",
        rf"outcome \(?q1.*|(?:impact|outcome) (?:rating|{_RAG})",
    ),
    "evidence": (r"evidence(?: link| of completion)?|link(?: to evidence)?",),
    "rating": (
        (
            rf"(?:(?:progress|current|action|delivery|status|moderated|verified|validated|agreed|overall|agency"
            rf"|board|self|self[- ]assessed|previous) )?{_RAG}(?: ?rat(?:ed|ing))?(?: status)?"
        ),
        r"(?:progress |delivery |current )?rating|colour(?: code)?|traffic light",
        rf"{_RAG} .*",
    ),
    "status": (
        r"(?:current |action |progress |task |delivery )?status(?: update| now| today)?|state|stage",
        # Whose status it is: "HMICFRS status", "Board status".
        (
            r"(?!(?:outcome|risk|publication|approval|legal|employment|impact|priority|document)s?\b)"
            r"[\w/&-]+ status"
        ),
        (
            r"open ?/ ?closed|(?:complete[d]?|closed) ?\(?y/n\)?|follow[- ]?up status"
            r"|implementation status|implemented"
        ),
        r"outcome of (?:the )?actions?",
        r"how far (?:have|has|are|is|did) .*|[✓✔☑✅]",
        r"(?:current )?state of play|(?:due )?complete",
        r"complete[d]? ?/ ?(?:outstanding|open)",
        r"(?:is (?:it|this) )?(?:done|finished)(?: yet)?\?? ?(?:\(?y(?:es)?/no?\)?)?",
        r"(?:sum of |average of )?(?:% |percent(?:age)? |per cent )(?:work )?(?:complet(?:e|ed|ion)|done)",
        r"complet(?:e|ed|ion) ?\(?(?:%|percent(?:age)?)\)?",
    ),
    "exception": (r"exceptions?|outstanding",),
    "notes": (
        r"(?:additional |further |general |other )?notes?|remarks|(?:further|additional) information",
        r"evidence of impact",
    ),
    "progress": (
        r"progress(?: report| update| to date| made|/update)?|evaluation|(?:what )?we (?:have done|did)",
        (
            r"how (?:are|have) we (?:doing|getting on|done)(?: so far)?"
            r"|(?:how|where) (?:is|are) (?:it|things|we) (?:going|up to)"
        ),
        (
            r"(?:date of )?completion(?: date)? (?:and|&|/) outcome"
            r"|outcome (?:and|&|/) (?:date of )?completion.*"
        ),
        r"where (?:are we|we are)(?: now| at)?",
        (
            r"(?:latest |current )?(?:(?:update|position|comment|commentarie|narrative)s?|commentary)"
            r"(?: for (?:the )?\w+)?"
        ),
        r"position at [\w -]+|(?:key )?milestones? achieved.*|achievements?(?: to date)?",
    ),
    "due": (
        r"when(?: by)?|by when|deadline|complet(?:e|ion) by|due(?: by)?|target(?: date)?|timing",
        r"(?:target |completion |due |end |finish |delivery )?(?:date|deadline)(?: for completion| due)?",
        r"(?:action|completion|task|delivery) due|completion",
        r"time-?\s?(?:scale|frame|line)s?(?: ?/ ?target)?|end|finish",
        (
            r"by|to|planned for|(?:to be |must be )?(?:done|completed|finished) by|(?:do|deliver|delivery"
            r"|needed) by|date (?:the )?actions? (?:will|must|should|to) be (?:completed|done|taken)"
            r"|to be completed|forecast|planned|timeline(?: ?[-–] ?end)?|when will (?:it|this) be (?:done"
            r"|completed|finished).*"
        ),
        (
            r"(?:target|expected|estimated|planned|anticipated|forecast) (?:for )?(?:completion|finish"
            r"|end)(?: date)?|completion target|eta"
        ),
    ),
    "supporters": (
        r"support(?:ing|ed by)?(?: leads?| officers?| agenc(?:y|ies)| partners?| roles?| team)?",
        r"contribut(?:ors?|ing agenc(?:y|ies))|partners?(?: involved)?|other agencies|with whom|consulted",
        r"(?:who )?(?:else )?support(?:s|ers)|helpers|others? involved|also involved",
    ),
    "leads": (
        (
            r"(?:action |responsible |accountable |strategic |operational )?(?:lead|owner)s?"
            r"(?: officer| agency| group|\(s\)| \(role\)| role)?"
        ),
        r"leads? ?/ ?support|leads? (?:officer|person|role|agency|professional)s?(?: ?/ ?\w+)?",
        (
            r"who(?: by)?|by whom?|officers?|who is accountable|who (?:will|is (?:going )?to|is doing) .*"
            r"|accountable(?: officer| person)?"
            r"|assignee|(?:assigned|allocated) to"
        ),
        r"(?:person|officer|agency|service|team)(?:\(s\)|s)? (?:responsible|to (?:act|action|lead))",
        r"action owner",
        r"responsib(?:le|ility)(?: officer| person| lead| party| lead ?/ ?group)?",
        (
            r"person(?:nel)?(?: responsible)?|led by|action by|owned by|ownership|oic|(?:accountable )?sro"
            r"|exec(?:utive)? (?:lead|sponsor)|members?"
        ),
        (
            r"resource names?|(?:single )?points? of contact|s?poc|dri"
            r"|(?:main |key |lead )?contact(?: officer| person)?"
        ),
        r"who (?:did|does|leads|owns) (?:it|this)|(?:contact ?/ ?)?accountable agency",
        (
            r"who is (?:leading|responsible).*|whose (?:job|task|action|responsibility)(?: is it)?"
            r"|organisation|agency|service lead|responsible (?:body|manager)"
        ),
    ),
    "measures": (
        r"(?:success |performance |output |outcome |key )?(?:measures?|indicators?|criteria)(?: of success)?",
        r"how (?:will we|we will|we'll|we would) know.*|what will success look like.*|evidence of success",
        r"output/outcome measure\w*|kpis?",
    ),
    "outcome": (
        r"what will be different.*|difference.*|benefits?|so what.*",
        r"(?:intended |expected |desired |planned )?(?:outcome|impact|result)s?",
        r"what (?:is|are) (?:the )?(?:desired |intended |expected )?outcomes?",
    ),
    "issues": (
        r"issues?(?: raised.*| identified)?|findings?|concerns?|what (?:the )?inspectors.*|why",
        r"(?:what )?(?:you|they|children|families|young people|inspectors|reviewers) (?:said|told us|found)",
        # Whose recommendation it is, or what else stands in the column: "Recommendation / AFI".
        r"(?!agreed\b)[\w/&-]+ recommendations?|recommendations? ?/ ?[\w ]+",
        (
            r"(?:area|recommendation|point|issue)s?(?: for (?:improvement|development|action))?"
            r"|gaps?(?: identified)?"
        ),
    ),
    "recurrence": (r"frequency|how often|recurrence",),
    "text": (
        (
            r"(?:specific |key |agreed |planned |improvement |mitigating |remedial |corrective |management )?"
            r"actions?(?: required| to be taken| points?| needed| description| details?)?"
        ),
        r"(?:further|outstanding|proposed|remaining) actions?(?: planned| proposed| required| needed)?",
        r"actions? (?:proposed|outstanding|planned)",
        # "You said", "We will", "We did".
        r"(?:what )?we will(?: do)?|what we(?:'re| are) doing|our response",
        r"what (?:was|has been|is|we) (?:agreed|decided)|what actions? (?:are|is|will|do|have) .*",
        r"what(?: we will do| will we do| needs .*)?|what (?:we are|we're) (?:going|planning) to do.*",
        r"what (?:are|will) (?:we|you|they|the \w+) (?:going to |planning to )?do.*",
        r"what (?:will|do|does|must) (?:it|we|they|you|the \w+)(?: \w+)? (?:do|need to do|deliver).*",
        (
            r"sub-?\s?actions?|(?:key |main |specific )?tasks?(?: name| description)?|(?:key )?activit(?:y"
            r"|ies)"
            r"|mitigations?(?: actions?| plan| measures?)?"
            r"|(?:further|additional|planned|proposed|future) (?:controls?|mitigations?|treatments?)"
            r"(?: planned| required| needed| proposed)?"
        ),
        r"(?:(?!survey\b)[a-z]+ )?response(?: to (?:the )?recommendations?| ?[–-]? ?(?:activity|actions?))?",
        # The form of the CQC.
        r"(?:please )?describe (?:clearly )?(?:the |what )?actions? .*",
        r"(?:key )?(?:actions?|tasks?)(?: and | ?/ ?| ?& ?)(?:tasks?|actions?|milestones?|activit(?:y|ies))",
        r"(?:key |agreed )?(?:milestones?|deliverables?|commitments?|pledges?)|description|summary",
    ),
}
# Tried only in a row that two of the above already show to be a heading row.
_LOOSE = {
    "original_due": r"original .*\b(?:date|deadline|timescale)\b.*",
    "revised_due": (
        r"(?:.* )?revised (?:end|finish|completion|target)|(?:revised|new|extended"
        r"|amended) .*\b(?:date|deadline|timescale)\b.*"
    ),
    # Excludes the date of a meeting, a review, the start and the completed work.
    "due": r"(?!.*\b(?:meeting|raised|start|review|created|updated|opened|approved|logged|identified)\b)"
    r"(?!.*\b(?:date completed|completed on|update|signed off|submitted|sent|issued|received|published)\b)"
    r".*\b(?:date|deadline|timescales?|completed by|by when)\b.*",
    "supporters": r".*\b(?:lead|owner|responsible|who|officer)\b.*\bsupport\w*\b.*"
    r"|.*\bsupport(?:ing)? (?:lead|officer|agenc|role|partner)\w*.*",
    "leads": r"(?!.*\blead (?:time|in)\b).*\b(?:lead|owner|responsible|sponsor)\b.*",
    "measures": r".*\b(?:measures?|success|indicators?)\b.*",
    "rating": rf".*\b{_RAG}\b.*",
    "status": r"(?!.*\b(?:outcome|risk|publication|approval)\b).*\bstatus",
    "progress": r".*\b(?:progress|updates?)\b.*",
    "outcome": r".*\b(?:outcomes?|impact|difference)\b.*",
    "text": (
        r"(?!.*\bactions? (?:type|category|status|owner|date|lead|ref|no|group|plan"
        r"|level)\b).*\bactions?\b.*"
    ),
}
FORMS = tuple((name, re.compile(f"(?:{'|'.join(forms)})$", re.I)) for name, forms in MEANINGS.items())
ANY_FORM = re.compile(f"(?:{'|'.join(form for forms in MEANINGS.values() for form in forms)})$", re.I)
LOOSE_FORMS = tuple((name, re.compile(form)) for name, form in _LOOSE.items())
# Of several columns that may be the action's, the first of these wins; the words of the others are kept.
ACTION_RANKS = tuple(
    re.compile(form)
    for form in (
        r"(?:agreed |planned |required |specific )?actions?(?: required| agreed| to be taken)?",
        r"(?!.*\b(?:taken|completed|done|to date)\b).*\bactions?\b(?! (?:type|category|status)).*|what.*",
        r"mitigations?.*|.*\bresponse|task description",
        r"task.*|activit.*|deliverable.*|commitment.*|summary",
        r".*",
    )
)
# Beside a column of roles it says for whom they work.
OF_AGENCIES = re.compile(
    r"(?:lead |responsible |accountable )?(?:agenc(?:y|ies)|organisations?|partners?)(?: lead| responsible)?"
)
# A legend beside a table says what its colours and numbers mean.
LEGEND = re.compile(r"(?:(?:b?rag|status|colou?r|rating|progress)(?: rating)? )?(?:key|legend)(?: to .*)?")
# A column whose headings are these is kept as it is, however well it fits.
NEVER = re.compile(
    r"(?:.*\b)?(?:start|from|begins?|beginning|commenc(?:e|es|ing|ement))(?: date| on)?|date (?:raised"
    r"|opened|created|identified|added"
    r"|logged)"
    r"|(?:next )?review(?: date)?|(?:count|number|total) of .*|likelihood|probability|(?:risk )?scores?"
    r"|priority|urgency|late|labels?",
)
# Every heading of the actions' column has one of these words. Both tests rule out most rows, one quickly.
MAY_NAME_ACTIONS = AnyOf(
    (
        *("action", "what", "task", "activit", "milestone", "deliverable", "commitment", "pledge"),
        *("description", "summary", "mitigation", "response", "we will"),
    )
)
NAMES_ACTIONS = re.compile(
    r"\b(?:actions?|what|tasks?|activit(?:y|ies)|milestones?|deliverables?|commitments?|pledges?|description"
    r"|summary|mitigations?|response|we will)\b"
)
LONGEST_HEADING = 80
# Meanings of which each of several columns counts.
JOINED = frozenset(("leads", "supporters", "notes"))
# Meanings of which a file may have a column for each quarter or month.
SERIES = frozenset(("rating", "status", "progress", "outcome_status"))
_NAMED_PERIOD = (
    r"(?:q|qtr|quarter) ?[1-4](?:[ ,]+\d{2,4}(?:[/-]\d{2,4})?)?"
    r"|(?:\d{1,2}(?:st|nd|rd|th)? )?(?:" + ANY_MONTH + r")\.?"
    r"(?:[ ,'’/-]*(?:(?:19|20)\d\d|\d\d))?"
    r"|(?:autumn|spring|summer)(?: term)?(?: (?:19|20)\d\d)?"
)
# A period with a word in it: a month, a quarter or a term.
NAMED_PERIOD = re.compile(_NAMED_PERIOD, re.IGNORECASE)
PERIOD = re.compile(
    rf"[\s(\[–-]*(?:\b(?:as )?(?:at|to|for|in)\s+)?(?P<period>{_NAMED_PERIOD}"
    r"|\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)|\d{1,2}[./-](?:19|20)\d\d"
    r"|(?:19|20)\d\d(?:[/-]\d\d(?:\d\d)?)?|(?:week|month|meeting|term) \d{1,2}"
    r")[)\]]?",
    re.IGNORECASE,
)
SCORE = re.compile(
    r"\d{1,3}(?:\.\d+)?|(?:very )?(?:high|medium|med|low|h|m|l)|(?:minor|moderate|major|severe|urgent)"
    r"|\d+ ?x ?\d+",
    re.IGNORECASE,
)
OF_PERCENT = re.compile(r"%|\bper ?cent", re.IGNORECASE)
THIS_OR_LAST = re.compile(r"(?:this|last|current|previous) (?:month|quarter|term|meeting|period|time)\b")
# Of the values of a column of dates so many are dates at least.
MOST_ARE_DATES = 0.6
SAYS_END = re.compile(r"\b(?:end|finish|complet\w*|due|deadline)\b")
# Dates of something else than the end of an action.
OTHER_DATE = re.compile(
    r"\b(?:meeting|raised|start\w*|review\w*|created|updated?|opened|approved|logged|identified|closed|completed"
    r"|signed|modified|received|feedback|reported|last|inspection|audit|published|discussed|agreed)\b"
)

# What a column may be that is not understood: what its button says, and the meaning.
UNREAD_CHOICES = (
    ("Keep as notes", "notes"),
    ("Progress", "progress"),
    ("Status", "status"),
    ("Lead", "leads"),
    ("Due date", "due"),
    ("Leave it out", "ignore"),
)


def action_rank(heading: str) -> int:
    """How plainly a plain heading says that its column has the actions; 0 says so most plainly."""
    return next(rank for rank, form in enumerate(ACTION_RANKS) if form.fullmatch(heading))
