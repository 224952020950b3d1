#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# From a fresh clone to the tests' verdict: sets the machine up, builds with warnings as errors, runs every test. Ends
# with ctest's verdict; where something failed, with every assertion that did once more.
#
# usage: ./test.sh [--yes] [options of ctest, such as -R models or -L quick]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$root"

yes=()
case ${1:-} in
    --yes | -y)
        yes=(--yes)
        shift
        ;;
    -h | --help)
        sed -n '3,6s/^# \{0,1\}//p' "$root/test.sh"
        exit 0
        ;;
esac

installer/bootstrap.sh "${yes[@]}" tests
# shellcheck source=installer/jobs.sh
. installer/jobs.sh
cmake --preset ci
nice cmake --build --preset ci --parallel "$(build_jobs)"
export IGNEOUS_REQUIRE_DEVICE=1                # a green run means that the engine ran
ctest --test-dir build/ci --output-on-failure --no-tests=error "$@" || {
    verdict=$?
    echo "What failed, of build/ci/Testing/Temporary/LastTest.log:"
    grep -E -A6 'FAILED:|SIG[A-Z]+ -|runtime error:|AddressSanitizer' build/ci/Testing/Temporary/LastTest.log | tail -n 200 || true
    exit "$verdict"
}
