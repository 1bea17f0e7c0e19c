"""A real Dask cluster of several processes: the same numbers, also when a worker is killed in mid-run."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from biomech import scenario
from biomech.errors import InputError
from biomech.population.ensemble import ensemble
from biomech.population.undertaking import Means

distributed = pytest.importorskip("distributed")

SHORT = scenario.read(
    "table_60", {"session.hold_s": 5, "session.ramp_s": 2, "history.days": 0, "history.awake_h": 0.1, "history.upright_after_min": 0}
)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50) as made:
        yield made


@pytest.mark.slow
def test_a_cluster_gives_the_same_as_one_process(cluster: Any) -> None:
    here = ensemble(SHORT, 6, seed=2, only="spine")
    there = ensemble(SHORT, 6, seed=2, only="spine", means=Means(cluster=cluster.scheduler_address, chunk=2))
    assert there.identical(here)


@pytest.mark.slow
def test_a_killed_worker_loses_nothing(cluster: Any, tmp_path: Path) -> None:
    target = tmp_path / "c.nc"
    with distributed.Client(cluster) as client:
        pids = list(client.run(os.getpid).values())
    killed = []

    def kill_one() -> None:
        while not list(target.with_suffix(".parts").glob("0*.npz")):
            time.sleep(0.02)
        os.kill(pids[0], signal.SIGKILL)
        killed.append(pids[0])

    killer = threading.Thread(target=kill_one, daemon=True)
    killer.start()
    there = ensemble(SHORT, 16, seed=3, only="spine", output=target, means=Means(cluster=cluster.scheduler_address, chunk=1))
    killer.join(timeout=10)
    assert killed == pids[:1]
    assert not there["failed"].any()
    assert there.identical(ensemble(SHORT, 16, seed=3, only="spine"))


def test_an_address_where_nobody_answers_is_an_input_error() -> None:
    with pytest.raises(InputError, match="no Dask scheduler answers"):
        ensemble(SHORT, 4, only="spine", means=Means(cluster="nonsense://nowhere"))
