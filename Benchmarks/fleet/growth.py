"""Whether each stage of training and of the commands grows in proportion to its rows.

Trains on rows that double, each time with a trainer of its own, and runs backfill, settle, evaluate and a report over
windows that double. Each window contains the one before: settle has only the new half to settle, and backfill replaces
the rows of the old one.
"""

import datetime
import threading
import time

import report
from stack import note
from worker import stop

# The last day of training. The commands' windows begin after it.
LAST = datetime.date(2024, 12, 31)


def add_options(parser):
    parser.add_argument("--seasons", type=int, default=12, help="years of racing to simulate, 10,000 races each")
    parser.add_argument("--doublings", type=int, default=2, help="how often the rows double")
    parser.add_argument("--window", type=int, default=30, help="days of the commands' smallest window")
    parser.add_argument("--fast", action="store_true", help="train few trees")


def run(stack, options):
    stack.giddyup(f"simulate --seasons {options.seasons}")
    with stack.connect() as connection:
        connection.execute("VACUUM ANALYZE")
    sizes = [2 ** n for n in range(options.doublings + 1)]
    # The first quarter of a year gives no training rows.
    days = (options.seasons - 2) * 365
    trainings = [train(stack, LAST - datetime.timedelta(days=days * size // sizes[-1]), options) for size in sizes]
    commands = [time_commands(stack, options.window * size) for size in sizes]
    show(trainings, commands)
    return 0


def train(stack, first, options):
    """Trains from a day on, and notes when each stage began and the memory of the trainer."""
    trainer, = stack.start("trainer")
    began, peaks, done = {}, {}, threading.Event()

    def watch():
        with stack.connect() as connection:
            while not done.wait(0.2):
                row = connection.execute("SELECT stage FROM modeling.training_runs").fetchone()
                if row and row[0] not in ("done", "failed"):
                    began.setdefault(row[0], time.monotonic())
                    peaks[group(row[0])] = max(peaks.get(group(row[0]), 0.0), trainer.rss_mib())

    with stack.connect() as connection:
        connection.execute("DELETE FROM modeling.training_runs")
    watcher = threading.Thread(target=watch)
    watcher.start()
    start = time.monotonic()
    try:
        stack.giddyup(f"train --from {first} --to {LAST}" + (" --fast" if options.fast else ""))
    finally:
        end = time.monotonic()
        done.set()
        watcher.join()
    cpu = trainer.cpu_seconds()
    stop([trainer.process])
    stack.workers.remove(trainer)
    with stack.connect() as connection:
        starters, = connection.execute(
            "SELECT count(*) FROM racing.runners WHERE race_date BETWEEN %s AND %s", (first, LAST)).fetchone()
    stages = {}
    for (name, at), after in zip(began.items(), [*began.values()][1:] + [end]):
        name = group(name)
        stages[name] = stages.get(name, 0) + after - at
    return report.measurement(mode="growth", starters=starters, seconds=end - start, cpu_seconds=cpu,
                              peak_mib=max(peaks.values()), stages=stages, peaks_mib=peaks)


def group(stage):
    """The stages that differ by their fold or season only, as one."""
    if stage.startswith("leak audit"):
        return "leak audit (once a data set)"
    if stage.startswith("fold"):
        return "forward-chained seasons" if "before season" in stage else "folds"
    return stage


def time_commands(stack, days):
    window = f"--from {LAST + datetime.timedelta(days=1)} --to {LAST + datetime.timedelta(days=days)}"
    seconds = {}
    for name, line in (("backfill", f"backfill {window}"), ("settle", f"settle {window}"),
                       ("evaluate", f"evaluate {window}"),
                       ("report model", f"report model hrd_win_prob {window} --out {stack.folder}/report.html")):
        start = time.monotonic()
        stack.giddyup(line)
        seconds[name] = time.monotonic() - start
    note(f"{days} days")
    return report.measurement(mode="growth", days=days, seconds=seconds)


def show(trainings, commands):
    names = list(trainings[-1]["stages"])
    rows = [(name, *(t["stages"].get(name, 0.0) for t in trainings)) for name in names]
    rows += [("all", *(t["seconds"] for t in trainings))]
    report.table("Seconds to train", ("starters", *(t["starters"] for t in trainings)), rows)
    report.table("Most MiB of the trainer", ("starters", *(t["starters"] for t in trainings)),
                 [(name, *(t["peaks_mib"].get(name, 0.0) for t in trainings)) for name in names])
    rows = [(name, *(c["seconds"][name] for c in commands)) for name in commands[0]["seconds"]]
    report.table("Seconds of commands", ("days", *(c["days"] for c in commands)), rows)
