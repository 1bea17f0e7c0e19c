"""Pictures laid over each other: translucent bodies without the trouble of sorting triangles."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Picture

Image = NDArray[np.uint8]  # (h, w, 4)


def over(images: Sequence[Image]) -> Image:
    """All images, the first at the bottom."""
    whole = Picture.fromarray(np.ascontiguousarray(images[0]))
    for image in images[1:]:
        whole.alpha_composite(Picture.fromarray(np.ascontiguousarray(image)))
    return np.array(whole)


def faded(image: Image, opacity: float) -> Image:
    """The same picture, so much of it."""
    out = image.copy()
    out[..., 3] = (image[..., 3] * np.float32(opacity)).astype(np.uint8)
    return out


def fading(image: Image, part: float) -> Image:
    """The same picture, fading out over a part of its height at the upper and lower edge."""
    rows = np.linspace(0, 1, len(image))
    veil = np.clip(np.minimum(rows, 1 - rows) / part, 0, 1)[:, None]
    out = image.copy()
    out[..., 3] = (image[..., 3] * veil).astype(np.uint8)
    return out


def rim(image: Image, colour: tuple[float, float, float], width: int) -> Image:
    """The outer edge of what is drawn, as a line ``width`` pixels wide."""
    inside = image[..., 3] > 127
    inner = inside.copy()
    for _ in range(width):
        core = inner.copy()
        core[1:] &= inner[:-1]
        core[:-1] &= inner[1:]
        core[:, 1:] &= inner[:, :-1]
        core[:, :-1] &= inner[:, 1:]
        inner = core
    out = np.zeros_like(image)
    out[..., :3] = np.round(np.array(colour) * 255).astype(np.uint8)
    out[..., 3] = np.where(inside & ~inner, 255, 0)
    return out
