"""Makes the table of what was measured."""

import statistics

LUNGO = "lungo"
COMPARED = ["floor", "beast"]


def print_table(scenarios, servers, results):
    """A server without a figure has no column."""
    measured = {name for rounds in results.values() for name in rounds}
    servers = [name for name in servers if name in measured]
    lines = [["", *servers, *(f"lungo/{name}" for name in COMPARED), "bar"]]
    for scenario in scenarios:
        rounds = results.get(scenario.name, {})
        lines += [line_of(row, servers, rounds) for row in scenario.rows]
    print_lines(lines)


def line_of(row, servers, rounds):
    figures = {server: [figures[row.figure] * row.scale for figures in each]
               for server, each in rounds.items()}
    medians = {server: statistics.median(each)
               for server, each in figures.items()}
    ratios = {server: ratios_of(figures.get(LUNGO, []), each)
              for server, each in figures.items()}
    return ([row.label]
            + [number(medians.get(server)) for server in servers]
            + [number(median(ratios.get(server, []))) for server in COMPARED]
            + ["; ".join(filter(None, (verdict(bar, medians, ratios)
                                       for bar in row.bars)))])


def ratios_of(mine, other):
    """Round by round: what weighs on a round weighs on both."""
    return [one / two for one, two in zip(mine, other) if two]


def verdict(bar, medians, ratios):
    """Is it met, and between which ratios did the rounds lie?"""
    name, most = bar
    if name is None:
        got = medians.get(LUNGO)
        return got is not None and f"{meets(got, most)} {most:,g}"
    seen = ratios.get(name)
    return seen and f"{meets(median(seen), most)} {most:g} x {name}" + (
        f" ({min(seen):.2f} to {max(seen):.2f})" if len(seen) > 1 else "")


def meets(got, most):
    return "meets" if got <= most else "MISSES"


def median(values):
    return statistics.median(values) if values else None


def number(value):
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.2f}"


def print_lines(lines):
    widths = [max(map(len, column)) for column in zip(*lines)]
    aligned = ["<"] + [">"] * (len(widths) - 2) + ["<"]
    rule = ["-" * (width - 1) + (":" if align == ">" else "-")
            for width, align in zip(widths, aligned)]
    for line in [lines[0], rule, *lines[1:]]:
        cells = [f"{cell:{align}{width}}"
                 for cell, align, width in zip(line, aligned, widths)]
        print("| " + " | ".join(cells) + " |")
