"""A request of the page → scenarios → results → the answer; what was computed is kept for the next request."""

from __future__ import annotations

import contextlib
import gzip
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

from biomech import scenario
from biomech.errors import BiomechError, InputError
from biomech.explorer.choices import ALLOWED, LIMITS, START
from biomech.results.result import Result
from biomech.scenario import Scenario
from biomech.simulation import Models, simulate

MOST_CASES = 2
TRIANGLES = 45_000  # of the bones: coarser than in a report, to be there sooner and drawn fast without a graphics card
_MOST_RESULTS, _MOST_SKELETONS = 12, 4


class Superseded(BiomechError):
    """A whole answer that was given up, because somebody moves a slider and waits for a preview."""


class Session:
    """Answers requests, one simulation at a time; a preview does not wait for a whole answer, which is given up for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counting = threading.Lock()
        self._hurried = 0  # previews that wait for the lock
        self._drawing = threading.Lock()
        self._results: OrderedDict[str, Result] = OrderedDict()
        self._models = Models()
        self._skeletons: OrderedDict[str, bytes] = OrderedDict()

    def warm_up(self) -> None:
        """Load (or compile) the engine and simulate what the page shows first; its bones follow in the background."""
        first = {"cases": [START]}
        self.answer(first)
        threading.Thread(target=self._draw_ahead, args=(first,), daemon=True).start()

    def _draw_ahead(self, request: object) -> None:
        # without PyVista the page is told so when it asks
        with contextlib.suppress(ImportError):
            self.skeleton(request)

    def answer(self, request: object) -> dict[str, Any]:
        """Simulate the cases of a request, ``{"cases": [settings, …]}``.

        With ``"only": "spine"`` the circulation is left out: an answer that comes while somebody still moves a slider.

        Raises
        ------
        InputError
            A setting is wrong; the message says which, and what is allowed.
        SimulationError
            The equations of a case could not be solved.
        Superseded
            A preview was asked for before this whole answer was there.
        """
        from biomech.viz.web import circulation
        from biomech.viz.web.case import page_data
        from biomech.viz.web.summary import summary
        from biomech.viz.web.told import told

        specs = [scenario_of(settings) for settings in _cases(request)]
        quick = isinstance(request, Mapping) and request.get("only") == "spine"
        start = time.perf_counter()
        with self._turn(quick):
            results = [self._result(spec, quick) for spec in specs]
        simulated = time.perf_counter()
        cases = told(results)
        data = page_data(cases)
        for spec, case in zip(specs, data["cases"], strict=True):
            case |= {"scenario": spec.to_toml(), "likeness": likeness(spec)}
        return {
            **data,
            "summary": [{"key": p.key, "heading": p.heading, "sentences": list(p.sentences)} for p in summary(cases)],
            "warnings": [line for c in cases for line in (f"{c.name.heading}: {w}" if len(cases) > 1 else w for w in c.warnings)],
            "blood": [row._asdict() for row in circulation.table(cases)],
            "preview": quick,
            "simulation_ms": round(1e3 * (simulated - start)),
        }

    def skeleton(self, request: object) -> bytes:
        """Bones of the one case of a request, gzipped: size of the header (4 bytes), header as JSON, block."""
        from biomech.viz.reading import Spine
        from biomech.viz.web.skeleton import skeleton

        (settings,) = _cases(request, 1)
        spec = scenario_of(settings)
        key = likeness(spec)
        with self._drawing:
            if key not in self._skeletons:
                with self._turn(quick=True):
                    result = self._result(spec, quick=True)
                made = skeleton(Spine(result), TRIANGLES)
                header = json.dumps(made.header).encode()
                header += b" " * (-len(header) % 4)  # the block begins at a multiple of four
                self._skeletons[key] = gzip.compress(len(header).to_bytes(4, "little") + header + made.block, 6, mtime=0)
                _forget(self._skeletons, _MOST_SKELETONS)
            return self._skeletons[key]

    def outlines(self, request: object) -> dict[str, Any]:
        """Outlines of the bodies of a request, and which of them each case shows at the moments of its whole answer."""
        from biomech.viz.reading import Spine
        from biomech.viz.web import outline
        from biomech.viz.web.timeline import Timeline, moments

        specs = [scenario_of(settings) for settings in _cases(request)]
        with self._turn(quick=False):
            spines = [Spine(self._result(spec, quick=False)) for spec in specs]
        timeline = Timeline.of(spines)
        chosen = [moments(s, timeline) for s in spines]
        with self._drawing:
            made, shown = outline.outlines(spines, chosen)
        cases = [{"places": timeline.places(s.time[rows]), "outline": o} for s, rows, o in zip(spines, chosen, shown, strict=True)]
        return {"outlines": made, "cases": cases}

    @contextlib.contextmanager
    def _turn(self, quick: bool) -> Iterator[None]:
        """The right to simulate."""
        if not quick:
            with self._lock:
                yield
            return
        with self._counting:
            self._hurried += 1
        with self._lock:
            with self._counting:
                self._hurried -= 1
            yield

    def _give_way(self, share: float, name: str) -> None:
        """Called all the time by a simulation of everything."""
        if self._hurried:
            raise Superseded("a newer question came before the answer was there")

    def _result(self, spec: Scenario, quick: bool) -> Result:
        """Simulated, or kept; who asks for the spine alone is content with the whole."""
        text = spec.to_toml()
        if quick and text in self._results:
            return self._results[text]
        key = f"spine alone {text}" if quick else text
        if key not in self._results:
            self._results[key] = simulate(
                spec, only="spine" if quick else None, progress=None if quick else self._give_way, models=self._models
            )
        self._results.move_to_end(key)
        _forget(self._results, _MOST_RESULTS)
        return self._results[key]


def scenario_of(settings: object) -> Scenario:
    """The scenario of what the page sent; anything it cannot send is refused."""
    if not isinstance(settings, Mapping):
        raise InputError("a case is a JSON object", allowed=", ".join(ALLOWED))
    for path, value in _flat(settings):
        if path in LIMITS and isinstance(value, int | float) and not LIMITS[path][0] <= value <= LIMITS[path][1]:
            low, high = LIMITS[path]
            said = max(min(value, 1e300), -1e300)  # a whole number may be larger than any other
            raise InputError(f"{said:g} is beyond what the explorer simulates", key=path, allowed=f"{low:g} to {high:g}")
    try:
        spec = scenario.read("[person]\nbody = 'adult_male'", settings)
    except InputError as error:
        # the page has no command line
        key = (error.key or "").removeprefix("--set ")
        hint = None if "--set" in (error.hint or "") else error.hint
        raise InputError(error.message, key=key, allowed=error.allowed, hint=hint) from None
    return spec.model_copy(update={"title": _title(spec)})


def likeness(spec: Scenario) -> str:
    """What tells apart people who need other bones; size alone is drawn in proportion."""
    person = spec.person
    return json.dumps([person.body, [c.model_dump(exclude_none=True) for c in person.conditions]])


def _cases(request: object, most: int = MOST_CASES) -> list[object]:
    cases = request.get("cases") if isinstance(request, Mapping) else None
    if not isinstance(cases, list) or not 1 <= len(cases) <= most:
        raise InputError("is not a list of cases", key="cases", allowed=f"one to {most}")
    return cases


def _flat(settings: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Dotted keys and values; a key the page does not have is refused."""
    for table, entries in settings.items():
        if table not in ALLOWED or not isinstance(entries, Mapping):
            raise InputError("is not a table of settings", key=str(table), allowed=", ".join(ALLOWED))
        for key, value in entries.items():
            if key not in ALLOWED[table]:
                raise InputError("unknown key", key=f"{table}.{key}", allowed=", ".join(ALLOWED[table]))
            yield f"{table}.{key}", value


def _title(spec: Scenario) -> str:
    hold = next(p for p in spec.phases() if p.end)
    sets = f", {spec.session.sets} sets" if spec.session and spec.session.sets > 1 else ""
    return f"{hold.equipment.replace('_', ' ').capitalize()} at {hold.angle_deg:g} degrees for {hold.duration_s / 60:g} min{sets}"


def _forget(kept: OrderedDict[str, Any], most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)
