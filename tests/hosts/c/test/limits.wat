;; A component that goes as far as a call may, and beyond. The functions of the contract are there
;; by their names.
(component
  (core module $code
    (memory 1)
    (func (export "spin") (loop (br 0)))
    (func (export "grow")
      (loop (br_if 0 (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
      ;; The last whole step below 512 pages, which are 32 MiB.
      (if (i32.ne (memory.size) (i32.const 497)) (then unreachable)))
    (func $recurse (export "recurse") (call $recurse) (call $recurse)))
  (core instance $code (instantiate $code))
  (func $spin (canon lift (core func $code "spin")))
  (func $grow (canon lift (core func $code "grow")))
  (func $recurse (canon lift (core func $code "recurse")))
  (instance $integration
    (export "spin" (func $spin))
    (export "grow" (func $grow))
    (export "recurse" (func $recurse))
    (export "describe" (func $spin))
    (export "explain" (func $spin))
    (export "configure" (func $spin))
    (export "begin-authorize" (func $spin))
    (export "handle-callback" (func $spin))
    (export "status" (func $spin))
    (export "set-enabled" (func $spin))
    (export "remove" (func $spin))
    (export "access-token" (func $spin))
    (export "call" (func $spin))
    (export "check-access" (func $spin))
    (export "maintain" (func $spin))
    (export "diagnostics" (func $spin)))
  (export "erp:integration/integration@0.1.0" (instance $integration)))
