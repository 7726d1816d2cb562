"""Sealing of values at rest, under a key in a file of its own."""

import json
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from ..contract.storage import Unavailable
from ..errors import HostError

_KEY = 32
_NONCE = 12


class Seal:
    """ChaCha20-Poly1305 (RFC 8439) with a random nonce for every value.

    Where a value belongs is associated data: a sealed value that was moved to
    another place does not open.
    """

    def __init__(self, key: bytes) -> None:
        self._cipher = ChaCha20Poly1305(key)

    @classmethod
    def create(cls, path: Path) -> "Seal":
        """Makes the key file unless another process was faster, and opens it."""
        new = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with open(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(secrets.token_bytes(_KEY))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(new, path)
        except FileExistsError:
            pass
        finally:
            new.unlink()
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> "Seal":
        """Reads a key file, which nobody else may be able to read."""
        try:
            if path.stat().st_mode & 0o077:
                raise HostError(f"the key file {path} is open to others; it must have mode 0600")
            key = path.read_bytes()
        except FileNotFoundError:
            raise HostError(
                f"the key file {path}, which sealed what is stored, is missing"
            ) from None
        if len(key) != _KEY:
            raise HostError(f"the key file {path} is damaged")
        return cls(key)

    def close(self, value: bytes, *place: str) -> bytes:
        """The value, sealed for this place."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, value, _associated(place))

    def reveal(self, sealed: bytes, *place: str) -> bytes:
        """The value that was sealed for this place."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _associated(place))
        except (InvalidTag, ValueError):
            raise Unavailable("what is stored is damaged, or sealed with another key") from None


def _associated(place: tuple[str, ...]) -> bytes:
    return json.dumps(place).encode()
