"""Pictures to a film file, one at a time: nothing is kept in memory, and the file appears whole or not at all."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from biomech.errors import InputError
from biomech.files import replace_file
from biomech.viz.layers import Image

SUFFIXES = (".mp4", ".gif")
NO_WRITER = "films need imageio-ffmpeg: pip install 'biomech[viz]'"
# one palette for the whole film, dithered little, so that plain grounds stay plain
_GIF = "split[a][b];[a]palettegen=stats_mode=full:max_colors=192[p];[b][p]paletteuse=dither=bayer:bayer_scale=5"


def write(
    target: Path,
    size: tuple[int, int],
    rate: int,
    frames: Iterator[Image],
    count: int,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Write ``count`` frames; an interrupted film leaves no file behind."""
    if find_spec("imageio_ffmpeg") is None:
        raise InputError(NO_WRITER)
    import imageio_ffmpeg

    if target.suffix.lower() == ".gif":
        options = {"codec": "gif", "pix_fmt_out": "pal8", "quality": None, "output_params": ["-filter_complex", _GIF]}
    else:
        # readable by browsers and phones; the index first, so that it plays while it loads
        options = {
            "codec": "libx264", "pix_fmt_out": "yuv420p", "quality": None, "output_params": ["-crf", "20", "-movflags", "+faststart"],
        }  # fmt: skip

    def make(part: Path) -> None:
        writer = imageio_ffmpeg.write_frames(str(part), size, fps=rate, macro_block_size=2, ffmpeg_log_level="error", **options)
        try:
            writer.send(None)
            for done, frame in enumerate(frames, start=1):
                writer.send(np.ascontiguousarray(frame))
                if progress:
                    progress(done, count)
        finally:
            writer.close()
        _see_whether_whole(part, count)

    replace_file(target, make)
    return target


def _see_whether_whole(part: Path, count: int) -> None:
    """The writer says nothing about a disk that is full, nor about its own end."""
    import imageio_ffmpeg

    try:
        kept, _ = imageio_ffmpeg.count_frames_and_secs(str(part))
    except RuntimeError:
        kept = 0
    if kept != count:
        raise OSError(errno.EIO, f"the film came to {kept} of {count} pictures (is the disk full?)")
