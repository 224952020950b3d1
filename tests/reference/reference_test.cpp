// SPDX-License-Identifier: Apache-2.0
// The reference itself, against numbers worked out by hand or printed in tables. Needs no device.
#include "tests/support/check.h"
#include "tests/support/weights.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>

using namespace igneous;
using namespace igneous::test;

namespace {

struct Small {
    Graph graph;
    std::map<std::string, HostTensor> inputs;

    Tensor input(std::string name, Shape shape, std::vector<float> const& values)
    {
        inputs[name] = HostTensor::from(shape, values);
        return graph.input(std::move(name), DType::f32, shape, Rate::step);
    }
    Tensor weight(std::string name, Shape shape, std::vector<float> const& values)
    {
        return graph.weight(make_weight(std::move(name), shape, values));
    }
    std::vector<double> of(Tensor y)
    {
        graph.output("y", y);
        return reference::evaluate(graph, inputs).at("y").at;
    }
};

void check_values(std::vector<double> const& got, std::vector<double> const& expected)
{
    REQUIRE(got.size() == expected.size());
    for (std::size_t i = 0; i < got.size(); ++i)
        CHECK(got[i] == Catch::Approx(expected[i]).margin(1e-9));
}

}

TEST_CASE("reference: linear is x times the transposed weight")
{
    Small s;
    Tensor const x = s.input("x", { 2, 3 }, { 1, 2, 3, 4, 5, 6 });
    Tensor const w = s.weight("w", { 2, 3 }, { 1, 0, -1, 2, 1, 0 });
    check_values(s.of(linear(x, w, s.weight("b", { 2 }, { 10, 20 }))), { 8, 24, 8, 33 });
}

TEST_CASE("reference: conv2d correlates, pads with zeros, strides and upsamples")
{
    std::vector<float> const ones(9, 1.f);
    {
        Small s;
        Tensor const x = s.input("x", { 1, 2, 2, 1 }, { 1, 2, 3, 4 });
        check_values(
            s.of(conv2d(x, s.weight("w", { 1, 1, 3, 3 }, ones), {}, { 1, 1, 1, 1, 1, 1 })), { 10, 10, 10, 10 });
    }
    {
        Small s;                                          // the tap at the right reads the pixel at the right
        Tensor const x = s.input("x", { 1, 1, 3, 1 }, { 1, 2, 3 });
        check_values(s.of(conv2d(x, s.weight("w", { 1, 1, 1, 3 }, { 0, 0, 1 }), {}, { .pad_left = 1, .pad_right = 1 })),
            { 2, 3, 0 });
    }
    {
        Small s;                                          // right and bottom padding only, stride 2
        Tensor const x = s.input("x", { 1, 2, 2, 1 }, { 1, 2, 3, 4 });
        check_values(
            s.of(conv2d(x, s.weight("w", { 1, 1, 3, 3 }, ones), {}, { .stride = 2, .pad_bottom = 1, .pad_right = 1 })),
            { 10 });
    }
    {
        Small s;
        Tensor const x = s.input("x", { 1, 1, 2, 1 }, { 1, 2 });
        check_values(
            s.of(conv2d(x, s.weight("w", { 1, 1, 1, 1 }, { 3 }), {}, { .upsample = 2 })), { 3, 3, 6, 6, 3, 3, 6, 6 });
    }
}

TEST_CASE("reference: attention weighs values by the softmax of scaled products")
{
    Small s;
    Tensor const q = s.input("q", { 1, 2, 1 }, { 0, 1 });
    Tensor const k = s.input("k", { 1, 2, 1 }, { 0, 2 });
    Tensor const v = s.input("v", { 1, 2, 1 }, { 1, 3 });
    double const share = std::exp(1.0) / (1 + std::exp(1.0));
    check_values(s.of(attention(q, k, v, 1, 0.5f)), { 2, 1 + 2 * share });
    Small c;
    check_values(c.of(attention(c.input("q", { 1, 2, 1 }, { 1, 1 }), c.input("k", { 1, 2, 1 }, { 1, 1 }),
                     c.input("v", { 1, 2, 1 }, { 1, 3 }), 1, 1, true)),
        { 1, 2 });
}

TEST_CASE("reference: norms use the biased variance")
{
    Small s;
    Tensor const x = s.input("x", { 1, 2, 1, 2 }, { 1, 10, 3, 14 });
    double const eps = static_cast<double>(1e-5f);
    double const a = 1 / std::sqrt(1 + eps), b = 2 / std::sqrt(4 + eps);
    check_values(s.of(group_norm(x, s.weight("g", { 2 }, { 1, 1 }), s.weight("b", { 2 }, { 0, 5 }), 2, 1e-5f)),
        { -a, 5 - b, a, 5 + b });
    Small l;
    check_values(l.of(layer_norm(l.input("x", { 1, 2 }, { 1, 3 }), l.weight("g", { 2 }, { 2, 2 }),
                     l.weight("b", { 2 }, { 0, 0 }), 1e-5f)),
        { -2 * a, 2 * a });
}

TEST_CASE("reference: activations at printed values")
{
    Small s;
    check_values(
        s.of(activate(s.input("x", { 2 }, { 1, -1 }), Activation::gelu)), { 0.8413447460685429, -0.15865525393145707 });
    Small g;                                              // value first, gate second
    check_values(
        g.of(geglu(g.input("x", { 1, 4 }, { 2, 3, 1, -1 }))), { 2 * 0.8413447460685429, -3 * 0.15865525393145707 });
}

TEST_CASE("reference: time embedding has cos first when flipped")
{
    Small s;
    check_values(s.of(time_embedding(s.input("t", { 1 }, { 100 }), 4, true, 0)),
        { std::cos(100.0), std::cos(1.0), std::sin(100.0), std::sin(1.0) });
}

TEST_CASE("reference: nearest and bilinear as PyTorch has them")
{
    Small n;
    check_values(n.of(resample(n.input("x", { 1, 1, 3, 1 }, { 1, 2, 3 }), 1, 5, Filter::nearest)), { 1, 1, 2, 2, 3 });
    Small b;
    check_values(b.of(resample(b.input("x", { 1, 1, 2, 1 }, { 0, 1 }), 1, 4, Filter::bilinear)), { 0, 0.25, 0.75, 1 });
}

TEST_CASE("reference: the comparison sees one wrong value, a shifted tensor and a NaN")
{
    reference::Value expected(Shape { 100 });
    std::vector<float> values(100);
    for (std::size_t i = 0; i < 100; ++i)
        expected[i] = values[i] = static_cast<float>(i % 10) - 4.5f;
    CHECK(compare(HostTensor::from({ 100 }, values), expected).relative_l2 == 0);
    values[37] += 0.01f;
    Difference const one = compare(HostTensor::from({ 100 }, values), expected);
    CHECK(one.worst == 37);
    CHECK(one.largest > 1e-3);
    CHECK(one.relative_l2 > 3e-4);
    values[3] = NAN;
    CHECK_FALSE(compare(HostTensor::from({ 100 }, values), expected).finite);
}
