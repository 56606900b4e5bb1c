"""Draws the dashboards of compose/observe/dashboards as HTML pages, with the data of a running Prometheus.

    draw_dashboards.py PROMETHEUS_URL FOLDER [MINUTES]

It is not Grafana: it shows which series each panel has, with their names, units and thresholds, on a machine without
Grafana. It knows the two types of panels that the dashboards use.
"""

import html
import json
import math
import pathlib
import re
import sys
import time
import urllib.parse
import urllib.request

COLORS = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#8c564b", "#7f7f7f"]
WIDTH, HEIGHT, LEFT, BOTTOM = 430, 150, 66, 18
STYLE = """body{font:13px sans-serif;background:#f4f5f5;margin:12px} h1{font-size:18px}
.grid{display:grid;grid-template-columns:repeat(24,1fr);gap:8px}
.panel{background:#fff;border:1px solid #ddd;padding:8px}
h2{font-size:13px;margin:0 0 6px} .stat{font-size:28px;margin:8px} .name{color:#666;font-size:12px} .none{color:#999}
svg{width:100%} svg text{font-size:10px;fill:#555}"""


def ask(url, path, **parameters):
    """The result of a query: a list of series."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}") as answer:
        return json.load(answer)["data"]["result"]


def series_name(target, labels):
    return re.sub(r"{{\s*(\w+)\s*}}", lambda m: labels.get(m.group(1), ""), target.get("legendFormat", ""))


def worded(value, unit):
    """A value with its unit, as Grafana's units of the same names."""
    if math.isnan(value):
        return "no value"
    if unit == "percentunit":
        return f"{value * 100:.1f} %"
    if unit == "s":
        return f"{value * 1000:.0f} ms" if abs(value) < 1 else f"{value:.1f} s"
    return f"{value:,.4g}" + (" ops/s" if unit == "ops" else "")


def line(values, x, y, color):
    points = " ".join(f"{x(at):.1f},{y(float(v)):.1f}" for at, v in values if not math.isnan(float(v)))
    return f'<polyline fill="none" stroke="{color}" stroke-width="1.5" points="{points}"/>'


def chart(series, unit, start, end):
    """An SVG of named series of (time, value)."""
    numbers = [float(v) for _, values in series for _, v in values if not math.isnan(float(v))]
    low, high = min([0.0, *numbers]), max([0.0, *numbers])
    span = high - low or 1.0
    x = lambda at: LEFT + (at - start) / (end - start) * (WIDTH - LEFT)
    y = lambda v: HEIGHT - BOTTOM - (v - low) / span * (HEIGHT - BOTTOM - 8)
    parts = []
    for share in (0, 0.5, 1):
        value = low + share * span
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH}" y1="{y(value)}" y2="{y(value)}" stroke="#eee"/>'
                     f'<text x="{LEFT - 4}" y="{y(value) + 3}" text-anchor="end">{worded(value, unit)}</text>')
    for at in (start, (start + end) / 2, end):
        anchor = "start" if at == start else "end" if at == end else "middle"
        clock = time.strftime("%H:%M", time.gmtime(at))
        parts.append(f'<text x="{x(at)}" y="{HEIGHT - 4}" text-anchor="{anchor}">{clock}</text>')
    legend = []
    for number, (name, values) in enumerate(series):
        color = COLORS[number % len(COLORS)]
        parts.append(line(values, x, y, color))
        legend.append(f'<span class="name"><b style="color:{color}">&#9632;</b> {html.escape(name)}</span>')
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(parts)}</svg>{" ".join(legend)}'


def stats(series, defaults):
    steps = defaults.get("thresholds", {}).get("steps", [])
    parts = []
    for name, values in series:
        value = float(values[-1][1])
        color = [s["color"] for s in steps if s["value"] is None or value >= s["value"]] or ["#222"]
        parts.append(f'<span class="stat" style="color:{color[-1]}">{worded(value, defaults.get("unit"))}</span>'
                     f'<span class="name">{html.escape(name)}</span>')
    return "<br>".join(parts)


def draw_panel(panel, url, start, end):
    defaults, series = panel["fieldConfig"]["defaults"], []
    for target in panel["targets"]:
        found = ask(url, "query_range", query=target["expr"], start=start, end=end, step=max(5, (end - start) // 200))
        series += [(series_name(target, s["metric"]), s["values"]) for s in found]
    if not series:
        body = '<p class="none">No data</p>'
    elif panel["type"] == "stat":
        body = stats(series, defaults)
    else:
        body = chart(sorted(series), defaults.get("unit"), start, end)
    at = panel["gridPos"]
    place = f"grid-column:{at['x'] + 1}/span {at['w']};grid-row:{at['y'] + 1}/span {at['h']}"
    return f'<div class="panel" style="{place}"><h2>{html.escape(panel["title"])}</h2>{body}</div>'


def main(url, folder, minutes=10):
    end = time.time()
    start = end - float(minutes) * 60
    for path in sorted(pathlib.Path("compose/observe/dashboards").glob("*.json")):
        dashboard = json.loads(path.read_text())
        panels = "".join(draw_panel(p, url, start, end) for p in dashboard["panels"])
        page = (f"<!doctype html><meta charset=utf-8><title>{dashboard['title']}</title><style>{STYLE}</style>"
                f"<h1>{dashboard['title']}</h1><div class=grid>{panels}</div>")
        target = pathlib.Path(folder) / f"{path.stem}.html"
        target.write_text(page)
        print(target)


main(*sys.argv[1:])
