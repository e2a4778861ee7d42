"""docs/league.svg: a row a model, a dot an engine, ESS a second on a log scale."""
import math

from bench.league.cells import FUNNELS, MODELS, median

LEFT, RIGHT, TOP, ROW, WIDTH = 190, 40, 74, 22, 900
COLOURS = ["#c1121f", "#f4845f", "#1d3557", "#457b9d", "#2a9d8f", "#8ac926", "#9d8189", "#6c757d",
           "#b08900"]


class Scale:
    """Whole decades around all values."""

    def __init__(self, values):
        self.low = math.floor(math.log10(min(values)))
        self.high = max(math.ceil(math.log10(max(values))), self.low + 1)

    def x(self, value):
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def decades(self):
        return range(self.low, self.high + 1)


def legend(columns):
    for k, column in enumerate(columns):
        x, y = LEFT + (k % 3) * 235, 16 + (k // 3) * 17
        yield f'<circle cx="{x}" cy="{y}" r="5" fill="{COLOURS[k % len(COLOURS)]}"/>'
        yield f'<text x="{x + 9}" y="{y + 4}">{column.label}</text>'


def axis(scale, bottom):
    for decade in scale.decades():
        x = scale.x(10.0 ** decade)
        yield f'<path d="M{x:.1f} {TOP}V{bottom}" stroke="#ddd"/>'
        text = f"{10 ** decade:,}" if decade >= 0 else f"{10.0 ** decade:g}"
        yield f'<text x="{x:.1f}" y="{bottom + 15}" text-anchor="middle">{text}</text>'


def dots(league, scale, model, y):
    """Ours on top. A line from the least to the most of the seeds."""
    for k, column in reversed(list(enumerate(league.shown()))):
        if not league.has(model, column.key):
            continue
        values = [v for v in league.cells[model, column.key].ess_a_second() if v > 0]
        if not values:
            continue
        colour = COLOURS[k % len(COLOURS)]
        x, low, high = (scale.x(v) for v in (median(values), min(values), max(values)))
        yield f'<path d="M{low:.1f} {y}H{high:.1f}" stroke="{colour}" stroke-opacity=".5"/>'
        hollow = f'fill="white" stroke="{colour}"' if model in FUNNELS else f'fill="{colour}"'
        yield f'<circle cx="{x:.1f}" cy="{y}" r="5" {hollow}/>'


def picture(league):
    models = [m for m in MODELS if any(league.has(m, c.key) for c in league.shown())]
    ran = (league.cells[m, c.key] for m in models for c in league.shown() if league.has(m, c.key))
    values = [value for cell in ran for value in cell.ess_a_second() if value > 0]
    scale, bottom = Scale(values), TOP + ROW * len(models)
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 40}" '
             'font-family="sans-serif" font-size="12">',
             f'<rect width="{WIDTH}" height="{bottom + 40}" fill="white"/>',
             *legend(league.shown()),
             *axis(scale, bottom)]
    for k, model in enumerate(models):
        y = TOP + ROW * (k + 0.5)
        lines.append(f'<text x="{LEFT - 12}" y="{y + 4}" text-anchor="end">{model}</text>')
        lines += dots(league, scale, model, y)
    middle = (LEFT + WIDTH - RIGHT) / 2
    lines += [f'<text x="{middle}" y="{bottom + 33}" text-anchor="middle">ESS a second (hollow: '
              'a chain that misses the neck looks best)</text>', "</svg>", ""]
    return "\n".join(lines)
