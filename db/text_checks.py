"""The one check of every text that is stored, where it is bound to a statement that writes.

Every way in ends at an INSERT or an UPDATE: commands, forms, replies, files of every kind, the command line.
So the check stands there, once, and a new way in cannot forget it. Callers check earlier, with
`refuse_unfit`, only to say more about where a text is.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from cachetools import LRUCache
from sqlalchemy import Connection, Engine, Insert, Update, event, select
from sqlmodel import Session, col

from db.errors import DisclosureFound, PersonalDataFound, Refused
from db.models import Holding
from db.rules.harm import describes_harm
from db.rules.personal_data import AN_EMAIL_ADDRESS, LONGEST, find_personal_data

# Columns that only the bot or Slack fills: ids, hashes, times and fixed words.
NOT_TYPED: Mapping[str, frozenset[str]] = {
    "auditloghead": frozenset({"hash"}),
    "dailyrun": frozenset({"kind"}),
    "delivery": frozenset({"id", "kind", "occurrence", "channel", "permalink", "ts"}),
    "entry": frozenset({"channel", "act", "subject", "field", "undoes", "previous", "hash"}),
    "figurerequest": frozenset({"delivery_id"}),
    "handledrequest": frozenset({"key"}),
    "nudge": frozenset({"delivery_id"}),
    "pendingchange": frozenset({"id", "kind"}),
    "receipt": frozenset({"delivery_id", "chase_id"}),
}
# Columns that hold people by Slack ID or email address, or a copy of such a column. An address may stand
# there; everything else is checked.
HOLDS_ADDRESSES: Mapping[str, frozenset[str]] = {
    "delivery": frozenset({"recipient", "occurrence"}),
    "entry": frozenset({"who", "before", "after"}),
    "figurerequest": frozenset({"person"}),
    "holding": frozenset({"slack_user", "deputy"}),
    "nudge": frozenset({"person"}),
    "nudgepreference": frozenset({"person"}),
    "pendingchange": frozenset({"person"}),
    "school": frozenset({"contact"}),
}
# Hashes of texts without a fault. The same text is often bound twice: to a row and to the audit log.
_passed: LRUCache[int, None] = LRUCache(8192)


def attach(engine: Engine) -> None:
    """Check every text that a statement of this engine writes.

    A statement then raises `PersonalDataFound`, `DisclosureFound`, or `Refused` for a text that is too long.
    """

    @event.listens_for(engine, "before_execute")
    def check(connection: Connection, statement: Any, multiparams: Any, params: Any, _options: Any) -> None:
        if not isinstance(statement, Insert | Update):
            return
        table: Any = statement.table
        rows = multiparams or ([params] if params else [statement.compile().params])
        columns = [
            (column.key, column.key in HOLDS_ADDRESSES.get(table.name, ()))
            for column in table.columns
            if column.key not in NOT_TYPED.get(table.name, ())
        ]
        emails = cache(lambda: _registered_emails(connection))
        for row in rows:
            for name, with_address in columns:
                value = row.get(name)
                if isinstance(value, str):
                    check_text(value, emails, with_address=with_address)


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


def check_text(text: str, emails: Callable[[], frozenset[str]], *, with_address: bool = False) -> None:
    """Raise what `attach` describes. `emails` loads the addresses on the register, where a text has one.

    `with_address` accepts any email address.
    """
    if not text or hash(text) in _passed:
        return
    if len(text) > LONGEST:
        # Before anything looks at it: looking takes time for every character.
        raise Refused(f"A text of {len(text):,} characters is too long. At most {LONGEST:,} can be stored.")
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
        _passed[hash(text)] = None
