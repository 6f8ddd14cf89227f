"""Broken descendants of sound files, the same for the same chance."""

import random
from collections.abc import Iterator

from tests.documents import (
    sound,
)


def mutated(number: int, rng: random.Random) -> Iterator[tuple[str, bytes]]:
    """`number` broken descendants of each sound file, the same for the same `rng`."""
    good = sound()
    contents = list(good.values())
    for name, content in good.items():
        for _time in range(number):
            yield name, rng.choice(MUTATIONS)(content, rng.choice(contents), rng)


def _flip(content: bytes, _other: bytes, rng: random.Random) -> bytes:
    out = bytearray(content)
    for _time in range(rng.choice((1, 1, 2, 8, 40))):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def _overwrite(content: bytes, _other: bytes, rng: random.Random) -> bytes:
    out = bytearray(content)
    place = rng.randrange(len(out))
    value = rng.choice((b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff", b"../../", b"<!"))
    out[place : place + len(value)] = value
    return bytes(out)


def _cut(content: bytes, _other: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content))]


def _behead(content: bytes, _other: bytes, rng: random.Random) -> bytes:
    return content[rng.randrange(1, len(content)) :]


def _remove(content: bytes, _other: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content))
    return content[:start] + content[start + rng.randrange(1, 64) :]


def _repeat(content: bytes, _other: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content))
    end = start + rng.randrange(1, 200)
    return content[:end] + content[start:end] * rng.randrange(1, 5) + content[end:]


def _join(content: bytes, other: bytes, rng: random.Random) -> bytes:
    return content + other


def _precede(content: bytes, other: bytes, rng: random.Random) -> bytes:
    return other + content


def _splice(content: bytes, other: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content))] + other[rng.randrange(len(other)) :]


def _noise(content: bytes, _other: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content))
    return content[:start] + rng.randbytes(rng.randrange(1, 300)) + content[start:]


MUTATIONS = (
    *(_flip, _flip, _overwrite, _cut, _behead, _remove),
    *(_repeat, _join, _precede, _splice, _noise),
)
