"""A passkey in software: what a device does when a page asks it."""

import hashlib
import json
import os
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def data(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Passkey:
    """One key, for one site, which its holder unlocks with a finger."""

    def __init__(self, origin: str = "http://testserver") -> None:
        self.origin = origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(16)
        self.user = b""
        self.uses = 0

    def create(self, options: dict[str, Any]) -> str:
        """Answer to the page that adds a passkey."""
        wanted = options["publicKey"]
        self.user = data(wanted["user"]["id"])
        public = cbor.encode(
            dict(ES256.from_cryptography_key(self.key.public_key()))  # type: ignore[no-untyped-call] # not ours
        )
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + public
        attestation = {
            "fmt": "none",
            "attStmt": {},
            "authData": self._state(wanted["rp"]["id"], ATTESTED) + attested,
        }
        return self._answer(
            {
                "clientDataJSON": text(self._client("webauthn.create", wanted)),
                "attestationObject": text(cbor.encode(attestation)),
            },
            {"credProps": {"rk": True}},
        )

    def get(self, options: dict[str, Any]) -> str:
        """Answer to a page that asks who is there."""
        wanted = options["publicKey"]
        client = self._client("webauthn.get", wanted)
        state = self._state(wanted["rpId"], 0)
        signed = state + hashlib.sha256(client).digest()
        return self._answer(
            {
                "clientDataJSON": text(client),
                "authenticatorData": text(state),
                "signature": text(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
                "userHandle": text(self.user),
            },
            {},
        )

    def _client(self, kind: str, wanted: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": wanted["challenge"], "origin": self.origin}
        return json.dumps(said).encode()

    def _state(self, site: str, more: int) -> bytes:
        self.uses += 1
        flags = PRESENT | VERIFIED | more
        return hashlib.sha256(site.encode()).digest() + struct.pack(
            ">BI", flags, self.uses
        )

    def _answer(self, response: dict[str, str], extensions: dict[str, Any]) -> str:
        return json.dumps(
            {
                "id": text(self.id),
                "rawId": text(self.id),
                "type": "public-key",
                "clientExtensionResults": extensions,
                "response": response,
            }
        )
