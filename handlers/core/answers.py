"""Answering a command line: its sub-command is found, its arguments are read, its function is run."""

import re
from dataclasses import replace

from slackblocks import ModalView

from db import kpis, references, text_checks
from db.errors import PersonalDataFound
from handlers.core.access import for_partners
from handlers.core.answer_cache import CacheKey
from handlers.core.arguments import CommandNotUnderstood, NothingNamed
from handlers.core.command_lines import (
    ParsedCommand,
    begins_with,
    command_named,
    find_sub_command,
    parse_arguments,
)
from handlers.core.commands import COMMANDS
from handlers.core.dates import with_meeting_days
from handlers.core.replies import Reply, ephemeral_json, render_answer
from handlers.core.requests import Request
from handlers.core.sub_commands import Command
from handlers.core.typed_text import straighten
from handlers.own_words import answers as own_words
from messages.blocks import Answer
from messages.help import help_answer
from messages.own_words import with_unread


def render_command(request: Request, name: str, text: str) -> ModalView | str:
    """The answer to a command as JSON for its acknowledgement, or the form that answers it.

    Raises `CommandNotUnderstood`, what the command's function raises, and what `db.text_checks` raises.
    """
    command = command_named(name)
    text = _checked(request, text)
    if not text or text.lower() in ("help", "?"):
        return _render(request, _help(command))
    try:
        return _render_line(request, command, text)
    except CommandNotUnderstood as unread:
        meant = _in_own_words(request, command, text, unread)
        if isinstance(meant, Answer):
            return _render(request, meant)
        if meant.unread:
            return _render(request, _answer_meant(request, meant))
        name, _, text = meant.line.partition(" ")
        return _render_line(request, command_named(name), text)


_REF = re.compile(r"\d\.\d")


def _in_own_words(
    request: Request, command: Command, text: str, unread: CommandNotUnderstood
) -> own_words.Meant | Answer:
    """What a text means that does not fit its command. Raises `unread` where that explains it better."""
    typed = next((one for one in command.sub_commands if begins_with(text, one.name)), None)
    if typed is not None and not (typed.questions or typed.everyday):
        # A change that was mistyped or not finished is no question.
        rest = text[len(typed.name) :].strip(" :")
        if not rest or _REF.search(text) or _is_kpi(request, command, rest):
            raise unread
    try:
        meant = own_words.answer_own_words(request, text, command.name)
    except NothingNamed as unknown:
        raise (unknown if typed is None and not isinstance(unread, NothingNamed) else unread) from None
    if typed is not None and isinstance(meant, Answer) and not typed.everyday:
        raise unread
    return meant


def _is_kpi(request: Request, command: Command, name: str) -> bool:
    if command.name != "/kpi":
        return False
    with request.reading() as session:
        return bool(kpis.exactly_named(session, name))


def _render_line(request: Request, command: Command, text: str) -> ModalView | str:
    """The answer to a command whose text has been cleaned and checked."""
    parsed = find_sub_command(command, text)
    request = request.with_line(parsed.line)
    # What a partner sees is theirs alone: it is neither taken from the cache nor put there.
    if request.is_partner or not parsed.sub_command.cacheable:
        return _render(request, _run(request, parsed))
    key = CacheKey(command.name, text, request.channel, request.may_share, request.today)
    with request.services.answer_cache.look_up(key) as cached:
        if cached.answer is not None:
            return cached.answer
        rendered = _render(request, _run(request, parsed))
        # Small numbers are shown only while no outsider reads the channel, which no change number tells.
        if isinstance(rendered, str) and not (request.showed_small_counts or request.depends_on_person):
            cached.made = rendered
        return rendered


def answer_line(request: Request, line: str) -> Reply:
    """Answer a whole command line, as a button carries it. Raises what `render_command` raises."""
    name, _, text = line.partition(" ")
    if name not in {command.name for command in COMMANDS}:
        raise CommandNotUnderstood("That button is too old. Please type the command again.")
    parsed = find_sub_command(command_named(name), straighten(text))
    return _run(request.with_line(parsed.line), parsed)


def answer_words(request: Request, text: str) -> Answer:
    """The answer to what somebody wrote in their own words. Raises what `render_command` raises."""
    text = _checked(request, text)
    try:
        meant = own_words.answer_own_words(request, text)
        return meant if isinstance(meant, Answer) else _answer_meant(request, meant)
    except NothingNamed as unnamed:
        return unnamed.answer


def _answer_meant(request: Request, meant: own_words.Meant) -> Answer:
    reply = answer_line(request, meant.line)
    if not isinstance(reply, Answer):
        raise TypeError("a question is answered with an answer")
    return with_unread(reply, meant.unread, meant.topic) if meant.unread else reply


def _checked(request: Request, text: str) -> str:
    """What somebody typed, cleaned. Raises what `db.text_checks` raises.

    Before anything is made of it: an error quotes what it can't read, and a button carries the line.
    """
    text = request.cleaned(text)
    try:
        text_checks.check_text(text, lambda: _registered_emails(request))
    except PersonalDataFound:
        # A reference such as "DP/2" looks like initials and an age.
        without = _without_refs(request, text)
        if without == text:
            raise
        text_checks.check_text(without, lambda: _registered_emails(request))
    return text


def _without_refs(request: Request, text: str) -> str:
    """The text without what has the form of a reference and is one of an action's."""
    written = text_checks.LETTERED_REF.findall(text)
    if not written:
        return text
    with request.reading() as session:
        stored = references.those_stored(session, written)
    return text_checks.LETTERED_REF.sub(lambda one: "it" if one[0] in stored else one[0], text)


def _registered_emails(request: Request) -> frozenset[str]:
    with request.reading() as session:
        return text_checks.registered_emails(session)


def _run(request: Request, parsed: ParsedCommand) -> Reply:
    if parsed.asks_for_help:
        name, one = parsed.command.name, parsed.sub_command
        return help_answer(f"{name} {one.name}", one.help, [one.help_row])
    for_partners(request, is_open=parsed.sub_command.for_partners)
    arguments = with_meeting_days(request, parse_arguments(parsed, request.today))
    reply = parsed.sub_command.run(request, arguments)
    if isinstance(reply, Answer) and reply.rows:
        # Asked for again by its buttons, it is the same list.
        return replace(reply, page=parsed.page, line=reply.line or request.line)
    return reply


def _render(request: Request, reply: Reply) -> ModalView | str:
    if isinstance(reply, ModalView):
        return reply
    if not isinstance(reply, Answer):
        raise TypeError("a command answers with an answer or a form")
    return ephemeral_json(render_answer(request, reply))


def _help(command: Command) -> Answer:
    return help_answer(command.name, command.about, [one.help_row for one in command.all])
