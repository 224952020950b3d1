// SPDX-License-Identifier: Apache-2.0
#include "models/pipeline/gpu_latents.h"

#include "compute/device/device.h"
#include "compute/kernels/sampling/masked_blend.h"
#include "compute/kernels/sampling/weighted_sum.h"
#include "compute/tensor/error.h"

#include <algorithm>
#include <cmath>

namespace igneous {

NoiseSource::NoiseSource(std::string_view rng, std::uint64_t seed, int batch)
{
    for (int i = 0; i < batch; ++i)
        m_generators.push_back(make_noise_generator(rng, seed + static_cast<std::uint64_t>(i)));
}

void NoiseSource::set_tape(std::vector<HostTensor> tape)
{
    m_tape = std::move(tape);
}

HostTensor NoiseSource::next(Shape const& shape)
{
    Shape const nchw { shape[0], shape[3], shape[1], shape[2] };
    if (m_used < m_tape.size()) {
        HostTensor const& given = m_tape[m_used++];
        require(given.shape == nchw, "noise: expected {} but the given tensor is {}", nchw, given.shape);
        return given.to(DType::f32).nchw_to_nhwc();
    }
    HostTensor drawn(DType::f32, nchw);
    std::size_t const each = static_cast<std::size_t>(nchw.elements() / nchw[0]);
    for (std::size_t i = 0; i < m_generators.size(); ++i)
        m_generators[i]->randn(drawn.f32().subspan(i * each, each));
    return drawn.nchw_to_nhwc();
}

struct GpuLatentSpace::Pool {
    std::vector<DeviceTensor> free;
};

struct GpuLatentSpace::Value : LatentValue {
    DeviceTensor tensor;
    std::shared_ptr<Pool> pool;
    ~Value() override { pool->free.push_back(std::move(tensor)); }
};

GpuLatentSpace::GpuLatentSpace(std::shared_ptr<Device> device, Shape shape, NoiseSource noise)
    : m_device(std::move(device))
    , m_shape(shape)
    , m_noise(std::move(noise))
    , m_pool(std::make_shared<Pool>())
{
}

Latents GpuLatentSpace::make(std::function<void(DeviceTensor&)> const& fill)
{
    auto value = std::make_shared<Value>();
    value->pool = m_pool;
    if (m_pool->free.empty()) {
        value->tensor = DeviceTensor(*m_device, DType::f32, m_shape, "latents");
    } else {
        value->tensor = std::move(m_pool->free.back());
        m_pool->free.pop_back();
    }
    fill(value->tensor);
    return Latents(std::move(value));
}

DeviceTensor const& GpuLatentSpace::tensor(Latents const& value) const
{
    return value.as<Value>().tensor;
}

Latents GpuLatentSpace::combine(std::span<Term const> terms)
{
    return make([&](DeviceTensor& out) {
        std::vector<WeightedTerm> weighted;
        for (Term const& term : terms)
            weighted.push_back({ tensor(term.value).address(), static_cast<float>(term.coefficient) });
        Dispatch const dispatch = weighted_sum(out.address(), weighted, static_cast<std::uint64_t>(m_shape.elements()), m_device->profile());
        BoundDispatch const bound { &dispatch, dispatch.push, true };
        m_device->submit_once({ &bound, 1 });
    });
}

Latents GpuLatentSpace::noise()
{
    return upload(m_noise.next(m_shape));
}

Latents GpuLatentSpace::upload(HostTensor const& nhwc)
{
    require(nhwc.shape == m_shape && nhwc.dtype == DType::f32, "latents: expected f32 {} but got {} {}", m_shape, name_of(nhwc.dtype), nhwc.shape);
    return make([&](DeviceTensor& out) { m_device->update(out.buffer(), 0, nhwc.bytes); });
}

HostTensor GpuLatentSpace::download(Latents const& value)
{
    HostTensor out(DType::f32, m_shape);
    m_device->read(tensor(value).buffer(), 0, out.bytes);
    return out;
}

Latents GpuLatentSpace::blend(Latents const& a, Latents const& b, DeviceTensor const& mask)
{
    return make([&](DeviceTensor& out) {
        MaskedBlend const blend {
            .out = out.address(),
            .a = tensor(a).address(),
            .b = tensor(b).address(),
            .mask = mask.address(),
            .count = static_cast<std::uint64_t>(m_shape.elements()),
            .channels = static_cast<std::uint32_t>(m_shape.channels()),
        };
        Dispatch const dispatch = masked_blend(blend, m_device->profile());
        BoundDispatch const bound { &dispatch, dispatch.push, true };
        m_device->submit_once({ &bound, 1 });
    });
}

struct CountingLatentSpace::Count {
    int alive = 0, most = 0;
};

struct CountingLatentSpace::Value : LatentValue {
    explicit Value(std::shared_ptr<Count> c)
        : count(std::move(c))
    {
        count->most = std::max(count->most, ++count->alive);
    }
    ~Value() override { --count->alive; }
    std::shared_ptr<Count> count;
};

CountingLatentSpace::CountingLatentSpace()
    : m_count(std::make_shared<Count>())
{
}

Latents CountingLatentSpace::make()
{
    return Latents(std::make_shared<Value>(m_count));
}

Latents CountingLatentSpace::combine(std::span<Term const>)
{
    return make();
}

Latents CountingLatentSpace::noise()
{
    return make();
}

int CountingLatentSpace::most_alive() const
{
    return m_count->most;
}

}
