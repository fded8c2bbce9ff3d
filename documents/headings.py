"""Match column headings by meaning: councils' plans name the same six things in many ways."""

import re
from collections.abc import Sequence

# Tried in this order, the more specific first: "Outcome status" must not match as the intended outcome, nor
# "Original date" as the current date.
_MEANINGS: dict[str, tuple[str, ...]] = {
    "ref": (r"(?:action |item )?(?:ref(?:erence)?|no|num(?:ber)?|#|id)(?: no| number)?", r"action no"),
    "recommendation": (r"(?:ofsted )?rec(?:ommendation)?(?: no| number| ref)",),
    "section_ref": (r"section (?:ref|no|number)",),
    "section": (r"section|theme|priority area|area|objective|workstream|strand",),
    "title": (r"(?:short |action )?title|headline",),
    "original_due": (
        r"original (?:due |completion |target )?(?:date|deadline|timescale)",
        r"first date",
    ),
    "revised_due": (
        r"(?:revised|new|current|extended) (?:due |completion |target )?(?:date|deadline|timescale)",
    ),
    "outcome_status": (
        r"outcomes? (?:status|rating|b?rag|achieved\??|assessment|q[1-4])",
        r"outcome \(?q1.*|impact rating",
    ),
    "evidence": (r"evidence(?: link| of completion)?|link(?: to evidence)?",),
    "status": (
        r"(?:current |action |progress )?status(?: update)?|b?rag\b.*|rating|state",
        r"progress (?:rating|b?rag)",
    ),
    "exception": (r"exceptions?|outstanding",),
    "progress": (
        r"progress(?: report| update| to date| made)?|evaluation|what we have done",
        r"(?:latest |current )?(?:update|position|comment|commentarie|narrative)s?|commentary",
    ),
    "due": (
        r"when(?: by)?|by when|deadline|complet(?:e|ion) by|due(?: by)?|target(?: date)?",
        r"(?:target |completion |due |end |finish )?(?:date|deadline)(?: for completion| due)?",
        r"time-?\s?(?:scale|frame|line)s?(?: ?/ ?target)?",
    ),
    "leads": (
        r"(?:action |responsible |accountable )?(?:lead|owner)s?(?: officer| agency|\(s\)| \(role\)| role)?",
        r"leads? (?:officer|person|role|agency|professional)s?",
        r"who|by whom|who will (?:do|lead).*|accountable(?: officer)?|person responsible",
        r"responsib(?:le|ility)(?: officer| person| lead)?",
    ),
    "measures": (
        r"(?:success |performance |output |outcome |key )?(?:measures?|indicators?|criteria)(?: of success)?",
        r"how (?:will we|we will) know.*|what will success look like.*|evidence of (?:success|impact)",
        r"output/outcome measure\w*|kpis?",
    ),
    "outcome": (
        r"what will be different.*|difference.*|benefits?|so what.*",
        r"(?:intended |expected |desired |planned )?(?:outcome|impact|result)s?",
    ),
    "issues": (
        r"issues?(?: raised.*| identified)?|findings?|concerns?|what (?:the )?inspectors.*|why",
        r"(?:area|recommendation)s?(?: for improvement)?",
    ),
    "recurrence": (r"frequency|how often|recurrence",),
    "text": (
        r"what(?: we will do| will we do| needs .*)?|task|activity|milestone|description",
        r"(?:specific |key |agreed |planned )?actions?(?: required| to be taken| points?| needed)?",
        r"what are we going to do.*",
    ),
}
# Tried only in a row that two of the above already show to be a heading row.
_LOOSE = {
    # Excludes the date of a meeting, a review, the start and the completed work.
    "due": r"(?!.*\b(?:meeting|raised|start|review|created|updated|opened|approved)\b)"
    r"(?!.*\b(?:date completed|completed on)\b)"
    r".*\b(?:date|deadline|timescales?|completed by)\b.*",
    "leads": r".*\b(?:lead|owner|responsible)\b.*",
    "measures": r".*\b(?:measures?|success|indicators?)\b.*",
    "progress": r".*\b(?:progress|updates?)\b.*",
    "outcome": r".*\b(?:outcomes?|impact|difference)\b.*",
    "text": r".*\bactions?\b.*",
}
_COMPILED = tuple((name, re.compile(f"(?:{'|'.join(forms)})$", re.I)) for name, forms in _MEANINGS.items())
_ANY = re.compile(f"(?:{'|'.join(form for forms in _MEANINGS.values() for form in forms)})$", re.I)
_COMPILED_LOOSE = tuple((name, re.compile(form)) for name, form in _LOOSE.items())
# Every heading of the actions' column has one of these words: a quick test that rules out most rows.
_NAMES_ACTIONS = re.compile(r"\b(?:actions?|what|task|activity|milestone|description)\b", re.IGNORECASE)
_LONGEST = 80


def _plain(heading: str) -> str:
    if len(heading) > 2 * _LONGEST:
        return ""
    text = " ".join(heading.split()).strip(" .:*?-–").lower()
    return text if len(text) <= _LONGEST else ""


def meaning(heading: str) -> str | None:
    """The meaning of a column heading, as a key of `_MEANINGS`, or None when it has no known one."""
    plain = _plain(heading)
    if not plain or not _ANY.match(plain):
        return None
    return next(name for name, form in _COMPILED if form.match(plain))


def read_headings(cells: Sequence[str]) -> dict[str, int] | None:
    """Meaning to column index, or None where the cells are not a heading row of a plan.

    A heading row names the actions and at least one more meaning besides ref, section and issues. A column
    that repeats a meaning is left out. Only a second `outcome` becomes `outcome_status`: trackers name two
    columns "Outcome", first for the intended one and then for the one found.
    """
    columns: dict[str, int] = {}
    if not any(_NAMES_ACTIONS.search(cell) for cell in cells if len(cell) <= _LONGEST):
        return None
    for index, cell in enumerate(cells):
        name = meaning(cell)
        if name == "outcome" and "outcome" in columns:
            name = "outcome_status"
        if name is not None and name not in columns:
            columns[name] = index
    if len(columns) >= 2:
        _read_loosely(cells, columns)
    informative = set(columns) - {"ref", "section", "issues"}
    return columns if "text" in columns and len(informative) >= 2 else None


def _read_loosely(cells: Sequence[str], columns: dict[str, int]) -> None:
    for index, cell in enumerate(cells):
        plain = _plain(cell)
        if index in columns.values() or not plain:
            continue
        for name, form in _COMPILED_LOOSE:
            if name not in columns and form.fullmatch(plain):
                columns[name] = index
                break
