"""Column headings matched by what they mean: councils' plans name the same six things in many ways."""

import re
from collections.abc import Sequence

# In the order they are tried: the more particular first, so that "Outcome status" is not taken for
# the outcome that is hoped for, nor "Original date" for the date in force.
_MEANINGS: tuple[tuple[str, str], ...] = (
    ("ref", r"(?:action |item )?(?:ref(?:erence)?|no|num(?:ber)?|#|id)(?: no| number)?|action no"),
    ("recommendation", r"(?:ofsted )?rec(?:ommendation)?(?: no| number| ref)?"),
    ("section_ref", r"section (?:ref|no|number)"),
    ("section", r"section|theme|priority(?: area)?|area(?: for improvement)?|objective|workstream"),
    ("title", r"(?:short |action )?title|headline"),
    (
        "original_due",
        r"original (?:due |completion |target )?(?:date|deadline|timescale)|first date",
    ),
    (
        "outcome_status",
        r"outcomes? (?:status|rating|rag|brag|achieved\??|assessment|q[1-4])|"
        r"outcome \(?q1.*|impact rating",
    ),
    ("evidence", r"evidence(?: link| of completion)?|link(?: to evidence)?"),
    (
        "status",
        r"(?:current |action |progress )?status(?: update)?|b?rag(?: rating| status)?|rating|"
        r"(?:b|r)ag.*|state|progress (?:rating|rag)",
    ),
    ("exception", r"exceptions?|outstanding"),
    (
        "progress",
        r"progress(?: report| update| to date| made)?|(?:latest |current )?(?:update|position|comments?"
        r"|commentary|narrative)s?|evaluation|what we have done",
    ),
    (
        "due",
        r"when(?: by)?|by when|(?:target|completion|due|end|finish|review)? ?(?:date|deadline)"
        r"(?: for completion| due)?|time-?\s?(?:scale|frame|line)s?(?: ?/ ?target)?|deadline|"
        r"complet(?:e|ion) by|due(?: by)?|target(?: date)?",
    ),
    (
        "leads",
        r"who|(?:action |responsible |accountable )?(?:lead|owner)s?(?: officer| agency|\(s\)|"
        r" \(role\)| role)?|lead(?:s)? (?:officer|person|role|agency|professional)s?|"
        r"responsib(?:le|ility)(?: officer| person| lead)?|by whom|who will (?:do|lead).*|"
        r"accountable(?: officer)?|person responsible",
    ),
    (
        "measures",
        r"(?:success|performance|output|outcome|key)? ?(?:measures?|indicators?|criteria)"
        r"(?: of success)?|how will we know.*|how we will know.*|measures? of success|"
        r"what will success look like.*|success (?:measures?|criteria)|output/outcome measure\w*|"
        r"kpis?|evidence of (?:success|impact)",
    ),
    (
        "outcome",
        r"what will be different.*|(?:intended |expected |desired |planned )?(?:outcome|impact|result)s?|"
        r"difference.*|benefits?|so what.*",
    ),
    (
        "issues",
        r"issues?(?: raised.*| identified)?|findings?|(?:area|recommendation)s?(?: for improvement)|"
        r"concerns?|what (?:the )?inspectors.*|why",
    ),
    ("recurrence", r"frequency|how often|recurrence"),
    (
        "text",
        r"what(?: we will do| will we do| needs .*)?|(?:specific |key |agreed |planned )?actions?"
        r"(?: required| to be taken| point| points| needed| description)?|task|activity|milestone|"
        r"what are we going to do.*|description",
    ),
)
_COMPILED = tuple((meaning, re.compile(rf"(?:{form})$", re.I)) for meaning, form in _MEANINGS)


def meaning(heading: str) -> str | None:
    """What a heading stands for, by name of a draft's field, or None when it is not known."""
    plain = re.sub(r"\s+", " ", heading.replace("\xa0", " ")).strip(" .:*?-–\n").lower()
    if not plain or len(plain) > 80:
        return None
    return next((name for name, form in _COMPILED if form.match(plain)), None)


def read_headings(cells: Sequence[str]) -> dict[str, int] | None:
    """Which column holds what, if this row is a heading row: it names actions and one thing more.

    A column that repeats a meaning is left out, except that a second `outcome` is taken as its
    status: trackers have "Outcome" twice, first hoped for and then found.
    """
    columns: dict[str, int] = {}
    for index, cell in enumerate(cells):
        name = meaning(cell)
        if name == "outcome" and "outcome" in columns:
            name = "outcome_status"
        if name is not None and name not in columns:
            columns[name] = index
    known = set(columns) - {"ref", "section", "issues"}
    if "text" in columns and len(known) >= 2:
        return columns
    return None
