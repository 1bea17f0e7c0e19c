"""Pictures laid over each other: translucent bodies without the trouble of sorting triangles."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]  # (h, w, 4)


def over(images: Sequence[Image]) -> Image:
    """All images, the first at the bottom."""
    height, width = images[0].shape[:2]
    colour: NDArray[np.float32] = np.zeros((height, width, 3), np.float32)
    alpha: NDArray[np.float32] = np.zeros((height, width, 1), np.float32)
    for image in images:
        a = image[..., 3:].astype(np.float32) / 255
        colour *= 1 - a
        colour += image[..., :3] * a  # premultiplied
        alpha *= 1 - a
        alpha += a
    plain = colour / np.maximum(alpha, 1e-6)
    return np.dstack([np.clip(plain, 0, 255), alpha * 255]).astype(np.uint8)


def faded(image: Image, opacity: float) -> Image:
    """The same picture, so much of it."""
    out = image.copy()
    out[..., 3] = (image[..., 3] * np.float32(opacity)).astype(np.uint8)
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
