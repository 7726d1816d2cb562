"""The scripts of `conformance/`, and that the replay notices a difference."""

import contextlib
import copy
import io
import json
import os
import tempfile
import unittest
from pathlib import Path
from typing import Any
from unittest.mock import patch

from integration_host.conformance import Mismatch, main, replay

from .world import given, plugin

DEFAULT = Path(__file__).parents[3] / "conformance"
SCRIPT: dict[str, Any] = {
    "about": "Before there are settings nobody is sent away.",
    "steps": [
        {
            "call": "begin-authorize",
            "arguments": [],
            "imports": [
                {
                    "import": "storage.get",
                    "arguments": ["settings"],
                    "answer": {"err": {"missing": "settings"}},
                }
            ],
            "result": {"err": {"rejected": "unconfigured"}},
        }
    ],
}


class Conformance(unittest.TestCase):
    def test_every_script_holds(self) -> None:
        folder = Path(os.environ.get("TESTS_CONFORMANCE", DEFAULT))
        scripts = sorted(folder.glob("*.json"))
        self.assertTrue(scripts, f"there is no script in {folder}")
        for script in scripts:
            with self.subTest(script.name):
                replay(plugin(), json.loads(script.read_bytes()))

    def mismatch(self, change: dict[str, Any]) -> str:
        script = copy.deepcopy(SCRIPT)
        script["steps"][0].update(change)
        with self.assertRaises(Mismatch) as caught:
            replay(plugin(), script)
        return str(caught.exception)

    def test_each_difference_is_told_with_its_step(self) -> None:
        replay(plugin(), SCRIPT)
        said = self.mismatch({"result": {"err": {"rejected": "other"}}})
        self.assertTrue(said.startswith("step 1, begin-authorize: its result differs"))
        self.assertIn('-    "rejected": "other"\n+    "rejected": "unconfigured"', said)
        self.assertIn("the script has no more imports", self.mismatch({"imports": []}))
        imports = copy.deepcopy(SCRIPT["steps"][0]["imports"])
        self.assertIn("without calling storage.get", self.mismatch({"imports": imports * 2}))
        imports[0]["arguments"] = ["attempt"]
        said = self.mismatch({"imports": imports})
        self.assertIn('-    "attempt"\n+    "settings"', said)

    def test_the_command_tells_by_its_status(self) -> None:
        path = Path(self.enterContext(tempfile.TemporaryDirectory()))
        good, bad = path / "good.json", path / "bad.json"
        good.write_text(json.dumps(SCRIPT))
        bad.write_text(json.dumps(SCRIPT).replace("unconfigured", "other"))
        component = str(given("TESTS_COMPONENT"))
        for scripts, status in [([good], 0), ([good, bad], 1)]:
            said = io.StringIO()
            arguments = ["conformance", component, *map(str, scripts)]
            with patch("sys.argv", arguments), contextlib.redirect_stdout(said):
                self.assertEqual(status, main())
            self.assertIn(f"ok      {good}", said.getvalue())
            self.assertEqual(bool(status), f"FAILED  {bad}: step 1" in said.getvalue())
