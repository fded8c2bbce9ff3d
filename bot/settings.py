"""Settings: the only reader of the environment."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SLACK_API = "https://slack.com/api/"

Clock = Callable[[], datetime]


class SettingsError(Exception):
    """A setting that is missing or wrong. The text is one sentence that names it."""


class Settings(BaseSettings):
    """Read from the environment and `.env`. docs/settings.md has a line for each field."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    database_url: str = Field(
        "sqlite:///partnership.db",
        description="Where the data lives. `postgres://` and `postgresql://` use psycopg 3.",
    )
    slack_bot_token: SecretStr | None = Field(None, description="The bot's token, `xoxb-…`.")
    slack_signing_secret: SecretStr | None = Field(
        None, description="Proves that a request comes from Slack."
    )
    slack_app_token: SecretStr | None = Field(
        None, description="The app's token, `xapp-…`: with it `run` uses Socket Mode."
    )
    slack_api_url: str = Field(
        SLACK_API, description="Base of the Web API, ending in `/api/`. Only tests change it."
    )
    host: str = Field("127.0.0.1", description="Address to listen on. The Procfile sets 0.0.0.0.")
    port: int = Field(3000, description="Port to listen on.", ge=0, le=65535)
    web_concurrency: int = Field(1, description="gunicorn workers.", ge=1, le=64)
    web_threads: int = Field(64, description="Threads in each worker.", ge=1, le=512)
    timezone: str = Field("Europe/London", description="The zone in which days begin and end.")
    coordinators: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Slack user IDs of the plan's coordinators, comma-separated."
    )
    board_channel: str | None = Field(None, description="Slack ID of the board's channel.")
    safeguarding_contact: str = Field(
        "the MASH",
        description="Who to call about a child, with the number. Shown to anybody who writes of harm.",
    )
    keep_text_months: int | None = Field(
        None,
        description="Erase what people wrote after this many months. Without it, it is kept for good.",
        ge=1,
        le=600,
    )
    metrics_token: SecretStr | None = Field(
        None,
        description="Bearer token for `/metrics` and what `/readyz` says. Without it, only this machine may.",
    )
    log_level: str | None = Field(
        None, description="DEBUG, INFO, WARNING or ERROR. One-off commands log nothing without it."
    )
    clock_start: datetime | None = Field(
        None,
        description="ISO 8601: the clock starts there and runs on. Not with Slack's own API.",
    )

    @model_validator(mode="before")
    @classmethod
    def _clean(cls, given: Any) -> Any:
        """As people paste them: without spaces, line breaks and quotation marks around; empty is not set."""
        if not isinstance(given, Mapping):
            return given
        cleaned = {name: _clean(value) for name, value in given.items()}
        return {name: value for name, value in cleaned.items() if value != ""}

    @field_validator("slack_bot_token", "slack_signing_secret", "slack_app_token", "metrics_token")
    @classmethod
    def _is_whole(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and re.search(r"\s", value.get_secret_value()):
            raise ValueError("has a space or a line break in it. Copy it again")
        return value

    @field_validator("slack_bot_token", "slack_signing_secret", "slack_app_token")
    @classmethod
    def _is_the_right_one(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        kinds = {"slack_bot_token": "xoxb-", "slack_app_token": "xapp-", "slack_signing_secret": None}
        wanted = kinds[info.field_name or ""]
        found = re.match(r"xox[a-z](?:\.xox[a-z])?-|xapp-|xoxe-", value.get_secret_value()) if value else None
        if found is not None and found[0] != wanted:
            what = f"this setting's begins with {wanted}" if wanted else "the signing secret is no token"
            raise ValueError(f"is a token that begins with {found[0]}, and {what}")
        return value

    @field_validator("coordinators", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        """IDs, or mentions as Slack copies them, between commas, semicolons, spaces or line breaks."""
        if not isinstance(value, str):
            return value
        return tuple(_slack_id(part, _PERSON, "U0123ABCD") for part in re.findall(r"<[^>]*>|[^,;\s]+", value))

    @field_validator("board_channel")
    @classmethod
    def _is_channel(cls, value: str | None) -> str | None:
        return _slack_id(value, _CHANNEL, "C0123ABCD") if value else None

    @field_validator("host")
    @classmethod
    def _is_host(cls, value: str) -> str:
        host = value.strip("[]")
        if not re.fullmatch(r"[\w.:%-]+", host) or "//" in value:
            raise ValueError(f"{value!r} is not an address to listen on, such as 127.0.0.1 or 0.0.0.0")
        return host

    @field_validator("database_url")
    @classmethod
    def _is_database(cls, value: str) -> str:
        """Checked here, because the library's own words for these are a traceback."""
        dialect, _, driver = value.partition(":")[0].partition("+")
        if "://" not in value:
            raise ValueError("is not the address of a database, such as sqlite:///partnership.db")
        if dialect not in ("sqlite", "postgresql", "postgres"):
            raise ValueError(f"{dialect} is not a database that the bot works with. Use sqlite or postgresql")
        if driver not in ("", "pysqlite", "psycopg"):
            raise ValueError(f"the driver {driver} is not installed. Leave it out: {dialect}://…")
        # It takes a while to load, and a list of commands needs no database.
        from sqlalchemy.engine import make_url
        from sqlalchemy.exc import ArgumentError

        try:
            make_url(value)
        except ArgumentError as wrong:
            raise ValueError("is not the address of a database, such as sqlite:///partnership.db") from wrong
        except ValueError as wrong:
            raise ValueError("has a port that is not a number") from wrong
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _ends_in_slash(cls, value: str) -> str:
        if not value.endswith("/api/"):
            raise ValueError("must end in /api/")
        return value

    @field_validator("timezone")
    @classmethod
    def _is_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as unknown:
            raise ValueError(f"{value!r} is not a time zone, such as Europe/London") from unknown
        return value

    @field_validator("log_level")
    @classmethod
    def _is_level(cls, value: str | None) -> str | None:
        levels = ("DEBUG", "INFO", "WARNING", "ERROR")
        if value and value.upper() not in levels:
            raise ValueError(f"must be one of {', '.join(levels)}")
        return value.upper() if value else None

    @model_validator(mode="after")
    def _clock_only_in_tests(self) -> Self:
        if self.clock_start is not None and self.slack_api_url == SLACK_API:
            raise ValueError("CLOCK_START is for tests. It can't be used while SLACK_API_URL is Slack's own")
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def clock(self) -> Clock:
        """A clock that gives aware UTC: the machine's, or one that started at `CLOCK_START`."""
        if self.clock_start is None:
            return lambda: datetime.now(UTC)
        start = self.clock_start
        if start.tzinfo is None:
            start = start.replace(tzinfo=self.zone)
        ahead: timedelta = start - datetime.now(UTC)
        return lambda: datetime.now(UTC) + ahead

    def secret(self, name: str) -> str:
        """A token or secret. Raises `SettingsError` when it is not set."""
        value: SecretStr | None = getattr(self, name)
        if value is None or not value.get_secret_value():
            raise SettingsError(f"{name.upper()} is not set. Put it into the environment or .env")
        return value.get_secret_value()


_QUOTES = "\"'“”‘’`"
# A byte order mark, and marks that only give a direction.
_UNSEEN = re.compile(r"[\ufeff\u200b-\u200f\u202a-\u202e\u2060-\u2064]")
_PERSON = re.compile(r"<?@?([UW][A-Z0-9]{2,})(?:\|[^>]*)?>?", re.IGNORECASE)
_CHANNEL = re.compile(
    r"<?#?([CG][A-Z0-9]{2,})(?:\|[^>]*)?>?|https://\S+/archives/([CG][A-Z0-9]{2,})\S*", re.IGNORECASE
)


def _clean(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    value = _UNSEEN.sub("", value).strip()
    if len(value) > 1 and value[0] in _QUOTES and value[-1] in _QUOTES:
        value = value[1:-1].strip()
    return value


def _slack_id(written: str, form: re.Pattern[str], example: str) -> str:
    """The ID in what somebody pasted. Raises `ValueError` for a name."""
    found = form.fullmatch(written.strip())
    slack_id = next(filter(None, found.groups()), "").upper() if found else ""
    # An ID has a digit in it, or is long and written in capitals; a name is neither.
    if not re.search(r"\d", slack_id) and not (len(slack_id) >= 9 and slack_id in written):
        raise ValueError(
            f"{written} is a name and not a Slack ID such as {example}. Slack shows it in the profile or in "
            "the channel's details"
        )
    return slack_id


def load(**given: Any) -> Settings:
    """Read the settings. Raises `SettingsError` with one sentence for the first that is wrong."""
    try:
        return Settings(**given)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        name = ".".join(str(part) for part in first["loc"]).upper()
        message = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{name}: {message}" if name else message) from wrong
