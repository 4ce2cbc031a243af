"""Cost against load as an SVG, written by hand: CPU per run at each number of runs at once, one line per arm."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

Points = Sequence[tuple[float, float]]

WIDTH: Final = 640
HEIGHT: Final = 340
LEFT: Final = 56
RIGHT: Final = 150
TOP: Final = 40
BOTTOM: Final = 44
COLOURS: Final = ("#2563eb", "#6b7280", "#d97706", "#059669", "#7c3aed", "#dc2626")


def line_chart(title: str, x_title: str, lines: Mapping[str, Points]) -> str:
    """An SVG with one line per name; each x that occurs has a place of its own, y begins at zero."""
    places = sorted({x for points in lines.values() for x, _ in points})
    top = _round_up(max((y for points in lines.values() for _, y in points), default=1.0))

    def at(x: float, y: float) -> tuple[float, float]:
        across = places.index(x) / max(len(places) - 1, 1)
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - y / top * (HEIGHT - TOP - BOTTOM)

    parts = [_text(LEFT, 22, title, 15), _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, x_title, 12, "middle")]
    for step in range(5):
        _, y = at(places[0], top * step / 4) if places else (0, 0)
        parts += [_rule(y), _text(LEFT - 8, y + 4, f"{top * step / 4:g}", 11, "end")]
    parts += [_text(at(x, 0)[0], HEIGHT - BOTTOM + 18, f"{x:g}", 11, "middle") for x in places]
    for (name, points), colour in zip(lines.items(), COLOURS * len(lines), strict=False):
        parts += _line(name, [at(*point) for point in points], colour)
    body = "\n".join(parts)
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" role="img">\n'
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n{body}\n</svg>\n'
    )


def _line(name: str, points: Points, colour: str) -> list[str]:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
    end_x, end_y = points[-1]
    drawn = f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    return [drawn, *dots, _text(end_x + 8, end_y + 4, name, 12, colour=colour)]


def _text(x: float, y: float, text: str, size: int, anchor: str = "start", colour: str = "#111827") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'
    )


def _rule(y: float) -> str:
    return f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e5e7eb"/>'


def _round_up(value: float) -> float:
    """The next of 1, 2, 4, 8 times a power of ten: its quarters are short numbers."""
    size = 1.0
    while size * 10 < value:
        size *= 10
    return next(size * step for step in (1, 2, 4, 8, 10) if size * step >= value or step == 10)
