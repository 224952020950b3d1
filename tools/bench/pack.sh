#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Packs a build so that it runs on a machine with a GPU but without our packages: programs, every library they load (the C
# library and its loader too) and what they read. Only the graphics driver is taken from there.
#
#   tools/bench/pack.sh build/release pack.tar.gz [PROGRAM...]     # default: igneous
#   there:  tar xf pack.tar.gz && pack/run igneous devices --self-test
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
[ $# -ge 2 ] || { sed -n '3,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2; }
build=$1 out=$2
shift 2
[ $# -gt 0 ] || set -- igneous

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
pack=$stage/pack
mkdir -p "$pack/bin" "$pack/lib" "$pack/share/igneous"
for program in "$@"; do
    cp "$build/bin/$program" "$pack/bin/"
    strip "$pack/bin/$program"
done
# The Vulkan loader is opened at run time, so that ldd does not name it.
loader=$(ldconfig -p | sed -n 's/.*libvulkan\.so\.1 (.*x86-64.*=> //p' | head -1)
[ -n "$loader" ] && cp -L "$loader" "$pack/lib/"
ldd "$pack"/bin/* ${loader:+"$loader"} | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p' | sort -u | xargs -I{} cp -Ln {} "$pack/lib/"
cp -L /lib64/ld-linux-x86-64.so.2 "$pack/lib/"
cp -r "$here/resources/starter" "$pack/share/igneous/"
[ -d "$here/resources/starter-lora" ] && cp -r "$here/resources/starter-lora" "$pack/share/igneous/"
cp -r "$build/share/igneous/." "$pack/share/igneous/" 2>/dev/null || true

cat > "$pack/run" <<'RUN'
#!/bin/sh
# run PROGRAM [ARGUMENT...], with the libraries that came along.
pack=$(cd "$(dirname "$0")" && pwd)
program=$1
shift
export IGNEOUS_STARTER="$pack/share/igneous/starter"
# A driver may need libraries of its own machine: they come last.
exec "$pack/lib/ld-linux-x86-64.so.2" --library-path "$pack/lib:/usr/lib/x86_64-linux-gnu:/usr/lib64:/usr/lib" \
    "$pack/bin/$program" "$@"
RUN
chmod +x "$pack/run"
tar -C "$stage" -czf "$out" pack
ls -lh "$out" | awk '{print $5, $9}'
