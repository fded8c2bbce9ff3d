"""The table of commands: parsing, help, the manifest and the reading of people's own words come from it.

The table is checked at import, so that a fault in it stops the start and not somebody's first try.
"""

from handlers.core.action_commands import ACTION
from handlers.core.command_table import check_commands
from handlers.core.kpi_commands import KPI
from handlers.core.plan_commands import PLAN
from handlers.core.reminder_commands import REMINDER

COMMANDS = (ACTION, PLAN, REMINDER, KPI)

check_commands(COMMANDS)
