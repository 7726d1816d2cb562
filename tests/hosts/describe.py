"""A host in twenty lines: loads the component and asks it what it is."""

import sys

from wasmtime import Engine, Store
from wasmtime.component import Component, Linker

engine = Engine()
component = Component.from_file(engine, sys.argv[1])
linker = Linker(engine)
linker.define_unknown_imports_as_traps(component)
store = Store(engine)
instance = linker.instantiate(store, component)
interface = instance.get_export_index(store, "erp:integration/integration@0.1.0")
describe = instance.get_func(
    store, instance.get_export_index(store, "describe", interface)
)
descriptor = describe(store, "sv")
print(descriptor.id, descriptor.name, getattr(descriptor, "version"))
for field in descriptor.form:
    print(field.key, "-", field.label)
