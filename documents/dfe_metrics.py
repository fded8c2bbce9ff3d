"""DfE files with a row for each measure, named in a column: a column is made for each of them."""

from collections.abc import Sequence

_NAMES = ("metric", "metric_name", "indicator", "measure", "variable")
_VALUES = ("value", "metric_value", "indicator_value", "measure_value", "figure")


def with_column_for_each_metric(records: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    """The records with a column for each measure in place of those of its name and value, headings first.

    The records as they are where no column names several measures.
    """
    headings = [cell.strip() for cell in records[0]]
    lower = [name.lower() for name in headings]
    named = next((lower.index(name) for name in _NAMES if name in lower), None)
    valued = next((lower.index(name) for name in _VALUES if name in lower), None)
    if named is None or valued is None:
        return records
    whole = [[*record, *[""] * (len(headings) - len(record))] for record in records[1:]]
    metrics = list(dict.fromkeys(record[named].strip() for record in whole if record[named].strip()))
    if len(metrics) < 2:
        return records
    others = [at for at in range(len(headings)) if at not in (named, valued)]
    spread: dict[tuple[str, ...], dict[str, str]] = {}
    for record in whole:
        key = tuple(record[at] for at in others)
        spread.setdefault(key, {})[record[named].strip()] = record[valued]
    rows = [[*key, *(values.get(metric, "") for metric in metrics)] for key, values in spread.items()]
    return [[*(headings[at] for at in others), *metrics], *rows]
