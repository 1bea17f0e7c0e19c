"""Persons side by side: each has the result that is theirs alone, to the last bit."""

import math

import numba
import numpy as np
import pytest
from networks import MAN, model, settled

from biomech.circulation import together as side
from biomech.circulation.kernels import elementary, lanes
from biomech.circulation.kernels import layout as k
from biomech.circulation.kernels.lanes import WIDTH, stacked
from biomech.circulation.kernels.vectors import as_lanes
from biomech.circulation.model import CirculationModel, Turn
from biomech.circulation.piece import Piece, alone
from biomech.circulation.places import drive
from biomech.circulation.together import together
from biomech.errors import SimulationError
from biomech.posture.person import Person, condition
from biomech.posture.stance import stance

PEOPLE = [
    MAN, Person("adult_female", 58.0, 1.62, 34.0), Person("adult_male", 120.0, 1.70, 61.0), Person("adult_male", 68.0, 2.02, 22.0),
    Person("adult_male", 78.0, 1.75, 40.0, (condition("hypertension"),)),
    Person("adult_female", 49.0, 1.52, 71.0, (condition("dehydration"), condition("beta_blocker"))),
]  # fmt: skip


def session(person):
    """What of a day reaches every part of the kernel: rest, a turn, a leap, limp veins, the pulsatile window."""
    here = [stance(person, name, angle) for name, angle in (("lying", 0.0), ("standing", None), ("gravity_boots", 90.0))]
    turns = [Turn("up", here[1], 3.0, 997.0, brief=True), Turn("boots", here[2], 5.0, 25.0), Turn("down", here[0], 2.0, 8.0)]
    return CirculationModel(person), here[0], turns


def collected(person, log=None):
    m, start, turns = session(person)
    found = []
    for item in m.marching(start, turns, 0.0, pulse_from=1027.0):
        if isinstance(item, Piece):
            yield item
        else:
            found.append(item)
    return found


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="needs the compiler")
def test_each_of_many_has_the_result_that_is_theirs_alone(monkeypatch):
    rows = []
    in_one_row = side._in_one_row
    monkeypatch.setattr(side, "_in_one_row", lambda pieces: rows.append((len(pieces), in_one_row(pieces))) or rows[-1][1])
    many = together([collected(person) for person in PEOPLE])
    assert sum(done for _, done in rows) > 0.7 * len(rows) and max(n for n, _ in rows) == side.WIDTH < len(PEOPLE)
    for person, found in zip(PEOPLE, many, strict=True):
        m, start, turns = session(person)
        single = list(m.march(start, turns, 0.0, pulse_from=1027.0))
        assert len(single) == len(found) == 4
        for x, y in zip(single, found, strict=True):
            for part, p, q in zip(x._fields, x, y, strict=True):
                # meant to catch: heights of who has arrived computed again while others still turn; a fused multiplication
                assert p.shape == q.shape and (p == q).all(), (person, part)
        assert sum(len(x.pulse) for x in found) > 300


def test_who_fails_alone_fails_alone():
    people = PEOPLE[:5]
    works = [collected(person) for person in people]
    broken = CirculationModel(MAN)

    def hopeless():
        state = settled()
        state.volume[4] = math.nan
        yield from broken._run(state, drive(broken.values, *[stance(MAN, "lying", 0.0)] * 2, 0.0, 0.0), 5.0, "lost")

    works.insert(2, hopeless())
    found = together(works)
    assert isinstance(found[2], SimulationError) and "lost" in str(found[2])
    assert all(isinstance(f, list) and len(f) == 4 for i, f in enumerate(found) if i != 2)


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="needs the compiler")
def test_a_row_with_somebody_who_needs_smaller_steps_changes_nothing_and_is_done_one_by_one():
    """A vein emptied at once, as after a leap: Newton does not converge in a whole step."""
    lying = stance(MAN, "lying", 0.0)
    d = drive(model().values, lying, lying, -1e9, 0.0)
    pieces = []
    for i in range(2 * side.WORTH):
        state = settled()
        if i in (2, side.WORTH + 2):
            names = model().values.rows["vessels.compartment"]
            moved = 0.95 * state.volume[names.index("head_veins")]
            state.volume[names.index("head_veins")] -= moved
            state.volume[model().plan.special[k.LEFT_VENTRICLE]] += moved
        pieces.append(Piece(model().plan, d, state, 32, 8, model()._scratch))
    row, others = pieces[: side.WORTH], pieces[side.WORTH :]
    before = [part.copy() for piece in row for part in piece.state]
    if side._in_one_row(row):
        pytest.fail("everybody converged: the test needs a harder vein")
    assert all((x == y).all() for x, y in zip(before, [part for piece in row for part in piece.state], strict=True))
    side.side_by_side(row)
    for piece in others:
        alone(piece)
    for x, y in zip(row, others, strict=True):
        assert x.status == y.status
        assert all((p == q).all() for p, q in zip(x.state, y.state, strict=True))


CASES = [
    (elementary.tan, math.tan, np.concatenate([np.linspace(-1.55, 1.55, 4001), [0.0, 0.25 * math.pi, 1e-9]])),
    (elementary.atan, math.atan, np.concatenate([np.linspace(-6.0, 6.0, 4001), [0.0, 1e-9, -1e9, 1e300]])),
    (elementary.sine_of_share, lambda x: math.sin(0.5 * math.pi * x), np.linspace(0.0, 1.0, 4001)),
    (lambda x: elementary.power(x, 2.76), lambda x: x**2.76, np.append(np.linspace(1e-3, 4.0, 4001), np.geomspace(1e-60, 1e60, 400))),
    (lambda x: elementary.power(x, 0.8), lambda x: x**0.8, np.geomspace(1e-9, 1e9, 2001)),
]  # fmt: skip


@pytest.mark.parametrize(("own", "exact", "at"), CASES, ids=["tan", "atan", "sine", "power", "root"])
def test_elementary_functions_are_those_of_the_library_to_a_few_last_places(own, exact, at):
    for x in at:
        # measured: 5e-16 and, for powers, 3e-16 of the logarithm, by the rounding of the exponent
        far = 1e-15 if own not in [c[0] for c in CASES[3:]] else 2e-15 + 1e-15 * abs(math.log(x))
        assert own(float(x)) == pytest.approx(exact(float(x)), rel=far, abs=1e-300), x


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="needs the compiler")
@pytest.mark.parametrize("name", ["tan", "atan", "sine_of_share", "power"])
def test_elementary_functions_of_eight_are_those_of_one_to_the_last_bit(name):
    function = getattr(elementary, name)
    two = name == "power"

    @numba.njit(error_model="numpy")
    def one(x, out):
        for i in range(x.size):
            out[i] = function(x[i], 2.76) if two else function(x[i])

    @numba.njit(error_model="numpy")
    def eight(x, out):
        a, b = as_lanes(x), as_lanes(out)
        for i in range(a.size):
            b[i] = function(a[i], lanes.alike(2.76, a[i])) if two else function(a[i])

    x = np.random.default_rng(1).uniform(1e-6, 1.0, (500, WIDTH))
    by_one, by_eight = np.zeros(x.size), np.zeros_like(x)
    one(x.ravel(), by_one)
    eight(x, by_eight)
    assert (by_one == by_eight.ravel()).all()


def test_the_last_one_stands_in_for_who_is_missing():
    a = np.arange(6.0).reshape(2, 3)
    both = stacked([a, 2.0 * a])
    assert both.shape == (2, 3, WIDTH) and both.flags.c_contiguous
    assert (both[..., 0] == a).all() and (both[..., 1:] == (2.0 * a)[..., None]).all()


def test_reflexes_asked_at_more_lags_are_the_same():
    from biomech.circulation.kernels.reflex import respond

    plan, state = model().plan, settled()
    answers = []
    for lags in (plan.bend_lag, np.tile(np.arange(k.MEMORY, dtype=np.uint64), (k.RESPONSES, 1))):
        answers.append(state.answer.copy())
        respond(plan.bend, lags, state.signal, answers[-1])
    # who bends elsewhere, in the same row, must change nothing
    assert (answers[0] == answers[1]).all() and answers[0].all()
