"""The words that choose some of the KPIs: `/kpi red` is a list and no KPI."""

FILTERS = ("off target", "within tolerance", "met", "stale", "no target", "no baseline")
# Other words for a filter, by themselves too.
FILTER_WORDS = {
    **{name: name for name in FILTERS},
    **dict.fromkeys(("red", "missed", "not met", "off-target", "below target", "behind"), "off target"),
    **dict.fromkeys(("amber", "yellow", "near target"), "within tolerance"),
    **dict.fromkeys(("green", "on target", "on-target"), "met"),
    **dict.fromkeys(("overdue", "late", "old", "out of date"), "stale"),
    **dict.fromkeys(("without target", "without a target"), "no target"),
    **dict.fromkeys(("without baseline", "without a baseline"), "no baseline"),
}
