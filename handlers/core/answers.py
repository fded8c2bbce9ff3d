"""Answering a command: what was typed is read by its verb's parts, and told as Slack takes it."""

import json
from collections.abc import Sequence
from typing import Any

from rapidfuzz import process
from slackblocks import ModalView

from handlers.core.answer_cache import CacheKey
from handlers.core.commands import COMMANDS, Command, Reply
from handlers.core.grammar import CommandNotUnderstood, parse, straighten
from handlers.core.requests import Request
from messages.help import help_answer
from messages.limits import Answer


def answer(request: Request, command: Command, said: str) -> Reply:
    """Answer what was typed after a command. Raises `Misunderstood`, naming the nearest that fits."""
    said = straighten(said)
    if not said or said.lower() in ("help", "?"):
        return help_answer(command.name, command.about, _rows(command))
    found = command.verb(said)
    if found is None:
        raise CommandNotUnderstood(_no_verb(command, said))
    verb, rest = found
    if rest.lower() in ("help", "?"):
        return help_answer(
            f"{command.name} {verb.name}", verb.help, [(verb.usage(), verb.help, verb.example)]
        )
    try:
        read = parse(verb.arguments, rest, request.today)
    except CommandNotUnderstood as wrong:
        raise CommandNotUnderstood(
            f"{wrong.args[0].rstrip('.')}. Use `{command.name} {verb.usage()}`, "
            f"for example `{command.name} {verb.example}`."
        ) from wrong
    return verb.run(request.with_line(f"{command.name} {said}"), read)


def render_answer(request: Request, reply: Answer) -> dict[str, Any]:
    """An answer as Slack takes it, for where it is told: *Share* only where it may be shared."""
    if reply.has("share") and not request.may_share:
        reply = reply.without("share")
    return reply.body()


def render_command(request: Request, command: Command, said: str) -> ModalView | str:
    """The answer to a command as JSON for its acknowledgement, or the form that answers it.

    Raises what `answer` raises.
    """
    found = command.verb(straighten(said))
    if found is None or not found[0].cacheable:
        return _rendered(request, answer(request, command, said))
    question = CacheKey(command.name, said, request.channel, request.may_share, request.today)
    turn = request.services.answer_cache.change_number()
    kept = request.services.answer_cache.find(question, turn)
    if kept is not None:
        return kept
    rendered = _rendered(request, answer(request, command, said))
    if isinstance(rendered, str):
        request.services.answer_cache.keep(question, turn, rendered)
    return rendered


def _rendered(request: Request, reply: Reply) -> ModalView | str:
    if isinstance(reply, ModalView):
        return reply
    return json.dumps({"response_type": "ephemeral", **render_answer(request, reply)})


def answer_command_line(request: Request, line: str) -> Reply:
    """Answer a whole command line, as a button keeps it."""
    name, _, said = line.partition(" ")
    if name not in {command.name for command in COMMANDS}:
        raise CommandNotUnderstood("That button is too old to be understood: type the command again")
    return answer(request, command_named(name), said)


def command_named(name: str) -> Command:
    return next(command for command in COMMANDS if command.name == name)


def _rows(command: Command) -> Sequence[tuple[str, str, str]]:
    return [(verb.usage(), verb.help, verb.example) for verb in command.all]


def _no_verb(command: Command, said: str) -> str:
    known = [verb.name for verb in command.sub_commands]
    first = said.split()[0]
    near = process.extractOne(first.lower(), known, score_cutoff=55)
    elsewhere = [
        f"`{other.name} {first.lower()}`"
        for other in COMMANDS
        if other is not command and any(verb.name == first.lower() for verb in other.sub_commands)
    ]
    if elsewhere:
        return f"`{command.name}` has no “{first[:30]}”, but {elsewhere[0]} is one."
    if first[:1].isdigit():
        return f"Say what to do with {first[:30]}: for example `{command.name} {known[0]} {first[:30]}`."
    guess = f"Did you mean `{command.name} {near[0]}`?" if near else f"Try `{command.name} help`."
    return f"`{command.name}` has no “{first[:30]}”. {guess}"
