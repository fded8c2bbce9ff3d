"""`GET /metrics`: read from the database at each scrape, so that every process reports the same."""

from collections.abc import Callable, Iterable
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine

from db import health
from db.engine import reading


class _StoreCollector(Collector):
    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def collect(self) -> Iterable[Metric]:
        with reading(self._engine) as session:
            now = self._clock()
            current, totals = health.read_health(session, now), health.count_totals(session)
        yield CounterMetricFamily("partnership_record_entries", "Entries in the audit log", totals.entries)
        yield CounterMetricFamily("partnership_messages_sent", "Messages the bot sent by itself", totals.sent)
        yield GaugeMetricFamily("partnership_messages_unsent", "Messages waiting to be sent", current.unsent)
        failed = CounterMetricFamily(
            "partnership_messages_failed", "Messages not delivered, by reason", labels=["reason"]
        )
        for reason, number in totals.failures.items():
            failed.add_metric([reason], number)
        yield failed
        for name, text, moment in (
            ("partnership_last_tick_age_seconds", "Seconds since the clock's last pass", current.last_tick),
            (
                "partnership_oldest_unsent_age_seconds",
                "Seconds that the oldest unsent message has waited",
                current.oldest_unsent,
            ),
        ):
            if moment is not None:
                yield GaugeMetricFamily(name, text, (now - moment).total_seconds())


def exposition(engine: Engine, clock: Callable[[], datetime]) -> bytes:
    """The metrics in Prometheus's text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_StoreCollector(engine, clock))
    return generate_latest(registry)
