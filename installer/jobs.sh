# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# How many compilers to run at once: one per core, but no more than memory carries (1.5 GiB each).
build_jobs() {
    local cores gigabytes fit
    cores=$(nproc 2>/dev/null || echo 2)
    gigabytes=$(awk '/^MemAvailable:/ { printf "%d", $2 / 1048576 }' /proc/meminfo 2>/dev/null || echo 4)
    fit=$((gigabytes * 2 / 3))
    [ "$fit" -ge 1 ] || fit=1
    echo $((cores < fit ? cores : fit))
}
