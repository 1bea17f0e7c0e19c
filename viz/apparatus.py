"""The device that holds a body, made from its equipment file: pads where surfaces are, cuffs where clamps are, a frame under them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from biomech.library.anatomy import REGION
from biomech.library.equipment import Clamp, Harness, Holder, Surface
from biomech.viz.manikin import Limbs, back_line
from biomech.viz.person import Build
from biomech.viz.reading import Floats, Frame, Pose
from biomech.viz.shapes import box, placed_box, tube

if TYPE_CHECKING:
    import pyvista as pv

PAD, STEEL, STRAP, FLOOR = "#7d8794", "#59636f", "#3f4a57", "#d9dee3"
_TUBE = 17.0  # mm, radius of the frame's tubes
_WIDE = 300.0  # mm, half width of beds and frames


@dataclass(frozen=True)
class Part:
    """A piece of the device in room axes."""

    mesh: pv.PolyData
    colour: str


@dataclass(frozen=True)
class Held:
    """A body and what holds it, in room axes (gravity pulls along −y) with the body's S1 at ``place.origin``."""

    parts: tuple[Part, ...]
    floor: float  # height of the floor, mm
    anchor: Floats  # a point that stays where it is while the body is tilted: the floor under the pivot
    low: Floats  # corners of everything
    high: Floats


@dataclass(frozen=True)
class Posed:
    """Everything an apparatus is fitted to, in the body's frame; ``place`` brings it into the room."""

    build: Build
    pose: Pose
    limbs: Limbs
    gear: Holder | None
    place: Frame

    @property
    def frame(self) -> str:
        """What holds the body up, by the word of its file."""
        return self.gear.drawing.frame if self.gear else "floor"

    @property
    def prone(self) -> bool:
        return self.gear is not None and self.gear.facing == "prone"

    @property
    def hip_flexion(self) -> float:
        return self.gear.hip_flexion_deg if self.gear else 0.0

    def back(self, prone: bool) -> dict[str, Floats]:
        return back_line(self.build, self.pose, front=prone)

    def extent(self) -> tuple[Floats, Floats]:
        """Corners of the body in the room."""
        b, s = self.build, self.limbs
        points = [*back_line(b, self.pose).values(), *back_line(b, self.pose, front=True).values()]
        points += [self.pose["skull"].at(np.array([0.0, b.head_height, 0.0]))]
        points += [s.knee, s.heel, s.toes, s.elbow, s.fingers, s.shoulder, s.hip + [-90, -90, 0], s.hip + [90, 90, 0]]
        room = self.place.at(np.array(points))
        return room.min(axis=0) - [30, 0, 0], room.max(axis=0) + [30, 30, 0]


def apparatus(body: Posed) -> Held:
    """Build the device of the equipment around the body as it is held."""
    parts: list[Part] = []
    for support in body.gear.support if body.gear else ():
        if isinstance(support, Surface):
            parts += _surface(body, support)
        elif isinstance(support, Clamp):
            parts += _clamp(body, support)
        elif isinstance(support, Harness):
            parts += _harness(body, support)
    low, high = body.extent()
    frame = _FRAMES.get(body.frame, _on_floor)
    more, floor, stands = frame(body, float(low[1]), float(high[1]))
    parts += more
    corners = np.array([[*p.mesh.bounds[::2]] for p in parts] + [low]), np.array([[*p.mesh.bounds[1::2]] for p in parts] + [high])
    low, high = corners[0].min(axis=0), corners[1].max(axis=0)
    ground = box((low[0] - 120, floor - 26, -650), (high[0] + 120, floor, 650))
    anchor = np.array([stands, floor, 0.0])
    return Held((*parts, Part(ground, FLOOR)), floor, anchor, np.minimum(low, [low[0], floor - 26, low[2]]), high)


# ---- supports
def _surface(body: Posed, support: Surface) -> list[Part]:
    """A padded board along the skin of the bodies it carries."""
    prone = body.prone
    skin = body.back(prone)
    names = [b for region in support.bodies for b in REGION.get(region, (region,)) if b in skin]
    if not names:
        return []
    spots = np.array([skin[n] for n in names])
    outwards = 1.0 if prone else -1.0
    # a straight board: it touches the hindmost skin and reaches a little past the ends
    face = (spots[:, 0].max() if prone else spots[:, 0].min()) + outwards * 2.0
    ends = spots[:, 1].max() + 0.5 * body.build.head_height, spots[:, 1].min() - 90.0
    straight = body.hip_flexion < 60
    if straight and body.frame in ("bed", "split bed"):
        ends = ends[0] + 40, float(min(body.limbs.ankle[1], body.limbs.heel[1])) - 60
    elif straight:
        ends = ends[0], float(body.limbs.knee[1]) + 60
    pieces = [ends]
    if body.frame == "split bed":  # the lower half rolls: a gap at the waist
        waist = float(body.pose["L2"].origin[1])
        pieces = [(ends[0], waist + 18), (waist - 18, ends[1])]
    parts = []
    for top, bottom in pieces:
        parts.append(Part(placed_box(body.place, (face + outwards * 42, bottom, -_WIDE), (face, top, _WIDE)), PAD))
        parts.append(
            Part(
                placed_box(body.place, (face + outwards * 62, bottom + 20, -_WIDE + 40), (face + outwards * 42, top - 20, _WIDE - 40)),
                STEEL,
            )
        )
    return parts


def _clamp(body: Posed, support: Clamp) -> list[Part]:
    """Cuffs round the ankles, or a belt over the hips; feet on a floor need neither."""
    frame = body.frame
    if frame in ("floor", "bed", "seat"):
        return []
    if support.through == "legs":
        along = body.limbs.ankle - body.limbs.knee
        along = along / np.linalg.norm(along)
        parts = []
        for side in (1, -1):
            a = body.limbs.ankle * [1, 1, side] - 46 * along * [1, 1, side]
            parts.append(Part(tube(body.place.at(a), body.place.at(a + 92 * along * [1, 1, side]), 47.0), STRAP))
        return parts
    return [_belt(body, "pelvis", 26.0)]


def _harness(body: Posed, support: Harness) -> list[Part]:
    """A belt round the body it pulls on, with the rope it is pulled by."""
    name = support.body
    if name not in body.build.slices:
        return []
    belt = _belt(body, name, 38.0)
    centre = np.asarray(belt.mesh.center)
    axis = body.place.axes[:, 1]
    caudal = name == "pelvis" or (not support.anchor and support.direction == "caudal")
    frame = body.frame
    if frame == "high bar":
        return [belt, Part(tube(centre, centre + axis * 620.0, 6.0), STRAP)]
    return [belt, Part(tube(centre, centre + (-axis if caudal else axis) * 1150.0, 6.0), STRAP)]


def _belt(body: Posed, name: str, half: float) -> Part:
    import pyvista as pv

    part, frame = body.build.slices[name], body.pose[name]
    centre = frame.origin + [part.depth / 2 - part.skin_back, -30.0 if name == "pelvis" else 0.0, 0.0]
    turn = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    rings = []
    for lift, grow in ((-half, 1.0), (-half, 1.05), (half, 1.05), (half, 1.0)):
        ring = np.column_stack([np.cos(turn) * part.depth / 2 * grow, np.full_like(turn, lift), np.sin(turn) * part.breadth / 2 * grow])
        rings.append(body.place.at(ring + centre))
    points, n = np.vstack(rings), len(turn)
    i = np.arange(n)
    j = (i + 1) % n
    faces = []
    for a, b in ((0, 1), (1, 2), (2, 3), (3, 0)):
        faces += [np.stack([a * n + i, a * n + j, b * n + j], 1), np.stack([a * n + i, b * n + j, b * n + i], 1)]
    return Part(pv.PolyData.from_regular_faces(points, np.vstack(faces).astype(int)), STRAP)


# ---- frames: parts, the height of the floor, and what stands still on it
def _on_floor(body: Posed, low: float, high: float) -> tuple[list[Part], float, float]:
    """Feet, hands or head on the floor, a mat under a head."""
    floor = low - 2.0
    if body.place.axes[1, 1] > 0:  # upright
        return [], floor, 0.0
    head = body.place.at(body.pose["skull"].origin)
    return [Part(box((head[0] - 330, floor - 12, -280), (head[0] + 330, floor, 280)), PAD)], floor - 12, float(head[0])


def _pivot_bed(body: Posed, low: float, high: float) -> tuple[list[Part], float, float]:
    """Two trestles with a pivot at the hip; a boom carries the ankle cuffs."""
    k, s1 = body.build.length, body.pose["pelvis"].origin
    back = min(p[0] for p in body.back(False).values()) - 66.0
    pivot = body.place.at(np.array([back - 20, s1[1] - 40.0 * k, 0.0]))
    floor = float(pivot[1]) - 905.0 * k
    parts = []
    knee, ankle = body.limbs.knee, body.limbs.ankle
    boom = np.array([back + 10, knee[1] + 120, 0.0]), np.array([back + 10, ankle[1] - 40, 0.0])
    parts.append(Part(tube(body.place.at(boom[0]), body.place.at(boom[1]), _TUBE), STEEL))
    parts.append(Part(tube(body.place.at(boom[1] + [0, 40, 0]), body.place.at(np.array([ankle[0] - 30, ankle[1], 0.0])), 12), STEEL))
    for z in (-_WIDE - 50, _WIDE + 50):
        top = pivot + [0, 0, z]
        for x in (-520 * k, 520 * k):
            foot = np.array([pivot[0] + x, floor + _TUBE, z])
            parts.append(Part(tube(top, foot, _TUBE), STEEL))
        parts.append(
            Part(
                tube(np.array([pivot[0] - 235 * k, pivot[1] - 410 * k, z]), np.array([pivot[0] + 235 * k, pivot[1] - 410 * k, z]), 11),
                STEEL,
            )
        )
    parts.append(Part(tube(pivot + [0, 0, -_WIDE - 70], pivot + [0, 0, _WIDE + 70], 24.0), STEEL))
    return parts, floor, float(pivot[0])


def _bar(body: Posed, low: float, high: float) -> tuple[list[Part], float, float]:
    """A bar above the ankles, carried by two posts that stand behind the body."""
    ankle = body.place.at(body.limbs.ankle * [1, 1, 0])
    top = ankle + [0, 92.0, 0]
    hands = float(body.place.at(body.limbs.fingers)[1])
    floor = min(low, hands) - 160.0
    parts = [Part(tube(ankle + [0, 0, s * 98], top + [0, 0, s * 98], 8.0), STRAP) for s in (-1, 1)]  # hooks of the boots
    return [*parts, *_gallows(top, floor, False)], floor, float(top[0])


def _gallows(top: Floats, floor: float, upright: bool) -> list[Part]:
    """A cross bar on two arms, on two posts behind, on two feet."""
    parts = [Part(tube(top + [0, 0, -620], top + [0, 0, 620], 16.0), STEEL)]
    behind = top[0] - 520.0 if upright else top[0] + 520.0
    for z in (-600.0, 600.0):
        parts.append(Part(tube(top + [0, 0, z], np.array([behind, top[1], z]), 18.0), STEEL))
        brace = 300.0 if upright else -300.0
        parts.append(Part(tube(np.array([behind + brace, top[1], z]), np.array([behind, top[1] - 300, z]), 12.0), STEEL))
        parts.append(Part(tube(np.array([behind, top[1], z]), np.array([behind, floor, z]), 22.0), STEEL))
        parts.append(Part(tube(np.array([behind - 300, floor + 20, z]), np.array([behind + 300, floor + 20, z]), 20.0), STEEL))
    return parts


def _high_bar(body: Posed, low: float, high: float) -> tuple[list[Part], float, float]:
    """A bar over the head that a chest harness hangs on."""
    chest = body.place.at(body.pose["T4"].origin)
    top = np.array([chest[0], max(high, chest[1] + 620.0) + 10.0, 0.0])
    floor = low - 150.0
    return _gallows(top, floor, True), floor, float(top[0])


def _chair(body: Posed, low: float, high: float) -> tuple[list[Part], float, float]:
    """A seat that turns with the back, an ankle bar, two posts with a pivot."""
    parts = _seat_pad(body)
    ankle = body.limbs.ankle
    bar = np.array([ankle[0] + 58, ankle[1], 0.0])
    parts.append(Part(tube(body.place.at(bar + [0, 0, -260]), body.place.at(bar + [0, 0, 260]), 38.0), PAD))
    seat = _under_thigh(body)
    parts.append(Part(tube(body.place.at(seat[1]), body.place.at(bar * [1, 1, 0]), 13.0), STEEL))
    s1 = body.pose["pelvis"].origin
    pivot = body.place.at(np.array([s1[0] - 40.0, s1[1] + 60.0, 0.0]))
    floor = float(pivot[1]) - 820.0 * body.build.length
    floor = min(floor, low - 60.0)
    for z in (-_WIDE - 40, _WIDE + 40):
        for x in (-430, 430):
            parts.append(Part(tube(pivot + [0, 0, z], np.array([pivot[0] + x, floor + _TUBE, z]), _TUBE), STEEL))
        back = min(p[0] for p in body.back(False).values()) - 50
        parts.append(Part(tube(pivot + [0, 0, z], body.place.at(np.array([back, s1[1] + 60.0, z])), 12.0), STEEL))
    return parts, floor, float(pivot[0])


def _under_thigh(body: Posed) -> tuple[Floats, Floats]:
    """The line under the thighs, from the buttocks to the hollow of the knee."""
    hip, knee = body.limbs.hip, body.limbs.knee
    along = (knee - hip) / np.linalg.norm(knee - hip)
    down = np.array([along[1], -along[0], 0.0])  # behind the thigh
    return (hip + 84 * body.build.width * down) * [1, 1, 0], (knee + 62 * body.build.width * down - 70 * along) * [1, 1, 0]


def _seat_pad(body: Posed) -> list[Part]:
    start, stop = (body.place.at(p) for p in _under_thigh(body))
    along = (stop - start) / np.linalg.norm(stop - start)
    axes = np.column_stack([along, np.cross([0.0, 0.0, 1.0], along), [0.0, 0.0, 1.0]])
    frame = Frame(start, axes)
    return [Part(placed_box(frame, (-110, -52, -_WIDE + 60), (float(np.linalg.norm(stop - start)), -6, _WIDE - 60)), PAD)]


def _seat(body: Posed, low: float, high: float) -> tuple[list[Part], float, float]:
    """A stool: the seat under the thighs, feet on the floor."""
    parts, floor = _seat_pad(body), low - 2.0
    start, stop = (body.place.at(p) for p in _under_thigh(body))
    for x in (start[0] - 70, stop[0] - 40):
        for z in (-210, 210):
            parts.append(Part(tube(np.array([x, min(start[1], stop[1]) - 50, z]), np.array([x, floor, z]), 16.0), STEEL))
    return parts, floor, float(start[0])


def _bed(body: Posed, low: float, high: float) -> tuple[list[Part], float, float]:
    """Legs under a bed; a stool under flexed calves; a post where a rope is pulled."""
    surfaces = [s for s in body.gear.support if isinstance(s, Surface)] if body.gear else []
    board = [p for p in [_surface(body, s) for s in surfaces] if p]
    pieces = [part.mesh.bounds for group in board for part in group[1::2]]
    if not pieces:
        return [], low - 2.0, 0.0
    under = min(b[2] for b in pieces)
    floor = under - 560.0
    parts = []
    for b in pieces:
        for x in (b[0] + 70, b[1] - 70):
            for z in (-_WIDE + 80, _WIDE - 80):
                parts.append(Part(tube(np.array([x, under, z]), np.array([x, floor, z]), 20.0), STEEL))
    parts += _calf_rest(body, under)
    return parts, floor, 0.0


def _calf_rest(body: Posed, under: float) -> list[Part]:
    """A stool under the calves, or a bolster under the knees, where hips are flexed."""
    turn = body.hip_flexion
    if turn < 15:
        return []
    knee, ankle = body.place.at(body.limbs.knee * [1, 1, 0]), body.place.at(body.limbs.ankle * [1, 1, 0])
    if turn >= 60:
        top = min(knee[1], ankle[1]) - 52.0
        low, high = min(knee[0], ankle[0]) + 20, max(knee[0], ankle[0]) + 60
        return [Part(box((low, under + 62, -230), (high, top, 230)), PAD)]
    hip = body.place.at(body.limbs.hip * [1, 1, 0])
    base = under + 62.0
    radius = max(40.0, (knee[1] - 62.0 - base) / 2)
    centre = np.array([knee[0] + 0.1 * (hip[0] - knee[0]), base + radius, 0.0])
    return [Part(tube(centre + [0, 0, -240], centre + [0, 0, 240], radius), PAD)]


_FRAMES: dict[str, Callable[[Posed, float, float], tuple[list[Part], float, float]]] = {
    "floor": _on_floor, "pivot bed": _pivot_bed, "bar": _bar, "high bar": _high_bar, "chair": _chair, "seat": _seat,
    "bed": _bed, "split bed": _bed,
}  # fmt: skip
