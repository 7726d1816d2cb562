#!/usr/bin/env bash
# What the program says to files that are no plugin of this contract, to scripts that do not hold,
# and to a plugin that goes beyond its limits.
#
#   HOST             the program
#   SCRATCH          a folder to write to
#   TESTS_COMPONENT  the component, an absolute path
#   TESTS_PYTHON     a Python that has the package `wasmtime`
set -euo pipefail
: "${HOST:?}" "${SCRATCH:?}" "${TESTS_COMPONENT:?}" "${TESTS_PYTHON:?}"
here=$(cd "$(dirname "$0")" && pwd)
cd "$SCRATCH"
failed=0

# runs STATUS ARGUMENTS... - runs the program, which is to end with that status.
runs() {
  local expected=$1 status=0
  shift
  output=$("$HOST" "$@" 2>&1) || status=$?
  if [[ $status -ne $expected ]]; then
    printf 'FAILED host %s: status %s\n%s\n' "$*" "$status" "$output" >&2
    failed=$((failed + 1))
  fi
}

# says TEXT - a line of what it printed starts with the text.
says() {
  if [[ $'\n'$output == *$'\n'"$1"* ]]; then
    echo "said $1"
  else
    printf 'FAILED expected: %s\ngot: %s\n' "$1" "$output" >&2
    failed=$((failed + 1))
  fi
}

# wat2wasm FILE - makes a component of the text that it reads.
wat2wasm() {
  "$TESTS_PYTHON" -c 'import sys, wasmtime; sys.stdout.buffer.write(wasmtime.wat2wasm(sys.stdin.read()))' >"$1"
}

# ---- files

# The component as it would be of another version; the names keep their length.
of_version() {
  LC_ALL=C sed "s|\(erp:integration/[a-z-]*\)@0\.1\.0|\1@$1|g" "$TESTS_COMPONENT"
}
printf '\0asm\x0d\0\x01\0' >empty.wasm
printf '\0asm\x01\0\0\0' >core.wasm
head -c $(($(stat -c %s "$TESTS_COMPONENT") / 2)) "$TESTS_COMPONENT" >half.wasm
of_version 0.2.0 >newer.wasm
of_version 0.1.9 >later.wasm
LC_ALL=C sed 's|check-access|check-axcess|g' "$TESTS_COMPONENT" >renamed.wasm

runs 1 describe empty.wasm sv
says 'empty.wasm: the component is for another world'
runs 1 describe core.wasm sv
says 'core.wasm: the file is a core module, not a component'
runs 1 describe half.wasm sv
says 'half.wasm: the file is cut short'
runs 1 describe newer.wasm sv
says 'newer.wasm: the plugin speaks erp:integration 0.2.0, this host speaks 0.1.x'
runs 1 describe renamed.wasm sv
says 'renamed.wasm: the plugin exports no function check-access'
runs 1 describe missing.wasm sv
says 'missing.wasm: the file cannot be opened'
runs 0 describe later.wasm sv
says '"fortnox" "0.1.0", contract 0.1.9'
says '"supplier-invoices": "Leverantörsfakturor", "toggle"'
runs 2
says 'usage: host'
runs 2 conformance "$TESTS_COMPONENT"
says 'usage: host'

# Each function of the contract is missed.
functions=$(sed -n 's/^  \([a-z-]*\): func(.*/\1/p' "$here/../../../../wit/integration.wit")
for function in ${functions:?}; do
  sed "s/(export \"$function\"/(export \"no-$function\"/" "$here/limits.wat" | wat2wasm lacking.wasm
  runs 1 describe lacking.wasm sv
  says "lacking.wasm: the plugin exports no function $function"
done

# ---- scripts: one that holds, and what is made of it by a single change

# script NAME CALL ARGUMENTS IMPORTS RESULT
script() {
  printf '{"about": "", "steps": [
    {"call": "explain", "arguments": ["no-such-code", "en"], "imports": [], "result": null},
    {"call": "%s", "arguments": %s, "imports": %s, "result": %s}]}' "${@:2}" >"$1"
}
get='{"import": "storage.get", "arguments": ["settings"],
      "answer": {"err": {"missing": "settings"}}}'
rejected='{"err": {"rejected": "unconfigured"}}'

script holds begin-authorize '[]' "[$get]" "$rejected"
script other-argument begin-authorize '[]' "[${get/\[\"settings\"\]/[\"others\"]}]" "$rejected"
script other-import begin-authorize '[]' "[${get/storage.get/storage.put}]" "$rejected"
script import-missing begin-authorize '[]' '[]' "$rejected"
script import-too-many begin-authorize '[]' "[$get, $get]" "$rejected"
script other-answer begin-authorize '[]' "[${get/missing/mislaid}]" "$rejected"
script other-result begin-authorize '[]' "[$get]" '{"err": {"rejected": "disabled"}}'
script other-outcome begin-authorize '[]' "[$get]" '{"ok": null}'
script extra-argument begin-authorize '["en"]' "[$get]" "$rejected"
script wrong-type set-enabled '["yes"]' '[]' "$rejected"
script no-such-call no-such-call '[]' '[]' null
echo '{"about": "", "steps": []}' >no-step
echo '{"about": "", "steps": ' >no-json

# member NAME MEMBER PLACE - `holds` with one more member where the place begins.
member() {
  sed "0,/$3/s//$2, $3/" holds >"$1"
}
sed 's/"about": "", //' holds >no-about
sed 's/begin-authorize/&\\u0000x/' holds >name-cut
sed 's/missing"/missing\\u0000x"/' holds >case-cut
{ cat holds && echo garbage; } >garbage-after
member unknown-of-script '"extra": 1' '"steps"'
member unknown-of-step '"extra": 1' '"call"'
member unknown-of-import '"extra": 1' '"answer"'
member twice '"result": null' '"result"'
script age begin-authorize '[]' "[${get/\{\"err*/}{\"ok\": {\"value\": \"\", \"version\": \"1\", \"age\": 18446744073709551616}}}]" "$rejected"

runs 0 conformance "$TESTS_COMPONENT" holds
says 'ok holds'
runs 1 conformance "$TESTS_COMPONENT" other-argument other-import import-missing import-too-many \
  other-answer other-result other-outcome extra-argument wrong-type no-such-call no-step no-json \
  no-file no-about name-cut case-cut garbage-after unknown-of-script unknown-of-step \
  unknown-of-import twice age holds
step='step 2: begin-authorize'
says "other-argument: $step: import call 1: storage.get: arguments: item 0: expected \"others\", got \"settings\""
says "other-import: $step: import call 1: expected storage.put, got storage.get"
says "import-missing: $step: import call 1: not in the script: storage.get [\"settings\"]"
says "import-too-many: $step: import call 2: not made: {\"import\":\"storage.get\""
says "other-answer: $step: the answer of storage.get: err: no case mislaid"
says "other-result: $step: result: err: rejected: expected \"disabled\", got \"unconfigured\""
says "other-outcome: $step: result: member ok is missing"
says "extra-argument: $step: expected an array of 0 arguments"
says 'wrong-type: step 2: set-enabled: argument 1: expected boolean, got string'
says 'no-such-call: step 2: no-such-call: the plugin exports no function no-such-call'
says 'no-step: the script is wrong: no step'
says 'no-json: the script is wrong'
says 'no-file: the script is wrong'
says 'no-about: the script is wrong: no about of type string'
says 'name-cut: step 2: the script is wrong: a NUL in the name begin-authorize'
says 'case-cut: the script is wrong: at byte '
says 'garbage-after: the script is wrong: at byte '
says 'unknown-of-script: the script is wrong: unknown member extra'
says 'unknown-of-step: step 1: the script is wrong: unknown member extra'
says "unknown-of-import: $step: import call 1: the script is wrong: unknown member extra"
says 'twice: the script is wrong: an object has a member twice'
says 'age: the script is wrong: at byte '
says 'ok holds'

# ---- limits

wat2wasm limits.wasm <"$here/limits.wat"
for call in grow spin recurse; do
  echo "{\"about\": \"\", \"steps\": [{\"call\": \"$call\", \"arguments\": [], \"imports\": [], \"result\": null}]}" >$call
done
runs 1 conformance limits.wasm grow spin recurse
says 'ok grow'
says 'spin: step 1: spin: wasm trap: interrupt'
says 'recurse: step 1: recurse: wasm trap: call stack exhausted'

if ((failed > 0)); then
  echo "$failed failed" >&2
  exit 1
fi
