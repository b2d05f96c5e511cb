"""Requests a second and latency of every endpoint."""

from collections.abc import Collection, Iterator

from bench.journeys import accounts, play, social
from bench.measurement import Measurement
from bench.plan import Plan
from bench.playing import PLAYING
from bench.reads import READS
from bench.signing_in import SIGNING_IN
from bench.tournaments import TOURNAMENTS

MEASUREMENTS: list[Measurement] = [
    *SIGNING_IN, *READS, *PLAYING, *TOURNAMENTS, *accounts.JOURNEYS, *social.JOURNEYS, *play.JOURNEYS,
]  # fmt: skip
"""All of them. The first ones make users for those that follow."""

MEASURED = {name for measurement in MEASUREMENTS for name in measurement.routes}
"""The routes that are measured: all of them, which a test holds."""


def chosen(routes: Collection[str], plan: Plan) -> Iterator[tuple[Measurement, int]]:
    """The measurements of these routes, or of all, each with its numbers of connections."""
    for measurement in MEASUREMENTS:
        if not routes or set(routes) & set(measurement.routes):
            at = plan.login_connections if "log_in" in measurement.routes else plan.connections
            yield from ((measurement, connections) for connections in at)
