"""The plan: an endless sequence of rounds that depends on the seed alone."""

import itertools
import random

import faults
import server_faults as servers

SHAPES = ("races", "races", "day", "races", "races", "datasets")


def crashes(workers, steps=("polled", "handled", "produced", "committed")):
    return [(lambda *drawn, s=step: faults.StepCrash(s, *drawn), worker) for worker in workers for step in steps]


def each(kind, workers):
    return [(kind, worker) for worker in workers]


# What each shape of round can suffer. A deck is dealt to its end before any card comes again, so that a run of 200
# faults has every fault of every worker several times.
RACERS = ("feature-builder", "scorer", "publisher", "clv-tracker")
WRITERS = ("feature-builder", "publisher", "clv-tracker")
DECKS = {
    "races": crashes(RACERS) + each(faults.TransactionKill, WRITERS) + each(faults.Kill, RACERS)
    + each(faults.Stop, RACERS) + each(faults.HungSession, WRITERS) + each(faults.ComeAndGo, RACERS)
    + each(servers.PostgresRestart, ("postgres",) * 2) + each(servers.BrokersDown, ("kafka",) * 2)
    + each(servers.PostgresDiskFull, ("postgres",) * 2),
    "day": crashes(("scheduler",), ("handled", "produced", "committed")) + each(faults.TransactionKill, ("scheduler",))
    + each(faults.Kill, ("scheduler", "feature-builder", "scorer")) + each(faults.Stop, ("scheduler", "publisher"))
    + each(faults.HungSession, ("scheduler",)) + each(faults.ComeAndGo, ("scheduler",))
    + each(servers.PostgresRestart, ("postgres",)) + each(servers.BrokersDown, ("kafka",)),
    "datasets": crashes(("trainer", "feature-builder")) + each(faults.TransactionKill, ("trainer",))
    + each(faults.Kill, ("trainer", "feature-builder")) + each(faults.Stop, ("trainer", "feature-builder"))
    + each(faults.HungSession, ("trainer", "feature-builder")) + each(servers.PostgresRestart, ("postgres",))
    + each(servers.ArtifactDiskFull, ("feature-builder",)),
}
WORKERS = {
    "races": RACERS, "day": ("scheduler", "feature-builder", "scorer", "publisher", "clv-tracker"),
    "datasets": ("feature-builder", "trainer"),
}


def replicas(shape, draw):
    most = {"races": 4, "day": 2, "datasets": 2}[shape]
    # With one worker of a kind more often than not, a fault leaves nobody to take over.
    return {worker: draw.choice((1, 1, 2, most)) for worker in WORKERS[shape]}


def dealer(seed, shape):
    """Cards of a shape's deck, shuffled anew each time it is dealt to its end."""
    for turn in itertools.count():
        deck = list(DECKS[shape])
        random.Random(f"{seed}/{shape}/{turn}").shuffle(deck)
        yield from deck


def rounds(seed):
    """Yields round after round: its shape, its replicas and its faults."""
    dealers = {shape: dealer(seed, shape) for shape in DECKS}
    for number in itertools.count():
        draw = random.Random(f"{seed}/{number}")
        shape = SHAPES[number % len(SHAPES)]
        cards = itertools.islice(dealers[shape], draw.randint(*((4, 5) if shape == "datasets" else (6, 8))))
        struck = [kind(worker, round(draw.uniform(1, 11), 1), draw.randrange(1000), round(draw.random(), 3))
                  for kind, worker in cards]
        yield {"number": number, "shape": shape, "replicas": replicas(shape, draw), "faults": struck}


def short():
    """One round of the most telling faults, for every run of the tests."""
    def crash(step, worker, at):
        return faults.StepCrash(step, worker, at, 0, 0.5)
    struck = [crash("handled", "feature-builder", 3), crash("produced", "scorer", 3.5),
              crash("committed", "clv-tracker", 4), faults.TransactionKill("publisher", 4, 0, 0.5),
              faults.HungSession("feature-builder", 8, 0, 0), faults.Stop("publisher", 9, 1, 0),
              servers.BrokersDown("kafka", 12, 0, 0), servers.PostgresRestart("postgres", 14.5, 0, 0.1)]
    return {"number": 0, "shape": "races", "replicas": {w: 2 for w in RACERS}, "faults": struck,
            "hang_seconds": (4, 4)}
