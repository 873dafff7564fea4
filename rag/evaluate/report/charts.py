"""The charts of a report, drawn by matplotlib as SVG to stand inside a page.

Text stays text, in the page's own font, and colours are the page's variables, so that a chart is light or dark with it.
"""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.evaluate.result import Row
from rag.evaluate.scores import Score
from rag.evaluate.summary import Cell

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Colours that nothing else in a chart has; each stands for a variable of the page's style sheet.
_INK, _LINE, _FIRST, _SECOND = "#010203", "#040506", "#070809", "#0a0b0c"
_VARIABLES: Mapping[str, str] = {_INK: "ink", _LINE: "line", _FIRST: "first", _SECOND: "second"}
_WIDTH, _HEIGHT, _BAR = 5.4, 3.2, 0.34  # inches
_MOST_BARS, _LONGEST_LABEL = 20, 28
_LEAST_IN_BIN, _MOST_BINS = 8, 8


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: its heading, the SVG, and what it shows in a sentence."""

    title: str
    svg: str
    caption: str


def bars(title: str, cells: Mapping[str, Cell], metrics: Mapping[str, str]) -> Chart | None:
    """The scores of cells as bars with their 95 % intervals; None where no cell has any.

    Args:
        title: the heading.
        cells: by label, in the order shown; the first 20 are drawn.
        metrics: one or two metrics by the label that the legend gives them.
    """
    kept = [name for name, cell in cells.items() if any(_value(cell, metric) for metric in metrics.values())]
    if not kept:
        return None

    def draw(axes: Axes) -> None:
        thick = 0.8 / len(metrics)
        for at, (label, metric) in enumerate(metrics.items()):
            scores = [cells[name].scores.get(metric) for name in kept[:_MOST_BARS]]
            places = np.arange(len(scores)) + (at - (len(metrics) - 1) / 2) * thick
            _draw_bars(axes, places, scores, thick, label, (_FIRST, _SECOND)[at])
        axes.set_yticks(range(len(kept[:_MOST_BARS])), [_shortened(name) for name in kept[:_MOST_BARS]])
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.grid(axis="x")
        if len(metrics) > 1:
            axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12 / _tall(kept) * _HEIGHT), ncols=2)

    left_out = f" The first {_MOST_BARS} of {len(kept)} are drawn." if len(kept) > _MOST_BARS else ""
    caption = f"{' and '.join(metrics)} with 95 % bootstrap intervals.{left_out}"
    return Chart(title, _svg(draw, _tall(kept), title), caption)


def recall_curve(scores: Mapping[str, Score], before: Mapping[str, float]) -> Chart | None:
    """Evidence recall at each cutoff, with its interval; `before` is the baseline's, by cutoff's metric."""
    at = {int(name.partition("@")[2]): score for name, score in scores.items() if name.startswith("recall@")}
    known = {k: score for k, score in sorted(at.items()) if score.value is not None}
    if not known:
        return None

    def draw(axes: Axes) -> None:
        ks, values = list(known), [score.value or 0.0 for score in known.values()]
        axes.errorbar(
            ks, values, yerr=_whiskers(list(known.values())), color=_FIRST, marker="o", capsize=3, label="now"
        )
        then = {k: before[f"recall@{k}"] for k in known if f"recall@{k}" in before}
        if then:
            axes.plot(list(then), list(then.values()), color=_SECOND, marker="s", linestyle="--", label="baseline")
            axes.legend(loc="lower right")
        axes.set_xticks(ks)
        axes.set_xlabel("passages retrieved (k)")
        axes.set_ylabel("evidence recall@k")
        axes.set_ylim(0, 1.02)
        axes.grid()

    values = ", ".join(f"recall@{k} {score.value:.3f}" for k, score in known.items())
    return Chart("Evidence recall by depth", _svg(draw, _HEIGHT, "recall"), f"{values}; bars are 95 % intervals.")


def reliability(rows: Sequence[Row]) -> Chart | None:
    """Whether the best passage's score tells what the articles answer: questions in bins of equal size by that score.

    A bin shows the share of its questions that the articles answer, with Wilson's interval (1927), and the share that
    were answered. None where the set does not hold both kinds, or too few questions.
    """
    scored = sorted((row for row in rows if row.outcome.retrieved), key=lambda row: row.outcome.retrieved[0].score)
    bins = min(_MOST_BINS, len(scored) // _LEAST_IN_BIN)
    if bins < 2 or len({row.question.answerable for row in scored}) < 2:
        return None
    parts = [scored[len(scored) * at // bins : len(scored) * (at + 1) // bins] for at in range(bins)]
    middles = [float(np.mean([row.outcome.retrieved[0].score for row in part])) for part in parts]
    answerable = [[row.question.answerable for row in part] for part in parts]
    answers = [[row.outcome.answer for row in part] for part in parts]

    def draw(axes: Axes) -> None:
        shares = [sum(part) / len(part) for part in answerable]
        ends = [_wilson(sum(part), len(part)) for part in answerable]
        yerr = [
            [s - low for s, (low, _) in zip(shares, ends, strict=True)],
            [h - s for s, (_, h) in zip(shares, ends, strict=True)],
        ]
        axes.errorbar(middles, shares, yerr=yerr, color=_FIRST, marker="o", capsize=3, label="the articles answer it")
        if any(answer for part in answers for answer in part):
            given = [
                sum(answer is not None and not answer.abstained for answer in part) / len(part) for part in answers
            ]
            axes.plot(middles, given, color=_SECOND, marker="s", linestyle="--", label="it was answered")
        axes.legend(loc="lower right")
        axes.set_xlabel("score of the best passage")
        axes.set_ylabel("share of questions")
        axes.set_ylim(0, 1.02)
        axes.grid()

    caption = (
        f"{len(scored)} questions in {bins} bins of equal size by the best passage's score; bars are Wilson's 95 %"
        " intervals. Where the lines part, byline answers what it should decline or declines what it should answer."
    )
    return Chart("Reliability of abstention", _svg(draw, _HEIGHT, "reliability"), caption)


def latency_histogram(rows: Sequence[Row]) -> Chart | None:
    """How long questions took, in bins of equal width on a logarithmic scale; None where none came through."""
    seconds = [max(row.outcome.seconds, 1e-4) for row in rows if row.outcome.error is None]
    if not seconds:
        return None
    p50, p95 = np.percentile(seconds, [50, 95])

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import FuncFormatter, NullFormatter

        low, high = min(seconds), max(*seconds, min(seconds) * 1.1)
        axes.hist(seconds, bins=np.geomspace(low, high, 25).tolist(), color=_FIRST)
        for value, name in ((p50, "median"), (p95, "95th percentile")):
            style = "-" if name == "median" else "--"
            axes.axvline(value, color=_SECOND, linestyle=style, label=f"{name} {value:.2f} s")
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.set_xlabel("seconds (logarithmic)")
        axes.set_ylabel("questions")
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)

    caption = f"Median {p50:.2f} s, 95th percentile {p95:.2f} s over {len(seconds)} questions."
    return Chart("Seconds a question", _svg(draw, _HEIGHT, "latency"), caption)


def _draw_bars(
    axes: Axes, places: np.ndarray, scores: Sequence[Score | None], thick: float, label: str, colour: str
) -> None:
    there = [(place, score) for place, score in zip(places, scores, strict=True) if score and score.value is not None]
    if there:
        values = [score.value or 0.0 for _, score in there]
        whiskers = _whiskers([score for _, score in there])
        axes.barh([place for place, _ in there], values, thick * 0.9, color=colour, label=label)
        axes.errorbar(
            values, [place for place, _ in there], xerr=whiskers, fmt="none", ecolor=_INK, capsize=2, elinewidth=1
        )


def _whiskers(scores: Sequence[Score]) -> list[list[float]]:
    """How far each interval reaches below and above its value."""
    below = [(one.value or 0.0) - (one.low if one.low is not None else one.value or 0.0) for one in scores]
    above = [(one.high if one.high is not None else one.value or 0.0) - (one.value or 0.0) for one in scores]
    return [[max(0.0, part) for part in below], [max(0.0, part) for part in above]]


def _value(cell: Cell, metric: str) -> bool:
    score = cell.scores.get(metric)
    return score is not None and score.value is not None


def _wilson(hits: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's score interval of a share."""
    share = hits / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return min(share, middle - half), max(share, middle + half)


def _shortened(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"


def _tall(rows: Sequence[str]) -> float:
    return 0.9 + _BAR * 1.3 * min(len(rows), _MOST_BARS)


def _svg(draw: Callable[[Axes], None], height: float, name: str) -> str:
    """What `draw` draws, as an SVG element without fonts, size or ids that a second one on the page could share."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    style: dict[Any, Any] = dict.fromkeys(("text.color", "axes.labelcolor", "xtick.color", "ytick.color"), _INK)
    style |= {
        "text.parse_math": False,
        "axes.edgecolor": _LINE,
        "grid.color": _LINE,
        "svg.fonttype": "none",
        "svg.hashsalt": name,
    }
    style |= {"axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True, "legend.frameon": False}
    out = io.StringIO()
    with mpl.rc_context(style), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # the page has the glyphs, in its own font
        figure = Figure((_WIDTH, height), layout="constrained", facecolor="none")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot(facecolor="none")
        draw(axes)
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = out.getvalue()
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
    text = re.sub(
        r'<svg [^>]*?viewBox="([^"]*)"[^>]*>', r'<svg viewBox="\1" role="img" aria-hidden="true">', text, count=1
    )
    for colour, variable in _VARIABLES.items():
        text = text.replace(colour, f"var(--{variable})")
    return text
