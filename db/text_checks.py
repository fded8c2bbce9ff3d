"""The check of every text that is stored, at the statement that writes it.

Every way in ends at an INSERT or an UPDATE: commands, forms, replies, files of every kind, the command line.
So the check stands there, once, and a new way in cannot forget it. Callers check earlier, with
`refuse_unfit`, only to say more about where a text is.
"""

import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, Enum, Insert, String, Update, event, select
from sqlmodel import AutoString, Session, col

from db.errors import DisclosureFound, PersonalDataFound, Refused
from db.models import Holding, MeasureKind

# Columns that only the bot or Slack fills: ids, hashes, times and fixed words.
NOT_TYPED: Mapping[str, frozenset[str]] = {
    "auditcheck": frozenset({"fault"}),
    "auditloghead": frozenset({"hash"}),
    "dailyrun": frozenset({"kind"}),
    "delivery": frozenset({"id", "kind", "occurrence", "channel", "permalink", "ts"}),
    "entry": frozenset(
        {"channel", "act", "subject", "field", "undoes", "salt", "erased_digest", "previous", "hash"}
    ),
    "erasure": frozenset({"key", "fingerprint"}),
    "figurerequest": frozenset({"delivery_id"}),
    "handledrequest": frozenset({"key"}),
    "heartbeat": frozenset({"sender_error", "fault"}),
    "nudge": frozenset({"delivery_id"}),
    "pendingchange": frozenset({"id", "kind"}),
    # What a file gives there is read as a telephone number or refused.
    "school": frozenset({"telephone"}),
    "schoolquestion": frozenset({"channel", "thread_ts"}),
    "postedanswer": frozenset({"channel", "ts", "thread_ts"}),
    "receipt": frozenset({"delivery_id", "chase_id"}),
    "round": frozenset({"act"}),
    "covered": frozenset({"act", "withdrawn_act"}),
}
# Columns that hold people by Slack ID or email address, or a copy of such a column. An address may stand
# there; everything else is checked.
HOLDS_ADDRESSES: Mapping[str, frozenset[str]] = {
    "delivery": frozenset({"recipient"}),
    "entry": frozenset({"who", "before", "after"}),
    "figurerequest": frozenset({"person"}),
    "holding": frozenset({"slack_user", "deputy"}),
    "member": frozenset({"contact"}),
    "nudge": frozenset({"person"}),
    "nudgepreference": frozenset({"person"}),
    "pendingchange": frozenset({"person"}),
    "school": frozenset({"contact"}),
}
# Columns that may hold JSON. Its strings are checked as they were typed, not as JSON writes them.
_MAY_BE_JSON: Mapping[str, frozenset[str]] = {
    "entry": frozenset({"before", "after"}),
    "pendingchange": frozenset({"content"}),
}
# No detail that is looked for has fewer characters: refs, counts and marks need no look.
_SHORTEST = 5
# A pass of the clock writes thousands. No postcode, UPN or national insurance number has this form.
_SLACK_ID = re.compile(r"[UWCDGF][0-9][A-Z0-9]{7,9}")
# Columns of references. What has the form of one there has too few digits to be a number of a person, and
# "DP/2" is nobody's initials and age.
_REF_COLUMNS = frozenset({"ref", "target_ref"})
# A file that waits for its import names the actions that it has doubts about.
_HOLDS_REFS = {"pendingchange": frozenset({"content"})}
_LETTERED = r"(?:[A-Z]{1,3} |[A-Z]{1,5}[-./]?)\d{1,3}(?:\.\d{1,2}){0,3}[a-z]?"
_REF = re.compile(rf"(?:(?P<code>[a-z][\w-]{{0,39}}):)?(?:\d{{1,3}}(?:\.\d{{1,2}}){{1,3}}[a-z]?|{_LETTERED})")
# A reference with letters in what somebody types.
LETTERED_REF = re.compile(rf"(?<![\w/.-]){_LETTERED}(?![\w/-])")
# Hashes of texts without a fault. The same text is often bound twice: to a row and to the audit log.
PASSED: dict[int, None] = {}
_MOST_PASSED = 65_536
_lock = threading.Lock()


def attach(engine: Engine) -> None:
    """Check every text that a statement of this engine writes.

    A statement then raises `PersonalDataFound`, `DisclosureFound`, or `Refused` for a text that is too long.
    """

    @event.listens_for(engine, "before_execute")
    def check(connection: Connection, statement: Any, multiparams: Any, params: Any, _options: Any) -> None:
        if not isinstance(statement, Insert | Update):
            return
        rows = multiparams or ([params] if params else [statement.compile(dialect=connection.dialect).params])
        check_rows(connection, statement.table, rows)


def check_rows(connection: Connection, table: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    """Check the texts of rows that are written to a table. Raises what `attach` describes."""
    emails = cache(lambda: _registered_emails(connection))
    rows = list(rows)
    for column in typed_columns(table):
        # Of an import most texts are short, stand in several rows or have passed.
        texts = {text for row in rows if isinstance(text := row.get(column.name), str)}
        if column.may_be_json:
            texts = {one for text in texts for one in _strings_of(text)}
        if column.is_ref:
            # Of a reference with its plan's code only the code can say anything.
            texts = {ref["code"] or "" if (ref := _REF.fullmatch(text)) else text for text in texts}
        for text in texts:
            if len(text) >= _SHORTEST and hash(text) not in PASSED and not _is_passed_measure(text):
                check_text(text, emails, with_address=column.with_address)


# The record of a measure: its words, and in brackets how they are read.
_MEASURE_RECORD = re.compile(rf" \[(?P<read>(?:{'|'.join(MeasureKind)})\b[^\]]*)\]$")
# The words with which it says how they are read.
_READ_WORDS = frozenset(["of", "per", "number", "rise", "fall", "every", "each"]) | {
    word for kind in MeasureKind for word in kind.split("_")
}
_TOKEN = re.compile(r"[^\W_]+")


def _is_passed_measure(text: str) -> bool:
    """Whether a text is the record of a measure whose words have been checked, and says nothing more.

    Somebody may type such brackets too, so each word in them has to be one of the words before them, one of
    the bot's own, or one of at most two numbers ("five" is read as 5).
    """
    found = _MEASURE_RECORD.search(text) if text.endswith("]") else None
    if found is None or hash(text[: found.start()]) not in PASSED:
        return False
    words = frozenset(_TOKEN.findall(text[: found.start()].lower())) | _READ_WORDS
    read = _TOKEN.findall(found["read"].lower())
    numbers = [one for one in read if one.isdigit()]
    return len(numbers) <= 2 and all(one in words or (one.isdigit() and len(one) <= 2) for one in read)


@dataclass(frozen=True)
class TypedColumn:
    """A column that may hold what somebody typed: whether addresses may stand in it, JSON, or references."""

    name: str
    with_address: bool
    may_be_json: bool
    is_ref: bool


@cache
def typed_columns(table: Any) -> tuple[TypedColumn, ...]:
    """The columns of a table that may hold what somebody typed: texts that are not of a closed vocabulary."""

    def is_listed(column: str, columns: Mapping[str, frozenset[str]]) -> bool:
        return column in columns.get(table.name, ())

    return tuple(
        TypedColumn(
            key,
            is_listed(key, HOLDS_ADDRESSES),
            is_listed(key, _MAY_BE_JSON),
            is_ref=key in _REF_COLUMNS or is_listed(key, _HOLDS_REFS),
        )
        for key, type_ in ((column.key, column.type) for column in table.columns)
        if isinstance(type_, String | AutoString) and not isinstance(type_, Enum)
        if not is_listed(key, NOT_TYPED)
    )


# A string of JSON in which nothing is written as an escape.
_STRING = re.compile(r'"([^"\\]*)"')


def _strings_of(value: str) -> Iterable[str]:
    """The strings of a JSON object or list, else the value itself."""
    if value[:1] not in ("{", "["):
        return (value,)
    try:
        loaded = json.loads(value)
    except ValueError:
        # A text may begin like JSON and not be it.
        return (value,)
    # The record of ten thousand new actions has a quarter of a million strings.
    return _STRING.findall(value) if "\\" not in value else _strings_in(loaded)


def _strings_in(loaded: Any) -> Iterator[str]:
    waiting: list[Any] = [loaded]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one


def is_ref(text: str) -> bool:
    """Whether a text has the form of a reference, which is not looked at where references stand."""
    return _REF.fullmatch(text) is not None


def refuse_unfit(session: Session, texts: Iterable[str]) -> None:
    """Raise what `attach` describes for texts that are not stored yet, or never are."""
    emails = cache(lambda: registered_emails(session))
    for text in texts:
        check_text(text, emails)


def registered_emails(session: Session) -> frozenset[str]:
    """The email addresses in the register of people, in lower case."""
    return _registered_emails(session.connection())


def _registered_emails(connection: Connection) -> frozenset[str]:
    rows = connection.execute(select(col(Holding.slack_user), col(Holding.deputy)))
    return frozenset(one.lower() for row in rows for one in row if one and "@" in one)


def prepare() -> None:
    """Load what the first check would otherwise take half a second for."""
    check_text("Nobody here is 9", frozenset)


def fault_of(text: str, emails: Callable[[], frozenset[str]]) -> str | None:
    """What a text is refused for, to say after the place where it stands; None if it is not.

    Raises `Refused` for a text that is too long.
    """
    try:
        check_text(text, emails)
    except PersonalDataFound as found:
        return f"seems to have {' and '.join(found.kinds)} in it"
    except DisclosureFound:
        return "seems to tell of harm to a particular child"
    return None


def refuse_too_long(text: str) -> None:
    """Raise `Refused` before anything looks at a text: looking takes time for every character."""
    from db.rules.personal_data import LONGEST

    if len(text) > LONGEST:
        raise Refused(f"A text of {len(text):,} characters is too long. At most {LONGEST:,} can be stored.")


def check_text(text: str, emails: Callable[[], frozenset[str]], *, with_address: bool = False) -> None:
    """Raise what `attach` describes. `emails` loads the addresses on the register, where a text has one.

    `with_address` accepts any email address.
    """
    if len(text) < _SHORTEST or hash(text) in PASSED or _SLACK_ID.fullmatch(text):
        return
    # Their patterns take a while to compile. A command that writes nothing need not wait for that.
    from db.rules.harm import describes_harm
    from db.rules.personal_data import AN_EMAIL_ADDRESS, find_personal_data

    refuse_too_long(text)
    if describes_harm(text):
        raise DisclosureFound
    used_register = False

    def load() -> frozenset[str]:
        nonlocal used_register
        used_register = True
        return emails()

    kinds = find_personal_data(text, load)
    if with_address:
        kinds = [kind for kind in kinds if kind != AN_EMAIL_ADDRESS]
    if kinds:
        raise PersonalDataFound(kinds)
    if not used_register:
        # What passes because of who is on the register today may not pass tomorrow.
        with _lock:
            if len(PASSED) >= _MOST_PASSED:
                PASSED.clear()
            PASSED[hash(text)] = None


_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|(?<!\w)'[^']*'(?!\w)")


def without_details(line: str) -> str:
    """A line that quotes what somebody typed or a file says, without what looks like a person's details."""
    try:
        fault = fault_of(line, frozenset)
        if fault is None:
            return line
        rest = _QUOTED.sub("“…”", line)
        return rest if fault_of(rest, frozenset) is None else f"left out here, because it {fault}"
    except Refused:
        return "left out here, because it is too long"
