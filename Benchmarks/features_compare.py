"""Compares, cell by cell, the features that the Polars peer has too.

Usage: features_compare.py PARTS_FOLDER PEER_PARQUET
"""
import sys

import numpy as np
import polars as pl

# Our name of each feature, and the peer's.
PAIRS = {
    "field_size": "n",
    "class_bonus": "class_level",
    "furlongs": "dist_f",
    "going": "going_band",
    "surface": "awt",
    "draw_number": "draw",
    "draw_share": "draw_share",
    "draw_bias": "draw_bias",
    "pounds": "lbs",
    "pounds_over_field": "lbs_diff",
    "pounds_change": "lbs_change",
    "official_rating": "or",
    "rating_change": "or_change",
    "rating_over_best_win": "or_vs_best_win",
    "class_change": "class_change",
    "distance_change": "dist_change",
    "headgear_first": "hg1",
    "headgear": "hg_any",
    "same_jockey": "same_jockey",
    "days_since": "days_since",
    "days_career": "days_career",
    "runs": "runs_career",
    "win_rate": "sr_career",
    "place_rate": "pr_career",
    "runs_365": "runs_365",
    "win_rate_365": "sr_365",
    "place_rate_365": "pr_365",
    "position1": "pos1",
    "position2": "pos2",
    "position_mean3": "pos_mean3",
    "beaten1": "btn1",
    "beaten_mean3": "btn_mean3",
    "speed1": "sp1",
    "speed_raw1": "spr1",
    "speed_best3": "sp_best3",
    "speed_mean5": "sp_mean5",
    "speed_trend": "sp_trend",
    "course_runs": "crs_runs",
    "course_place_rate": "crs_pr",
    "distance_runs": "dst_runs",
    "distance_place_rate": "dst_pr",
    "going_place_rate": "gng_pr",
    "surface_runs": "sfc_runs",
    "surface_place_rate": "sfc_pr",
    "partnership_runs": "jh_runs",
    "partnership_place_rate": "jh_pr",
    "gpr": "gpr",
    "gpr_se": "gpr_se",
    "pair_runs": "tj_runs",
    "pair_win_rate": "tj_sr",
}
PEOPLE = {
    "win_rate_14": "sr_14",
    "win_rate_90": "sr_90",
    "win_rate_365": "sr_365",
    "win_rate": "sr_career",
    "place_rate": "pr_career",
    "runs_90": "runs_90",
}
for letter, person in (("t", "trainer"), ("j", "jockey")):
    for name, peer_name in PEOPLE.items():
        PAIRS[f"{person}_{name}"] = f"{letter}_{peer_name}"

ours, peer = pl.read_parquet(sys.argv[1] + "/*.parquet"), pl.read_parquet(sys.argv[2])
peer = peer.rename({name: "peer_" + name for name in peer.columns})
both = ours.join(peer, left_on="runner_id", right_on="peer_runner_id")
print(f"{both.height} of {ours.height} starters are in both")
equal = []
for name, peer_name in PAIRS.items():
    x, y = both[name].cast(pl.Float64).to_numpy(), both["peer_" + peer_name].cast(pl.Float64).to_numpy()
    known = ~np.isnan(x) & ~np.isnan(y)
    different = np.mean(np.abs(x - y)[known] > 1e-4 * (1 + np.abs(y[known])))
    missing = np.mean(np.isnan(x) != np.isnan(y))
    if different == 0 and missing == 0:
        equal.append(name)
    else:
        print(
            f"  {name:24s} {100 * different:7.3f} % of cells differ, {100 * missing:7.3f} % are missing on one side "
            f"only, correlation {np.corrcoef(x[known], y[known])[0, 1]:.5f}"
        )
print(f"{len(equal)} of {len(PAIRS)} features are equal in every cell")
