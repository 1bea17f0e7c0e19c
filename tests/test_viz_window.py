"""The window of `biomech view` on an X server of its own: mouse and keys go through VTK's interactor, as a person's do."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from test_viz_synthetic import synthetic

from biomech.viz.reading import Spine

needs_xvfb = pytest.mark.skipif(shutil.which("xvfb-run") is None, reason="no X server for a window: install xvfb (it brings xvfb-run)")


@needs_xvfb
def test_mouse_and_keys_drive_the_window(tmp_path: Path) -> None:
    pytest.importorskip("pyvista")
    env = os.environ | {"LIBGL_ALWAYS_SOFTWARE": "1"}
    command = ["xvfb-run", "-a", "-s", "-screen 0 1280x1024x24", sys.executable, __file__, str(tmp_path / "window.png")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=env, check=False)
    assert done.returncode == 0, done.stderr
    assert "WARN" not in done.stderr, "VTK answers keys of ours, too"
    seen = json.loads(done.stdout)
    assert seen["time_s"][0] == pytest.approx(seen["end_s"]) and seen["time_s"][1] > seen["time_s"][0] + 60
    assert seen["factor"][0] == 1 and seen["factor"][1] > 2
    assert [seen["picked"][level] for level in ("T8/T9", "L2/L3")] == ["T8/T9", "L2/L3"]
    assert seen["fields"] == ["height", "pressure"] and seen["ghost"] == [False, True] and seen["body"] == [False, True]
    assert seen["camera"][0] == seen["camera"][1], "F changes the colours and leaves the camera alone"
    assert seen["side"] == "oblique" and not seen["stereo"]
    assert seen["colours"] > 500, "something is drawn"


def drive(picture: str) -> None:
    """Open the window, do what a person does, and print what came of it."""
    import numpy as np

    from biomech.viz.bones.disc import discs
    from biomech.viz.probe import screen
    from biomech.viz.window import Viewer

    missing = screen()
    assert missing is None, missing
    viewer = Viewer(Spine(synthetic(60)))
    plotter, spine = viewer.plotter, viewer.spine
    plotter.show(interactive_update=True, auto_close=False)
    hands = plotter.iren.interactor
    wide, high = hands.GetRenderWindow().GetSize()

    def mouse(x: float, y: float, *events: str) -> None:
        hands.SetEventInformation(round(x), round(y), 0, 0, "\0", 0, None)
        for event in events:
            hands.InvokeEvent(event)

    def click(x: float, y: float) -> None:
        mouse(x, y, "MouseMoveEvent", "LeftButtonPressEvent", "LeftButtonReleaseEvent")

    def key(letter: str) -> None:
        hands.SetEventInformation(wide // 2, high // 2, 0, 0, letter, 1, letter)
        for event in ("KeyPressEvent", "CharEvent", "KeyReleaseEvent"):
            hands.InvokeEvent(event)

    def click_on(level: str) -> str:
        disc = discs(spine, viewer._pose())[level]
        plotter.renderer.SetWorldPoint(*(disc.lower.frame.origin + disc.upper.frame.origin) / 2, 1.0)
        plotter.renderer.WorldToDisplay()
        click(*plotter.renderer.GetDisplayPoint()[:2])
        return viewer.level

    seen: dict[str, object] = {"end_s": float(spine.time[spine.end]), "picked": {level: click_on(level) for level in ("T8/T9", "L2/L3")}}
    before = (viewer.field.name, viewer.ghost, viewer.body, list(plotter.camera.position))
    key("f")
    seen |= {"fields": [before[0], viewer.field.name], "camera": [before[3], list(plotter.camera.position)]}
    for letter in "gb3":
        key(letter)
    seen |= {"ghost": [before[1], viewer.ghost], "body": [before[2], viewer.body], "side": viewer.side}
    seen["stereo"] = bool(hands.GetRenderWindow().GetStereoRender())
    time, factor = float(spine.time[viewer.index]), viewer.factor
    click(0.40 * wide, 0.06 * high)
    click(0.20 * wide, 0.16 * high)
    seen |= {"time_s": [time, float(spine.time[viewer.index])], "factor": [factor, viewer.factor]}
    shown = np.asarray(plotter.screenshot(picture, return_img=True))
    seen["colours"] = len(np.unique(shown.reshape(-1, 3), axis=0))
    viewer.stage.close()
    print(json.dumps(seen))


if __name__ == "__main__":
    drive(sys.argv[1])
