"""The explorer's answers are the simulation's, and its server serves its own page only, to its own page only."""

import gzip
import http.client
import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from biomech import simulate
from biomech.errors import InputError
from biomech.explorer.choices import START, choices
from biomech.explorer.server import MOST_BYTES, Explorer
from biomech.explorer.session import Session, Superseded, scenario_of
from biomech.library.equipment import holder


def settings(**changes: Any) -> dict[str, Any]:
    """What the page starts with, changed: ``person={"mass_kg": 90}``."""
    out = deepcopy(START)
    for table, values in changes.items():
        out[table] |= values
    return out


# ---- answers
@pytest.fixture(scope="module")
def session() -> Session:
    return Session()


def test_an_answer_is_what_run_gives(session: Session) -> None:
    first = session.answer({"cases": [settings()]})
    turned = session.answer({"cases": [settings(session={"angle_deg": 35}), settings()]})
    for answer, angles in ((first, (60,)), (turned, (35, 60))):
        for case, angle in zip(answer["cases"], angles, strict=True):
            wanted = simulate("table_60", {"session.angle_deg": angle}).measures()["measures"]
            assert case["measures"] == wanted
    assert [c["heading"] for c in turned["cases"]] == ["35° head-down", "60° head-down"]
    json.dumps(turned, allow_nan=False)


def test_the_scenario_of_an_answer_gives_the_same_numbers(session: Session) -> None:
    worn = {"name": "degenerated_disc", "level": "L4/L5", "grade": "V"}
    (case,) = session.answer({"cases": [settings(person={"conditions": [worn]})]})["cases"]
    assert simulate(case["scenario"]).measures()["measures"] == case["measures"]


def test_a_preview_is_the_spine_alone() -> None:
    answer = Session().answer({"cases": [settings()], "only": "spine"})
    assert answer["preview"] is True and answer["blood"] == []
    assert answer["cases"][0]["measures"] == simulate("table_60", only="spine").measures()["measures"]


def test_a_preview_does_not_wait_for_a_whole_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    session, begun, hurried = Session(), threading.Event(), threading.Event()
    given: list[BaseException] = []
    give_way = Session._give_way

    def slowly(self: Session, share: float, name: str) -> None:
        begun.set()
        assert hurried.wait(60)  # in the midst of the simulation until somebody is in a hurry
        give_way(self, share, name)

    def whole() -> None:
        try:
            session.answer({"cases": [settings()]})
        except Superseded as error:
            given.append(error)

    monkeypatch.setattr(Session, "_give_way", slowly)
    thread = threading.Thread(target=whole)
    thread.start()
    assert begun.wait(60)
    counted = session._counting

    class Counting:
        def __enter__(self) -> None:
            counted.acquire()

        def __exit__(self, *_: object) -> None:
            counted.release()
            hurried.set()

    session._counting = Counting()  # type: ignore[assignment]
    answer = session.answer({"cases": [settings(session={"angle_deg": 40})], "only": "spine"})
    thread.join()
    assert given, "the whole answer was given up"
    assert answer["cases"][0]["measures"] == simulate("table_60", {"session.angle_deg": 40}, only="spine").measures()["measures"]
    monkeypatch.setattr(Session, "_give_way", give_way)
    wanted = simulate("table_60").measures()["measures"]
    assert session.answer({"cases": [settings()]})["cases"][0]["measures"] == wanted, "and is right when asked again"


def test_the_whole_shows_blood_brain_and_eye(session: Session) -> None:
    answer = session.answer({"cases": [settings()]})
    assert answer["preview"] is False
    keys = {c["key"] for c in answer["cases"][0]["curves"]}
    assert {"tilt", "lumbar", "heart_rate", "iop", "icp", "map_brain"} <= keys
    assert any(row["label"] == "Eye pressure" for row in answer["blood"])


def test_what_is_kept_is_bounded() -> None:
    session = Session()
    for mass in range(60, 80):
        session.answer({"cases": [settings(person={"mass_kg": mass})], "only": "spine"})
    assert len(session._results) <= 12


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"person": {"mass_kg": 900}}, "person.mass_kg: 900 is beyond"),
        ({"person": {"mass_kg": 10**400}}, "person.mass_kg: 1e+300 is beyond"),
        ({"person": {"mass_kg": "heavy"}}, "person.mass_kg"),
        ({"person": {"mass_kg": True}}, "person.mass_kg"),
        ({"person": {"body": "../../secret"}}, "unknown body"),
        ({"person": {"conditions": ["envy"]}}, "unknown condition"),
        ({"session": {"hold_s": 1e6}}, "session.hold_s: 1e+06 is beyond"),
        ({"session": {"angle_deg": 120}}, "session.angle_deg"),
        ({"equipment": {"model": "rocket"}}, "unknown equipment"),
        ({"equipment": {"model": "headstand"}}, "fixes the angle"),
        ({"equipment": {"path": "/etc/passwd"}}, "equipment.path: unknown key"),
    ],
)
def test_a_wrong_setting_is_named(session: Session, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as raised:
        session.answer({"cases": [settings(**changes)]})
    assert said in str(raised.value) and "--set" not in str(raised.value)


@pytest.mark.parametrize("request_", [{}, {"cases": []}, {"cases": [{}, {}, {}]}, {"cases": ["x"]}, {"cases": [{"solver": {}}]}, [], None])
def test_a_request_of_another_shape_is_refused(session: Session, request_: object) -> None:
    with pytest.raises(InputError):
        session.answer(request_)


def test_everything_offered_can_be_asked_for() -> None:
    offered = choices()
    for one in offered["equipment"]:
        angle = {} if one["fixed"] is not None else {"angle_deg": one["highest"]}
        use = {k: v["value"] for k, v in (("friction", one["friction"]), ("force_percent_bw", one["pull"])) if v}
        spec = scenario_of({**START, "equipment": {"model": one["name"], **use}, "session": {"hold_s": 60, **angle}})
        assert spec.equipment and spec.equipment.model == one["name"]
        assert holder(one["name"]).harness == bool(one["pull"])
    for one in offered["conditions"]:
        extra = {k: one[k] for k in ("level", "grade") if one[k]}
        assert scenario_of(settings(person={"conditions": [{"name": one["name"], **extra}]})).person.conditions
    for one in offered["bodies"]:
        assert scenario_of(settings(person={"body": one["name"]})).person.body == one["name"]


# ---- HTTP
@pytest.fixture(scope="module")
def server() -> Iterator[Explorer]:
    with Explorer("127.0.0.1", 0) as found:
        thread = threading.Thread(target=found.serve_forever, daemon=True)
        thread.start()
        yield found
        found.shutdown()
        thread.join()


def ask(server: Explorer, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    given = {k.replace("_", "-"): v for k, v in headers.items()}
    if body is not None:
        given.setdefault("Content-Type", "application/json")
    connection.request(method, path, body, given)
    response = connection.getresponse()
    found = response.status, dict(response.getheaders()), response.read()
    connection.close()
    return found


def test_it_listens_on_this_machine_alone(server: Explorer) -> None:
    assert server.server_address[0] == "127.0.0.1" and server.url == f"http://127.0.0.1:{server.port}/"


def test_the_page_comes_whole_and_fetches_only_from_its_server(server: Explorer) -> None:
    status, headers, body = ask(server, "GET", "/")
    page = body.decode()
    assert status == 200 and headers["Content-Type"].startswith("text/html") and headers["X-Frame-Options"] == "DENY"
    assert "connect-src &#39;self&#39;" in page and page.count("not a medical device") == 1
    assert len(body) < 200_000


@pytest.mark.parametrize("path", ["/etc/passwd", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/page.js", "/biomech/errors.py"])
def test_no_file_is_served(server: Explorer, path: str) -> None:
    status, _, body = ask(server, "GET", path)
    assert (status, json.loads(body)) == (404, {"error": "there is nothing here"})


def test_other_methods_are_not_known(server: Explorer) -> None:
    assert ask(server, "DELETE", "/")[0] == 501
    assert ask(server, "PUT", "/simulate", b"{}")[0] == 501


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:{port}", "127.0.0.1:1", "localhost.evil.example:{port}", "127.0.0.1:{port}@evil.example", "", "[::1"],
)
def test_another_host_is_refused(server: Explorer, host: str) -> None:
    status, _, body = ask(server, "GET", "/", Host=host.format(port=server.port))
    assert status == 421 and b"not answer" in body


@pytest.mark.parametrize("host", ["localhost:{port}", "127.0.0.1:{port}", "[::1]:{port}"])
def test_its_own_names_are_answered(server: Explorer, host: str) -> None:
    assert ask(server, "GET", "/alive", Host=host.format(port=server.port))[0] == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1:1"])
def test_another_page_is_refused(server: Explorer, origin: str) -> None:
    body = json.dumps({"cases": [START]}).encode()
    assert ask(server, "POST", "/simulate", body, Origin=origin.format(port=server.port))[0] == 403
    assert ask(server, "POST", "/simulate", body, Origin=f"http://127.0.0.1:{server.port}")[0] == 200


def test_wrong_requests_get_a_reason(server: Explorer) -> None:
    assert ask(server, "POST", "/simulate", b"{")[0] == 400
    assert ask(server, "POST", "/simulate", b"[" * 5000)[0] == 400
    assert ask(server, "POST", "/simulate", b"[]")[0] == 400
    assert ask(server, "POST", "/simulate", b"{}", Content_Type="text/plain")[0] == 415
    assert ask(server, "POST", "/simulate", b"x" * (MOST_BYTES + 1))[0] == 413
    status, _, body = ask(server, "POST", "/simulate", json.dumps({"cases": [settings(person={"mass_kg": 900})]}).encode())
    assert status == 400 and json.loads(body)["key"] == "person.mass_kg" and "allowed: 30 to 250" in json.loads(body)["error"]


def test_who_hangs_up_or_sends_half_leaves_no_trace(server: Explorer, capfd: pytest.CaptureFixture[str]) -> None:
    at = ("127.0.0.1", server.port)
    for said in (b"", b"GET / HT", f"POST /simulate HTTP/1.1\r\nHost: localhost:{server.port}\r\n".encode()):
        one = socket.create_connection(at)
        one.sendall(said)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        one.close()  # with a reset
    head = f"Host: localhost:{server.port}\r\nContent-Type: application/json\r\nContent-Length: 50"
    with socket.create_connection(at, timeout=20) as one:
        one.sendall(f"POST /simulate HTTP/1.1\r\n{head}\r\n\r\n{{}}".encode())
        one.shutdown(socket.SHUT_WR)
        assert b"the request ends before its length" in one.makefile("rb").read()
    assert ask(server, "GET", "/alive")[0] == 200
    for line in ("GET http://[ HTTP/1.1", "POST /simulate HTTP/1.1\r\nContent-Length: " + 5000 * "9"):
        with socket.create_connection(at, timeout=20) as one:
            one.sendall(f"{line}\r\nHost: localhost:{server.port}\r\nConnection: close\r\n\r\n".encode())
            assert one.makefile("rb").readline().split()[1] in (b"404", b"413")
    odd = json.dumps({"cases": [settings(equipment={"model": "\ud800"})]}).encode()  # half a letter, which no file can hold
    status, _, body = ask(server, "POST", "/simulate", odd)
    assert status == 400 and "equipment.model" in json.loads(body)["error"]
    time.sleep(0.2)
    assert capfd.readouterr().err == ""


def test_bones_arrive_packed(server: Explorer) -> None:
    pytest.importorskip("pyvista")
    status, headers, body = ask(server, "POST", "/skeleton", json.dumps({"cases": [START]}).encode())
    assert status == 200 and headers["Content-Encoding"] == "gzip"
    block = gzip.decompress(body)
    size = int.from_bytes(block[:4], "little")
    header = json.loads(block[4 : 4 + size])
    assert size % 4 == 0 and len(header["bones"]) >= 25 and len(header["discs"]) == 23


def test_outlines_fit_the_moments_of_the_answer(server: Explorer) -> None:
    pytest.importorskip("pyvista")
    cases = [settings(), settings(equipment={"model": "gravity_boots"}, session={"angle_deg": 90})]
    status, _, body = ask(server, "POST", "/outline", json.dumps({"cases": cases}).encode())
    found, answer = json.loads(body), server.session.answer({"cases": cases})
    assert status == 200 and len(found["outlines"]) == 3, "standing, on the table, in the boots"
    for case, told in zip(found["cases"], answer["cases"], strict=True):
        assert case["places"] == told["places"] and len(case["outline"]) == len(told["places"])
    (a, b) = (case["outline"][told["end"]] for case, told in zip(found["cases"], answer["cases"], strict=True))
    assert a != b and {a, b} <= {0, 1, 2}


def test_open_to_others_it_answers_to_addresses_but_not_to_foreign_names() -> None:
    with Explorer("0.0.0.0", 0) as server:
        assert server.speaks_for(f"192.168.1.7:{server.port}") and server.speaks_for(f"localhost:{server.port}")
        assert not server.speaks_for(f"evil.example:{server.port}")
        assert server.url == f"http://127.0.0.1:{server.port}/"


def test_a_taken_port_is_one_line() -> None:
    with Explorer("127.0.0.1", 0) as server, pytest.raises(InputError, match="cannot listen on 127.0.0.1 port .*another --port"):
        Explorer("127.0.0.1", server.port)
    with pytest.raises(InputError, match="cannot listen"):
        Explorer("no.such.host.invalid", 0)
