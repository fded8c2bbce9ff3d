"""`make questions`: ask the bot questions in people's own words, and write docs/own-words.md.

A question is a line of JSON; `docs/own-words.md` has the figure by kind. Each is asked of the real app,
through its surface, as the person who would ask it.
"""

import json
import re
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from db import roles
from db.audit_log import Author
from db.engine import connect, writing
from documents.sample import load_sample
from sandbox.workspace import Message, Person
from tests.cast import CHAIR, COORDINATOR, DEPUTY, JOINT_CHANNEL, LEAD, LONDON, PLAN_CHANNEL, SCHOOL
from tests.conftest import Running, migrated, run_bot

# Who asks, by the names that questions use; the roles that they hold.
PEOPLE = {
    "psw": (LEAD, "Morgan Hale", "Principal Social Worker"),
    "deputy": (DEPUTY, "Priya Nair", ""),
    "mash": ("U0011MASH", "Helen Osei", "Chair of MASH Steering Group"),
    "ddc": ("U0012DDC", "Tom Barker", "Deputy Director CSC"),
    "area": ("U0013AREA", "Carol Finch", "CSC Area Managers"),
    "eim": ("U0014EIM", "Nadia Rahman", "Early Intervention Manager"),
    "iro": ("U0015IRO", "Peter Lyle", "Independent Reviewing Officers"),
    "paqa": (
        "U0016PAQA",
        "Grace Okoro",
        "Chair of Performance, Audit and Quality Assurance Sub-Group of OSCB",
    ),
    "coord": (COORDINATOR, "Alex Reed", ""),
    "chair": (CHAIR, "Ruth Adeyemi", ""),
    "dsl": (SCHOOL, "Dan Whitfield", ""),
    "anyone": ("U0017ANY", "Jamie Cole", ""),
    "guest": ("U0018GUEST", "Gil Guest", ""),
    "outsider": ("U0006OUTSIDE", "Sam Porter", ""),
}
_OUTSIDE = ("U0018GUEST", "U0006OUTSIDE")
_CHANNELS = {"riverside": "C0003SCHOOL", "hilltop": "C0005HILL"}
_UPDATES = (
    ("2016-09-12", "psw", "/action update 2.2.6 complete: briefing held https://example.org/loop"),
    ("2016-10-06", "area", "/action update 2.3.3 in progress: observations held"),
    ("2016-11-21", "eim", "/action update 1.7 blocked: waiting for the designer's proof"),
    ("2016-12-05", "mash", "/action update 1.1 in progress: first meeting held"),
)
_BUTTONS = ("ask_0", "record_reply_0", "kpi_confirm")


def prepare(path: Path) -> None:
    """A database of the samples, with people in their roles and a term's reminder and updates behind them."""
    migrated(f"sqlite:///{path}", sample=False)
    engine = connect(f"sqlite:///{path}")
    begin, loaded = (datetime(2016, month, 1, 9, tzinfo=LONDON) for month in (1, 9))
    with writing(engine) as session:
        load_sample(session, Author("import:sample", loaded), loaded.date())
        for user, _, role in PEOPLE.values():
            found = roles.role_by_name(session, role) if role else None
            if found is not None and user != LEAD:
                roles.assign_role(session, Author("import:people", begin), found, user, None, begin.date())
    engine.dispose()
    with asking(path, datetime(2016, 9, 7, 9, 30, tzinfo=LONDON)) as running:
        running.tick()
        reminder = next(
            message for message in running.sandbox.space.messages if message.channel == _CHANNELS["riverside"]
        )
        running.press(SCHOOL, reminder, "reminder_seen")
        for day, who, line in _UPDATES:
            running.sandbox.clock.set(datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=LONDON))
            running.ask(PEOPLE[who][0], line)


@contextmanager
def asking(path: Path, at: datetime) -> Iterator[Running]:
    """The bot on a database, in a workspace with everybody in it."""
    with run_bot(f"sqlite:///{path}", at, safeguarding_contact="the MASH on 01632 960148") as running:
        space = running.sandbox.space
        for user, name, _ in PEOPLE.values():
            if user not in space.people:
                handle = name.split()[0].lower()
                space.people[user] = Person(user, handle, name, space.home, is_restricted=user in _OUTSIDE)
        for channel in space.channels.values():
            inside = [user for user, *_ in PEOPLE.values() if user not in _OUTSIDE]
            channel.members = list(dict.fromkeys([*channel.members, *inside]))
        space.channels[JOINT_CHANNEL].members += sorted(_OUTSIDE)
        yield running


def ask(running: Running, question: Mapping[str, Any]) -> list[Message]:
    """Ask through the question's surface. Returns what appears."""
    user = PEOPLE[question["who"]][0]
    text = re.sub(r"@(\w+)@", lambda found: "@" + PEOPLE[found[1]][1].split()[0].lower(), question["text"])
    channel = _CHANNELS.get(question.get("channel", ""), PLAN_CHANNEL)
    if user not in running.sandbox.space.channel(channel).members:
        channel = JOINT_CHANNEL
    space, users = running.sandbox.space, running.sandbox.users
    # Slack takes one message a second in a channel.
    running.sandbox.clock.forward(timedelta(seconds=5))
    surface = question["surface"]
    if surface.startswith("/"):
        return running.messages_after(lambda: users.say(user, channel, f"{surface} {text}"))
    thread = None
    if surface == "dm":
        channel = space.direct(user).id
        if question.get("thread"):
            thread = space.post(channel, space.bot["id"], "Good morning").ts
    elif surface == "thread" or question.get("thread"):
        thread = space.post(channel, space.bot["id"], "Section 2.3: 5 actions").ts
    if surface == "mention":
        text = f"@partnership {text}"

    def say() -> None:
        version = space.version
        users.say(user, channel, text, thread)
        # The question itself is the first change.
        space.wait_past(version + 1, 3)
        time.sleep(0.02)

    return [one for one in running.messages_after(say) if one.user != user]


def judge(running: Running, question: Mapping[str, Any]) -> str:
    """`right`, `offered`, `dead end` or `wrong`; see the samples' description."""
    answers = ask(running, question)
    text = "\n".join(answer.text for answer in answers)
    shown = text + "\n" + "\n".join(json.dumps(answer.blocks, ensure_ascii=False) for answer in answers)
    if any(_has(pattern, text) for pattern in question.get("forbid", ())):
        return "wrong"
    right = bool(answers) and all(_has(pattern, text) for pattern in question["expect_all"])
    right = right and all(_has(pattern, shown) for pattern in question.get("also") or ())
    pressable = [
        (answer, element)
        for answer in answers
        for block in answer.blocks
        for element in block.get("elements") or ()
        if element.get("type") == "button"
    ]
    if question.get("buttons"):
        right = right and bool(pressable)
    if question.get("check"):
        return _judge_change(running, question, right, pressable)
    if right:
        return "right"
    offered = (
        "\n".join(str(element) for _, element in pressable) + "\n" + "\n".join(re.findall(r"`[^`]+`", text))
    )
    return "offered" if any(_has(one, offered) for one in question.get("offer_any") or ()) else "dead end"


def _judge_change(
    running: Running, question: Mapping[str, Any], right: bool, pressable: Sequence[Any]
) -> str:
    who = COORDINATOR
    before = running.ask(who, question["check"]).text
    if any(_has(pattern, before) for pattern in question["records"] or ()):
        return "wrong"
    first = next(((one, element) for one, element in pressable if element["action_id"] in _BUTTONS), None)
    if first is None:
        return "dead end" if question["records"] or not right else "right"
    answer, element = first
    block = next(
        block.get("block_id", "") for block in answer.blocks if element in (block.get("elements") or ())
    )
    running.press_button(PEOPLE[question["who"]][0], answer, block, element)
    after = running.ask(who, question["check"]).text
    recorded = all(_has(pattern, after) for pattern in question["records"] or ())
    return "right" if right and recorded else "offered" if recorded else "dead end"


def _has(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE | re.MULTILINE) is not None


def ask_all(questions: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, str]]:
    """The judgement of each question by its id, with what the bot said."""
    folder = Path(tempfile.mkdtemp(prefix="partnership-questions-"))
    base = folder / "base.db"
    prepare(base)
    found: dict[str, tuple[str, str]] = {}
    for day in sorted({question["today"] for question in questions}):
        at = datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=LONDON) + timedelta(minutes=1)
        asked = [question for question in questions if question["today"] == day]
        groups = [
            [one for one in asked if not one.get("check")],
            *([one] for one in asked if one.get("check")),
        ]
        for number, group in enumerate(groups):
            copy = folder / f"{day}-{number}.db"
            shutil.copy(base, copy)
            with asking(copy, at) as running:
                for question in group:
                    seen = len(running.sandbox.space.messages)
                    verdict = judge(running, question)
                    said = " ¶ ".join(one.text for one in running.sandbox.space.messages[seen:])
                    found[question["id"]] = (verdict, said)
    shutil.rmtree(folder, ignore_errors=True)
    return found


def page(questions: Sequence[Mapping[str, Any]], found: Mapping[str, tuple[str, str]]) -> str:
    by_kind: dict[str, Counter[str]] = defaultdict(Counter)
    for question in questions:
        by_kind[question["kind"]][found[question["id"]][0]] += 1
    rows = [_row(kind, counts) for kind, counts in sorted(by_kind.items())]
    total = _row("**all**", sum(by_kind.values(), Counter()))
    left = [
        f"- `{one['surface']}` {one['text']} ({found[one['id']][0]})"
        for one in questions
        if found[one["id"]][0] != "right"
    ]
    table = "\n".join([*rows, total])
    return _PAGE.format(rows=table, left="\n".join(left) or "None.", number=len(questions))


def _row(kind: str, counts: Counter[str]) -> str:
    return f"| {kind} | {' | '.join(str(counts[one]) for one in VERDICTS)} |"


# Fewer right answers than this share are a fault.
LEAST_RIGHT = 0.85
VERDICTS = ("right", "offered", "dead end", "wrong")
_PAGE = """# In people's own words

`make questions` writes this page. It asks the {number} questions of `tests/own_words.jsonl`, each through the
surface where it would be asked, and holds the answers against the facts they must have.

| kind | right at once | offered | dead end | wrong |
|---|---|---|---|---|
{rows}

*Offered*: the right thing is one of the buttons. *Dead end*: neither. *Wrong*: a fact that answers another
question, or something recorded that nobody confirmed.

Not right yet:

{left}

These questions were written by people who had not seen the code, in five lots, and asked once before
anything was changed for them. Of the first 110, 49% were right at once; of the next 110, 74%; of the
next 100, with more slang and more traps, 54%; of the next 157, 76%, of which two were to another
question; of the last 100, 67%, of which two were to another question. One told what its question
forbade, the nearest action in place of one that does not exist, which is allowed now; and five answers
of the first lot, two of the second and four of the third were to another question. Much of what was
missing was then added, so the
table tells less about the next question than these figures do. The aim is 90%.

How a sentence is read: [decision 0018](decisions/0018-own-words.md). Add `--why` to one to see it.
"""


def main() -> int:
    path = Path(__file__).with_name("own_words.jsonl")
    questions = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    found = ask_all(questions)
    text = page(questions, found)
    (path.parents[1] / "docs" / "own-words.md").write_text(text, "utf-8")
    sys.stdout.write(text)
    verdicts = Counter(verdict for verdict, _ in found.values())
    return 0 if verdicts["right"] >= LEAST_RIGHT * len(questions) and not verdicts["wrong"] else 1


if __name__ == "__main__":
    sys.exit(main())
