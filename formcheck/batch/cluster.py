"""A Dask cluster as an executor. The one door to Dask."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from formcheck.batch.run import Submit
from formcheck.batch.work import work
from formcheck.errors import RequestError

ANSWER_S = 10
"""How long to wait for the scheduler."""
RETRIES = 3
"""How often a job is tried again whose worker has died."""


@contextmanager
def cluster(address: str) -> Iterator[Submit]:
    """Runs recordings on the workers of a scheduler; RequestError when it does not answer, has no workers, or one of
    another version.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise RequestError(
            en="Dask is not installed; pip install 'formcheck[cluster]'",
            ja="Daskがありません。pip install 'formcheck[cluster]' で入れてください",
        ) from error
    # What it has to say of a lost connection is said in one line of ours.
    for name in list(logging.root.manager.loggerDict):
        if name.split(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        connect: Any = Client
        client = connect(address, timeout=ANSWER_S, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise RequestError.about(
            address,
            en="no scheduler answers there; start one with 'dask scheduler', or look at the address (tcp://HOST:8786)",
            ja="スケジューラが応答しません。dask schedulerで起動するか、アドレス（tcp://ホスト:8786）を確かめてください",
        ) from error
    with client:
        _require_same_version(client, address)
        executor = client.get_executor(pure=False, retries=RETRIES)
        try:
            yield lambda job: executor.submit(work, job)
        finally:
            executor.shutdown(wait=False)


def _require_same_version(client: Any, address: str) -> None:
    workers: dict[str, str] = client.run(_version, on_error="return")
    if not workers:
        raise RequestError.about(
            address,
            en=f"the scheduler has no workers; start some with 'dask worker {address}'",
            ja=f"ワーカーがいません。dask worker {address} で起動してください",
        )
    own = version("formcheck")
    for worker, other in sorted(workers.items()):
        if other != own:
            found = other if isinstance(other, str) else "none that works"
            raise RequestError.about(
                worker,
                en=f"this worker has another version of formcheck ({found}, here {own}); install the same everywhere",
                ja=f"このワーカーのformcheckの版が違います（{found}、こちらは{own}）。同じ版を入れてください",
            )


def _version() -> str:
    """Runs on every worker."""
    from importlib.metadata import version

    return version("formcheck")
