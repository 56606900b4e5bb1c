"""Reads topics and committed offsets through a plain consumer, outside every group."""

import confluent_kafka
from confluent_kafka import OFFSET_BEGINNING, TopicPartition
from confluent_kafka.admin import AdminClient

# Each consumer group, and the topic whose end it must reach; upstream first, so that one pass over them that finds
# every end reached is proof: what an upstream worker has committed, it has produced before.
GROUPS = (
    ("feature-builder", "race.requests"), ("feature-builder.backfill", "race.requests.backfill"),
    ("feature-builder.datasets", "dataset.requests"), ("scorer", "race.features"),
    ("scorer.backfill", "race.features.backfill"), ("publisher", "race.signals"),
    ("publisher.backfill", "race.signals.backfill"), ("clv-tracker.placements", "bet.placements"),
    ("clv-tracker.withdrawals", "race.withdrawals"), ("clv-tracker.settlements", "race.settlements"),
    ("trainer", "training.requests"),
)


class Topics:
    """The topics of one prefix."""

    def __init__(self, servers, prefix):
        self.servers, self.prefix = servers, prefix
        self._readers = {}

    def _consumer(self, group):
        if group not in self._readers:
            self._readers[group] = confluent_kafka.Consumer({
                "bootstrap.servers": self.servers, "group.id": group, "enable.auto.commit": False,
                "auto.offset.reset": "earliest", "enable.partition.eof": True, "fetch.wait.max.ms": 20,
                "reconnect.backoff.max.ms": 1000, "log_level": 2})
        return self._readers[group]

    @property
    def _reader(self):
        return self._consumer(self.prefix + "chaos.verifier")

    def names(self):
        topics = self._reader.list_topics(timeout=20).topics
        return {n.removeprefix(self.prefix): len(t.partitions) for n, t in topics.items() if n.startswith(self.prefix)}

    def partitions(self, topic):
        found = self._reader.list_topics(self.prefix + topic, timeout=20).topics[self.prefix + topic]
        return [TopicPartition(self.prefix + topic, p) for p in sorted(found.partitions)]

    def end(self, partition):
        return self._reader.get_watermark_offsets(partition, timeout=20, cached=False)[1]

    def messages(self, topic):
        """Every message of a topic, partition by partition."""
        found = []
        reader = self._reader
        ends = {p.partition: self.end(p) for p in self.partitions(topic)}
        start = [TopicPartition(self.prefix + topic, p, OFFSET_BEGINNING) for p, end in ends.items() if end > 0]
        left = {p.partition for p in start}
        reader.assign(start)
        while left:
            message = reader.poll(20)
            if message is None:
                raise TimeoutError(f"{topic} cannot be read to its end: partitions {sorted(left)}")
            if message.error():
                if message.error().code() != confluent_kafka.KafkaError._PARTITION_EOF:
                    continue
            else:
                found.append(message)
            if message.offset() + (0 if message.error() else 1) >= ends[message.partition()]:
                left.discard(message.partition())
        reader.unassign()
        return found

    def behind(self, groups):
        """Partitions of these groups' topics whose committed offset has not reached the end: the unfetched."""
        missing = []
        for group, topic in groups:
            partitions = self.partitions(topic)
            committed = self._consumer(self.prefix + group).committed(partitions, timeout=20)
            for partition in committed:
                end = self.end(partition)
                if end > 0 and partition.offset < end:
                    missing.append(f"{group}: {topic}[{partition.partition}] at {partition.offset} of {end}")
        return missing

    def close(self):
        for reader in self._readers.values():
            reader.close()


def delete(broker, prefix):
    """Deletes a round's topics, so that a real broker keeps no partitions of finished rounds."""
    if "DEV_BROKER_CONTROL" in broker.environment:
        return
    admin = AdminClient({"bootstrap.servers": broker.servers})
    names = [n for n in admin.list_topics(timeout=20).topics if n.startswith(prefix)]
    for future in admin.delete_topics(names, operation_timeout=20).values() if names else ():
        future.result()
