"""One component, compiled once and run in a fresh instance for every call.

`wasmtime` for Python converts values with module globals, so one thread at a
time is in a guest. The guests compute for milliseconds; the lock is let go
while the host works for one, so nobody waits for another's network or disk.
"""

import re
import secrets
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from typing import Any

from wasmtime import Config, Engine, Store, WasmtimeError
from wasmtime.component import (
    Component,
    ComponentInstanceType,
    ComponentItem,
    FuncType,
    Linker,
    Variant,
)

from .contract.codec import lift, lower
from .contract.signatures import EXPORTED, EXPORTS, IMPORTS, Function
from .errors import PluginCrashed, PluginRefused
from .limits import Limits

Imports = Mapping[str, Callable[..., Any]]
"""Host functions by interface and name, such as `storage.get`."""

_TICK = 0.01
_in_guest = threading.Lock()


class Plugin:
    """A component that speaks the contract."""

    def __init__(self, wasm: bytes, limits: Limits | None = None) -> None:
        """Compiles the component, or says with `PluginRefused` why it is none."""
        self.limits = limits or Limits()
        if wasm[:8] == b"\0asm\x01\0\0\0":
            raise PluginRefused("a core module, not a component")
        if wasm[:8] != b"\0asm\x0d\0\x01\0":
            raise PluginRefused("not a WebAssembly component")
        config = Config()
        config.epoch_interruption = True
        self._engine = Engine(config)
        try:
            self._component = Component(self._engine, wasm)
        except WasmtimeError:
            raise PluginRefused("the component is damaged or incomplete") from None
        _check(self._engine, self._component)
        self._exported = self._component.get_export_index(EXPORTED)
        ticks = threading.Thread(target=_tick, args=(weakref.ref(self._engine),), daemon=True)
        ticks.start()

    def call(self, export: str, *arguments: Any, imports: Imports | None = None) -> Any:
        """Calls an export in an instance of its own, which is dropped after it.

        Without `imports` the call may use none. Raises the exceptions of
        `contract.errors`, `PluginCrashed`, and whatever a host function raised
        that the contract does not know.
        """
        function = EXPORTS[export]
        result = self._run(export, [lower(argument) for argument in arguments], imports or {})
        if function.error and isinstance(result, Variant):
            raise _understood(function.error, result)
        return _understood(function.result, result)

    def _run(self, export: str, arguments: list[Any], imports: Imports) -> Any:
        index = self._component.get_export_index(export, self._exported)
        with _in_guest, Store(self._engine) as store, Linker(self._engine) as linker:
            call = _Call(store, self.limits)
            call.define(linker, imports)
            try:
                instance = linker.instantiate(store, self._component)
                function = instance.get_func(store, index) if index else None
                if function is None:
                    raise PluginRefused(f"it has no function {export}")
                return function(store, *arguments)
            except WasmtimeError as error:
                if call.failure:
                    raise call.failure from None
                late = "wasm trap: interrupt" in str(error)
                raise PluginCrashed("it took too long" if late else "it trapped") from None


class _Call:
    """What one call has used, and what went wrong in the host meanwhile."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self.failure: BaseException | None = None
        self._store = store
        self._limits = limits
        self._host_calls = 0
        self._until = time.monotonic() + limits.deadline
        store.set_limits(
            memory_size=limits.memory,
            table_elements=limits.table_elements,
            instances=limits.instances,
        )
        self._compute()

    def define(self, linker: Linker, imports: Imports) -> None:
        """Defines every import of the contract; those not given end the call."""
        given = {"insecure-seed.insecure-seed": _seed, **imports}
        with linker.root() as root:
            for interface, functions in IMPORTS.items():
                short = re.split("[/@]", interface)[1]
                with root.add_instance(interface) as instance:
                    for name, function in functions.items():
                        handler = given.get(f"{short}.{name}", _forbidden)
                        instance.add_func(name, self._host_function(function, handler))

    def _host_function(self, function: Function, handler: Callable[..., Any]) -> Callable[..., Any]:
        refusals = (function.error,) if function.error else ()

        def run(_: object, *arguments: Any) -> Any:
            try:
                self._book()
                hints = function.parameters
                lifted = [_understood(*pair) for pair in zip(hints, arguments, strict=True)]
                _in_guest.release()
                try:
                    return lower(handler(*lifted))
                except refusals as refusal:
                    return lower(refusal)
                finally:
                    _in_guest.acquire()
                    self._compute()
            except BaseException as failure:
                # Anything but its own error would be kept in a global by wasmtime.
                self.failure = failure
                raise WasmtimeError("the host function failed") from None

        return run

    def _book(self) -> None:
        self._host_calls += 1
        if self._host_calls > self._limits.host_calls:
            raise PluginCrashed("it called the host too often")
        if time.monotonic() > self._until:
            raise PluginCrashed("it took too long")

    def _compute(self) -> None:
        self._store.set_epoch_deadline(int(self._limits.compute / _TICK) + 1)


def _understood(hint: Any, value: Any) -> Any:
    try:
        return lift(hint, value)
    except Exception:  # whatever is wrong with it
        raise PluginCrashed("it said what the contract does not know") from None


def _seed() -> tuple[int, int]:
    return secrets.randbits(64), secrets.randbits(64)


def _forbidden(*_: object) -> None:
    raise PluginCrashed("it used an import in a call that has none")


def _tick(engine: weakref.ref[Engine]) -> None:
    while alive := engine():
        alive.increment_epoch()
        del alive
        time.sleep(_TICK)


def _check(engine: Engine, component: Component) -> None:
    """Refuses a component of another world before anything of it runs."""
    exports = component.type.exports(engine)
    spoken = [name for name in exports if name.startswith(EXPORTED.split("@")[0])]
    if not spoken:
        raise PluginRefused("not a plugin: it does not export erp:integration/integration")
    compatible = [name for name in spoken if _line(name) == _line(EXPORTED)]
    if not compatible:
        package, host = EXPORTED.split("/")[0], _line(EXPORTED).split("@")[1]
        version = spoken[0].partition("@")[2]
        raise PluginRefused(f"speaks {package} {version}, this host speaks {host}.x")
    if missing := EXPORTS.keys() - _functions(engine, exports[compatible[0]]):
        lacks = ", ".join(sorted(missing))
        raise PluginRefused(f"not a plugin: {compatible[0]} lacks {lacks}")
    offered = {_line(name): functions.keys() for name, functions in IMPORTS.items()}
    for name, interface in component.type.imports(engine).items():
        missing = _functions(engine, interface) - offered.get(_line(name), set())
        if missing or _line(name) not in offered:
            functions = f"{', '.join(sorted(missing))} of " if missing else ""
            raise PluginRefused(
                f"it needs {functions}{name}, which this host does not have; "
                "it may need a newer contract"
            )


def _functions(engine: Engine, item: ComponentItem) -> set[str]:
    """The names of the functions of an interface."""
    held = item.exports(engine) if isinstance(item, ComponentInstanceType) else {}
    return {name for name, it in held.items() if isinstance(it, FuncType)}


def _line(name: str) -> str:
    """An interface without the part of its version that changes nothing."""
    return name.rpartition(".")[0]
