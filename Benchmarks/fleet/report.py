"""Prints measurements: JSON as they are made, a table at the end."""

import json
import math
import os
import statistics


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    return round(value, 3) if isinstance(value, float) else value


def measurement(**values):
    """Prints one measurement, with the load of the machine: others on it disturb the figures."""
    values["load_average"] = round(os.getloadavg()[0], 1)
    print(json.dumps(rounded(values)), flush=True)
    return values


def percentile(values, share):
    """The smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def median(measurements, key):
    return statistics.median(m[key] for m in measurements)


def table(title, head, rows):
    print(f"\n{title}")
    for row in (head, *rows):
        cells = [f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in row]
        print("  " + cells[0].ljust(34) + "".join(cell.rjust(14) for cell in cells[1:]))


def verdict(is_met, requirement):
    """Prints the requirement, and returns the exit code."""
    print(f"  {'met' if is_met else 'NOT MET'}: {requirement}", flush=True)
    return 0 if is_met else 1
