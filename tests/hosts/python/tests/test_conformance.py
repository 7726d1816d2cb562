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
from integration_host.script import Script, parse

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


def read(script: Any) -> Script:
    return parse(json.dumps(script).encode())


class Conformance(unittest.TestCase):
    def test_every_script_holds(self) -> None:
        folder = Path(os.environ.get("TESTS_CONFORMANCE", DEFAULT))
        scripts = sorted(folder.glob("*.json"))
        self.assertTrue(scripts, f"there is no script in {folder}")
        for script in scripts:
            with self.subTest(script.name):
                replay(plugin(), parse(script.read_bytes()))

    def mismatch(self, change: dict[str, Any]) -> str:
        script = copy.deepcopy(SCRIPT)
        script["steps"][0].update(change)
        with self.assertRaises(Mismatch) as caught:
            replay(plugin(), read(script))
        return str(caught.exception)

    def test_each_difference_is_told_with_its_step(self) -> None:
        replay(plugin(), read(SCRIPT))
        said = self.mismatch({"result": {"err": {"rejected": "other"}}})
        self.assertTrue(said.startswith("step 1, begin-authorize: its result differs"))
        self.assertIn('-    "rejected": "other"\n+    "rejected": "unconfigured"', said)
        self.assertIn("the script has no more imports", self.mismatch({"imports": []}))
        imports = copy.deepcopy(SCRIPT["steps"][0]["imports"])
        self.assertIn("without calling storage.get", self.mismatch({"imports": imports * 2}))
        imports[0]["arguments"] = ["attempt"]
        said = self.mismatch({"imports": imports})
        self.assertIn('-    "attempt"\n+    "settings"', said)


class Scripts(unittest.TestCase):
    """What is refused when a script is read, and how it is told."""

    def refused(self, text: str | bytes) -> str:
        with self.assertRaises(ValueError) as caught:
            parse(text.encode() if isinstance(text, str) else text)
        said = str(caught.exception)
        self.assertNotIn("\n", said)
        return said

    def changed(self, old: str, new: str) -> str:
        """What is said of the script when this stands in it instead."""
        text = json.dumps(SCRIPT)
        self.assertIn(old, text)
        return self.refused(text.replace(old, new, 1))

    def step(self, call: str, arguments: list[Any], imports: list[Any], result: Any) -> str:
        members = {"call": call, "arguments": arguments, "imports": imports, "result": result}
        return self.refused(json.dumps({"about": "", "steps": [members]}))

    def test_given_a_member_too_few_or_too_many_when_read_then_it_is_named(self) -> None:
        for old, new, said in [
            ('"about"', '"abuot"', "the member about is missing"),
            ('"about"', '"more": 1, "about"', "there is no member 'more'"),
            ('"steps"', '"steps": [], "steps"', "the member 'steps' stands twice"),
            ('"call"', '"more": 1, "call"', "step 1: there is no member 'more'"),
            ('"result"', '"reslut"', "step 1: the member result is missing"),
            ('"answer"', '"answr"', "call 1: the member answer is missing"),
            ('"answer"', '"more": 1, "answer"', "call 1: there is no member 'more'"),
            ('"err"', '"ok": null, "err"', "answer: there is no member 'ok'"),
            ('"missing": ', '"missing": "", "missing": ', "the member 'missing' stands twice"),
        ]:
            with self.subTest(said):
                self.assertIn(said, self.changed(old, new))

    def test_given_a_value_of_another_type_when_read_then_it_is_told_where(self) -> None:
        for old, new, said in [
            (f'"{SCRIPT["about"]}"', "5", "about: 5 is no str"),
            ('"arguments": []', '"arguments": ""', "step 1, begin-authorize: arguments: '' is"),
            ('"arguments": []', '"arguments": [1]', "arguments: it takes 0, and there are 1"),
            ('"imports": [', '"imports": [null, ', "step 1, begin-authorize: import call 1: None"),
            ('["settings"]', "[true]", "import call 1: arguments: True is no str"),
            ('{"missing": "settings"}', '"missing"', "import call 1: answer: None is no str"),
            ('{"missing": "settings"}', "{}", "answer: {} is no case"),
            ('"missing": "settings"', '"no-such": ""', "answer: StorageError has no case"),
            ('{"rejected": "unconfigured"}', "1", "result: 1 is no case"),
            ("begin-authorize", "no-such", "step 1: the contract has no function 'no-such'"),
            ("storage.get", "no.such", "call 1: the contract has no function 'no.such'"),
            ("storage.get", "insecure-seed.insecure-seed", "the contract has no function"),
        ]:
            with self.subTest(said):
                self.assertIn(said, self.changed(old, new))

    def test_given_no_step_when_read_then_it_is_refused(self) -> None:
        said = self.refused(json.dumps({**SCRIPT, "steps": []}))
        self.assertEqual("steps: there is none, so that the script shows nothing", said)
        self.assertEqual("steps: {} is no list", self.refused('{"about": "", "steps": {}}'))

    def test_given_a_number_beyond_its_type_when_read_then_it_is_refused(self) -> None:
        for age in (-1, 1 << 64, True, 1.0, "1", None):
            with self.subTest(age):
                entry = {"value": "", "version": "1", "age": age}
                call = {"import": "storage.get", "arguments": ["grant"], "answer": {"ok": entry}}
                said = self.step("maintain", [], [call], {"ok": 0})
                self.assertIn("answer:", said)
                self.assertIn("is no unsigned integer of 64 bits", said)
        response = {"status": 1 << 16, "headers": [], "body": ""}
        said = self.step("call", [], [], {"ok": response})
        self.assertIn("arguments: it takes 1", said)
        request = {"method": "", "path": "", "headers": [], "body": "", "timeout": 1}
        said = self.step("call", [request], [], {"ok": response})
        self.assertIn("result: 65536 is no unsigned integer of 16 bits", said)
        self.assertIn("1 is no bool", self.step("set-enabled", [1], [], {"ok": None}))

    def test_given_bytes_in_another_way_than_theirs_when_read_then_they_are_refused(self) -> None:
        request = {"method": "", "path": "", "headers": [], "body": "", "timeout": 1}
        result = {"ok": {"status": 200, "headers": [], "body": {"base64": "/w=="}}}
        step = {"call": "call", "arguments": [request], "imports": [], "result": result}
        right = json.dumps({"about": "", "steps": [step]})
        self.assertEqual(b"\xff", parse(right.encode()).steps[0].result.body)
        for wrong in ("/w", "/w== ", "_w==", "/x=="):
            with self.subTest(wrong):
                self.assertIn("result: ", self.refused(right.replace("/w==", wrong)))

    def test_given_what_is_not_json_in_utf_8_when_read_then_it_is_refused(self) -> None:
        text = json.dumps(SCRIPT)
        half = text.replace("unconfigured", "\\ud800").encode()
        for wrong in [b"", half, text.encode("utf-8-sig"), text.encode("utf-16"), b"[" * 100_000]:
            self.assertIn("not JSON in UTF-8", self.refused(wrong))
        for number in ("NaN", "Infinity", "-Infinity"):
            self.assertIn("not JSON in UTF-8", self.changed(f'"{SCRIPT["about"]}"', number))


class Command(unittest.TestCase):
    def setUp(self) -> None:
        self.path = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def run_with(self, *arguments: object) -> tuple[int, str, str]:
        """Its status, and what it prints."""
        said, errors = io.StringIO(), io.StringIO()
        with (
            patch("sys.argv", ["conformance", *map(str, arguments)]),
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(errors),
        ):
            return main(), said.getvalue(), errors.getvalue()

    def test_given_scripts_when_one_does_not_hold_then_each_is_told_and_the_status_is_1(
        self,
    ) -> None:
        good, bad = self.path / "good.json", self.path / "bad.json"
        odd, none = self.path / "odd.json", self.path / "none.json"
        good.write_text(json.dumps(SCRIPT))
        bad.write_text(json.dumps(SCRIPT).replace("unconfigured", "other"))
        odd.write_text("null")
        component = given("TESTS_COMPONENT")
        self.assertEqual((0, f"ok      {good}\n", ""), self.run_with(component, good))
        status, said, _ = self.run_with(component, odd, none, self.path, bad, good)
        self.assertEqual(1, status)
        self.assertIn(f"FAILED  {odd}: None is no dict\n", said)
        self.assertIn(f"FAILED  {none}: No such file or directory\n", said)
        self.assertIn(f"FAILED  {self.path}: Is a directory\n", said)
        self.assertIn(f"FAILED  {bad}: step 1", said)
        self.assertIn(f"ok      {good}\n", said)

    def test_given_a_file_that_is_no_plugin_when_called_then_one_line_says_so(self) -> None:
        core = self.path / "core.wasm"
        core.write_bytes(b"\0asm\1\0\0\0")
        for file, reason in [
            (core, "a core module, not a component"),
            (self.path, "Is a directory"),
            (self.path / "none.wasm", "No such file or directory"),
        ]:
            self.assertEqual((1, "", f"{file}: {reason}\n"), self.run_with(file, "script.json"))

    def test_given_too_few_arguments_when_called_then_the_status_is_2(self) -> None:
        with self.assertRaises(SystemExit) as caught:
            self.run_with()
        self.assertEqual(2, caught.exception.code)
