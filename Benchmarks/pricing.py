"""Prices and stakes the races of bench-pricing with public libraries, times them, and compares the results.

Reads the output of bench-pricing from standard input.
"""
import json
import sys
import time

import numpy as np
import penaltyblog.implied as implied
import shin as shin_package
from scipy.optimize import minimize

EXPONENTS = [0.81, 0.65, 0.5]


def timed(body, rounds):
    """Returns the result of a call, and the microseconds of one call: the median of 5 runs."""
    runs = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(rounds):
            result = body()
        runs.append((time.perf_counter() - start) / rounds * 1e6)
    return result, sorted(runs)[2]


def place_probabilities(p):
    """Returns exact probabilities of the first 4 places, by discounted Harville.

    Computes the last two ranks at once with numpy.
    """
    n, total = len(p), p.copy()
    second, third, fourth = (p**e for e in EXPONENTS)
    for i in range(n):
        first2 = p[i] * second / (second.sum() - second[i])
        first2[i] = 0
        total += first2
        for j in range(n):
            if j == i:
                continue
            first3 = first2[j] * third / (third.sum() - third[i] - third[j])
            first3[[i, j]] = 0
            total += first3
            left = fourth.sum() - fourth[i] - fourth[j] - fourth
            share = np.outer(first3 / left, fourth)
            share[:, [i, j]] = 0
            np.fill_diagonal(share, 0)
            total += share.sum(axis=0)
    return total


def kelly(p, net):
    """Returns the stakes that maximise the expected logarithm, by SLSQP from small equal stakes."""

    def loss(f):
        return -np.sum(p * np.log(1 - f.sum() + f * net))

    def slope(f):
        w = p / (1 - f.sum() + f * net)
        return w.sum() - w * net

    n = len(p)
    result = minimize(
        loss,
        np.full(n, 0.1 / n),
        jac=slope,
        method="SLSQP",
        bounds=[(0, 1)] * n,
        constraints=[{"type": "ineq", "fun": lambda f: 0.999 - f.sum(), "jac": lambda f: -np.ones(n)}],
        options={"ftol": 1e-14, "maxiter": 500},
    )
    return result.x


for race in json.loads(sys.stdin.read()):
    n, odds, p, net = race["runners"], race["odds"], np.array(race["p"]), np.array(race["net"])
    rounds = 50 if n == 12 else 3
    results = {
        "power": timed(lambda: implied.calculate_implied(odds, method="power").probabilities, rounds),
        "shin": timed(lambda: shin_package.calculate_implied_probabilities(odds), rounds * 20),
        "place": timed(lambda: place_probabilities(p), max(1, rounds // 10)),
        "kelly": timed(lambda: kelly(p, net), max(1, rounds // 5)),
    }
    print(f"{n} runners: the whole race (power, 4 places exact, gates and Kelly) {race['whole_us']:.1f} us")
    for name, peer in [("power", "penaltyblog"), ("shin", "shin"), ("place", "numpy"), ("kelly", "scipy SLSQP")]:
        theirs, micros = results[name]
        difference = float(np.max(np.abs(np.array(theirs) - np.array(race[name]))))
        ours = race[name + "_us"]
        print(
            f"  {name:6s} ours {ours:9.1f} us   {peer:12s} {micros:10.1f} us   {micros / ours:8.1f} times   "
            f"largest difference {difference:.1e}"
        )
