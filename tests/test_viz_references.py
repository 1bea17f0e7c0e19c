"""Pictures against reference pictures: drivers may differ by a shade, but a bone may not be missing.

``python tests/test_viz_references.py`` writes the references anew; look at each before committing it.
"""

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from test_viz_synthetic import synthetic, with_circulation

from biomech.viz.probe import probe
from biomech.viz.scenes import Wish, draw

FOLDER = Path(__file__).parent / "references"
WIDTH = 360  # pixels of a reference
BLOCK = 6  # pixels of the squares that are compared
TOLERANCE = 14.0  # of 255, mean over a block: fonts and drivers stay below, a vertebra does not
MISSING = probe()
needs_3d = pytest.mark.skipif(MISSING is not None, reason=str(MISSING))


def boots() -> object:
    ds = synthetic(90)
    ds.attrs["phases"] = ds.attrs["phases"].replace("inversion_table", "gravity_boots")
    return ds


CASES = {
    "hero": lambda: draw("hero", [synthetic(60)], Wish(size=(720, 540))),
    "compare": lambda: draw("compare", [synthetic(30), synthetic(60)]),
    "linked": lambda: draw("linked", [synthetic(60)]),
    "section": lambda: draw("section", [synthetic(60)]),
    "body_table": lambda: draw("body", [synthetic(60)]),
    "body_boots": lambda: draw("body", [boots()]),
    "blood": lambda: draw("blood", [with_circulation(synthetic(60))]),
}


def small(sheet) -> NDArray[np.float64]:  # type: ignore[no-untyped-def]
    """The picture at the size of a reference, without its words: fonts differ, and words have tests of their own."""
    from matplotlib.text import Text
    from PIL import Image

    for text in sheet.figure.findobj(Text):
        text.set_visible(False)
    buffer = io.BytesIO()
    sheet.figure.savefig(buffer, format="png", dpi=80)
    image = Image.open(buffer).convert("RGB")
    return np.asarray(image.resize((WIDTH, round(image.height * WIDTH / image.width)), Image.Resampling.BOX), float)


def worst(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """The largest mean difference over a block."""
    assert a.shape == b.shape, (a.shape, b.shape)
    gap = np.abs(a - b).max(axis=2)
    high, wide = (n // BLOCK * BLOCK for n in gap.shape)
    blocks = gap[:high, :wide].reshape(high // BLOCK, BLOCK, wide // BLOCK, BLOCK)
    return float(blocks.mean(axis=(1, 3)).max())


def reference(name: str) -> NDArray[np.float64]:
    from PIL import Image

    return np.asarray(Image.open(FOLDER / f"{name}.png").convert("RGB"), float)


# a bone of every reference, so that none of them can pass without it
MISSED = [
    ("hero", "L3"), ("compare", "T6"), ("linked", "L1"), ("section", "L4"), ("body_table", "hips"), ("body_boots", "skull"),
    ("blood", "hips"),
]  # fmt: skip
assert {name for name, _ in MISSED} == set(CASES)


@needs_3d
@pytest.mark.parametrize("name", CASES)
def test_pictures_look_as_they_did(name: str) -> None:
    assert worst(small(CASES[name]()), reference(name)) < TOLERANCE


@needs_3d
@pytest.mark.parametrize(("name", "bone"), MISSED)
def test_a_missing_bone_is_noticed(name: str, bone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from biomech.viz.portrait import Portraits

    for method in ("bones", "around"):
        whole = getattr(Portraits, method)

        def without(self, *wanted, whole=whole, **more):  # type: ignore[no-untyped-def]
            kept = dict(whole(self, *wanted, **more))
            if bone in kept:
                kept[bone] = kept[bone].scale(1e-3)  # still there for the code, not for the eye
            return kept

        monkeypatch.setattr(Portraits, method, without)
    assert worst(small(CASES[name]()), reference(name)) > TOLERANCE


def test_references_are_small() -> None:
    sizes = [p.stat().st_size for p in FOLDER.glob("*.png")]
    assert len(sizes) == len(CASES) and sum(sizes) < 400_000


if __name__ == "__main__":
    from PIL import Image

    FOLDER.mkdir(exist_ok=True)
    for name, make in CASES.items():
        # steps of 8 pack three times as small
        picture = Image.fromarray(np.clip(np.round(small(make()) / 8) * 8, 0, 255).astype(np.uint8))
        picture.save(FOLDER / f"{name}.png", optimize=True)
        print(name, picture.size)
