"""The journal: a JSON line a round, so that a run that was broken off goes on after its last verified round."""

import collections
import json
import pathlib

VERDICTS = ("lost", "doubled", "unfetched", "differing")


class Journal:
    """Reads what is there, appends what is new."""

    def __init__(self, path, resume, settings):
        self.path = pathlib.Path(path)
        self.rounds = []
        if resume and self.path.exists():
            lines = [json.loads(line) for line in self.path.read_text(encoding="utf-8").splitlines() if line]
            if lines and lines[0] != settings:
                raise SystemExit(f"{path} is the journal of another run: {lines[0]}")
            self.rounds = lines[1:]
        else:
            self.path.write_text(json.dumps(settings) + "\n", encoding="utf-8")

    def append(self, report):
        self.rounds.append(report)
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps(report) + "\n")

    @property
    def faults(self):
        return sum(is_hit(f) for r in self.rounds for f in r["faults"])

    def summary(self):
        kinds, workers, missed, redelivered = (collections.Counter() for _ in range(4))
        for fault in (f for r in self.rounds for f in r["faults"]):
            if is_hit(fault):
                kinds[fault["kind"]] += 1
                workers[fault["worker"]] += 1
            else:
                missed[f"{fault['kind']}, {fault['worker']}: {fault['outcome']}"] += 1
        for report in self.rounds:
            redelivered.update(report["redelivered"])
        totals = {name: sum(len(r[name]) for r in self.rounds) for name in VERDICTS}
        others = {name: [x for r in self.rounds for x in r.get(name, ())]
                  for name in ("unexpected_exits", "failed_stops", "critical", "command_failures", "leftover_files",
                               "unreported")}
        return {"rounds": len(self.rounds), "failed_rounds": [r["round"] for r in self.rounds if not r["passed"]],
                "faults": self.faults, "by_kind": dict(sorted(kinds.items())),
                "by_worker": dict(sorted(workers.items())),
                "missed": dict(sorted(missed.items())), "redelivered": dict(redelivered), **totals, **others,
                "seconds": round(sum(r["seconds"] for r in self.rounds), 1)}

    def write_summary(self):
        summary = self.summary()
        self.path.with_suffix(".summary.json").write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
        return summary


def is_hit(fault):
    return fault["outcome"].startswith("hit")
