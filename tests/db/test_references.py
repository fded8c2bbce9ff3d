"""What a reference means: it is looked up, and its depth says nothing."""

import pytest
from sqlalchemy import Engine

from db import plans
from db.engine import reading
from db.references import Found, Missing, resolve


def _resolve(engine: Engine, text: str, default: str = "jtai2016") -> Found | Missing:
    with reading(engine) as session:
        return resolve(session, text, plans.plan_by_code(session, default))


@pytest.mark.parametrize(
    ("text", "place", "actions"),
    [
        ("2.3", "jtai2016:2.3", 5),
        ("section 2.3", "jtai2016:2.3", 5),
        ("1", "jtai2016:1", 9),
        ("2", "jtai2016:2", 13),
        ("3.1", "jtai2016:3.1", 1),
        ("2.3.5", "jtai2016:2.3.5", 1),
        ("`2.3.5.`", "jtai2016:2.3.5", 1),
        ("ofsted2014:1.2", "ofsted2014:1.2", 1),
        ("OFSTED2014:1.2", "ofsted2014:1.2", 1),
        ("ofsted2014:1", "ofsted2014:1.0", 2),
        ("4.2", "ofsted2014:4.2", 1),
        ("rec 9", "ofsted2014:1.2", 1),
        ("ofsted2014 1.2", "ofsted2014:1.2", 1),
        ("(9)", "ofsted2014:1.2", 1),
        ("Ofsted recommendation 9", "ofsted2014:1.2", 1),
    ],
)
def test_a_reference_is_found(sampled: Engine, text: str, place: str, actions: int) -> None:
    found = _resolve(sampled, text)

    assert isinstance(found, Found)
    assert f"{found.plan.code}:{found.ref}" == place
    assert len(found.action_ids) == actions


def test_another_plan_with_the_same_reference_is_named(sampled: Engine) -> None:
    for default, other in (("jtai2016", "ofsted2014:3.1"), ("ofsted2014", "jtai2016:3.1")):
        found = _resolve(sampled, "3.1", default)
        assert isinstance(found, Found)
        assert found.plan.code == default
        assert [ref for ref, _ in found.also] == [other]


@pytest.mark.parametrize(
    ("text", "why", "offered"),
    [
        ("2.9", "I can't find 2.9 in JTAI 2016. Section 2 has 2.1 to 2.3.", "jtai2016:2.3"),
        ("2.3.9", "Section 2.3 has 2.3.1 to 2.3.5.", "jtai2016:2.3.1"),
        ("nothing:1.2", "No plan has the code “nothing”. The plans are: jtai2016, ", "jtai2016:1.2"),
        ("2.3.5, 2.3.1", "One at a time", "jtai2016:2.3.1"),
        ("2 3 5", "One at a time", "jtai2016:2.3.5"),
        ("the audit one", "Did you mean one of these?", "jtai2016:1.2"),
        ("supervison", "I can't find “supervison”", "jtai2016:2.3"),
    ],
)
def test_a_reference_that_is_not_found_comes_with_the_nearest_ones(
    sampled: Engine, text: str, why: str, offered: str
) -> None:
    missing = _resolve(sampled, text)

    assert isinstance(missing, Missing)
    assert why in missing.why
    assert offered in [ref for ref, _ in missing.offered]


@pytest.mark.parametrize("text", ["", "%", "_", "'; DROP TABLE action; --", "x" * 500, "9" * 60])
def test_nonsense_finds_nothing_and_breaks_nothing(sampled: Engine, text: str) -> None:
    assert isinstance(_resolve(sampled, text), Missing)


def test_without_a_plan_the_answer_says_so(empty: Engine) -> None:
    with reading(empty) as session:
        missing = resolve(session, "2.3", None)

    assert isinstance(missing, Missing)
    assert "There is no plan yet" in missing.why
