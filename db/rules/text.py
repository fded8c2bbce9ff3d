"""Text as people type it and files hold it: what no page shows and no Office file may hold."""

import re

CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
