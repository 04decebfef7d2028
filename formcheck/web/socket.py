"""One connection of the page: frames in, answers out, in bounded memory whatever the other side does."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from starlette.websockets import WebSocket, WebSocketDisconnect

from formcheck.coach.archive import Archive
from formcheck.coach.sitting import Options
from formcheck.errors import FormcheckError
from formcheck.web.messages import MOST_BYTES, BadMessageError, Hello, Order, Shot, understand, unpack
from formcheck.web.pipeline import Pipeline

MOST_SESSIONS = 4
"""Sessions at once: each takes a core."""
SLOW_S = 10.0
"""How long an answer may wait for a page that does not read."""
FLOOD_COUNT, FLOOD_S = 600, 4.0
"""So many messages in so short a time are no camera: that would be 150 frames a second."""
HELLO_S, CLOSE_S = 10.0, 1.0


@dataclass(slots=True)
class Mailbox:
    """The newest frame, and all orders; older frames are replaced."""

    shot: Shot | None = None
    orders: deque[Order] = field(default_factory=lambda: deque(maxlen=20))
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, item: Shot | Order) -> None:
        """Leave something; a frame replaces the one that still lies here."""
        if isinstance(item, Shot):
            self.shot = item
        else:
            self.orders.append(item)
        self.ready.set()

    async def take(self) -> Shot | Order:
        """The next order, else the newest frame."""
        while not self.orders and self.shot is None:
            self.ready.clear()
            await self.ready.wait()
        if self.orders:
            return self.orders.popleft()
        shot, self.shot = self.shot, None
        assert shot is not None
        return shot


class Sessions:
    """All connections of a server."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.open: dict[WebSocket, Pipeline | None] = {}

    async def serve(self, socket: WebSocket) -> None:
        """Serve one connection until it closes; whatever goes wrong in it stays in it."""
        await socket.accept()
        if not same_origin(socket):
            return await socket.close(4403, "another page")
        if len(self.open) >= MOST_SESSIONS:
            return await socket.close(4503, "too many sessions at once")
        self.open[socket] = None
        try:
            await self._talk(socket)
        except BadMessageError as error:
            await _close(socket, error.code, error.reason)
        except FormcheckError as error:
            await _close(socket, 4500, str(error)[:120])
        except (WebSocketDisconnect, TimeoutError):
            await _close(socket, 4408, "no answer")
        finally:
            self.open.pop(socket, None)

    async def _talk(self, socket: WebSocket) -> None:
        hello = understand(_text(await asyncio.wait_for(socket.receive(), HELLO_S)))
        if not isinstance(hello, Hello):
            raise BadMessageError(4400, "say hello first")
        worker = ThreadPoolExecutor(1, "session")
        try:
            archive = await self._resumed(hello.resume)
            plan = archive.card.plan if archive else hello.plan
            pipeline = await _run(worker, lambda: Pipeline(plan, self.options, archive))
            self.open[socket] = pipeline
            await _exchange(socket, worker, pipeline)
        finally:
            mine = self.open.get(socket)
            if mine:
                await asyncio.shield(_run(worker, mine.close))
            worker.shutdown(wait=False)

    async def _resumed(self, name: str | None) -> Archive | None:
        """The session to go on with; a connection that still holds it is closed first."""
        if not name:
            return None
        for socket, pipeline in list(self.open.items()):
            if pipeline and pipeline.archive and pipeline.archive.card.id == name:
                await _close(socket, 4409, "went on in another window")
                for _ in range(50):
                    if socket not in self.open:
                        break
                    await asyncio.sleep(0.1)
        return Archive.resume(self.options.root, name)


async def _exchange(socket: WebSocket, worker: ThreadPoolExecutor, pipeline: Pipeline) -> None:
    """Receive and judge side by side, until one of both ends."""
    mailbox = Mailbox()
    tasks = [
        asyncio.create_task(_receive(socket, mailbox)),
        asyncio.create_task(_judge(socket, mailbox, worker, pipeline)),
    ]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def _receive(socket: WebSocket, mailbox: Mailbox) -> None:
    loop = asyncio.get_running_loop()
    times: deque[float] = deque(maxlen=FLOOD_COUNT)
    while True:
        message = await socket.receive()
        times.append(loop.time())
        if len(times) == FLOOD_COUNT and times[-1] - times[0] < FLOOD_S:
            raise BadMessageError(4429, "too many messages")
        data = message.get("bytes")
        if data is None:
            said = understand(_text(message))
            if isinstance(said, Hello):
                raise BadMessageError(4400, "said hello twice")
            mailbox.put(said)
        elif len(data) > MOST_BYTES:
            raise BadMessageError(4413, "a frame too large")
        else:
            mailbox.put(unpack(data))


async def _judge(socket: WebSocket, mailbox: Mailbox, worker: ThreadPoolExecutor, pipeline: Pipeline) -> None:
    told = False
    while True:
        item = await mailbox.take()
        answers = await _run(worker, partial(_answer, pipeline, item))
        if not told and pipeline.archive:
            told = True
            name = pipeline.archive.card.id
            answers.insert(0, f'{{"v":1,"type":"session","id":"{name}","plan":{pipeline.plan.model_dump_json()}}}')
        for answer in answers:
            await asyncio.wait_for(socket.send_text(answer), SLOW_S)


def _answer(pipeline: Pipeline, item: Shot | Order) -> list[str]:
    if isinstance(item, Shot):
        return pipeline.step(item)
    return pipeline.command(item.name)


async def _run(worker: ThreadPoolExecutor, work: Callable[[], Any]) -> Any:
    return await asyncio.get_running_loop().run_in_executor(worker, work)


def _text(message: Any) -> str:
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1006))
    if message.get("text") is None:
        raise BadMessageError(4400, "a frame before the hello")
    return str(message["text"])


async def _close(socket: WebSocket, code: int, reason: str) -> None:
    with suppress(RuntimeError, WebSocketDisconnect, TimeoutError):  # it is closed already, or nobody reads
        await asyncio.wait_for(socket.close(code, reason), CLOSE_S)


def same_origin(socket: WebSocket) -> bool:
    """Whether the page that connects is ours. Programs send no Origin; they need the token all the same."""
    origin = socket.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == socket.headers.get("host")
