"""The hip bones: iliac wing, acetabulum, pubis and ischium, on both sides of the sacrum."""

from collections.abc import Callable

import numpy as np

from biomech.viz.bones.field import Field, Floats, Grid, Solid
from biomech.viz.bones.solids import capsule, ellipsoid, half_space, outline_distance, shrunk

f4 = np.float32

# A man's upright pelvis seen from the right, mm in front of and above the S1 endplate's centre, with
# the place sideways as third number. The picture is stretched until S1's width and the hip joint fit.
_HIP = np.array([23.0, -104.5, 85.0])
_WIDTH = 50.0  # of the S1 endplate, which the shape below belongs to
_WING = (  # outline of the iliac wing: front spine, along the crest, back spines, notch, roof of the socket
    (80, -24), (76, -8), (60, 16), (36, 36), (8, 46), (-22, 41), (-48, 20), (-66, -8), (-72, -28), (-70, -42), (-66, -54),
    (-60, -64), (-48, -66), (-37, -72), (-29, -84), (-24, -98), (-10, -112), (10, -118), (34, -112), (48, -98), (57, -82),
    (61, -68), (59, -58), (66, -44), (76, -34),
)  # fmt: skip
_SIDEWAYS = (  # how far out the wing stands
    (80, -24, 117), (66, 8, 126), (36, 36, 133), (8, 46, 134), (-22, 41, 117), (-48, 20, 88), (-66, -8, 60), (-72, -30, 45),
    (-62, -62, 42), (-42, -40, 53), (-30, -10, 72), (-10, -40, 80), (0, -5, 104), (30, -15, 114), (52, -28, 112), (20, -60, 92),
    (60, -68, 98), (23, -104, 72), (-24, -98, 60), (-10, -112, 66), (50, -98, 80), (-36, -70, 52), (0, 25, 125),
)  # fmt: skip
_THICK = (  # half thickness: strong round the socket and the joint with the sacrum, thin in the hollow
    (80, -24, 6.5), (66, 8, 6.0), (36, 36, 6.0), (8, 46, 5.6), (-22, 41, 5.4), (-48, 20, 6.5), (-72, -30, 8.0), (-62, -62, 8.0),
    (-42, -40, 10.5), (-44, -10, 8.5), (0, 5, 2.4), (22, -12, 2.2), (40, 12, 3.8), (10, -40, 6.0), (20, -60, 10.0),
    (60, -68, 8.0), (23, -104, 13.0), (-24, -98, 8.0), (-36, -70, 7.0), (55, -40, 5.5), (-16, 10, 3.2),
)  # fmt: skip


def hip_bones(width: float, hip: Floats, step: float) -> Field:
    """The field of both hip bones, in upright axes with the S1 endplate's centre at the origin.

    Parameters
    ----------
    width : float
        Of the S1 endplate, mm.
    hip : array
        Centre of the right hip joint; the outline is scaled so that it fits.
    """
    k = np.array([0.0, -hip[1] / -_HIP[1], width / _WIDTH])
    k[0] = (k[1] + k[2]) / 2
    shift = np.array([hip[0] - _HIP[0] * k[0], 0.0, 0.0])
    mean = float(k.mean())

    def at(x: float, y: float, z: float) -> Floats:
        return np.array([x, y, z]) * k + shift

    field = Field(at(-96, -186, 0), at(108, 68, 154), step)
    field.add(_wing(k, shift), 0)
    centre = at(*_HIP)

    field.add(ellipsoid(centre + np.array([-2.0, 0.0, -9.0]) * mean, np.array([34.0, 33.0, 27.0]) * mean), 9 * mean)
    _pubis_and_ischium(field, at, mean)
    # the socket: its rim in one plane, looking out, forwards and down
    rim = np.array([0.30, -0.52, 0.80])
    box = np.array([52.0, 52.0, 60.0]) * mean
    mouth = centre + rim / np.linalg.norm(rim) * 7.0 * mean
    field.carve(half_space(mouth, -rim, mouth - box * [1, 1, 0.5], mouth + box), 5.0)
    field.carve(ellipsoid(centre, np.full(3, 26.0 * mean)), 3.5)
    return field


def _wing(k: Floats, shift: Floats) -> Solid:
    corners = shrunk(np.array(_WING, float) * k[:2] + shift[:2], 6.0)
    out, half = _thin_plate(np.array(_SIDEWAYS, float), 30.0), _thin_plate(np.array(_THICK, float), 2.0)

    def distance(x: Grid, y: Grid, z: Grid) -> Grid:
        u, v = np.broadcast_arrays(x[..., 0], y[..., 0])
        coarse = np.column_stack([((u - shift[0]) / k[0]).ravel(), (v / k[1]).ravel()])
        place = (out(coarse) * k[2]).reshape(u.shape)
        thick = np.clip(half(coarse), 1.9, 14).reshape(u.shape).astype(f4)
        steep = np.hypot(*np.gradient(place, u[:, 0], v[0]))
        lean = (1 / np.sqrt(1 + steep**2)).astype(f4)[..., None]  # a slanting sheet is nearer than its height says
        flat = outline_distance(x, y, corners) - f4(6.0)
        rim = np.minimum(thick, f4(6.0))[..., None]
        a, b = flat * np.maximum(lean, f4(0.6)) + rim, np.abs(z - place.astype(f4)[..., None]) * lean - thick[..., None] + rim
        outer = np.sqrt(np.maximum(a, 0) ** 2 + np.maximum(b, 0) ** 2)
        return np.asarray(outer + np.minimum(np.maximum(a, b), 0) - rim)

    low = np.array([*np.array(_WING).min(axis=0), 25.0]) * k + shift
    high = np.array([*np.array(_WING).max(axis=0), 146.0]) * k + shift
    return Solid(distance, low, high)


def _thin_plate(knots: Floats, smoothing: float) -> Callable[[Floats], Floats]:
    """A smooth surface (x, y) → value near the knots; scipy's takes half a second to import, a sixth of a picture."""
    at, n = knots[:, :2], len(knots)
    flat = np.column_stack([np.ones(n), at])
    system = np.block([[_bend(at, at) + smoothing * np.eye(n), flat], [flat.T, np.zeros((3, 3))]])
    weights = np.linalg.solve(system, np.concatenate([knots[:, 2], np.zeros(3)]))
    return lambda spots: np.asarray(_bend(spots, at) @ weights[:n] + weights[n] + spots @ weights[n + 1 :])


def _bend(a: Floats, b: Floats) -> Floats:
    square = ((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=-1)
    return np.asarray(0.5 * square * np.log(square + 1e-12))


def _pubis_and_ischium(field: Field, at: Callable[[float, float, float], Floats], mean: float) -> None:
    rods = (  # from, to, radii, flatness, seam
        ((40, -102, 70), (70, -108, 24), 10.5, 7.5, 1.15, 7.0),  # upper branch of the pubis
        ((70, -108, 24), (77, -113, 9), 7.5, 7.5, 1.3, 5.0),
        ((76, -113, 8), (66, -142, 8.5), 6.6, 6.0, 1.0, 5.0),  # along the symphysis
        ((65, -142, 9), (34, -156, 34), 6.0, 6.0, 1.2, 5.0),  # lower branch
        ((34, -156, 34), (4, -164, 52), 6.0, 8.5, 1.2, 5.0),
        ((6, -116, 76), (-8, -150, 61), 14.0, 12.5, 1.1, 7.0),  # ischium
        ((-8, -150, 61), (-4, -160, 56), 13.0, 12.0, 1.1, 5.0),
        ((-6, -108, 68), (-25, -116, 54), 9.0, 2.6, 1.2, 5.0),  # its spine
    )
    for start, stop, first, last, flat, seam in rods:
        field.add(capsule(at(*start), at(*stop), first * mean, last * mean, flat), seam)
    # the cleft of the symphysis keeps the two sides apart
    low, high = at(54, -155, -3), at(90, -98, 3)
    field.carve(half_space((0, 0, 2.0), (0, 0, 1.0), low, high), 1.0)
