"""The registers that are held."""

from sqlalchemy import Engine

from db.engine import reading, writing
from db.models import Member
from db.registers import registers


def test_each_register_is_named_once_however_many_are_on_it(empty: Engine) -> None:
    with reading(empty) as session:
        assert registers(session) == []

    with writing(empty) as session:
        for kind in ("teams", "managers", "practitioners"):
            session.add_all(Member(kind=kind, name=f"{kind} {number}") for number in range(3))

    with reading(empty) as session:
        assert registers(session) == ["managers", "practitioners", "teams"]
