"""What one-off commands print: results on stdout, one clear line on stderr when something is wrong."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import typer
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError, SQLAlchemyError

from bot.settings import SettingsError
from db.errors import BackupError, CommitOutcomeUnknown, Refused
from documents.draft import DocumentError


def say(text: str = "") -> None:
    """One line of result, at once: whoever reads it through a pipe waits for it too."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def say_json(value: Any) -> None:
    say(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def fail(sentence: str) -> NoReturn:
    """End with exit code 1 and one line saying what is wrong."""
    sys.stderr.write(f"partnership-bot: {' '.join(sentence.split())}\n")
    raise typer.Exit(1)


@contextmanager
def errors_reported() -> Iterator[None]:
    """Turn what can go wrong with input, settings and the database into one line and exit code 1."""
    try:
        yield
    except (BackupError, DocumentError, Refused, SettingsError) as fault:
        fail(str(fault))
    except CommitOutcomeUnknown:
        fail("the connection broke while this was written: look whether it was before you do it again")
    except ArgumentError:
        fail("DATABASE_URL is not the address of a database, such as sqlite:///partnership.db")
    except OperationalError as down:
        fail(f"the database cannot be reached or is busy: {_reason(down)}")
    except ProgrammingError as old:
        fail(f"the database's schema does not fit: run partnership-bot migrate ({_reason(old)})")
    except SQLAlchemyError as wrong:
        fail(f"the database refused: {_reason(wrong)}")
    except OSError as wrong:
        fail(f"{wrong.filename or 'this machine'}: {wrong.strerror or wrong}")


def _reason(wrong: SQLAlchemyError) -> str:
    """The driver's own first line: never the statement, whose values may be somebody's words."""
    original = getattr(wrong, "orig", None)
    return str(original or type(wrong).__name__).strip().split("\n")[0]
