#!/usr/bin/env bash
# The OpenAPI run: the document of the example `openapi`, checked by openapi-spec-validator of PyPI.
#
#   openapi/validate.py     the cases
#
# Needs cargo and python3 with venv; takes no arguments. The validator is installed below openapi/, in the versions of its
# requirements.txt.
#
# Prints one line per case and `N passed, N failed` at the end; the exit status is 0 only if cases ran and all passed.

set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
source ./harness.sh

install_validator() {
  python3 -m venv --clear openapi/.venv && openapi/.venv/bin/pip install --quiet --requirement openapi/requirements.txt
}

install openapi/.venv/.installed openapi/requirements.txt install_validator
example=$(build_example openapi openapi)
[[ -n $example ]] || give_up "build" "expected cargo to build the example openapi"

"$example" >"$work/openapi.json" || give_up "example openapi" "expected it to print the document"
client openapi/.venv/bin/python openapi/validate.py "$work/openapi.json"

if "$example" --forgotten >/dev/null 2>"$work/forgotten"; then
  failed "a route without a requirement" "expected an error, came a document"
elif grep -q 'no requirement for GET /orders:' "$work/forgotten"; then
  passed "a route without a requirement is found"
else
  failed "a route without a requirement" "expected its name, came $(<"$work/forgotten")"
fi
