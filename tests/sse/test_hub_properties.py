"""Random histories of commits, reads, restarts and broken connections: no event is lost in silence."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st
from pong_client.sse_parser import Event, EventParser

from sse.hub import Hub
from sse.outbox import OutboxItem
from sse.stream import Stream
from tests.support.sse.records import NOW, item, numbers

USER = 1
SKEW = 4.0


@dataclass
class Log:
    """The table's stream: the committed items by shard, in order. One second passes per commit."""

    shards: list[list[tuple[int, OutboxItem]]]
    committed: int = 0

    def commit(self, shard: int) -> None:
        self.committed += 1
        moment = NOW + self.committed
        self.shards[shard].append((self.committed, item((USER,), self.committed, committed=moment)))


@dataclass
class Container:
    """A process with a hub. It reads the shards in an order of its own, never further apart than the skew."""

    log: Log
    hub: Hub
    began: list[int]
    read: list[int]

    @classmethod
    def start(cls, log: Log, name: str, positions: list[int]) -> Container:
        skipped = [n for shard, at in zip(log.shards, positions, strict=True) for n, _ in shard[:at]]
        hub = Hub(
            name=name,
            skew_seconds=SKEW,
            ring_events=12,
            queue_events=6,
            covered_since=NOW + max(skipped) if skipped else 0.0,
        )
        hub.several_shards = len(log.shards) > 1
        return cls(log, hub, positions, list(positions))

    @property
    def now(self) -> float:
        return NOW + self.log.committed

    def advance(self, shard: int) -> None:
        """Read one record, after all records of other shards that are older by more than the skew."""
        if self.read[shard] == len(self.log.shards[shard]):
            return
        n, next_item = self.log.shards[shard][self.read[shard]]
        for other, records in enumerate(self.log.shards):
            while (
                other != shard
                and self.read[other] < len(records)
                and records[self.read[other]][0] < n - SKEW + 1
            ):
                self.advance(other)
        self.read[shard] += 1
        self.hub.publish(next_item, str(shard), self.now)

    def repeat(self, shard: int, back: int) -> None:
        """The tail opens a shard anew: a record comes a second time."""
        index = self.read[shard] - 1 - back
        if index >= self.began[shard]:
            self.hub.publish(self.log.shards[shard][index][1], str(shard), self.now)

    def catch_up(self) -> None:
        for shard, records in enumerate(self.log.shards):
            while self.read[shard] < len(records):
                self.advance(shard)


@dataclass
class Client:
    """Fetches the state when it starts and after a resync. Then it relies on its events."""

    log: Log
    last_id: str = ""
    knows_until: int = 0
    received: list[int] = field(default_factory=list)
    container: Container | None = None
    stream: Stream | None = None
    parser: EventParser = field(default_factory=EventParser)

    def connect(self, container: Container) -> None:
        self.disconnect()
        if not self.last_id:
            self.fetch_state()
        self.parser = EventParser(self.last_id)
        self.container = container
        self.stream = container.hub.attach(USER, self.last_id, container.now, lambda _: None)

    def read(self, most_bytes: int | None) -> None:
        """Read all pending bytes, or only the first ones because the connection breaks."""
        if self.stream is None:
            return
        if self.stream.cut:
            self.disconnect()
            return
        for event in self.parser.feed(self.stream.take()[:most_bytes]):
            self.take(event)
        self.last_id = self.parser.last_event_id
        if most_bytes is not None:
            self.disconnect()

    def take(self, event: Event) -> None:
        if event.type == "resync":
            self.fetch_state()
        else:
            self.received += numbers([event])

    def fetch_state(self) -> None:
        self.knows_until = self.log.committed
        self.received.clear()

    def disconnect(self) -> None:
        if self.container is not None and self.stream is not None:
            self.container.hub.detach(self.stream, self.container.now)
        self.container = self.stream = None


class World:
    """Containers and clients over one log. The methods that take two numbers are the steps of a history."""

    def __init__(self, shards: int, containers: int) -> None:
        self.log = Log([[] for _ in range(shards)])
        self.fleet = [Container.start(self.log, f"c{n}", [0] * shards) for n in range(containers)]
        self.clients = [Client(self.log) for _ in range(2)]
        self.restarts = 0

    def container(self, which: int) -> Container:
        return self.fleet[which % len(self.fleet)]

    def client(self, which: int) -> Client:
        return self.clients[which % len(self.clients)]

    def shard(self, which: int) -> int:
        return which % len(self.log.shards)

    def commit(self, which: int, _: int) -> None:
        self.log.commit(self.shard(which))

    def advance(self, which: int, detail: int) -> None:
        self.container(which).advance(self.shard(detail))

    def repeat(self, which: int, detail: int) -> None:
        self.container(which).repeat(self.shard(which), detail)

    def connect(self, which: int, detail: int) -> None:
        self.client(which).connect(self.container(detail))

    def read(self, which: int, _: int) -> None:
        self.client(which).read(None)

    def break_off(self, which: int, detail: int) -> None:
        """The connection breaks after some of the pending bytes."""
        self.client(which).read(detail * 40)

    def expire(self, which: int, _: int) -> None:
        container = self.container(which)
        container.hub.expire(container.now)

    def restart(self, which: int, detail: int) -> None:
        """A new process starts from a mark that is some records old."""
        old = self.container(which)
        for client in self.clients:
            if client.container is old:
                client.disconnect()
        self.restarts += 1
        new = Container.start(self.log, f"r{self.restarts}", [max(0, at - detail) for at in old.read])
        new.catch_up()
        self.fleet[self.fleet.index(old)] = new

    def settle(self) -> None:
        """All containers and clients read everything."""
        for container in self.fleet:
            container.catch_up()
        for client in self.clients:
            client.read(None)
            if client.stream is None:
                client.connect(self.fleet[0])
                client.read(None)


def live_through(steps: list[tuple[str, int, int]], *, shards: int, containers: int) -> list[Client]:
    world = World(shards, containers)
    for step, which, detail in steps:
        getattr(world, step)(which, detail)
    world.settle()
    return world.clients


STEPS = st.lists(
    st.tuples(
        # Commits and reads more often than the rest, so that there is something to lose.
        st.sampled_from(
            ["commit", "advance"] * 3 + ["connect", "read", "break_off", "repeat", "restart", "expire"]
        ),
        st.integers(0, 3),
        st.integers(0, 12),
    ),
    max_size=80,
)


@given(steps=STEPS)
@settings(max_examples=400, deadline=None)
def test_with_one_shard_every_client_gets_every_event_once_and_in_order(
    steps: list[tuple[str, int, int]],
) -> None:
    for client in live_through(steps, shards=1, containers=1):
        expected = list(range(client.knows_until + 1, client.log.committed + 1))
        late = [n for n in client.received if n <= client.knows_until]

        assert [n for n in client.received if n > client.knows_until] == expected
        assert late == sorted(set(late))


@given(steps=STEPS)
@settings(max_examples=400, deadline=None)
def test_with_several_shards_and_containers_nothing_is_lost_and_shards_stay_in_order(
    steps: list[tuple[str, int, int]],
) -> None:
    for client in live_through(steps, shards=2, containers=2):
        first_seen = list(dict.fromkeys(client.received))
        for shard in client.log.shards:
            mine = [n for n, _ in shard if n > client.knows_until]

            assert [n for n in first_seen if n in mine] == mine
