"""Loading and running a component: what is refused, and what breaks off."""

import re
import threading
import unittest

import wasmtime

from integration_host import Limits, Plugin, PluginCrashed, PluginError, PluginRefused
from integration_host.contract.errors import Rejected
from integration_host.contract.integration import Authorization, Token
from integration_host.contract.signatures import EXPORTS
from integration_host.contract.storage import Missing

from .world import component, plugin

CODE = """(component
  {imports}
  (core module $m
    (memory 1)
    (func (export "spin") (result i32) (loop br 0) unreachable)
    (func (export "trap") (result i32) unreachable)
    (func (export "grow") (result i32)
      (if (i32.eq (memory.grow (i32.const 1024)) (i32.const -1)) (then unreachable))
      i32.const 7))
  (core instance $i (instantiate $m))
  (func $spin (result u32) (canon lift (core func $i "spin")))
  (func $trap (result u32) (canon lift (core func $i "trap")))
  (func $grow (result u32) (canon lift (core func $i "grow")))
  (instance $x {exports})
  (export "erp:integration/integration@0.1.0" (instance $x)))"""


def exporting(function: str, imports: str = "") -> bytes:
    """A component of which every export does this."""
    exports = " ".join(f'(export "{name}" (func ${function}))' for name in EXPORTS)
    return bytes(wasmtime.wat2wasm(CODE.format(imports=imports, exports=exports)))


def importing(interface: str, function: str) -> bytes:
    """A component that imports this function, and traps."""
    return exporting("trap", f'(import "{interface}" (instance (export "{function}" (func))))')


def broken(function: str, limits: Limits) -> Plugin:
    """A plugin of which every export does this."""
    return Plugin(exporting(function), limits)


def speaking(version: str) -> bytes:
    """The component, with another version of the contract."""
    name = re.compile(rb"(erp:integration/[a-z-]+@)0\.1\.0")
    return name.sub(rb"\g<1>" + version.encode(), component())


class RefusedFiles(unittest.TestCase):
    def refused(self, wasm: bytes) -> str:
        with self.assertRaises(PluginRefused) as caught:
            Plugin(wasm)
        return str(caught.exception)

    def test_a_component_of_another_world(self) -> None:
        self.assertIn("does not export erp:integration", self.refused(b"\0asm\x0d\0\x01\0"))

    def test_a_core_module(self) -> None:
        self.assertIn("a core module", self.refused(b"\0asm\x01\0\0\0"))

    def test_a_newer_contract(self) -> None:
        said = self.refused(speaking("0.2.0"))
        self.assertEqual("speaks erp:integration 0.2.0, this host speaks 0.1.x", said)

    def test_a_truncated_file(self) -> None:
        half = component()[: len(component()) // 2]
        self.assertIn("damaged or incomplete", self.refused(half))
        self.assertIn("not a WebAssembly component", self.refused(b""))

    def test_given_an_import_that_the_host_lacks_when_loaded_then_it_is_named(self) -> None:
        said = self.refused(importing("erp:integration/storage@0.1.1", "list-keys"))
        self.assertIn("it needs list-keys of erp:integration/storage@0.1.1, which", said)
        self.assertIn("may need a newer contract", said)
        said = self.refused(importing("erp:integration/queue@0.1.1", "push"))
        self.assertIn("it needs push of erp:integration/queue@0.1.1, which", said)

    def test_given_imports_that_the_host_has_when_loaded_then_it_runs(self) -> None:
        wasm = importing("erp:integration/storage@0.1.1", "get")
        with self.assertRaisesRegex(PluginCrashed, "it trapped"):
            Plugin(wasm).call("maintain")

    def test_given_an_export_that_is_renamed_when_loaded_then_it_is_named(self) -> None:
        said = self.refused(component().replace(b"check-access", b"check-axcess"))
        self.assertEqual("not a plugin: erp:integration/integration@0.1.0 lacks check-access", said)

    def test_a_later_version_of_the_same_contract_is_accepted(self) -> None:
        later = Plugin(speaking("0.1.7"))
        self.assertEqual("fortnox", later.call("describe", "en").id)


class Bounds(unittest.TestCase):
    def crashed(self, function: str, limits: Limits) -> str:
        with self.assertRaises(PluginCrashed) as caught:
            broken(function, limits).call("maintain")
        return str(caught.exception)

    def test_computing_without_end(self) -> None:
        self.assertEqual("it took too long", self.crashed("spin", Limits(compute=0.1)))

    def test_a_trap_costs_one_call(self) -> None:
        self.assertEqual("it trapped", self.crashed("trap", Limits()))
        self.assertEqual("fortnox", plugin().call("describe", "en").id)

    def test_memory(self) -> None:
        self.assertEqual(7, broken("grow", Limits(memory=128 << 20)).call("maintain"))
        self.assertEqual("it trapped", self.crashed("grow", Limits(memory=32 << 20)))

    def test_an_answer_of_another_shape(self) -> None:
        with self.assertRaisesRegex(PluginCrashed, "what the contract does not know"):
            broken("grow", Limits(memory=128 << 20)).call("begin-authorize")

    def test_an_import_in_a_call_that_has_none(self) -> None:
        with self.assertRaisesRegex(PluginCrashed, "an import in a call that has none"):
            plugin().call("status", "en")

    def test_calls_of_the_host(self) -> None:
        eager = Plugin(component(), Limits(host_calls=0))
        with self.assertRaisesRegex(PluginCrashed, "called the host too often"):
            eager.call("status", "en")


class Calls(unittest.TestCase):
    def test_a_failure_of_a_host_function_is_what_the_caller_gets(self) -> None:
        def fail(_: str) -> None:
            raise ZeroDivisionError

        with self.assertRaises(ZeroDivisionError):
            plugin().call("status", "en", imports={"storage.get": fail})

    def test_many_threads_each_get_their_own_answer(self) -> None:
        gate = threading.Barrier(8, timeout=60)
        seen: list[tuple[str, str]] = []

        def get(key: str) -> None:
            gate.wait()  # all calls are under way at once, or this breaks
            raise Missing(key)

        def ask(locale: str) -> None:
            report = plugin().call("status", locale, imports={"storage.get": get})
            seen.append((locale, report.headline))

        threads = [threading.Thread(target=ask, args=(["sv", "en"][i % 2],)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(8, len(seen))
        self.assertEqual(2, len(set(seen)))

    def test_an_error_of_the_contract_is_an_exception_by_its_case(self) -> None:
        def get(key: str) -> None:
            raise Missing(key)

        imports = {"storage.get": get}
        with self.assertRaises(Rejected) as caught:
            plugin().call("begin-authorize", imports=imports)
        self.assertIsInstance(caught.exception, PluginError)
        self.assertEqual("unconfigured", caught.exception.cause)
        self.assertEqual("rejected(unconfigured)", str(caught.exception))

    def test_a_secret_is_not_seen_when_printed(self) -> None:
        printed = f"{Token('s3cret', 1, 1)!r} {Authorization('s3cret', 's3cret', 's3cret', 1)!r}"
        self.assertNotIn("s3cret", printed)
