"""A relay in front of an AWS endpoint that holds back every call, to stand in for the network between it and a client.

    python -m common.relay --to 4566 --milliseconds 25 [--remember]

Prints the port it listens on (127.0.0.1). One call is one HTTP request: it goes on `milliseconds` after it came, and
its answer goes straight back. Calls on several connections overlap as they would on a network.

With --remember, a read that was answered before is answered with the same bytes and without the endpoint: a local
emulator takes longer for a call than AWS does, and what is compared is what each client makes of the calls it needs.
Writes always reach the endpoint.
"""

import argparse
import asyncio
import contextlib
from dataclasses import dataclass, field

READS = frozenset(
    {
        *("BatchGetItem", "GetItem", "Query", "Scan"),
        *("Decrypt", "GetPublicKey"),
        *("BatchGetSecretValue", "GetParametersByPath"),
    }
)
_HEAD_MAX = 65_536


@dataclass(frozen=True)
class Message:
    """An HTTP message: its head as it came, and its body."""

    head: bytes
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        """The headers, named as they came."""
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        return {name: value.strip() for name, colon, value in (line.partition(":") for line in lines) if colon}

    def header(self, name: str) -> str:
        """A header's value, empty without it."""
        return next((value for given, value in self.headers.items() if given.lower() == name.lower()), "")

    @property
    def operation(self) -> str:
        """Which of AWS's operations it asks for."""
        return self.header("X-Amz-Target").rpartition(".")[2]


@dataclass
class Relay:
    """Where calls go, how late, and what was answered."""

    port: int
    seconds: float
    remember: bool
    answers: dict[tuple[str, bytes], bytes] = field(default_factory=dict)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection of a client, with one to the endpoint behind it."""
        behind: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                request = await read_message(reader)
                arrived = asyncio.get_running_loop().time()
                answer = await self._answer(request, arrived, behind)
                writer.write(answer)
                await writer.drain()
        for _, upstream in behind:
            upstream.close()
        writer.close()

    async def _answer(
        self, request: Message, arrived: float, behind: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]
    ) -> bytes:
        await asyncio.sleep(max(0.0, arrived + self.seconds - asyncio.get_running_loop().time()))
        key = (request.operation, request.body)
        known = self.remember and request.operation in READS
        if known and key in self.answers:
            return self.answers[key]
        if not behind:
            behind.append(await asyncio.open_connection("127.0.0.1", self.port))
        upstream_reader, upstream = behind[0]
        upstream.write(request.head + request.body)
        await upstream.drain()
        found = await read_message(upstream_reader)
        answer = found.head + found.body
        if known and found.head.split(b" ", 2)[1] == b"200":
            self.answers[key] = answer
        return answer


async def read_message(reader: asyncio.StreamReader) -> Message:
    """Read one message whose length its head gives. Raises `IncompleteReadError` at the end."""
    head = await reader.readuntil(b"\r\n\r\n")
    size = int(Message(head, b"").header("Content-Length") or 0)
    return Message(head, await reader.readexactly(size))


async def main() -> None:
    """Run a relay until it is ended."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=int, required=True, help="port on 127.0.0.1 to relay to")
    parser.add_argument("--milliseconds", type=float, required=True)
    parser.add_argument("--remember", action="store_true")
    given = parser.parse_args()
    relay = Relay(given.to, given.milliseconds / 1000, given.remember)
    server = await asyncio.start_server(relay.serve, "127.0.0.1", 0, limit=_HEAD_MAX)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
