#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# From a fresh clone to the studio, or to a picture: sets the machine up, builds, and opens the window; with a prompt it
# makes the picture and prints its path.
#
# usage: ./run.sh [--yes]
#        ./run.sh [--yes] PROMPT [options of `igneous generate`]
#   ./run.sh "mountains at dawn, five pine trees"
#   ./run.sh "a sailing boat on the sea by day" --seed 7 --steps 30 --out boat.png
#   ./run.sh --yes ...     installs missing packages without asking
#   ./run.sh PROMPT --help lists the options of generate
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

yes=()
if [ "${1:-}" = --yes ] || [ "${1:-}" = -y ]; then
    yes=(--yes)
    shift
fi
case ${1:-} in
    -h | --help)
        sed -n '3,11s/^# \{0,1\}//p' "$root/run.sh"
        exit 0
        ;;
    -*)
        echo "run.sh: the prompt comes first, then options; got $1 (see ./run.sh --help)" >&2
        exit 2
        ;;
esac
if [ $# -eq 0 ]; then
    program=igneous-studio
    [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}${QT_QPA_PLATFORM:-}" ] || [ "$(uname)" != Linux ] || {
        sed -n '3,11s/^# \{0,1\}//p' "$root/run.sh" >&2
        echo "run.sh: there is no screen to open the studio on; give a prompt to make a picture" >&2
        exit 2
    }
else
    program=igneous
    prompt=$1
    shift
fi

"$root/installer/bootstrap.sh" "${yes[@]}" run

# The build speaks on stderr (on a terminal) or in its log; stdout carries the picture's path alone.
build=$root/build/release
mkdir -p "$build"
# shellcheck source=installer/jobs.sh
. "$root/installer/jobs.sh"
compile() {
    (cd "$root" && cmake --preset release && nice cmake --build --preset release --parallel "$(build_jobs)" --target igneous "$program")
}
[ -x "$build/bin/$program" ] || echo "run.sh: building Igneous, once; this takes a few minutes" >&2
if ! compile >"$build/run.log" 2>&1; then
    tail -n 40 "$build/run.log" >&2
    echo "run.sh: the build failed; all of it is in build/release/run.log" >&2
    exit 1
fi

if [ "$program" = igneous-studio ]; then
    exec "$build/bin/igneous-studio"
fi
exec "$build/bin/igneous" generate --prompt "$prompt" "$@"
