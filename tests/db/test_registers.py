"""Which registers are held: each once, on both kinds of database."""

from sqlalchemy import Engine

from db.engine import reading, writing
from db.models import Member
from db.registers import registers


def test_each_register_is_named_once(empty: Engine) -> None:
    with reading(empty) as session:
        assert registers(session) == []
    with writing(empty) as session:
        for kind, count in (("teams", 3), ("managers", 1), ("practitioners", 2)):
            session.add_all(Member(kind=kind, name=f"{kind} {number}") for number in range(count))
    with reading(empty) as session:
        assert registers(session) == ["managers", "practitioners", "teams"]
