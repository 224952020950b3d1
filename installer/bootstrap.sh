#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what building and running Igneous needs, and nothing that is already there: each need is looked for first, so
# a second run takes a second and touches nothing. Debian 12 gets Debian 13's packages pinned beside its own.
#
# usage: installer/bootstrap.sh [--yes] [--check] [run|tests]
#   run      what ./run.sh needs (default): compiler, shader compiler, libraries, a Vulkan driver
#   tests    what ./test.sh needs on top: Catch2 and Vulkan's validation layers
#   --yes    ask nothing (also without a terminal)
#   --check  install nothing: print what is missing, exit 1 if anything is
set -euo pipefail

yes=0 check_only=0 set=run
for argument in "$@"; do
    case $argument in
        --yes | -y) yes=1 ;;
        --check) check_only=1 ;;
        run | tests) set=$argument ;;
        -h | --help) sed -n '3,11s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) echo "bootstrap: unknown argument $argument (see --help)" >&2; exit 2 ;;
    esac
done
[ -t 0 ] || yes=1

say() { echo "bootstrap: $*" >&2; }
die() { say "$*"; exit 1; }

# ---- what is there ---------------------------------------------------------------------------------------------------

has_command() { command -v "$1" >/dev/null 2>&1; }

has_header() {
    local folder
    for folder in /usr/include /usr/local/include; do
        [ -e "$folder/$1" ] && return 0
    done
    return 1
}

# A compiler of GCC 13 / Clang 17 or newer, under the names that cmake/PickCompiler.cmake looks for.
has_compiler() {
    local name version
    for name in ${CXX:-} c++ g++ g++-16 g++-15 g++-14 g++-13; do
        has_command "$name" || continue
        version=$("$name" -dumpversion 2>/dev/null | cut -d. -f1) || continue
        case $("$name" --version 2>/dev/null | head -n 1) in
            *clang*) [ "$version" -ge 17 ] && return 0 ;;
            *) [ "$version" -ge 13 ] && return 0 ;;
        esac
    done
    return 1
}

has_cmake() {
    has_command cmake || return 1
    local version
    version=$(cmake --version | sed -n '1s/[^0-9]*\([0-9]*\)\.\([0-9]*\).*/\1 \2/p')
    [ "${version% *}" -gt 3 ] || { [ "${version% *}" -eq 3 ] && [ "${version#* }" -ge 25 ]; }
}

# New enough for cooperative matrices, else the faster kernels would be left out.
has_shader_compiler() {
    has_command glslc || return 1
    printf '#version 460\n#extension GL_KHR_cooperative_matrix : require\nvoid main() {}\n' |
        glslc --target-env=vulkan1.3 -fshader-stage=compute -o /dev/null - 2>/dev/null
}

has_vulkan_headers() {
    local folder
    for folder in /usr/include /usr/local/include; do
        grep -qs VK_NV_cooperative_matrix2 "$folder/vulkan/vulkan_core.h" && return 0
        # older headers will do where the system has no newer ones
        [ "$system" != debian12 ] && grep -qs VK_KHR_cooperative_matrix "$folder/vulkan/vulkan_core.h" && return 0
    done
    return 1
}

has_qt() {
    local folder
    for folder in /usr/lib/*/cmake /usr/lib64/cmake /usr/lib/cmake; do
        [ -e "$folder/Qt6$1/Qt6$1Config.cmake" ] && return 0
    done
    return 1
}

has_loader() { ldconfig -p 2>/dev/null | grep -q 'libvulkan\.so\.1' || [ -e /usr/lib/libvulkan.so.1 ]; }

has_validation_layers() {
    local folder
    for folder in /usr/share /etc /usr/local/share; do
        [ -e "$folder/vulkan/explicit_layer.d/VkLayer_khronos_validation.json" ] && return 0
    done
    return 1
}

# Name, set, check, and the packages of Debian and Ubuntu, Fedora, Arch. `-` means that no package has it there.
needs() {
    cat <<'EOF'
C++23 compiler        |run  |has_compiler                           |g++                            |gcc-c++                    |gcc
CMake 3.25            |run  |has_cmake                              |cmake                          |cmake                      |cmake
Ninja                 |run  |has_command ninja                      |ninja-build                    |ninja-build                |ninja
ccache                |run  |has_command ccache                     |ccache                         |ccache                     |ccache
pkg-config            |run  |has_command pkg-config                 |pkg-config                     |pkgconf-pkg-config         |pkgconf
GLSL compiler         |run  |has_shader_compiler                    |glslc                          |glslc                      |shaderc
Vulkan headers        |run  |has_vulkan_headers                     |libvulkan-dev                  |vulkan-headers             |vulkan-headers
Vulkan loader         |run  |has_loader                             |libvulkan1                     |vulkan-loader              |vulkan-icd-loader
volk                  |run  |has_header volk.h                      |libvulkan-volk-dev             |vulkan-volk-devel          |volk
Vulkan Memory Allocator|run |has_header vk_mem_alloc.h              |libvulkan-memory-allocator-dev |VulkanMemoryAllocator-devel|vulkan-memory-allocator
vulkaninfo            |run  |has_command vulkaninfo                 |vulkan-tools                   |vulkan-tools               |vulkan-tools
nlohmann-json         |run  |has_header nlohmann/json.hpp           |nlohmann-json3-dev             |json-devel                 |nlohmann-json
CLI11                 |run  |has_header CLI/CLI.hpp                 |libcli11-dev                   |cli11-devel                |cli11
libpng                |run  |has_header png.h                       |libpng-dev                     |libpng-devel               |libpng
zlib                  |run  |has_header zlib.h                      |zlib1g-dev                     |zlib-devel                 |zlib
libjpeg-turbo         |run  |has_header jpeglib.h                   |libjpeg-dev                    |libjpeg-turbo-devel        |libjpeg-turbo
libwebp               |run  |has_header webp/encode.h               |libwebp-dev                    |libwebp-devel              |libwebp
libzip                |run  |has_header zip.h                       |libzip-dev                     |libzip-devel               |libzip
SQLite                |run  |has_header sqlite3.h                   |libsqlite3-dev                 |sqlite-devel               |sqlite
Qt 6                  |run  |has_qt Widgets                         |qt6-base-dev                   |qt6-qtbase-devel           |qt6-base
Qt 6 SVG              |run  |has_qt Svg                             |qt6-svg-dev                    |qt6-qtsvg-devel            |qt6-svg
OpenSSL               |run  |has_header openssl/evp.h               |libssl-dev                     |openssl-devel              |openssl
utf8proc              |run  |has_header utf8proc.h                  |libutf8proc-dev                |utf8proc-devel             |libutf8proc
Catch2 3              |tests|has_header catch2/catch_test_macros.hpp|catch2                         |catch-devel                |catch2
validation layers     |tests|has_validation_layers                  |vulkan-validationlayers        |vulkan-validation-layers   |vulkan-validation-layers
EOF
}

# ---- which system ----------------------------------------------------------------------------------------------------

system=other column=4
if [ -r /etc/os-release ]; then
    # shellcheck source=/dev/null
    . /etc/os-release
    case ${ID:-}:${VERSION_ID:-}:${ID_LIKE:-} in
        debian:12:*) system=debian12 ;;
        debian:13:*)
            # Debian 13's base-files beside Debian 12's packages say 13 too: what counts is where packages come from.
            system=debian
            if grep -Eqs '^[^#]*bookworm' /etc/apt/sources.list /etc/apt/sources.list.d/*; then system=debian12; fi
            ;;
        debian:* | *:debian | *:*debian*) system=debian ;;
        fedora:*) system=fedora column=5 ;;
        arch:* | *:arch) system=arch column=6 ;;
    esac
fi
has_command apt-get || case $system in debian*) system=other ;; esac

# ---- what is missing -------------------------------------------------------------------------------------------------

missing=() packages=()
while IFS='|' read -r name belongs check debian fedora arch; do
    read -r name <<<"$name"
    read -r belongs <<<"$belongs"
    if [ "$belongs" = tests ] && [ "$set" != tests ]; then continue; fi
    # shellcheck disable=SC2086  # a check is a function and its argument
    if $check; then continue; fi
    missing+=("$name")
    case $column in
        4) read -r package <<<"$debian" ;;
        5) read -r package <<<"$fedora" ;;
        6) read -r package <<<"$arch" ;;
    esac
    [ "$package" = - ] || packages+=("$package")
done < <(needs)

# Debian 12's own g++ is GCC 12, and Debian 13's g++ would replace it: the versioned one stands beside it.
if [ $system = debian12 ]; then
    packages=("${packages[@]/#g++/g++-14}")
fi

# Asked without a screen: where one does not answer, vulkaninfo gives up before it has named a device.
vulkan_summary() { env -u DISPLAY -u WAYLAND_DISPLAY vulkaninfo --summary 2>/dev/null; }

vulkan_devices() { vulkan_summary | sed -n 's/^[[:space:]]*deviceName[[:space:]]*= //p'; }

# Mesa 26.1 is the first whose CPU driver has cooperative matrices.
mesa_is_old() {
    local version
    version=$(vulkan_summary | sed -n 's/.*driverInfo.*Mesa \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | head -n 1)
    [ -n "$version" ] && { [ "${version% *}" -lt 26 ] || { [ "${version% *}" -eq 26 ] && [ "${version#* }" -lt 1 ]; }; }
}

# Neither a GPU driver nor the CPU one. An old CPU driver as the only device is renewed where that is known to work.
lacks_device() {
    local devices
    devices=$(vulkan_devices)
    [ -z "$devices" ] && return 0
    case $system in
        debian*) ! grep -qv llvmpipe <<<"$devices" && [ "${ID:-}" = debian ] && mesa_is_old ;;
        *) return 1 ;;
    esac
}

lacks_device_now=0
if has_command vulkaninfo && has_loader; then
    if lacks_device; then
        lacks_device_now=1
        missing+=("a Vulkan driver")
    fi
else
    lacks_device_now=unknown
fi

if [ ${#missing[@]} -eq 0 ]; then
    exit 0
fi

if [ $check_only = 1 ]; then
    printf 'missing: %s\n' "${missing[@]}"
    exit 1
fi

# ---- installing ------------------------------------------------------------------------------------------------------

ask() {
    [ $yes = 1 ] && return 0
    local answer
    read -r -p "$1 [Y/n] " answer
    case $answer in '' | y | Y | yes | Yes) return 0 ;; *) return 1 ;; esac
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif has_command sudo; then
        sudo "$@"
    else
        die "'$*' needs root: run installer/bootstrap.sh as root, or install sudo"
    fi
}

# The user answers apt's, dnf's and pacman's own questions, unless --yes.
assume_yes=()
[ $yes = 1 ] && assume_yes=(-y)

apt_get() { as_root env ${assume_yes:+DEBIAN_FRONTEND=noninteractive} apt-get ${assume_yes:+-q} "${assume_yes[@]}" "$@"; }

offers() { apt-cache policy 2>/dev/null | grep -q "n=$1,"; }

# The mirror that this machine already uses for its own release.
own_mirror() {
    local mirror
    mirror=$(awk '$1 == "URIs:" { print $2; exit }' /etc/apt/sources.list.d/debian.sources 2>/dev/null || true)
    if [ -z "$mirror" ]; then
        mirror=$(sed -n 's/^deb[[:space:]]\{1,\}\(\[[^]]*\][[:space:]]*\)\{0,1\}\([^[:space:]]*\).*/\2/p' \
            /etc/apt/sources.list 2>/dev/null | grep -v '^cdrom:' | head -n 1)
    fi
    [ -n "$mirror" ] || die "found no Debian mirror in /etc/apt/sources.list or /etc/apt/sources.list.d/debian.sources"
    echo "$mirror"
}

# add_source NAME SUITES PINS: one file of sources, one of preferences, both named after Igneous and easy to remove.
add_source() {
    local mirror
    mirror=$(own_mirror)
    ask "Add Debian's $2 ($mirror) to this machine's package sources, pinned below its own?" ||
        die "not added; without it this system has no packages that are new enough"
    as_root tee "/etc/apt/sources.list.d/igneous-$1.sources" >/dev/null <<EOF
Types: deb
URIs: $mirror
Suites: $2
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
EOF
    as_root tee "/etc/apt/preferences.d/igneous-$1" >/dev/null <<<"$3"
}

pin() { printf 'Package: *\nPin: release n=%s\nPin-Priority: %s\n\n' "$1" "$2"; }

prepare_apt() {
    if [ $system = debian12 ] && ! { offers trixie && offers trixie-backports; }; then
        apt_get update
        apt_get install --only-upgrade debian-archive-keyring      # an old one lacks Debian 13's keys
        add_source trixie "trixie trixie-backports" "$(pin trixie 100; echo; pin trixie-backports 90)"
    fi
    apt_get update
}

install_lacking_driver() {
    say "no Vulkan device here: installing Mesa's CPU driver (lavapipe); a GPU's own driver is faster"
    case $system in
        debian12) apt_get install --no-install-recommends -t trixie mesa-vulkan-drivers/trixie-backports libllvm19 ;;
        debian)
            if [ "${ID:-}:${VERSION_CODENAME:-}" = debian:trixie ]; then
                if ! offers trixie-backports; then
                    add_source backports trixie-backports "$(pin trixie-backports 90)"
                    apt_get update
                fi
                apt_get install --no-install-recommends mesa-vulkan-drivers/trixie-backports
            else
                apt_get install --no-install-recommends mesa-vulkan-drivers
            fi
            ;;
        fedora) as_root dnf install "${assume_yes[@]}" mesa-vulkan-drivers ;;
        arch) as_root pacman -S --needed ${assume_yes:+--noconfirm} vulkan-swrast ;;
    esac
}

say "missing: $(printf '%s, ' "${missing[@]}" | sed 's/, $//')"
case $system in
    other)
        say "this system (${PRETTY_NAME:-unknown}) is none that Igneous knows how to set up: Debian 12 and 13,"
        say "Ubuntu 24.04 and newer, Fedora, Arch. Install the above yourself; Debian calls them:"
        die "    ${packages[*]:-mesa-vulkan-drivers}"
        ;;
esac

if [ ${#packages[@]} -gt 0 ]; then
    ask "Install ${packages[*]}?" || die "not installed"
    case $system in
        debian12)
            prepare_apt
            apt_get install --no-install-recommends -t trixie "${packages[@]}"
            ;;
        debian)
            prepare_apt
            apt_get install --no-install-recommends "${packages[@]}"
            ;;
        fedora) as_root dnf install "${assume_yes[@]}" "${packages[@]}" ;;
        arch) as_root pacman -S --needed ${assume_yes:+--noconfirm} "${packages[@]}" ;;
    esac
fi

if [ $lacks_device_now = unknown ] && lacks_device; then
    lacks_device_now=1
fi
if [ $lacks_device_now = 1 ]; then
    case $system in debian*) [ ${#packages[@]} -gt 0 ] || prepare_apt ;; esac
    install_lacking_driver
    [ -n "$(vulkan_devices)" ] || say "warning: vulkaninfo still lists no device"
fi

has_compiler || die "the installed compiler is older than GCC 13: this system is too old for Igneous"
say "done"
