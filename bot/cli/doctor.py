"""`partnership-bot doctor`."""

import typer

from bot.cli.output import errors_reported, say
from bot.doctor import check_setup
from bot.settings import load

app = typer.Typer()


@app.command()
def doctor() -> None:
    """Check the set-up, one line for each check. The exit code is 1 on any fault."""
    with errors_reported():
        findings = list(check_setup(load()))
    for finding in findings:
        say(f"{'ok   ' if finding.good else 'FAULT' if finding.fault else 'note '}  {finding.text}")
    if any(finding.fault and not finding.good for finding in findings):
        raise typer.Exit(1)
