"""Half a request holds nothing up: as many clients as there are threads, and more."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n"
GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
THREADS = 4


def application(
    environ: dict[str, object], start_response: Callable[..., object]
) -> Iterable[bytes]:
    """Say how much was sent."""
    body = environ["wsgi.input"].read()  # type: ignore[attr-defined] # a file
    said = f"{len(body)} {sum(body)}".encode()
    start_response("200 OK", [("Content-Length", str(len(said)))])
    return [said]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A site served as in production, by one worker, that waits less long."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    settings = tmp_path_factory.mktemp("gunicorn") / "conf.py"
    settings.write_text(
        f"exec(open({str(ROOT / 'config' / 'gunicorn.py')!r}).read())\n"
        "from config import arriving\narriving.ARRIVES, arriving.LINGERING = 1.5, 20\n"
        f"wsgi_app = '{__name__}:application'\nworkers, threads = 1, {THREADS}\n"
        f"bind = '127.0.0.1:{number}'\nloglevel = 'error'\n"
    )
    process = subprocess.Popen(  # noqa: S603 - our own file
        [sys.executable, "-m", "gunicorn", "-c", str(settings)], cwd=ROOT
    )
    try:
        for _attempt in range(200):
            assert process.poll() is None
            with contextlib.suppress(OSError):
                assert ask(number, GET).endswith(b"\r\n\r\n0 0")
                break
            time.sleep(0.1)
        yield number
    finally:
        process.kill()
        process.wait()


def call(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=5)


def heard(client: socket.socket) -> bytes:
    """One answer, or what there was until the end."""
    answer = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := client.recv(4096):
            answer += piece
            head, end, body = answer.partition(b"\r\n\r\n")
            if end and b"Content-Length: %d\r\n" % len(body) in head + b"\r\n":
                break
    return answer


def ask(port: int, *pieces: bytes) -> bytes:
    with call(port) as client:
        for piece in pieces:
            client.sendall(piece)
            if len(pieces) > 1:
                time.sleep(0.02)
        return heard(client)


@pytest.mark.parametrize(
    "half",
    [
        b"",
        b"G",
        b"GET / HTTP/1.1\r\nHost: localh",
        GET[:-2],
        HEAD % 100 + b"\r\n" + b"a" * 50,
        HEAD % 10_000_000 + b"\r\n",  # a large file, which never comes
        HEAD.partition(b"Content")[0] + b"Transfer-Encoding: chunked\r\n\r\n5\r\na",
    ],
)
def test_half_requests_silence_nobody(port: int, half: bytes) -> None:
    with contextlib.ExitStack() as clients:
        for _client in range(10):
            client = clients.enter_context(call(port))
            client.sendall(half)
        time.sleep(0.05)
        for _time in range(3):
            begun = time.monotonic()
            assert ask(port, GET).endswith(b"0 0")
            assert time.monotonic() - begun < 1


@pytest.mark.parametrize(
    "asked, said",
    [
        (GET[:-2] + b"Connection: close\r\n\r\n", b"HTTP/1.1 200 "),
        (b"BAD\r\n\r\n", b"HTTP/1.1 400 "),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000, b"HTTP/1.1 431 "),
    ],
)
def test_who_is_answered_and_does_not_leave_silences_nobody(
    port: int, asked: bytes, said: bytes
) -> None:
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(call(port)) for _client in range(40)]
        for client in clients:
            client.sendall(asked)
        for _time in range(3):
            begun = time.monotonic()
            assert ask(port, GET).endswith(b"0 0")
            assert time.monotonic() - begun < 1
        for client in clients:
            assert heard(client).startswith(said)
            assert client.recv(1) == b""


def test_what_does_not_arrive_is_ended(port: int) -> None:
    with call(port) as client:
        client.sendall(GET[:-2])

        assert heard(client) == b""


@pytest.mark.parametrize("size", [0, 1000, 100_000, 128 * 1024 + 1, 3_000_000])
def test_what_arrives_in_pieces_arrives_whole(port: int, size: int) -> None:
    body = bytes(number % 251 for number in range(size))
    asked = HEAD % size + b"\r\n" + body
    third = len(asked) // 3 + 1

    answer = ask(port, asked[:30], asked[30:third], asked[third:-1], asked[-1:])

    assert answer.endswith(f"\r\n\r\n{size} {sum(body)}".encode())


def test_a_connection_is_used_again(port: int) -> None:
    with call(port) as client:
        for size in (3, 0, 2000):
            client.sendall(HEAD % size + b"\r\n" + b"a" * size)
            assert heard(client).endswith(f"{size} {97 * size}".encode())
        # Two at once, and the beginning of a third.
        client.sendall(GET + GET + GET[:20])
        answers = b""
        while answers.count(b"\r\n\r\n0 0") < 2:
            answers += client.recv(4096)
        client.sendall(GET[20:])
        assert heard(client).endswith(b"0 0")


def test_who_waits_to_be_asked_for_a_body_is_asked(port: int) -> None:
    with call(port) as client:
        client.sendall(HEAD % 5 + b"Expect: 100-continue\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 100 Continue")
        client.sendall(b"aaaaa")
        assert heard(client).endswith(b"5 485")


def test_half_of_the_threads_are_kept_from_large_files(port: int) -> None:
    with contextlib.ExitStack() as clients:
        for _client in range(THREADS // 2):
            client = clients.enter_context(call(port))
            client.sendall(HEAD % 10_000_000 + b"\r\n")
        time.sleep(0.1)

        # The answer reaches who sends much before listening.
        refused = ask(port, HEAD % 10_000_000 + b"\r\n" + bytes(9_000_000))

        assert refused.startswith(b"HTTP/1.1 503 ")
        assert b"Retry-After: " in refused
        assert ask(port, HEAD % 3 + b"\r\nabc").endswith(b"3 294")
    for _attempt in range(50):
        answer = ask(port, HEAD % 200_000 + b"\r\n" + b"a" * 200_000)
        if answer.endswith(b"200000 19400000"):
            break
        time.sleep(0.05)
    assert answer.endswith(b"200000 19400000")


def test_a_head_without_end_is_refused(port: int) -> None:
    refused = ask(port, b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000)

    assert refused.startswith(b"HTTP/1.1 431 ")
