"""Names of the bodies and joints, from the head down, and the order the kernels use (from the pelvis up)."""

from typing import Final

CERVICAL: Final = tuple(f"C{i}" for i in range(1, 8))
THORACIC: Final = tuple(f"T{i}" for i in range(1, 13))
LUMBAR: Final = tuple(f"L{i}" for i in range(1, 6))
BODIES: Final = ("skull", *CERVICAL, *THORACIC, *LUMBAR, "pelvis")


def _joint(upper: str, lower: str) -> str:
    upper = "C0" if upper == "skull" else upper
    return f"{upper}/{'S1' if lower == 'pelvis' else lower}"


LEVELS: Final = tuple(_joint(a, b) for a, b in zip(BODIES, BODIES[1:], strict=False))
DISC_LEVELS: Final = LEVELS[2:]
LUMBAR_LEVELS: Final = LEVELS[-5:]

# kernels count bodies from the pelvis up; joint j lies below body j + 1
BODIES_UP: Final = BODIES[::-1]
LEVELS_UP: Final = LEVELS[::-1]

REGION: Final = {
    "head": ("skull",), "neck": CERVICAL, "thorax": THORACIC, "lumbar": LUMBAR, "pelvis": ("pelvis",)
}


def body_index(name: str) -> int:
    """Kernel number of a body (0 = pelvis)."""
    return BODIES_UP.index(name)
