"""A host's process for the kit: checks what it is told to, until it is killed.

Arguments: the probe, the folder, and the registration in JSON.
"""

import json
import sys
from pathlib import Path

from integration_host import Host, Plugin, Registration


def host(probe: Path, folder: Path, told: dict[str, dict[str, object]]) -> Host:
    """A host of the probe, registered at the kit's server."""
    registration = Registration(**told["registration"], endpoints=told["endpoints"])  # type: ignore[arg-type]
    return Host(Plugin(probe.read_bytes()), folder / "db", folder / "key", registration)


if __name__ == "__main__":
    made = host(Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3]))
    connection = made.connection("kit")
    connection.configure({"kill": "true"}, "en")
    connection.check_access()
