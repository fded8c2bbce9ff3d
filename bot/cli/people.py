"""`partnership-bot people …`: who holds which role."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Annotated

import typer
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.cli.output import errors_reported, import_author, say
from bot.store import Store, opened
from db import partners
from documents.people import apply_people, check_roles, check_users, read_people
from messages.wording import plural

app = typer.Typer(no_args_is_help=True, help="Import who holds which role.")

_UNKNOWN = frozenset(("users_not_found", "user_not_found"))


@app.callback()
def _group() -> None:
    """Import who holds which role."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV: role,agency,slack_user,deputy,from,to.")],
) -> None:
    """Read who holds which role, and from when to when. The file is the truth for the roles it names."""
    with errors_reported(), opened() as store:
        people = read_people(file)
        if store.settings.slack_bot_token is None:
            say("SLACK_BOT_TOKEN is not set, so nobody was looked up in Slack.")
        else:
            try:
                check_users(file, people, _fault_of_user(store))
            except (SlackClientError, OSError) as away:
                say(f"Slack can't be asked ({type(away).__name__}), so nobody was looked up there.")
        with store.writing() as session:
            check_roles(session, file, people)
            changed = apply_people(session, people, import_author(store, file), store.today())
        noun = plural(changed, "role has", "roles have")
        say(f"{changed} {noun} other holders now." if changed else "Nothing changed.")


def _fault_of_user(store: Store) -> Callable[[str], str | None]:
    """What is wrong with somebody as Slack knows them: a function of a Slack ID or email address."""
    from bot.app import make_client
    from db.rules.membership import outside, reason_to_deny

    client = make_client(store.settings)
    home = str(client.auth_test()["team_id"])

    @cache
    def fault_of(user: str) -> str | None:
        try:
            if "@" in user:
                user_info = client.users_lookupByEmail(email=user)["user"]
            else:
                user_info = client.users_info(user=user)["user"]
        except SlackApiError as refused:
            if refused.response.get("error") not in _UNKNOWN:
                raise
            return f"nobody in Slack has this {'email address' if '@' in user else 'ID'}"
        denied = reason_to_deny(user_info)
        if denied is not None:
            return f"Slack says that this is one of the {denied}"
        with store.reading() as session:
            allowed = partners.is_allowed(session, user_info["id"])
        if allowed or outside(user_info, home) is None:
            return None
        return "not a member of the workspace. Allow them by name first: `/plan allow @user`"

    return fault_of
