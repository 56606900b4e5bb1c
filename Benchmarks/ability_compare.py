"""Compares, cell by cell, the groups of feature set 2 with ability.py, which must be importable.

Usage: ability_compare.py PARTS_FOLDER KEYS_CSV DATA
"""
import sys

import ability
import numpy as np
import polars as pl

# Our name of each feature, and that of ability.py.
WITHIN = {
    "figure_rating": "sf_rate", "figure_last": "sf_last", "figure_best4": "sf_best4", "figure_mean4": "sf_mean4",
    "suits_surface": "s_surf", "suits_distance": "s_dist", "suits_course": "s_crs", "suits_track": "s_key",
    "suits_jockey": "s_jock", "jockey_form_30": "jf30", "jockey_form_180": "jf180", "trainer_form_30": "tf30",
    "trainer_form_180": "tf180", "pair_form": "jt", "jockey_track_form": "jcd", "trainer_distance_form": "tdist",
    "sire_surface_form": "sire_surf", "sire_distance_form": "sire_dist", "damsire_distance_form": "ds_dist",
    "stall_lengths": "dfx", "early_last": "early1", "early_position": "early_ewm", "late_gain": "kick_ewm",
    "middle_position": "mid_ewm", "performance_last": "perf_last", "performance_recent": "perf_ewm",
    "performance_best3": "perf_best3", "performance_best6": "perf_best6", "performance_mean6": "perf_mean6",
}
PLAIN = {
    "campaign_run": "camp", "runs_30": "r30", "runs_90": "r90", "runs_since_win": "since_win", "last_gap": "gap2",
    "position3": "pos3", "position_best3": "pos_best3", "position_sd6": "pos_std6", "gear_off": "gear_off",
    "gear_again": "gear_again", "gear_changed": "gear_changed", "early_position_front": "front_share",
    "early_position_mean": "early_field_mean",
}
PAIRS = PLAIN | {f"gear_{code.lower()}": f"gear_{code}" for code in ability.GEAR}
for ours, theirs in WITHIN.items():
    PAIRS |= {ours: theirs, ours + "_diff": theirs + "_diff", ours + "_rank": theirs + "_rank"}

parts, keys, data = sys.argv[1:]
frame = ability.load(data)
book = ability.Book(frame)
residual = ability.length_ratings(book, 0.2, 12.0)[1]
theirs = {}
for group in (ability.group_a_speed, ability.group_b_suitability, ability.group_c_connections, ability.group_d_draw,
              ability.group_e_campaign, ability.group_f_gear, ability.group_g_pace, ability.group_h_rating):
    theirs |= group(book, residual)
# ABILITY.md: values are rounded to 32 bits before they are ranked; ability.py ranks its doubles.
for name in WITHIN.values():
    theirs[name + "_rank"] = book.rank(theirs[name].astype(np.float32).astype(float))
theirs = pl.DataFrame({"runner_key": frame["runner_id"]} | {f"peer_{name}": x for name, x in theirs.items()})
ours = pl.read_parquet(parts + "/*.parquet").join(pl.read_csv(keys), on="runner_id").join(theirs, on="runner_key")
print(f"{ours.height} of {theirs.height} starters are in both; {len(PAIRS)} columns")
worst = 0.0
for name, peer in PAIRS.items():
    x, y = ours[name].cast(pl.Float64).to_numpy(), ours["peer_" + peer].cast(pl.Float64).to_numpy()
    one_sided = int(np.sum(np.isnan(x) != np.isnan(y)))
    known = ~np.isnan(x) & ~np.isnan(y)
    # Ours are rounded to 32 bits at the end; doubles that agree to 1e-9 round to neighbours at most.
    a, b = x[known].astype(np.float32), y[known].astype(np.float32)
    ulps = np.abs(a - b) / np.spacing(np.maximum(np.abs(a), np.abs(b)).astype(np.float32))
    absolute = np.abs(x[known] - y[known])
    different = (ulps > 1) & (absolute > 1e-9)
    worst = max(worst, float(np.max(absolute[~different], initial=0)))
    if one_sided or different.any():
        largest = absolute[different].max(initial=0)
        print(f"  {name:28s} {int(different.sum()):6d} cells differ, by {largest:.2g} at most; "
              f"{one_sided} are missing on one side only")
print(f"all other cells are equal to the last of 32 bits or within 1e-9; the largest difference is {worst:.2g}")
