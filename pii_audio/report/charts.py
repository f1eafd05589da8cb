"""Pictures for the page as inline SVG: a crowd, a growth curve, clips on a logarithmic scale, a timeline.

Draws numbers that it is given, in units of the view box; colours come from the page's style sheet. Own SVG
and not Altair: a Vega chart needs Vega's JavaScript in every report, or a converter of tens of megabytes
where it is made, and neither then follows the page into dark mode and print by its style sheet.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence

from markupsafe import Markup

from pii_audio.report.words import Words

__all__ = ["alone", "crowd", "growth", "strip"]

FIGURES = 100  # drawn at most; a larger crowd gives each figure more people
COLUMNS = 20
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 400, 248, 54, 14, 26, 44
LETTER = 6.6  # width of a letter of a label
BINS = 120  # columns of a timeline, at most


def crowd(k: float, words: Words) -> Markup:
    """A hundred figures: k of them match, one is marked. Beyond 100 each stands for k / 100 people."""
    matching = max(1, min(FIGURES, round(k))) if math.isfinite(k) else FIGURES
    rows = FIGURES // COLUMNS
    inwards = sorted(range(FIGURES), key=lambda n: math.dist(divmod(n, COLUMNS), (rows // 2, COLUMNS // 2)))
    kind = {n: "marked" if not rank else "" if rank < matching else "gone" for rank, n in enumerate(inwards)}
    figures = Markup("").join(
        Markup('<use href="#figure" x="{}" y="{}" class="{}"/>').format(
            n % COLUMNS * 10, n // COLUMNS * 16, kind[n]
        )
        for n in range(FIGURES)
    )
    return Markup('<svg class="crowd" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        COLUMNS * 10, rows * 16, words("crowd_desc", matching=matching, shown=FIGURES), figures
    )


def growth(curve: Sequence[tuple[int, float]], person: str, until_11: int | None, words: Words) -> Markup:
    """Expected risk (0 to 1) over the number of clips. `curve`: (clips, risk), at least two, ascending."""
    last = curve[-1][0]
    top = _round_up(max(risk for _, risk in curve))
    x = _linear(1, max(last, 2), LEFT, WIDTH - RIGHT)
    y = _linear(0, top, HEIGHT - BOTTOM, TOP)
    points = [(x(clips), y(risk)) for clips, risk in curve]
    line = "M" + " L".join(f"{a:.1f} {b:.1f}" for a, b in points)
    parts = [_y_axis([(y(top * n / 4), words.percent(top * n / 4)) for n in range(5)], words("risk_axis"))]
    parts.append(_x_axis([(x(clips), words.number(clips)) for clips in _ticks(last)], words("clips_axis")))
    parts.append(Markup('<path class="area" d="{} L{} {} L{} {} Z"/>').format(
        line, f"{points[-1][0]:.1f}", f"{y(0):.1f}", f"{points[0][0]:.1f}", f"{y(0):.1f}"))  # fmt: skip
    if until_11 and 1 < until_11 <= last:
        parts.append(Markup('<line class="mark" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>').format(
            f"{x(until_11):.1f}", TOP, f"{y(0):.1f}"))  # fmt: skip
    parts.append(Markup('<path class="line" d="{}"/>').format(line))
    if len(points) <= 40:
        parts += [
            Markup('<circle class="dot" cx="{:.1f}" cy="{:.1f}" r="2.5"/>').format(a, b) for a, b in points
        ]
    title = words("growth_title", person=person)
    text = words("growth_desc", first=words.percent(curve[0][1]), last=words.percent(curve[-1][1]), n=last)
    return _figure(parts, title, text)


def alone(ks: Sequence[float], together: float, person: str, words: Words) -> Markup:
    """How many people each clip leaves (a dot), and all together (a line), on a logarithmic scale."""
    highest = max([2.0, *(k for k in ks if math.isfinite(k))])
    decades = max(1, math.ceil(math.log10(highest)))
    x = _linear(1, max(len(ks), 2), LEFT + 8, WIDTH - RIGHT - 4)
    height = _linear(0, decades, HEIGHT - BOTTOM, TOP)

    def y(k: float) -> float:
        return height(min(max(math.log10(max(k, 1)), 0), decades)) if math.isfinite(k) else height(decades)

    steps = range(0, decades + 1, 1 if decades <= 5 else 2)
    parts = [_y_axis([(height(n), _short(10**n, words)) for n in steps], words("k_axis"))]
    parts.append(_x_axis([(x(n), words.number(n)) for n in _ticks(len(ks))], words("clip_axis")))
    for n, k in enumerate(ks, 1):
        parts.append(Markup('<circle class="dot" cx="{:.1f}" cy="{:.1f}" r="{}"/>').format(
            x(n), y(k), 3.5 if len(ks) <= 60 else 1.5))  # fmt: skip
    level = y(together)
    parts.append(Markup('<line class="line" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(
        LEFT, WIDTH - RIGHT, level, level))  # fmt: skip
    above = level - 6 if level - 6 > TOP + 8 else level + 13
    wide = LETTER * len(words("all_clips"))
    dots = [x(n) for n, k in enumerate(ks, 1) if above - 14 < y(k) < above + 7]
    ends = [WIDTH - RIGHT - n / 4 * (WIDTH - RIGHT - LEFT - wide) for n in range(5)]
    end = min(  # where the label hides the fewest dots
        ends, key=lambda end: sum(end - wide - 4 < dot < end + 4 for dot in dots)
    )
    parts.append(Markup('<text class="label" x="{:.0f}" y="{:.1f}" text-anchor="end">{}</text>').format(
        end, above, words("all_clips")))  # fmt: skip
    text = words("alone_desc", best=words.crowd(min(ks)), all=words.crowd(together))
    return _figure(parts, words("alone_title", person=person), text)


def strip(hits: Collection[int], clips: int, words: Words) -> Markup:
    """A timeline one line high: which of `clips` clips (numbered from 1) say something. Binned when many."""
    columns = min(clips, BINS)
    filled = sorted({(n - 1) * columns // clips for n in hits})
    marks = Markup("").join(
        Markup('<rect x="{}" y="0" width="{}" height="10"/>').format(column * 10 + 1, 8) for column in filled
    )
    numbers = sorted(hits)
    listed = ", ".join(map(str, numbers[:12])) + (" …" if len(numbers) > 12 else "")
    return Markup(
        '<svg class="strip" viewBox="0 0 {0} 10" preserveAspectRatio="none" role="img" aria-label="{1}">'
        '<rect class="track" x="0" y="0" width="{0}" height="10"/>{2}</svg>'
    ).format(columns * 10, words("strip", clips=listed, n=clips), marks)


def _figure(parts: Sequence[Markup], title: str, text: str) -> Markup:
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img"><title>{}</title><desc>{}</desc>{}</svg>'
    ).format(WIDTH, HEIGHT, title, text, Markup("").join(parts))


def _y_axis(ticks: Sequence[tuple[float, str]], label: str) -> Markup:
    grid = Markup("").join(
        Markup(
            '<line class="grid" x1="{0}" x2="{1}" y1="{2:.1f}" y2="{2:.1f}"/>'
            '<text x="{3}" y="{4:.1f}" text-anchor="end">{5}</text>'
        ).format(LEFT, WIDTH - RIGHT, at, LEFT - 6, at + 4, tick)
        for at, tick in ticks
    )
    return grid + Markup('<text class="axis" x="{}" y="12">{}</text>').format(LEFT, label)


def _x_axis(ticks: Sequence[tuple[float, str]], label: str) -> Markup:
    numbers = Markup("").join(
        Markup('<text x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
            at, HEIGHT - BOTTOM + 16, number
        )
        for at, number in ticks
    )
    middle = (LEFT + WIDTH - RIGHT) / 2
    return numbers + Markup('<text class="axis" x="{}" y="{}" text-anchor="middle">{}</text>').format(
        middle, HEIGHT - 8, label
    )


def _linear(low: float, high: float, begin: float, end: float) -> Callable[[float], float]:
    return lambda value: begin + (value - low) / (high - low) * (end - begin)


def _round_up(share: float) -> float:
    """The top of an axis: 1, 0.4, 0.04 ... for a highest share of 0.8, 0.37, 0.031 ..."""
    if share <= 0:
        return 1.0
    step = 10.0 ** math.floor(math.log10(share))
    return min(1.0, next(step * n for n in (1, 2, 4, 8, 10) if step * n >= share))


def _ticks(last: int) -> list[int]:
    """About five whole numbers from 1 to `last`."""
    rough = max(1, last / 5)
    size = 10 ** math.floor(math.log10(rough))
    step = next(int(size * n) for n in (1, 2, 5, 10) if size * n >= rough)
    inner = [n for n in range(step, last, step) if n > 1 and last - n >= step * 0.6]
    return sorted({1, *inner, last})


def _short(number: int, words: Words) -> str:
    for size, sign in ((1_000_000, ("M", " Mio.")), (1_000, ("k", " Tsd."))):
        if number >= size:
            return words.number(number // size) + sign[words.language == "de"]
    return words.number(number)
