"""Write benchmarks/CREDIBILITY.md and the tables of docs/validation.md and README.md from what was measured.

    python benchmarks/credibility.py           # from the results that are kept; a moment
    python benchmarks/credibility.py --run     # validation and verification again, results kept, then the pages; about four minutes
    python benchmarks/credibility.py --check   # are the pages and the results those of the present files? (a test does this)

The factors are those of ASME V&V 40 (2018) and NASA-STD-7009; every line is a fact computed here or a pointer to one.
"""

import argparse
import hashlib
import json
import math
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any

from biomech import library
from biomech.evidence import catalog, running, verdict
from biomech.evidence.words import digits, measured
from biomech.library.catalog import KINDS

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RESULTS = HERE / "validation" / "results.json"
VERIFIED = HERE / "verification" / "results.json"
HEADLINE = HERE / "headline.toml"
VALIDATION, README = ROOT / "docs" / "validation.md", ROOT / "README.md"
POSTERIOR = HERE / "calibration" / "posterior.toml"
TABLES = "<!-- written by benchmarks/credibility.py from here on -->"


def models_digest() -> str:
    """Digest of every file in models/: results belong to values."""
    h = hashlib.sha256()
    for file in sorted((ROOT / "models").rglob("*.toml")):
        h.update(file.relative_to(ROOT).as_posix().encode() + file.read_bytes())
    return h.hexdigest()[:12]


def run() -> None:
    """Validate and verify; keep the results."""
    entries = catalog.read_all()
    found = running.run_all(entries)
    rows = [row for entry in entries for row in verdict.rows_of(entry, found[entry.name])]
    data = verdict.as_json(rows) | {"models": models_digest()}
    RESULTS.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    subprocess.run([sys.executable, str(HERE / "verification" / "run.py"), "--write"], check=True, stdout=subprocess.DEVNULL)


def grades() -> Counter[str]:
    """Values in models/ by grade."""
    files = {f.file: f for f in (library.load(kind, name) for kind in KINDS for name in library.names(kind))}
    return Counter(grade for file in files.values() for grade in file.grades())


def tests() -> int:
    """Test functions in tests/, in steps of 50 (a page need not change with every test)."""
    found = sum(len(re.findall(r"^\s*def test_", f.read_text(encoding="utf-8"), re.M)) for f in (ROOT / "tests").rglob("test_*.py"))
    return found // 50 * 50


def results() -> dict[str, Any]:
    """The results that are kept."""
    kept: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return kept


def rows_table(rows: list[dict[str, Any]], doi: dict[str, str]) -> list[str]:
    """One line a quantity."""
    out = ["| study | quantity | measured | simulated | | difference, SD | verdict |", "|---|---|--:|--:|---|--:|---|"]
    words = {"in": "in", "explained": "**out**, explained", "out": "**out**"}
    for r in rows:
        difference = "" if r["difference_sd"] is None else f"{r['difference_sd']:+.2f}"
        weak = "" if r["telling"] else " (weak)"
        study = f"[{r['study']}](https://doi.org/{doi[r['study']]})" if doi[r["study"]] else r["study"]
        found = measured(r["rule"], r["direction"], r["measured"], r["sd"], r["band"])
        out.append(f"| {study} | {r['name']} | {found} | {digits(r['simulated'])} | {r['unit']} | {difference} | {words[r['verdict']]}{weak} |")
    return out


def summary_lines(s: dict[str, Any]) -> list[str]:
    """Independent and calibration side by side."""
    i, c = s["independent"], s["calibration"]

    def both(name: str, key: str, form: str = "{}") -> str:
        return f"| {name} | " + " | ".join("–" if x[key] is None else form.format(x[key]) for x in (i, c)) + " |"

    return [
        "| | independent | calibration |", "|---|--:|--:|",
        both("studies", "studies"), both("quantities", "quantities"), both("inside the band", "in_band"),
        both("outside, explained in the study's README", "explained"), both("outside, unexplained", "unexplained"),
        both("quantities whose band leaves out 'no change'", "telling"), both("of these inside", "in_band_and_telling"),
        both("median difference, SD between subjects", "median_difference_sd", "{:.2f}"),
        both("within two standard errors of the mean", "in_two_standard_errors"), both("of", "with_standard_error"),
    ]


def credibility() -> str:
    """CREDIBILITY.md."""
    s, rows = results()["summary"], results()["rows"]
    entries = catalog.read_all()
    posterior = tomllib.loads(POSTERIOR.read_text(encoding="utf-8"))
    count, total = grades(), sum(grades().values())
    shares = ", ".join(f"{g} {100 * count[g] / total:.0f} %" for g in library.GRADES)
    left = posterior["left_out"]
    errors = [abs(r["error_in_scatter"]) for r in left]
    spread = ", ".join(f"{f['name']} ×/÷ {f['factor']:.2f}" for f in posterior["free"].values())
    counted = [r for r in rows if r["counted"]]
    worst = sorted((r for r in counted if r["role"] == "independent" and r["difference_sd"]), key=lambda r: -abs(r["difference_sd"]))[:5]
    verified = json.loads(VERIFIED.read_text(encoding="utf-8"))
    orders = [f"{r['result']:.2f}" for c in verified for r in c["rows"] if r["name"].startswith("order")]
    within = sum(r["within"] for c in verified for r in c["rows"])
    every = sum(len(c["rows"]) for c in verified)
    readmes = len([e for e in entries if e.explained])
    read = Counter(e.study.citation.read for e in entries)
    lines = [
        "# Credibility: what stands behind an answer, in facts", "",
        "Written by `benchmarks/credibility.py`; a test fails if it is not fresh. The factors are those of ASME V&V 40 (2018), with those of",
        "NASA-STD-7009 where they add something. biomech is a research model, not a medical device. **Question of interest**: how far do discs open, and what do heart, eye and",
        "brain pressure do, under inversion and traction, for a person of ordinary build. **Context of use**: comparing devices, angles and",
        "times in research; no decision about a patient. **Model risk** if wrong: a wrong comparison.", "",
        "## Verification", "", "| factor | fact |", "|---|---|",
        f"| software quality | more than {tests()} test functions; strict types, import rules; every number of a model file must carry unit, source, grade |",
        f"| numerical code verification | `benchmarks/verification`: {within} of {every} rows inside limits fixed beforehand; measured orders {', '.join(orders)} (declared 2); `tests/engine`: exact solutions, an independent solver, tangents |",
        "| discretisation error | the default tolerance moves no measure of a session by half a per cent against a sixteenth of it (`verification/session`) |",
        "| balances | " + "; ".join(f"{r['what']}: {r['result']:.0e}" for c in verified if c["case"] == "blood" for r in c["rows"][:1]) + " |",
        "| solver error, use error | failing steps stop with place and time; inputs are checked with file and line, unknown keys refused |", "",
        "## Validation", "", *summary_lines(s), "",
        f"{s['quantities']} quantities of {s['studies']} studies in all; {s['not_counted']} are shown and not counted (remembered, second-hand, or a protocol the model cannot follow).", "",
        "| factor | fact |", "|---|---|",
        "| model form | docs/physics.md and docs/circulation.md, with what is not known; the misses that are faults of the model's form are below |",
        f"| model inputs | {total} values in `models/`: {shares}; assumed ones carry ranges |",
        f"| test samples | {sum(e.study.cohort.n for e in entries)} persons or segments measured in the studies (where n is stated); the model is simulated as the mean person, one study as a sample with its own spread |",
        f"| test conditions | every study has its own scenario; what its report does not say is listed in its `study.toml` under *Assumed*. Read as: {', '.join(f'{k} {v}' for k, v in sorted(read.items()))} |",
        "| equivalency of inputs | equipment, angle, durations and the day before as published; mass and stature only where published |",
        f"| output comparison | bands by one rule, fixed before simulating; {readmes} studies explain their misses |",
        "| largest differences, independent | " + "; ".join(f"{r['study']} {r['name']}: {r['difference_sd']:+.1f} SD" for r in worst) + " |", "",
        "## Calibration", "", "| factor | fact |", "|---|---|",
        f"| spine | {len(posterior['free'])} values on {len(posterior['target'])} targets of {len({r['study'] for r in left})} studies, priors in full; misfit {posterior['misfit_fitted']:.2f}, of the values in `models/` {posterior['misfit_in_models']:.2f} |",
        f"| spread the studies leave (one SD) | {spread} |",
        f"| leave one study out | median error {median(errors):.2f}, largest {max(errors):.2f} of the scatter allowed |",
        "| heart and vessels | `benchmarks/calibration/circulation.py`: LASERI (223 people), LeMarr 1984 |",
        "| judge and party | a test refuses a study that is independent and the source of a value in `models/` |", "",
        "| study left out | target | measured | predicted | error, of the scatter |", "|---|---|--:|--:|--:|",
        *[f"| {r['study']} | {r['target']} | {r['measured']:g} | {r['predicted']:.2f} | {r['error_in_scatter']:+.2f} |" for r in left], "",
        "## Applicability", "", "| factor | fact |", "|---|---|",
        "| relevance of the quantities | disc height, spinal length, stature, pressures in disc, eye, skull, vessels: measured and simulated alike |",
        "| relevance of the conditions | lying to fully inverted, seconds to three days. Between 0° and 90° on a table one study (Chen 2011), without millimetres: the size of the angle-response is a prediction |",
        "| known faults of form | one water compartment a disc (boocock1990, supine45_duke); nucleus pressure as force over area (wilke1999: a night); muscle tone is an input (nosse1978); posture does not tire (wing1992); neck veins fall below zero upright (olesen2014); standing without a muscle pump (vernon1985) |",
        "| people | adults of ordinary build; disease as data, hardly validated |",
        "| uncertainty | `biomech validate --uncertainty` adds what the calibration of the spine leaves; assumed values have ranges for ensembles |",
        "| history, management | CHANGELOG.md; studies were committed before the comparison (git history) |", "",
    ]
    return "\n".join(lines)


def validation() -> str:
    """docs/validation.md: its words as they stand, its tables anew."""
    words = VALIDATION.read_text(encoding="utf-8").split(TABLES)[0]
    rows = results()["rows"]
    doi = {e.name: e.study.citation.doi for e in catalog.read_all()}
    groups = (
        ("Independent", [r for r in rows if r["counted"] and r["role"] == "independent"]),
        ("Calibration", [r for r in rows if r["counted"] and r["role"] == "calibration"]),
        ("Shown, not counted", [r for r in rows if not r["counted"]]),
    )
    lines = [words.rstrip() + "\n", TABLES, "", "## Summary", "", *summary_lines(results()["summary"]), ""]
    for title, mine in groups:
        lines += [f"## {title}", "", *rows_table(mine, doi), ""]
    return "\n".join(lines)


def readme() -> str:
    """README.md: its two tables of checks anew (headline.toml)."""
    text = README.read_text(encoding="utf-8")
    found: dict[str, SimpleNamespace] = {}
    for r in results()["rows"]:
        setattr(found.setdefault(r["study"], SimpleNamespace()), r["quantity"], r["simulated"])
    for table in tomllib.loads(HEADLINE.read_text(encoding="utf-8"))["table"]:
        rows = [(check, study, simulated.format_map(found).replace("-", "−")) for check, study, simulated in table["row"]]
        lines = ["| check | measured | simulated |", "|---|---|---|", *("| " + " | ".join(row) + " |" for row in rows)]
        before, mark, rest = text.partition(f"<!-- evidence: {table['name']} -->\n")
        assert mark, table["name"]
        text = before + mark + "\n" + "\n".join(lines) + "\n\n" + rest[rest.index("<!-- end -->") :]
    return text


PAGES = {HERE / "CREDIBILITY.md": credibility, VALIDATION: validation, README: readme}


def stale() -> list[str]:
    """What does not fit together; empty is right."""
    out = []
    result = results()
    if result["models"] != models_digest():
        out.append("models/ has changed since the results were computed")
    kept = {(r["study"], r["quantity"]): (r["role"], r["measured"], r["band"], r["counted"]) for r in result["rows"]}
    now = {
        (e.name, q.id): (e.study.role_of(q), q.value, [x if math.isfinite(x) else None for x in q.band], e.study.counts(q))
        for e in catalog.read_all() for q in e.study.quantity
    }
    if kept != now:
        changed = sorted({name for name, quantity in kept | now if kept.get((name, quantity)) != now.get((name, quantity))})
        out.append(f"studies have changed since the results were computed: {', '.join(changed)}")
    out += [f"{page.name} is not what would be written now" for page, made in PAGES.items() if page.read_text(encoding="utf-8") != made()]
    return out


def main() -> int:
    """Write, or check."""
    parser = argparse.ArgumentParser(description="Write benchmarks/CREDIBILITY.md and the tables of docs/validation.md and README.md.")
    parser.add_argument("--run", action="store_true", help="validation and verification again, before the pages are written")
    parser.add_argument("--check", action="store_true", help="are the pages and the results those of the present files?")
    asked = parser.parse_args()
    if asked.check:
        problems = stale()
        print("\n".join([*problems, "run: python benchmarks/credibility.py --run"]) if problems else "fresh")
        return 1 if problems else 0
    if asked.run:
        run()
    for page, made in PAGES.items():
        page.write_text(made(), encoding="utf-8")
        print(f"written: {page.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
