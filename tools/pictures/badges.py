"""The 23 profile pictures, by the names of shared/domain/accounts/pictures.py.

All are medals: a ring, a field, and on it what the picture is given for. The ring tells the rank: silver for a
winner, studded gold for a master, golden rays for a god.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tools.pictures import frames, motifs, style
from tools.pictures.canvas import Canvas
from tools.pictures.frames import FIELD
from tools.pictures.motifs import Motif, Part, motif
from tools.pictures.shapes import bar, circle, closed, ellipse, path, polygon, star, stroke, union
from tools.pictures.style import Tone


def draw(name: str) -> Canvas:
    """The picture of this name."""
    canvas = Canvas()
    PAINTERS[name](canvas)
    return canvas


# ── guest, registered ──────────────────────────────────────────────────────────────────────────────────────


def _guest(canvas: Canvas) -> None:
    frames.plain(canvas, style.STEEL, style.SLATE_FIELD)
    motifs.person(style.STEEL).move(0, 22).scale(1.06).put(canvas, within=FIELD)
    face = closed(
        "M 0 -44 C 24 -44 32 -34 32 -12 C 32 16 16 34 0 40 C -16 34 -32 16 -32 -12 C -32 -34 -24 -44 0 -44"
    )
    eye = closed("M -24 -10 C -18 -19 -10 -18 -5 -9 C -11 -4 -19 -4 -24 -10")
    mouth = stroke(((-9, 19), (9, 19)), 4.5)
    mask = motif(Part(face, style.WHITE, bevel=8), Part(eye.both() + mouth, style.INK))
    mask.move(0, -8).put(canvas, within=FIELD)


def _register(canvas: Canvas) -> None:
    frames.plain(canvas, style.BLUE, style.BLUE_FIELD)
    motifs.person(style.WHITE).move(-8, 20).scale(1.06).put(canvas, within=FIELD)
    check = stroke(((-14, 1), (-4, 11), (15, -10)), 9)
    seal = motif(Part(circle(0, 0, 31), style.GREEN, bevel=6), Part(check, "#ffffff"))
    seal.move(46, 42).put(canvas, within=FIELD)


# ── wins ─────────────────────────────────────────────────────────────────────────────────────────────────


def _wins(canvas: Canvas, rank: int, field: Tone, prize: Motif) -> None:
    """A prize with the signs of a rank: 0 winner, 1 master, 2 god."""
    if rank == 0:
        frames.plain(canvas, style.SILVER, field)
        prize.scale(1.12).put(canvas, within=FIELD)
    elif rank == 1:
        frames.studded(canvas, style.GOLD, field)
        motifs.laurel(style.GOLD, 80).put(canvas, within=FIELD)
        prize.scale(0.9).move(0, -6).put(canvas, within=FIELD)
    else:
        frames.radiant(canvas, style.GOLD, field)
        motifs.wings(style.WHITE).scale(1.22).move(0, -4).put(
            canvas, within=frames.MEDAL, onto=frames.RADIANT
        )
        prize.scale(0.96).move(0, 16).put(canvas, within=FIELD)
        motifs.halo().move(0, -74).put(canvas, within=FIELD)


def _tournament(canvas: Canvas, rank: int) -> None:
    metal, emblem = ((style.SILVER, style.BLUE), (style.GOLD, style.RED), (style.GOLD, style.VIOLET))[rank]
    _wins(canvas, rank, style.VIOLET_FIELD, motifs.cup(metal, emblem))


def _clash(canvas: Canvas, rank: int) -> None:
    crossed = motifs.bat(style.BLUE).move(0, -42).turn(-43) + motifs.bat(style.ORANGE).move(0, -42).turn(43)
    balls = motifs.ball(11).move(0, -40) + motifs.ball(11).move(-46, 36) + motifs.ball(11).move(46, 36)
    _wins(canvas, rank, style.RED_FIELD, crossed.scale(0.88).move(0, 26) + balls)


def _duel(canvas: Canvas, rank: int) -> None:
    apart = (52, 42, 38)[rank]
    left, right = motifs.paddle(style.RED).move(-apart, 10), motifs.paddle(style.BLUE).move(apart, -10)
    net = motifs.net((150, 126, 104)[rank], style.TEAL.base)
    _wins(canvas, rank, style.TEAL_FIELD, net + left + right + motifs.ball(18))


# ── trophies ─────────────────────────────────────────────────────────────────────────────────────────────


def _bronze(canvas: Canvas) -> None:
    frames.plain(canvas, style.BRONZE, style.NIGHT_FIELD)
    motifs.shield(style.BRONZE, style.RED_FIELD, 1).scale(1.14).put(canvas, within=FIELD)


def _silver(canvas: Canvas) -> None:
    frames.plain(canvas, style.SILVER, style.NIGHT_FIELD)
    motifs.shield(style.SILVER, style.BLUE_FIELD, 2).scale(1.14).put(canvas, within=FIELD)


def _gold(canvas: Canvas) -> None:
    frames.plain(canvas, style.GOLD, style.NIGHT_FIELD)
    motifs.shield(style.GOLD, style.RED_FIELD, 3).scale(1.14).put(canvas, within=FIELD)


def _diamond(canvas: Canvas) -> None:
    frames.studded(canvas, style.ICE, style.NIGHT_FIELD)
    motifs.brilliant(style.ICE).scale(1.1).move(0, -2).put(canvas, within=FIELD)
    sparks = ((-56, 48, 15), (58, 40, 11), (62, -58, 13))
    motif(*(Part(star(4, size, size * 0.3).move(x, y), style.ICE.light) for x, y, size in sparks)).put(
        canvas, within=FIELD
    )


def _master(canvas: Canvas) -> None:
    frames.studded(canvas, style.VIOLET, style.NIGHT_FIELD)
    motifs.laurel(style.GOLD, 80).put(canvas, within=FIELD)
    motifs.brilliant(style.VIOLET).scale(0.8).move(0, 20).put(canvas, within=FIELD)
    motifs.crown(style.GOLD, style.RED).move(0, -44).put(canvas, within=FIELD)


def _mythic(canvas: Canvas) -> None:
    frames.radiant(canvas, style.PINK, style.PLUM_FIELD)
    motifs.wings(style.GOLD).scale(1.22).put(canvas, within=frames.MEDAL, onto=frames.RADIANT)
    motifs.brilliant(style.PINK).scale(0.86).move(0, 26).put(canvas, within=FIELD)
    motifs.crown(style.GOLD, style.ICE).scale(0.85).move(0, -48).put(canvas, within=FIELD)


# ── and others ───────────────────────────────────────────────────────────────────────────────────────────


def _fun_player(canvas: Canvas) -> None:
    frames.plain(canvas, style.GOLD, style.TEAL_FIELD)
    horn = closed("M -46 -8 C -58 -40 -78 -50 -84 -14 C -98 -66 -46 -92 -4 -38 L -4 -8")
    middle = closed("M -32 -20 C -30 -60 -14 -78 0 -88 C 14 -78 30 -60 32 -20")
    hat = motif(
        Part(horn, style.RED, bevel=6),
        Part(horn.mirror(), style.BLUE, bevel=6),
        Part(middle, style.VIOLET, bevel=6),
    )
    bells = motif(*(Part(circle(x, y, 9), style.GOLD, bevel=4) for x, y in ((-84, -10), (84, -10), (0, -88))))
    face = circle(0, 28, 52)
    eye = stroke(path("M -30 22 C -26 8 -14 8 -10 22"), 7)
    mouth = closed("M -30 36 C -20 40 20 40 30 36 C 30 62 14 70 0 70 C -14 70 -30 62 -30 36")
    tongue = ellipse(0, 68, 17, 11)
    (hat + bells).scale(0.92).put(canvas, within=FIELD)
    motif(
        Part(face, style.SKIN, bevel=8),
        Part(eye.both() + mouth, style.INK),
        Part(tongue, style.RED.base, within=mouth),
        Part(bar(-30, 30, 30, 44), "#ffffff", within=mouth),
    ).put(canvas, within=FIELD)
    band = union(polygon((x, -26), (x + 22, -26), (x + 11, -4)) for x in (-44, -22, 0, 22))
    collar = bar(-48, -34, 48, -20, 7)
    motif(Part(band, style.GOLD, bevel=3), Part(collar, style.GOLD, bevel=4)).put(canvas, within=FIELD)


def _goal() -> Motif:
    upright = [bar(x - 1.6, -46, x + 1.6, 60) for x in range(-48, 49, 16)]
    level = [bar(-66, y - 1.6, 66, y + 1.6) for y in range(-30, 51, 16)]
    frame = path("M -66 62 L -66 -50 L 66 -50 L 66 62")
    return motif(
        Part(union(upright + level), style.GREEN.light), Part(stroke(frame, 13), style.WHITE, bevel=4)
    )


def _scorer(canvas: Canvas) -> None:
    frames.plain(canvas, style.GREEN, style.GREEN_FIELD)
    canvas.paint(bar(-128, 50, 128, 128), style.GREEN_FIELD.light, within=FIELD)
    _goal().move(0, -6).put(canvas, within=FIELD)
    motifs.ball(34, style.ORANGE).move(0, 34).put(canvas, within=FIELD)


def _god_scorer(canvas: Canvas) -> None:
    frames.radiant(canvas, style.GOLD, style.GREEN_FIELD)
    motifs.flame().mapped(lambda shape: shape.scale(1.25, 0.84)).move(0, 22).put(canvas, within=FIELD)
    motifs.ball(35).move(0, 42).put(canvas, within=FIELD)
    motifs.halo().move(0, -70).put(canvas, within=FIELD)


def _one_friend(canvas: Canvas) -> None:
    frames.plain(canvas, style.PINK, style.PINK_FIELD)
    motifs.person(style.BLUE).scale(0.86).move(36, 26).put(canvas, within=FIELD)
    motifs.person(style.GOLD).scale(0.86).move(-32, 30).put(canvas, within=FIELD)
    motifs.heart(style.RED).scale(0.8).move(2, -62).put(canvas, within=FIELD)


def _popular_guy(canvas: Canvas) -> None:
    frames.studded(canvas, style.PINK, style.PINK_FIELD)
    for x, y, size, tone in (
        (-66, 14, 0.5, style.TEAL),
        (66, 14, 0.5, style.GREEN),
        (-40, 26, 0.62, style.BLUE),
        (40, 26, 0.62, style.VIOLET),
    ):
        motifs.person(tone).scale(size).move(x, y).put(canvas, within=FIELD)
    motifs.person(style.GOLD).scale(0.84).move(0, 40).put(canvas, within=FIELD)
    motif(Part(star(5, 28, 13).move(0, -58), style.GOLD, bevel=4)).put(canvas, within=FIELD)


def _win_streak_player(canvas: Canvas) -> None:
    frames.plain(canvas, style.ORANGE, style.PLUM_FIELD)
    motifs.flame().scale(1.06).put(canvas, within=FIELD)
    arrow = closed("M 0 -20 L 32 12 L 32 32 L 0 0 L -32 32 L -32 12")
    motif(*(Part(arrow.scale(0.92).move(0, y), style.WHITE, bevel=3) for y in (50, 23, -4))).put(
        canvas, within=FIELD
    )


PAINTERS: Mapping[str, Callable[[Canvas], None]] = {
    "Guest": _guest,
    "Register": _register,
    "Tournament Winner": lambda canvas: _tournament(canvas, 0),
    "Tournament Master": lambda canvas: _tournament(canvas, 1),
    "Tournament God": lambda canvas: _tournament(canvas, 2),
    "Clash Winner": lambda canvas: _clash(canvas, 0),
    "Clash Master": lambda canvas: _clash(canvas, 1),
    "Clash God": lambda canvas: _clash(canvas, 2),
    "Duel Winner": lambda canvas: _duel(canvas, 0),
    "Duel Master": lambda canvas: _duel(canvas, 1),
    "Duel God": lambda canvas: _duel(canvas, 2),
    "Ranked Bronze": _bronze,
    "Silver": _silver,
    "Gold": _gold,
    "Diamond": _diamond,
    "Master": _master,
    "Mythic": _mythic,
    "Fun Player": _fun_player,
    "Scorer": _scorer,
    "God Scorer": _god_scorer,
    "One Friend": _one_friend,
    "Popular Guy": _popular_guy,
    "Win Streak Player": _win_streak_player,
}
