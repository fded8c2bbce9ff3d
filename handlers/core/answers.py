"""Answering a command: what was typed is read by its verb's parts, and told as Slack takes it."""

import json
from collections.abc import Sequence
from typing import Any

from rapidfuzz import process
from slackblocks import ModalView

from handlers.core.answer_cache import Question
from handlers.core.commands import COMMANDS, Command, Reply
from handlers.core.grammar import Misunderstood, parse, plain
from handlers.core.requests import Ask
from messages.help import helped
from messages.limits import Answer


def answer(ask: Ask, command: Command, said: str) -> Reply:
    """Answer what was typed after a command. Raises `Misunderstood`, naming the nearest that fits."""
    said = plain(said)
    if not said or said.lower() in ("help", "?"):
        return helped(command.name, command.about, _rows(command))
    found = command.verb(said)
    if found is None:
        raise Misunderstood(_no_verb(command, said))
    verb, rest = found
    if rest.lower() in ("help", "?"):
        return helped(f"{command.name} {verb.name}", verb.help, [(verb.usage(), verb.help, verb.example)])
    try:
        read = parse(verb.parts, rest, ask.today)
    except Misunderstood as wrong:
        raise Misunderstood(
            f"{wrong.args[0].rstrip('.')}. Use `{command.name} {verb.usage()}`, "
            f"for example `{command.name} {verb.example}`."
        ) from wrong
    return verb.run(ask.again_by(f"{command.name} {said}"), read)


def body_of(ask: Ask, reply: Answer) -> dict[str, Any]:
    """An answer as Slack takes it, for where it is told: *Share* only where it may be shared."""
    if reply.has("share") and not ask.may_share:
        reply = reply.without("share")
    return reply.body()


def told(ask: Ask, command: Command, said: str) -> ModalView | str:
    """The answer to a command as JSON for its acknowledgement, or the form that answers it.

    Raises what `answer` raises.
    """
    found = command.verb(plain(said))
    if found is None or not found[0].for_all:
        return _rendered(ask, answer(ask, command, said))
    question = Question(command.name, said, ask.channel, ask.may_share, ask.today)
    turn = ask.bot.kept.turn()
    kept = ask.bot.kept.find(question, turn)
    if kept is not None:
        return kept
    rendered = _rendered(ask, answer(ask, command, said))
    if isinstance(rendered, str):
        ask.bot.kept.keep(question, turn, rendered)
    return rendered


def _rendered(ask: Ask, reply: Reply) -> ModalView | str:
    if isinstance(reply, ModalView):
        return reply
    return json.dumps({"response_type": "ephemeral", **body_of(ask, reply)})


def answer_line(ask: Ask, line: str) -> Reply:
    """Answer a whole command line, as a button keeps it."""
    name, _, said = line.partition(" ")
    if name not in {command.name for command in COMMANDS}:
        raise Misunderstood("That button is too old to be understood: type the command again")
    return answer(ask, by_name(name), said)


def by_name(name: str) -> Command:
    return next(command for command in COMMANDS if command.name == name)


def _rows(command: Command) -> Sequence[tuple[str, str, str]]:
    return [(verb.usage(), verb.help, verb.example) for verb in command.all]


def _no_verb(command: Command, said: str) -> str:
    known = [verb.name for verb in command.verbs]
    first = said.split()[0]
    near = process.extractOne(first.lower(), known, score_cutoff=55)
    elsewhere = [
        f"`{other.name} {first.lower()}`"
        for other in COMMANDS
        if other is not command and any(verb.name == first.lower() for verb in other.verbs)
    ]
    if elsewhere:
        return f"`{command.name}` has no “{first[:30]}”, but {elsewhere[0]} is one."
    if first[:1].isdigit():
        return f"Say what to do with {first[:30]}: for example `{command.name} {known[0]} {first[:30]}`."
    guess = f"Did you mean `{command.name} {near[0]}`?" if near else f"Try `{command.name} help`."
    return f"`{command.name}` has no “{first[:30]}”. {guess}"
