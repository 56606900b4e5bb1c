"""Memory of one scorer and one publisher over a million messages, copies of recorded features."""

import threading
import time

import messages
import report
import world
from stack import note
from worker import wait_until

FEATURES, SIGNALS = "race.features.backfill", "race.signals.backfill"
ALLOWED_GROWTH = 0.1
CHUNK = 500


def add_options(parser):
    world.add_options(parser, seasons=1)
    parser.add_argument("--record", type=int, default=3000, help="races to record features of")
    parser.add_argument("--messages", type=int, default=1_000_000, help="copies to send through both workers")
    parser.add_argument("--lag", type=int, default=20_000, help="the most messages sent and not yet published")
    parser.add_argument("--every", type=float, default=5, help="seconds between two samples")
    parser.add_argument("--distinct", action="store_true",
                        help="vary as_of, so that every copy inserts rows; otherwise the publisher finds equal rows")


def run(stack, options):
    world.prepare(stack, options)
    recorded, size = world.record_features(stack, options.record)
    lag = world.limit_for_mock(stack, options.lag, size, "--lag")
    workers = stack.start("scorer", "publisher")
    watch = Watch(stack, workers, options)
    rows = row_count(stack)
    watch.start()
    for number in range(0, options.messages, CHUNK):
        copies = range(number, min(number + CHUNK, options.messages))
        watch.send((copy_of(recorded, n, watch.schema if options.distinct else None) for n in copies), len(copies))
        wait_until(lambda: watch.outstanding() + CHUNK <= lag, 300, f"a lag below {lag}", every=0.1)
    wait_until(lambda: watch.outstanding() <= 0, 600, "the rest is published", every=0.2)
    watch.stop()
    return conclude(watch, options, row_count(stack) - rows)


def copy_of(recorded, number, schema):
    """A recorded message; with a schema, as of a few microseconds later than the recorded one."""
    key, value, head = recorded[number % len(recorded)]
    if schema is None:
        return key, value, head
    features = schema.RaceFeatures.FromString(value)
    request = features.request
    request.as_of += 1 + number // len(recorded)
    names = [str(request.race_id), str(request.as_of), "backfill", str(request.revision), features.feature_set.hash]
    return key, features.SerializeToString(), messages.headers("giddyup.race.features.v1", "feature-builder",
                                                               request.as_of, names)


def row_count(stack):
    with stack.connect() as connection:
        return connection.execute("SELECT count(*) FROM modeling.signals").fetchone()[0]


class Watch:
    """Sends, counts what was published, and samples the workers' memory beside it."""

    def __init__(self, stack, workers, options):
        self.stack, self.workers, self.every = stack, workers, options.every
        self.total = options.messages
        self.schema = messages.generate(stack.folder)
        self.sender = messages.Sender(stack.bootstrap)
        self.sent = self.published = 0
        self.worst_lag = 0
        # The share published, and MiB by worker.
        self.samples = []
        self._is_over = threading.Event()

    def start(self):
        self.before = self._committed()
        self.began = time.monotonic()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def _committed(self):
        return self.stack.topics.committed(self.stack.prefix + "publisher.backfill", SIGNALS)

    def send(self, copies, count):
        for key, value, head in copies:
            self.sender.send(self.stack.prefix + FEATURES, key, value, head)
        self.sender.producer.poll(0)
        self.sent += count

    def outstanding(self):
        """Messages that were sent and not yet published: the lag of both workers together."""
        for worker in self.workers:
            worker.check()
        self.published = self._committed() - self.before
        lag = self.sent - self.published
        self.worst_lag = max(self.worst_lag, lag)
        return lag

    def _sample(self):
        while not self._is_over.wait(self.every):
            self._take()

    def _take(self):
        sizes = {w.name: w.rss_mib() for w in self.workers}
        self.samples.append((self.published / self.total, sizes))
        report.measurement(mode="memory", published=self.published, rss_mib=sizes,
                           seconds=time.monotonic() - self.began)

    def stop(self):
        self.sender.finish()
        self._is_over.set()
        self._thread.join()
        self._take()
        self.seconds = time.monotonic() - self.began

    def sizes(self, worker, since=0.0):
        """MiB of a worker from this share of the messages on."""
        return [sizes[worker] for share, sizes in self.samples if share >= since]


def conclude(watch, options, rows):
    kind = "distinct as_of: every copy inserts rows" if options.distinct else "equal copies: the publisher keeps rows"
    lines, growths = [], []
    for worker in watch.workers:
        after = watch.sizes(worker.name, 0.1)
        figures = (after[0], watch.sizes(worker.name, 0.5)[0], after[-1], max(after))
        growths.append(max(after) / after[0] - 1)
        lines.append((worker.name, *figures, f"{growths[-1]:+.1%}"))
    report.measurement(mode="memory", messages=options.messages, seconds=watch.seconds, new_rows=rows,
                       messages_per_second=options.messages / watch.seconds, worst_lag=watch.worst_lag, copies=kind,
                       samples=len(watch.samples), growth=dict(zip([w.name for w in watch.workers], growths)))
    report.table(f"MiB resident, {options.messages} messages in {watch.seconds:.0f} s, {rows} new rows ({kind})",
                 ("published", "10 %", "50 %", "100 %", "max from 10 %", "growth"), lines)
    return report.verdict(max(growths) <= ALLOWED_GROWTH,
                          f"at most {ALLOWED_GROWTH:.0%} growth from 10 % of the messages on")
