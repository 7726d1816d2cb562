"""The kit: this host keeps every duty that the probe can see."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from integration_host.contract.integration import Access, Verdict

from .kit_client import host
from .providers import started
from .world import InFolder, given


class Kit(InFolder):
    def setUp(self) -> None:
        super().setUp()
        self.probe = self.folder / "probe.wasm"
        command: list[str | Path] = [given("TESTS_HARNESS"), "kit", "--json", "--probe", self.probe]
        process = started(self, command)
        assert process.stdout
        self.told: dict[str, Any] = json.loads(process.stdout.readline())
        self.said = process.stdout

    def examined(self, settings: dict[str, str]) -> list[Access]:
        made = host(self.probe, self.folder, self.told)
        self.addCleanup(made.close)
        connection = made.connection("kit")
        connection.configure(settings, "en")
        return connection.check_access()

    def broken(self, records: list[Access]) -> list[tuple[str, str]]:
        return [(it.area, it.provider_message) for it in records if it.verdict is Verdict.UNKNOWN]

    def test_every_duty_is_kept(self) -> None:
        records = self.examined({})
        self.assertEqual(self.broken(records), [])
        self.assertGreater(sum(it.verdict is Verdict.GRANTED for it in records), 30)

    def test_what_was_confirmed_survives_a_kill(self) -> None:
        program = [sys.executable, "-m", "tests.kit_client", str(self.probe), str(self.folder)]
        process = subprocess.Popen([*program, json.dumps(self.told)])
        self.assertEqual(json.loads(self.said.readline()), {"holding": True})
        process.kill()
        process.wait()
        made = host(self.probe, self.folder, self.told)
        self.addCleanup(made.close)
        records = made.connection("kit").check_access()
        self.assertEqual(self.broken(records), [])
        granted = {it.area for it in records if it.verdict is Verdict.GRANTED}
        self.assertEqual(granted, {"put-durable", "age-durable", "keep-durable"})
