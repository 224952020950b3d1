// SPDX-License-Identifier: Apache-2.0
// Times ggml's products for compare.py: f16 weights, f32 activations and sums, as stable-diffusion.cpp uses them.
//
//     ggml_bench BACKEND RUNS SECONDS 256x320x1280...
//
// BACKEND is a name of ggml's (Vulkan0, CPU), a shape is rows x depth x columns. One JSON object a line, milliseconds.
// It is no part of our build; beside a build of ggml (a static one with Vulkan):
//
//     g++ -std=c++20 -O2 -I GGML/include tools/bench/ggml_bench.cpp -o ggml_bench -L BUILD/ggml/src
//         -L BUILD/ggml/src/ggml-vulkan -lggml -lggml-vulkan -lggml-cpu -lggml-base -lvulkan -fopenmp
#include <ggml-backend.h>
#include <ggml.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

namespace {

struct Shape {
    std::int64_t rows, depth, columns;
};

template<class T, class Convert>
void fill(ggml_tensor* tensor, Convert convert)
{
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    std::vector<T> values(static_cast<std::size_t>(ggml_nelements(tensor)));
    for (T& value : values)
        value = convert(normal(random));
    ggml_backend_tensor_set(tensor, values.data(), 0, values.size() * sizeof(T));
}

/// Milliseconds of each run, sorted.
std::vector<double> time_product(ggml_backend_t backend, Shape const& shape, int most_runs, double seconds)
{
    ggml_context* context = ggml_init({ .mem_size = 1 << 20, .mem_buffer = nullptr, .no_alloc = true });
    ggml_tensor* weight = ggml_new_tensor_2d(context, GGML_TYPE_F16, shape.depth, shape.columns);
    ggml_tensor* x = ggml_new_tensor_2d(context, GGML_TYPE_F32, shape.depth, shape.rows);
    ggml_cgraph* graph = ggml_new_graph(context);
    ggml_build_forward_expand(graph, ggml_mul_mat(context, weight, x));
    ggml_backend_buffer_t buffer = ggml_backend_alloc_ctx_tensors(context, backend);
    fill<ggml_fp16_t>(weight, ggml_fp32_to_fp16);
    fill<float>(x, [](float v) { return v; });

    using Clock = std::chrono::steady_clock;
    std::vector<double> runs;
    auto const begun = Clock::now();
    for (int i = -1; i < most_runs; ++i) {           // the first one compiles
        auto const start = Clock::now();
        ggml_backend_graph_compute(backend, graph);
        ggml_backend_synchronize(backend);
        if (i >= 0)
            runs.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
        if (i >= 2 && std::chrono::duration<double>(Clock::now() - begun).count() > seconds)
            break;
    }
    ggml_backend_buffer_free(buffer);
    ggml_free(context);
    std::ranges::sort(runs);
    return runs;
}

}

int main(int count, char** arguments)
{
    if (count < 5) {
        std::fprintf(stderr, "usage: ggml_bench BACKEND RUNS SECONDS ROWSxDEPTHxCOLUMNS...\n");
        return 2;
    }
    ggml_backend_t backend = ggml_backend_init_by_name(arguments[1], nullptr);
    if (!backend) {
        std::fprintf(stderr, "ggml has no backend \"%s\" here\n", arguments[1]);
        return 4;
    }
    for (int i = 4; i < count; ++i) {
        long long rows = 0, depth = 0, columns = 0;
        if (std::sscanf(arguments[i], "%lldx%lldx%lld", &rows, &depth, &columns) != 3) {
            std::fprintf(stderr, "\"%s\" is no shape: expected rows x depth x columns, such as 256x320x1280\n", arguments[i]);
            return 2;
        }
        auto const runs = time_product(backend, { rows, depth, columns }, std::atoi(arguments[2]), std::atof(arguments[3]));
        std::printf("{\"name\": \"linear\", \"shape\": \"%lldx%lld -> %lld\", \"ms\": %.6f, \"p10\": %.6f, \"runs\": %zu}\n", rows,
            depth, columns, runs[runs.size() / 2], runs[runs.size() / 10], runs.size());
        std::fflush(stdout);
    }
    ggml_backend_free(backend);
}
