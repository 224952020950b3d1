// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/choice.h"

#include "compute/kernels/device_defaults.h"
#include "compute/kernels/shader_library.h"
#include "compute/tensor/error.h"

#include <atomic>
#include <cstdlib>

namespace igneous {

namespace {

KernelFamily family_of_environment()
{
    char const* text = std::getenv("IGNEOUS_KERNELS");
    if (!text || !*text)
        return KernelFamily::automatic;
    std::string_view const name = text;
    for (auto const& [known, family] : { std::pair { "scalar", KernelFamily::scalar },
             std::pair { "coopmat", KernelFamily::coopmat }, std::pair { "coopmat2", KernelFamily::coopmat2 } })
        if (name == known)
            return family;
    fail(ErrorCode::invalid_argument, "IGNEOUS_KERNELS must be scalar, coopmat or coopmat2 but is {}", name);
}

std::atomic<KernelFamily>& current()
{
    static std::atomic<KernelFamily> family = family_of_environment();
    return family;
}

}

KernelFamily kernel_family() { return current(); }
void force_kernel_family(KernelFamily family) { current() = family; }

std::optional<MatrixFragment> choose_fragment(
    DeviceProfile const& profile, std::string_view variant, DType storage)
{
    KernelFamily const family = kernel_family();
    bool const wanted = family == KernelFamily::coopmat || family == KernelFamily::coopmat2 ||
        (family == KernelFamily::automatic && device_defaults(profile).matrices);
    if (storage != DType::f16 || !wanted)
        return {};
    if (profile.disabled.contains(variant) || find_shader(std::string(variant) + ".f16").empty())
        return {};
    std::optional<MatrixFragment> best;
    for (MatrixFragment const& fragment : profile.fragments) {
        if (fragment.input != DType::f16 || fragment.accumulator != DType::f32)
            continue;
        // Tiles are 32 or 64 by 32 or 64, and 32 deep: a fragment must divide them.
        if (!fragment.m || !fragment.n || !fragment.k || 32 % fragment.m || 32 % fragment.n || 32 % fragment.k)
            continue;
        auto const size = [](MatrixFragment const& f) { return f.m * f.n * f.k; };
        if (!best || size(fragment) > size(*best))
            best = fragment;
    }
    return best;
}

bool takes_workgroup_matrices(DeviceProfile const& profile)
{
    return kernel_family() == KernelFamily::coopmat2 && !profile.workgroup_matrices.empty();
}

std::optional<WorkgroupMatrix> choose_workgroup_matrix(
    Lowering const& lowering, std::string_view variant, std::string_view module, DType storage)
{
    if (storage != DType::f16 || kernel_family() != KernelFamily::coopmat2 || !lowering.enabled(variant)
        || find_shader(module).empty())
        return {};
    std::optional<WorkgroupMatrix> best;
    for (WorkgroupMatrix const& matrix : lowering.profile().workgroup_matrices) {
        bool const fits = matrix.invocations >= 128 && matrix.invocations <= 256;
        if (fits && (!best || matrix.invocations > best->invocations))
            best = matrix;
    }
    return best;
}

}
