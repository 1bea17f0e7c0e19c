"""The whole spine: balance of force, moment and water, symmetry to the last bit, order of convergence."""

import math
from functools import cache

import numpy as np
import pytest
from helpers import copied, order, rotation

from biomech import scenario, simulate
from biomech.errors import SimulationError
from biomech.posture.person import Person
from biomech.posture.stance import stance
from biomech.simulation import Models, courses_of, person_of
from biomech.spine import statics
from biomech.spine.drive import build
from biomech.spine.kernels import layout as L
from biomech.spine.kernels.motion import ramp
from biomech.spine.kernels.scratch import new_scratch
from biomech.spine.kernels.system import add_joints, put_bodies
from biomech.spine.model import Course, SpineModel

PERSON = Person()
CHEAP = {"history.days": 0, "history.awake_h": 0.5, "history.upright_after_min": 0}


@cache
def model() -> SpineModel:
    return SpineModel(PERSON)


@cache
def settled(name):
    return model().settled(stance(PERSON, name, None if name != "gravity_boots" else 90.0), 0.0)


def test_internal_forces_and_moments_cancel_in_any_pose():
    """Discs, ligaments, facets and muscle alone: nothing to push the person off."""
    m = model()
    n = m.plan.body.shape[0]
    upright = stance(PERSON, "standing", None)
    d = build(m.subject, upright, upright, m.muscles(upright), m.muscles(upright), -1.0, 0.0, 0.0)
    clock = d.clock.copy()
    clock[L.GRAVITY] = 0.0
    surface = d.surface.copy()
    surface[..., L.S_ON : L.S_ON + 2] = 0.0
    none = np.zeros(0, dtype=np.int64)
    d = d._replace(clock=clock, surface=surface, anchor_body=none, load_body=none)
    rng = np.random.default_rng(1)
    t = L.new_trial(n, m.plan.branch.shape[0], 0)
    t.body[:, :3] = m.subject.geometry.mass_centre + 1e-3 * rng.normal(size=(n, 3))
    t.rotation[:] = m.subject.geometry.rotation @ rotation(0.05 * rng.normal(size=(n, 3)))
    known = t.body.copy()
    joint_known = 1e-4 * rng.normal(size=(n - 1, L.joint_state(m.plan.branch.shape[0])))
    scratch = new_scratch()
    put_bodies(m.plan, d, 0.0, 1e3, known, t)
    add_joints(m.plan, d, 0.0, 1e3, joint_known, t, scratch)
    force = t.residual[:, :3]
    moment = t.residual[:, 3:]
    # round-off of forces up to 1e4 N; seen to fail: the arm of a's reaction off by 0.01 % of the strain (2e-3 N m)
    assert np.abs(force).max() > 100.0
    assert np.abs(force.sum(axis=0)).max() < 1e-13 * np.abs(force).sum()
    total = (moment + np.cross(t.body[:, :3], force)).sum(axis=0)
    assert np.abs(total).max() < 1e-13 * np.abs(np.cross(t.body[:, :3], force)).sum()


def supports(record, drive, plan, rot, position, k=-1):
    """Force and moment about the frame's origin of all supports and loads at a recorded row."""
    force, moment = np.zeros(3), np.zeros(3)
    for a, i in enumerate(drive.anchor_body):
        f, m = record.anchor[k, a, :3], record.anchor[k, a, 3:]
        at = position[i] + rot[i] @ drive.anchor[a, L.A_POINT : L.A_POINT + 3]
        force += f
        moment += rot[i] @ m + np.cross(at, f)
    return force, moment


@pytest.mark.parametrize("name", ["gravity_boots", "upright_suspension", "standing"])
def test_in_equilibrium_the_supports_carry_exactly_the_weight_and_its_moment(name):
    state, record, d = settled(name)
    plan = model().plan
    tilt = d.clock[L.TILT1]
    g = 9.81 * np.array([-math.cos(tilt), math.sin(tilt), 0.0])
    position, mass = state.body[:, :3], plan.body[:, :1]
    force, moment = supports(record, d, plan, state.rotation, position)
    for i, row in zip(d.load_body, d.load, strict=True):
        f = row[L.L_FORCE] * g / 9.81 if row[L.L_WITH_GRAVITY] else row[L.L_FORCE : L.L_FORCE + 3]
        f = f * row[L.L_ON + 1]
        force += f
        moment += np.cross(position[i] + state.rotation[i] @ row[L.L_POINT : L.L_POINT + 3], f)
    assert np.abs(d.surface[..., L.S_ON + 1]).max() == 0.0
    # measured 1e-12 N of 461 N and 1e-10 N m; seen to fail: an anchor that reports 0.01 % less (0.05 N)
    assert np.abs(force + (mass * g).sum(axis=0)).max() < 1e-8
    assert np.abs(moment + np.cross(position, mass * g).sum(axis=0)).max() < 1e-7


def test_while_swinging_the_supports_and_gravity_make_the_acceleration():
    """Gravity boots from standing, stopped mid-ramp: Σ m a with frame forces = anchors + gravity."""
    m = SpineModel(PERSON, tolerance=1e-6)
    boots, upright = stance(PERSON, "gravity_boots", 90.0), stance(PERSON, "standing", None)
    state, _, _ = m.settled(upright, 0.0)
    piece = m.phase(state, upright, Course("swing", boots, 6.0, -3.6, 5.0))
    d, record = piece.drive, piece.record
    t = state.clock[0]
    s, ds, dds = ramp(t, d.clock[L.START], d.clock[L.RAMP])
    span = d.clock[L.TILT1] - d.clock[L.TILT0]
    tilt, omega, alpha = d.clock[L.TILT0] + span * s, span * ds, span * dds
    assert omega > 0.3
    w, aw = np.array([0, 0, omega]), np.array([0, 0, alpha])
    g = 9.81 * np.array([-math.cos(tilt), math.sin(tilt), 0.0])
    r, v = state.body[:, :3], state.body[:, L.VELOCITY : L.VELOCITY + 3]
    acc = state.body_rate[:, L.VELOCITY : L.VELOCITY + 3]
    # of the frame at rest: a + ẇ×r + 2 w×v + w×(w×r)
    total = acc + np.cross(aw, r) + 2 * np.cross(w, v) + np.cross(w, np.cross(w, r))
    mass = m.plan.body[:, :1]
    force, _ = supports(record, d, m.plan, state.rotation, r)
    need = (mass * (total - g)).sum(axis=0)
    # measured 3e-7 N of 475 N; seen to fail: an anchor that reports 0.01 % less
    assert np.abs(force - need).max() < 1e-4
    assert np.abs((mass * (total - acc)).sum(axis=0)).max() > 1.0  # frame forces do matter here


def test_the_book_of_water_balances_to_round_off_after_a_day():
    m = model()
    stand, lie = stance(PERSON, "standing", None), stance(PERSON, "lying", 0.0)
    state, _, _ = m.settled(lie, 0.0)
    first = state.joint[:, L.WATER].copy()
    steps = m.effort.steps
    before = lie
    for course in (Course("day", stand, 10.0, 16 * 3600.0, 30.0), Course("night", lie, 10.0, 8 * 3600.0, 30.0)):
        m.phase(state, before, course)
        before = course.stance
    gained = state.joint[:, L.WATER] - first
    assert m.effort.steps - steps > 50
    # measured 3e-19 m of 6e-4; seen to fail: stage 3 booked with W instead of D gives 3e-5
    assert np.abs(gained - state.inflow).max() < 1e-15
    assert np.abs(state.inflow).max() > 1e-6


def lateral(pieces):
    """Every number of the records that would move a symmetric person sideways."""
    for p in pieces:
        r = p.record
        yield "position z", r.body[..., [2, 5, 8]]
        yield "spin", r.body[..., [3, 4, 9, 10]]
        yield "rotation", r.rotation[..., [0, 1, 2, 2], [2, 2, 0, 1]]
        yield "strain", r.strain[..., [2, 3, 4]]
        yield "force", r.report[..., [L.FORCE_Z, L.MOMENT_X, L.MOMENT_Y]]
        yield "friction z", r.contact[..., 2]
        yield "anchor", r.anchor[..., [2, 3, 4]]


@pytest.mark.parametrize("name", ["table_30", "table_60", "chair", "headstand", "boots_90"])
def test_a_symmetric_person_moves_in_the_sagittal_plane_exactly(name):
    spec = scenario.read(name, CHEAP)
    person = person_of(spec)
    start, courses, _ = courses_of(spec, person)
    pieces = list(SpineModel(person).march(start, courses, 0.0))
    for what, values in lateral(pieces):
        # exactly: == 0.0, not small. Seen to fail: a lateral bend of 1e-12 rad in one joint's table
        assert np.abs(values).max() == 0.0, what


SWING = [10.0 / n for n in (100, 200, 400, 800, 1600)]


@cache
def swings():
    """From standing into boots in 10 s with four fixed steps; final positions, strains, water and creep."""
    m = SpineModel(PERSON, tolerance=1e-9)
    upright, boots = stance(PERSON, "standing", None), stance(PERSON, "gravity_boots", 90.0)
    state, _, _ = m.settled(upright, 0.0)
    out = []
    for h in SWING:
        s = copied(state)
        m.phase(s, upright, Course("boots", boots, 10.0, 0.0, 5.0), h)
        out.append((s.body[:, :3].copy(), s.joint[:, :6].copy(), s.joint[:, L.WATER].copy(), s.joint[:, L.COLUMN :].copy()))
    return out


@pytest.mark.parametrize(("what", "index"), [("position", 0), ("strain", 1), ("water", 2), ("creep", 3)])
def test_order_of_convergence_is_two_on_the_whole_spine(what, index):
    values = [x[index] for x in swings()]
    errors = [np.linalg.norm(b - a) for a, b in zip(values, values[1:], strict=False)]
    print(what, errors, order(errors))
    # measured 2.01, 2.01, 1.95, 1.99; water moves by so little in 10 s that its errors end at 3e-14 m. Seen to fail: water one
    # Newton correction short has errors that grow as steps shrink (order −1.5)
    assert abs(order(errors)[-1] - 2.0) < (0.25 if what == "water" else 0.1)


def test_what_is_remembered_changes_no_bit():
    """A session after a remembered day before is the session after a simulated one, blood and all."""
    kept = Models(most=1)
    for changes in ({}, {"session.angle_deg": 30}, {"session.angle_deg": 30}, {"history.awake_h": 2.0}, {"person.mass_kg": 90}):
        again, fresh = simulate("table_60", changes, models=kept), simulate("table_60", changes)
        assert again.data.identical(fresh.data), changes


def test_the_day_before_is_simulated_once(monkeypatch):
    marched = []
    phase = SpineModel.phase
    monkeypatch.setattr(SpineModel, "phase", lambda *args: marched.append(args[3].name) or phase(*args))
    kept = Models(most=1)
    for angle in (60, 30):
        simulate("table_60", {"session.angle_deg": angle}, only="spine", models=kept)
    assert [name for name in marched if "day" in name or "night" in name or name == "upright"] == ["day 1", "night 1", "upright"]
    assert marched.count("standing after") == 2
    simulate("table_60", {"person.mass_kg": 90}, only="spine", models=kept)  # nobody is taken for somebody else
    assert marched.count("upright") == 2


def test_muscle_forces_that_do_not_settle_are_an_error(monkeypatch):
    monkeypatch.setattr(statics, "MOST_ROUNDS", 1)
    with pytest.raises(SimulationError, match="muscle forces of standing do not settle"):
        SpineModel(PERSON).muscles(stance(PERSON, "standing", None))
