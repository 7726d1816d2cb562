"""What one call of a plugin may use: far more than a well-made plugin needs."""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True)
class Limits:
    """Beyond a limit the call ends with `PluginCrashed`, and only that call."""

    memory: int = 32 * MIB
    """Bytes of linear memory."""
    table_elements: int = 16 * KIB
    instances: int = 16
    """Core instances, which includes the small ones a toolchain adds."""
    compute: float = 2.0
    """Seconds of computing between two calls of the host, copying included."""
    deadline: float = 150.0
    """Seconds of the whole call. An exchange under way goes on to its end."""
    host_calls: int = 512
    random: int = 1024
    """Random bytes asked for at once."""
    http_timeout: float = 60.0
    """Seconds of one exchange; a request may ask for less."""
    body: int = 512 * KIB
    """Bytes of a body, and of a stored value, so that what is kept always fits."""
    cells: int = 64
    """Cells of one connection."""
