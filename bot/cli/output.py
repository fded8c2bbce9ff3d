"""What commands print: results on stdout, one clear line on stderr when something is wrong."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from sqlalchemy.exc import SQLAlchemyError

    from bot.store import Store
    from db.audit_log import Author


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="Text for people, JSON for programs.")]


def say(text: str = "") -> None:
    """Print one line of result at once, also into a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def say_doubts(doubts: Iterable[str]) -> None:
    """Print the doubts of an import, a line each, without what looks like a person's details."""
    for doubt in doubts:
        say(f"  doubt: {without_details(doubt)}")


def say_json(value: Any) -> None:
    say(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def warn(sentence: str) -> None:
    """Say what is wrong in one line on stderr, and go on."""
    lines = [without_details(line) for line in sentence.split("\n")]
    sys.stderr.write(f"partnership-bot: {' '.join('; '.join(lines).split())}\n")


def fail(sentence: str) -> NoReturn:
    """End with exit code 1 and one line that says what is wrong."""
    warn(sentence)
    raise typer.Exit(1)


def past_day(written: str | None, today: date) -> date:
    """The day that an option gives; today without it. Ends with a sentence for one that has not come."""
    from db.rules.dates import day_text

    try:
        day = today if written is None else date.fromisoformat(written)
    except ValueError:
        fail(f'"{written}" is not a date: write it as 2016-12-17')
    if day > today:
        fail(f"{day_text(day)} has not come yet")
    return day


def without_details(line: str) -> str:
    """A line without what looks like a person's details: what a command prints is often passed on."""
    from db import text_checks

    return text_checks.without_details(line)


def import_author(store: "Store", file: Path) -> "Author":
    """The author of what is imported from a file, now by the store's clock."""
    from db.audit_log import Author

    return Author(f"import:{file.name}"[:64], store.clock())


@contextmanager
def errors_reported() -> Iterator[None]:
    """Turn errors of input, settings and database into one line and exit code 1."""
    from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError, SQLAlchemyError

    from bot.settings import SettingsError
    from db.errors import BackupError, CommitOutcomeUnknown, DisclosureFound, PersonalDataFound, Refused
    from documents.draft import DocumentError

    try:
        yield
    except (BackupError, DisclosureFound, DocumentError, PersonalDataFound, Refused, SettingsError) as error:
        fail(str(error))
    except CommitOutcomeUnknown:
        fail("the connection broke during the commit. Check whether it was written before you run it again")
    except ArgumentError:
        fail("DATABASE_URL is not the address of a database, such as sqlite:///partnership.db")
    except OperationalError as down:
        fail(f"the database can't be reached or is busy: {_reason(down)}")
    except ProgrammingError as old:
        fail(f"the database's schema does not fit. Run partnership-bot migrate ({_reason(old)})")
    except SQLAlchemyError as refused:
        fail(f"the database refused it: {_reason(refused)}")
    except BrokenPipeError:
        # A reader such as `head` has read enough and is gone, which is no fault. Click then ends in silence.
        raise
    except OSError as wrong:
        fail(f"{wrong.filename or 'this machine'}: {wrong.strerror or wrong}")


def _reason(wrong: "SQLAlchemyError") -> str:
    """The driver's first line: never the statement, whose values may be somebody's words."""
    original = getattr(wrong, "orig", None)
    return str(original or type(wrong).__name__).strip().split("\n")[0]
