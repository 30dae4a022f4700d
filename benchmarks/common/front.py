"""Stands where API Gateway and Lambda stand: HTTP in, the real `boot_inject` handler, HTTP out.

    python -m common.front

Prints the port it listens on. One process, warm from its second request on, as an execution environment is, and like
one it serves a request at a time; it takes its settings from the environment. `POST /forget` makes it as new: no
client, no key, nothing read before.
"""

import asyncio
import contextlib

from common.relay import Message, read_message
from common.stack import use_tests_support

use_tests_support()

from bootseal import bootstrap  # noqa: E402
from support.calls import Context, event_for, load  # noqa: E402

EVENT = event_for("boot_inject")


def answered(request: Message) -> bytes:
    """The answer to one request, whole."""
    if request.head.startswith(b"POST /forget "):
        bootstrap.reset()
        return _answer(200, b"{}")
    event = {**EVENT, "body": request.body.decode(), "headers": request.headers}
    answer = load("boot_inject").handler(event, Context())
    return _answer(answer["statusCode"], answer["body"].encode())


def _answer(status: int, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serve one connection."""
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        while True:
            writer.write(answered(await read_message(reader)))
            await writer.drain()
    writer.close()


async def main() -> None:
    """Serve until ended."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
