"""Settings: the only reader of the environment."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
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

    @field_validator("coordinators", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
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


def load(**given: Any) -> Settings:
    """Read the settings. Raises `SettingsError` with one sentence for the first that is wrong."""
    try:
        return Settings(**given)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        name = ".".join(str(part) for part in first["loc"]).upper()
        message = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{name}: {message}" if name else message) from wrong
