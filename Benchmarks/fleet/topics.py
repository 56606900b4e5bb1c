"""Reads topics and committed offsets outside every group, and deletes what a run created."""

import confluent_kafka
from confluent_kafka import OFFSET_BEGINNING, OFFSET_INVALID, TopicPartition
from confluent_kafka.admin import AdminClient


class Topics:
    """The topics of one prefix. Names are without it."""

    def __init__(self, servers, prefix):
        self.servers, self.prefix = servers, prefix
        self._consumers, self._partitions = {}, {}

    def _consumer(self, group):
        if group not in self._consumers:
            self._consumers[group] = confluent_kafka.Consumer({
                "bootstrap.servers": self.servers, "group.id": group, "enable.auto.commit": False,
                "auto.offset.reset": "error", "fetch.wait.max.ms": 20, "log_level": 2})
        return self._consumers[group]

    @property
    def _reader(self):
        return self._consumer(self.prefix + "bench.reader")

    def partitions(self, topic):
        if topic not in self._partitions:
            name = self.prefix + topic
            found = self._reader.list_topics(name, timeout=30).topics[name]
            self._partitions[topic] = [TopicPartition(name, p) for p in sorted(found.partitions)]
        return self._partitions[topic]

    def ends(self, topic):
        """The end of each partition."""
        return {p.partition: self._reader.get_watermark_offsets(p, timeout=30, cached=False)[1]
                for p in self.partitions(topic)}

    def committed(self, group, topic):
        """How many messages of a topic a group has committed."""
        offsets = self._consumer(group).committed(self.partitions(topic), timeout=30)
        return sum(max(0, p.offset) for p in offsets)

    def start_group_at_end(self, group, topic):
        """Commits the ends for a group without members, so that it begins with what is sent next."""
        name = self.prefix + topic
        offsets = [TopicPartition(name, p, end) for p, end in self.ends(topic).items()]
        for partition in self._consumer(group).commit(offsets=offsets, asynchronous=False):
            if partition.error or partition.offset == OFFSET_INVALID:
                raise SystemExit(f"{group}: offsets were not committed: {partition}")

    def _read(self, assignment, wanted):
        """Reads `wanted` messages of each partition of the assignment."""
        left = {p.partition: wanted[p.partition] for p in assignment}
        found = []
        self._reader.assign(assignment)
        while left:
            message = self._reader.poll(30)
            if message is None or message.error():
                raise SystemExit(f"{assignment[0].topic} cannot be read: {message and message.error()}")
            if message.partition() in left:
                found.append(message)
                left[message.partition()] -= 1
                left = {p: n for p, n in left.items() if n > 0}
        self._reader.unassign()
        return found

    def messages(self, topic):
        """All messages of a topic in which nothing was deleted."""
        ends = {p: end for p, end in self.ends(topic).items() if end > 0}
        name = self.prefix + topic
        return self._read([TopicPartition(name, p, OFFSET_BEGINNING) for p in ends], ends)

    def seconds_between(self, topic, starts, ends):
        """The seconds from the first message to the last, by the time that their producers gave them."""
        name = self.prefix + topic
        moved = [p for p in ends if ends[p] > starts[p]]
        one = dict.fromkeys(moved, 1)
        first = self._read([TopicPartition(name, p, starts[p]) for p in moved], one)
        last = self._read([TopicPartition(name, p, ends[p] - 1) for p in moved], one)
        return (max(m.timestamp()[1] for m in last) - min(m.timestamp()[1] for m in first)) / 1000

    def close(self):
        for consumer in self._consumers.values():
            consumer.close()


def delete(servers, prefix):
    """Deletes the groups and topics of a prefix. Returns what could not be deleted."""
    admin = AdminClient({"bootstrap.servers": servers})
    groups = [g.group_id for g in admin.list_consumer_groups().result().valid if g.group_id.startswith(prefix)]
    names = [n for n in admin.list_topics(timeout=30).topics if n.startswith(prefix)]
    pending = {**(admin.delete_consumer_groups(groups) if groups else {}),
               **(admin.delete_topics(names, operation_timeout=60) if names else {})}
    problems = []
    for name, future in pending.items():
        try:
            future.result(90)
        except (confluent_kafka.KafkaException, TimeoutError) as error:
            problems.append(f"{name} was not deleted: {error}")
    return problems
