"""Report and explorer as a person meets them: in a browser, by mouse and keyboard, wide and narrow, light and dark."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browsing import Tab, chromium, needs_browser
from web_results import result

from biomech import simulate, viz

pytestmark = [needs_browser, pytest.mark.slow]
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def running() -> Iterator[Any]:
    with chromium() as found:
        yield found


def value(text: str) -> float:
    return float(text.strip().replace("\u2212", "-"))


# ---- report
@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    pytest.importorskip("pyvista")
    path = tmp_path_factory.mktemp("report") / "report.html"
    return viz.write_report([result("table_30"), result("table_60")], path).as_uri()


@pytest.fixture
def report(running: Any, file: str) -> Iterator[Tab]:
    tab = Tab(running, file)
    yield tab
    assert tab.wrong == [] and tab.asked == [file], "no errors, and nothing fetched"
    tab.close()


def label(tab: Tab) -> str:
    tab.settle()
    return str(tab.page.locator(".stage canvas").get_attribute("aria-label"))


def test_the_report_draws_and_says_the_end_of_the_hold(report: Tab) -> None:
    assert report.colours() > 50 and report.fits()
    measures = result("table_60").measures()["levels"]["L4/L5"]["disc_height_change_mm"]
    assert f"60° head-down: tilt 60 degrees, L4/L5 change of disc height +{measures:.2f} mm" in label(report)
    assert "end of the hold" in report.page.inner_text(".moment")
    names = report.page.locator(".stage .labels .level").all_text_contents()
    assert names.count("L4/L5") == 2, "both cases beside each other"


def test_the_mouse_turns_and_picks(report: Tab) -> None:
    page, before = report.page, report.pixels()
    page.locator(".stage").scroll_into_view_if_needed()
    box = page.locator(".stage").bounding_box()
    x, y = box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.5
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 120, y + 20, steps=4)
    page.mouse.up()
    assert report.pixels() != before
    assert page.get_attribute('[data-switch="side"]', "aria-pressed") == "false"
    page.click('[data-switch="side"]')
    assert report.pixels() == before
    # the front of L4/L5 of the first case: where its leader line begins
    line = page.locator(".stage .leader").nth(21).get_attribute("d")
    fx, fy = (float(v) for v in re.findall(r"-?[\d.]+", line)[:2])
    page.locator(".stage").scroll_into_view_if_needed()
    box = page.locator(".stage").bounding_box()
    page.mouse.click(box["x"] + 1 + fx - 8, box["y"] + 1 + fy)
    assert "L4/L5" in page.inner_text(".readout") and "change of disc height" in page.inner_text(".readout")
    assert page.locator('tr.chosen[data-level="L4/L5"]').count() == 1


def test_the_keyboard_does_what_the_mouse_does(report: Tab) -> None:
    page, before = report.page, report.pixels()
    page.focus(".stage canvas")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    turned = report.pixels()
    assert turned != before
    page.keyboard.press("+")
    assert report.pixels() != turned
    page.keyboard.press("0")
    assert report.pixels() == before
    page.focus('tr[data-level="T12/L1"] th')
    page.keyboard.press("Enter")
    assert page.inner_text(".readout").startswith("T12/L1")


def test_time_moves_everything_together(report: Tab) -> None:
    page = report.page
    before, cursor = report.pixels(), page.locator(".cursor").first.get_attribute("transform")
    page.focus('input[aria-label="Moment"]')
    page.keyboard.press("Home")
    assert report.pixels() != before and "tilt -90 degrees" in label(report)
    assert page.locator(".cursor").first.get_attribute("transform") != cursor
    shown = page.locator(".stage .value").all_text_contents()
    assert {value(v) for v in shown} == {0.0}, "nothing has changed yet"
    chart = page.locator('.chart[data-key="lumbar"] svg')
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.45, box["y"] + 40)
    assert "tilt 30 degrees" in label(report)
    page.click("button.play")
    page.wait_for_function("() => document.querySelector('.player input').value > 480")
    page.click("button.play")
    assert page.get_attribute("button.play", "aria-pressed") == "false"


def test_fields_exaggeration_tilt_and_shadow(report: Tab) -> None:
    page, seen = report.page, set()
    for button in ("pressure", "force", "foramen", "height"):
        page.click(f'.controls [data-key="{button}"]')
        seen.add(report.pixels())
    assert len(seen) == 4
    page.focus("#factor")
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    report.settle()
    assert page.locator(".labels .alert").first.text_content() == "changes ×10"
    shown = [value(v) for v in page.locator(".stage .value").all_text_contents()]
    assert max(shown) < 1.0, "labels keep the true values"
    for switch in ("ghost", "tilt"):
        before = report.pixels()
        page.click(f'[data-switch="{switch}"]')
        assert report.pixels() != before and page.get_attribute(f'[data-switch="{switch}"]', "aria-pressed") == "true"


def test_the_body_stands_round_its_spine(report: Tab) -> None:
    page, bare = report.page, report.pixels()
    page.focus('[data-switch="body"]')
    page.keyboard.press("Enter")
    upright = report.pixels()
    assert upright != bare and page.get_attribute('[data-switch="body"]', "aria-pressed") == "true"
    page.click('[data-switch="tilt"]')
    assert report.pixels() != upright
    page.focus("#factor")
    page.keyboard.press("ArrowRight")
    report.settle()
    assert "no outline" in page.locator(".labels .alert").first.text_content()
    page.keyboard.press("Home")
    for switch in ("tilt", "body"):
        page.click(f'[data-switch="{switch}"]')
    assert report.pixels() == bare


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone(running: Any, file: str, scheme: str) -> None:
    tab = Tab(running, file, **PHONE, color_scheme=scheme)
    page = tab.page
    assert tab.fits() and tab.colours() > 50
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    bright = sum(int(v) for v in re.findall(r"\d+", ground)[:3])
    assert bright > 600 if scheme == "light" else bright < 150
    assert page.locator(".stage .case").all_text_contents() == ["B  60° head-down"], "one case at a time"
    page.click('.controls button:has-text("A 30°")')
    tab.settle()
    assert page.locator(".stage .case").all_text_contents() == ["A  30° head-down"]
    assert tab.fits() and tab.wrong == []
    tab.close()


def test_calm_for_those_who_ask(running: Any, file: str) -> None:
    tab = Tab(running, file, reduced_motion="reduce")
    assert tab.page.evaluate("getComputedStyle(document.querySelector('button')).transitionDuration") == "0s"
    assert tab.page.evaluate("biomech.calm()") is True
    tab.close()


def test_without_webgl_the_numbers_stay(running: Any, file: str) -> None:
    context = running.new_context()
    page = context.new_page()
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(file)
    page.wait_for_selector("html[data-ready=yes]")
    page.wait_for_selector(".chart svg path.line")
    assert "cannot draw in 3D" in page.inner_text("#view") and page.locator(".chart svg path.line").count() > 5
    context.close()


def test_the_page_s_own_policy_stops_requests(running: Any, file: str) -> None:
    tab = Tab(running, file)
    assert tab.page.evaluate("fetch('https://example.org/').then(() => 'went out', () => 'stopped')") == "stopped"
    tab.close()


# ---- explorer
@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    from biomech.explorer.server import Explorer

    with Explorer("127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.url
        server.shutdown()
        thread.join()


@pytest.fixture
def explorer(running: Any, address: str) -> Iterator[Tab]:
    pytest.importorskip("pyvista")
    tab = Tab(running, address, 1400, 1000)
    yield tab
    assert tab.wrong == [] and all(url.startswith(address) for url in tab.asked)
    tab.close()


def answered(tab: Tab, act: Any) -> None:
    """Do something and wait until the answer to it is on the screen and no question is open."""
    before = tab.page.evaluate("biomech.answers || 0")
    act()
    tab.page.wait_for_function("before => biomech.answers > before", arg=before, timeout=60_000)
    tab.page.wait_for_load_state("networkidle")
    tab.settle()


def card(tab: Tab, key: str) -> list[float]:
    return [value(re.sub(r"^[AB]\s+", "", t)) for t in tab.page.locator(f'[data-measure="{key}"] .big').all_inner_texts()]


def measured(key: str, **changes: Any) -> float:
    return float(simulate("table_60", changes).measures()["measures"][key]["value"])


def test_dragging_the_angle_answers_with_the_simulation(explorer: Tab) -> None:
    page = explorer.page
    assert card(explorer, "lumbar_length_change_mm") == [pytest.approx(measured("lumbar_length_change_mm"), abs=0.00501)]
    before = explorer.pixels()
    box = page.locator("#session-angle_deg").bounding_box()
    y = box["y"] + box["height"] / 2

    def drag() -> None:
        page.mouse.move(box["x"] + box["width"] * (60 + 90) / 180, y)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.6, y, steps=5)
        page.mouse.up()

    answered(explorer, drag)
    angle = float(page.input_value("#session-angle_deg"))
    assert 10 < angle < 30
    assert card(explorer, "lumbar_length_change_mm") == [
        pytest.approx(measured("lumbar_length_change_mm", session={"angle_deg": angle}), abs=0.00501)
    ]
    assert explorer.pixels() != before and f"at {angle:g}°" in page.inner_text("#words")
    shown = page.locator('#bars tr:has-text("L5/S1") td').last.inner_text()
    levels = simulate("table_60", session={"angle_deg": angle}).measures()["levels"]
    assert value(shown) == pytest.approx(levels["L5/S1"]["disc_height_change_mm"], abs=0.00501)


def test_keys_move_a_slider_and_a_number_can_be_typed(explorer: Tab) -> None:
    page = explorer.page
    page.focus("#session-angle_deg")
    answered(explorer, lambda: page.keyboard.press("ArrowLeft"))
    assert page.input_value('input[type="number"][data-key="session.angle_deg"]') == "59"
    box = page.locator('input[type="number"][data-key="person.mass_kg"]')
    box.fill("95.5")
    answered(explorer, lambda: box.press("Enter"))
    wanted = measured("net_traction_N", person={"mass_kg": 95.5}, session={"angle_deg": 59})
    assert card(explorer, "net_traction_N") == [pytest.approx(wanted, abs=0.501)]


def test_the_body_follows_what_is_moved(explorer: Tab) -> None:
    page, bare = explorer.page, explorer.pixels()

    def outlined(act: Any) -> str:
        with page.expect_response(lambda response: response.url.endswith("/outline")) as found:
            act()
        page.wait_for_load_state("networkidle")
        explorer.settle()
        assert found.value.ok
        return explorer.pixels()

    upright = outlined(lambda: page.click('[data-switch="body"]'))
    assert upright != bare and page.get_attribute('[data-switch="body"]', "aria-pressed") == "true"
    page.click('[data-switch="tilt"]')
    lying = explorer.pixels()
    assert outlined(lambda: answered(explorer, lambda: page.select_option("#equipment-model", "headstand"))) not in (lying, upright)
    for switch in ("tilt", "body"):
        page.click(f'[data-switch="{switch}"]')


def test_a_slider_let_go_where_it_was_grasped_is_answered_in_full(explorer: Tab) -> None:
    """It tells of no change: the blood of an older angle stayed beside the spine of this one."""
    page = explorer.page
    answered(explorer, lambda: page.select_option("#equipment-model", "inversion_table"))
    slider = page.locator("#session-angle_deg")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    low, high = (float(slider.get_attribute(name)) for name in ("min", "max"))
    at = box["x"] + 8 + (box["width"] - 16) * (float(slider.input_value()) - low) / (high - low)
    page.mouse.move(at, box["y"] + box["height"] / 2)
    page.mouse.down()

    def there_and_back() -> None:
        for x in (at - 30, at - 15, at):
            page.mouse.move(x, box["y"] + box["height"] / 2)
            page.wait_for_timeout(100)
        page.mouse.up()

    answered(explorer, there_and_back)
    page.wait_for_function("() => document.getElementById('status').textContent.startsWith('answered')", timeout=20_000)


def test_two_cases_beside_each_other(explorer: Tab) -> None:
    page = explorer.page
    answered(explorer, lambda: page.click("#keep"))
    answered(explorer, lambda: page.select_option("#equipment-model", "headstand"))
    a, b = card(explorer, "lumbar_length_change_mm")
    assert a == pytest.approx(measured("lumbar_length_change_mm"), abs=0.00501) and b < 0
    assert page.is_hidden("#session-angle_deg") and "fixed: 90°" in page.inner_text("#form")
    assert "In a headstand" in page.inner_text("#words")
    answered(explorer, lambda: page.click("#keep"))
    assert len(card(explorer, "lumbar_length_change_mm")) == 1


def test_bad_input_is_said_and_repaired(running: Any, address: str) -> None:
    tab = Tab(running, address, **PHONE)
    page = tab.page
    assert tab.fits()
    box = page.locator('input[type="number"][data-key="person.mass_kg"]')
    box.fill("900")
    box.press("Enter")
    page.wait_for_selector("#alert:visible")
    said = page.inner_text("#alert")
    assert "person.mass_kg" in said and "30 to 250" in said
    assert box.get_attribute("aria-invalid") == "true" and tab.fits()
    box.fill("80")
    answered(tab, lambda: box.press("Enter"))
    assert page.is_hidden("#alert") and box.get_attribute("aria-invalid") is None
    tab.close()


@contextmanager
def program(port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`biomech app` as a person starts it, and the address it says; ended in any case."""
    command = [sys.executable, "-m", "biomech", "app", "--no-browser", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as started:
        try:
            assert started.stdout
            found = next(found for line in started.stdout if (found := re.search(r"http://[0-9.]+:(\d+)/", line)))
            yield started, found.group(0)
        finally:
            started.kill()


def test_a_killed_program_is_said_and_a_new_one_goes_on(running: Any) -> None:
    with program(0) as (started, url):
        tab = Tab(running, url, 1280, 900)
        page = tab.page
        page.wait_for_function("() => biomech.answers > 0", timeout=60_000)
    started.wait(60)
    page.focus("#session-angle_deg")
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector("#alert:visible")
    said = page.inner_text("#alert")
    assert "connection to biomech is lost" in said and "biomech app" in said
    assert page.get_attribute("#alert", "role") == "alert", "read out at once"
    assert card(tab, "lumbar_length_change_mm"), "the last answer stays"
    before = page.evaluate("biomech.answers")
    with program(int(url.rsplit(":", 1)[1].strip("/"))):
        page.wait_for_function("before => biomech.answers > before", arg=before, timeout=60_000)
        page.wait_for_load_state("networkidle")
        assert page.is_hidden("#alert")
        wanted = measured("lumbar_length_change_mm", session={"angle_deg": 59})
        assert card(tab, "lumbar_length_change_mm") == [pytest.approx(wanted, abs=0.00501)]
    tab.close()


def test_what_was_set_is_there_after_a_reload_and_can_be_saved(explorer: Tab, tmp_path: Path) -> None:
    page = explorer.page
    page.focus("#session-angle_deg")
    answered(explorer, lambda: page.keyboard.press("ArrowRight"))
    page.reload()
    page.wait_for_selector("html[data-ready=yes]")
    assert page.input_value("#session-angle_deg") == "61"
    with page.expect_download() as waiting:
        page.click("#file")
    waiting.value.save_as(tmp_path / "scenario.toml")
    saved = simulate(tmp_path / "scenario.toml").measures()["measures"]["lumbar_length_change_mm"]["value"]
    page.wait_for_selector('[data-measure="lumbar_length_change_mm"]')
    assert card(explorer, "lumbar_length_change_mm") == [pytest.approx(saved, abs=0.00501)]


def test_a_broken_address_begins_anew(running: Any, address: str) -> None:
    for broken in ("#%7Bnonsense", "#" + "x" * 5000, "#%7B%22person%22%3A1%7D"):
        tab = Tab(running, address + broken)
        assert tab.page.input_value("#session-angle_deg") == "60" and tab.wrong == []
        tab.close()


def test_scoliosis_is_drawn_as_one(explorer: Tab) -> None:
    page = explorer.page
    page.click('[data-switch="front"]')
    # from the front, leader lines begin in the middle of the spine
    middles = []
    for condition in ("", "scoliosis"):
        if condition:
            answered(explorer, lambda: page.select_option("#person-conditions", "scoliosis"))
            page.wait_for_load_state("networkidle")
        explorer.settle()
        lines = page.locator(".stage .leader").evaluate_all("nodes => nodes.map((n) => n.getAttribute('d'))")
        middles.append(np.ptp([float(re.findall(r"-?[\d.]+", d)[0]) for d in lines]))
    assert middles[1] > 2 * middles[0]
