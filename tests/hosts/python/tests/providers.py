"""Providers in processes of their own, which end with the test."""

import json
import subprocess
import tomllib
from pathlib import Path
from typing import Any
from unittest import TestCase

from integration_host import Registration

from .world import REDIRECT_URI, given

SCRIPT = Path(__file__).parents[3] / "node" / "provider.mjs"


def simulator(test: TestCase) -> Registration:
    """The look-alike, and how a host is registered there."""
    command: list[str | Path] = [given("TESTS_HARNESS"), "simulate", "--listen", "127.0.0.1:0"]
    process = started(test, [*command, "--redirect-uri", REDIRECT_URI])
    assert process.stdout
    text = ""
    for line in process.stdout:
        text += line
        if "Ctrl-C" in line:
            break
    told = tomllib.loads(text)
    return Registration(**told["registration"], endpoints=told["endpoints"])


def oidc_provider(test: TestCase, secret: str = "s3cret+/:%26&") -> Registration:
    """An authorization server that is not ours; it wants form-encoded credentials."""
    client = {
        "client_id": "fortnox-app",
        "client_secret": secret,
        "redirect_uri": REDIRECT_URI,
        "scope": "companyinformation customer project",
        "pkce": True,
        "services": True,
    }
    process = started(test, [given("TESTS_NODE"), SCRIPT, json.dumps(client)])
    assert process.stdout
    line = process.stdout.readline()
    assert line, f"{SCRIPT} does not start: is oidc-provider installed beside it?"
    return Registration(
        client["client_id"],  # type: ignore[arg-type]
        secret,
        REDIRECT_URI,
        ["companyinformation", "customer", "project"],
        json.loads(line),
        basic="form",
    )


def started(test: TestCase, command: list[Any]) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )

    def end() -> None:
        process.terminate()
        process.communicate(timeout=60)

    test.addCleanup(end)
    return process
