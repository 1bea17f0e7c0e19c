"""`render`: what a file's suffix asks for: a figure, a film, a model, a series of steps."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from biomech.errors import InputError
from biomech.viz import gltf, moving, paraview
from biomech.viz.reading import Result
from biomech.viz.scenes import DEFAULT, Wish, draw
from biomech.viz.target import FIGURES, checked

PAGES = (".html",)
SUFFIXES = (*FIGURES, *moving.SUFFIXES, *gltf.SUFFIXES, *paraview.SUFFIXES, *PAGES)
Progress = Callable[[int, int], None]


def render(
    results: Sequence[Result],
    path: str | os.PathLike[str],
    scene: str = DEFAULT,
    *,
    time_s: float | None = None,
    size: tuple[int, int] | None = None,
    exaggeration: float | None = None,
    dpi: float | None = None,
    seconds: float | None = None,
    progress: Progress | None = None,
) -> Path:
    """Draw a scene, or whatever else the suffix asks for, and write it.

    Parameters
    ----------
    results : sequence of Result or xarray.Dataset
        One, or as many as the scene takes.
    path : path
        ``.png``, ``.pdf``, ``.svg``: a figure. ``.mp4``, ``.gif``: a film of the session. ``.glb``, ``.gltf``: a 3D
        model of one moment. ``.pvd``: a series for ParaView. ``.html``: a page to turn the spine in, without a network.
    scene : str
        A name of `biomech.viz.scenes.SCENES`; figures only.
    time_s : float, optional
        Seconds from the start of the session; by default the end of the last hold. Figures and models.
    size : (int, int), optional
        Width and height in pixels. Scene hero, and films.
    exaggeration : float, optional
        Enlarges the displacements between the bones, not the bones; the picture says so in red.
    dpi : float, optional
        Pixels per inch of a figure; 300 is print quality.
    seconds : float, optional
        Length of a film.
    progress : callable, optional
        Called with steps done and steps in all, by films and series.

    Returns
    -------
    pathlib.Path
        The file written.

    Raises
    ------
    biomech.errors.InputError
        For an unknown suffix or scene, a time outside the result, a machine that cannot draw in 3D.
    """
    target = checked(path, SUFFIXES)
    suffix = target.suffix.lower()
    if suffix in FIGURES:
        _refuse(suffix, seconds=seconds)
        if dpi is not None and not 50 <= dpi <= 1200:
            raise InputError(f"{dpi:g} pixels per inch", key="--dpi", allowed="50 to 1200")
        return draw(scene, results, Wish(time_s, size, exaggeration)).save(target, dpi)
    _refuse(suffix, scene=None if scene == DEFAULT else scene, exaggeration=exaggeration, dpi=dpi)
    if len(results) != 1:
        raise InputError(f"{target.name} takes one result, not {len(results)}")
    if suffix in moving.SUFFIXES:
        from biomech.viz.film import SECONDS, SIZE, film

        _refuse(suffix, time_s=time_s)
        return film(results[0], target, size=size or SIZE, seconds=SECONDS if seconds is None else seconds, progress=progress)
    _refuse(suffix, seconds=seconds, size=size)
    if suffix in gltf.SUFFIXES:
        return gltf.write(results[0], target, time_s)
    _refuse(suffix, time_s=time_s)
    if suffix in PAGES:
        from biomech.viz.looking import Page, document

        return Page(document(results[0])).save(target)
    return paraview.write(results[0], target, progress)


def _refuse(suffix: str, **given: object) -> None:
    """What was asked for and means nothing for this kind of file is not passed over in silence."""
    for name, value in given.items():
        if value is not None:
            raise InputError(f"means nothing for a {suffix} file", key=f"--{name.replace('_', '-')}")
