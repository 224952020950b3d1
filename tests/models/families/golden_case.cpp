// SPDX-License-Identifier: Apache-2.0
#include "tests/models/families/golden_case.h"

#include "tests/reference/evaluate.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <filesystem>
#include <format>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

namespace igneous::golden {

namespace {

std::filesystem::path const folder = std::filesystem::path(IGNEOUS_SOURCE_DIR) / "tests/golden/components";

/// splitmix64 at place `index` of the stream of `name`.
std::uint64_t bits(std::uint64_t seed, std::uint64_t index)
{
    std::uint64_t z = seed + (index + 1) * 0x9E3779B97F4A7C15ull;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

Shape shape_of(nlohmann::json const& extents)
{
    auto const list = extents.get<std::vector<std::int64_t>>();
    return Shape(list);
}

HostTensor token_ids(std::string const& name, nlohmann::json const& entry)
{
    HostTensor ids(DType::i32, shape_of(entry["ids"]));
    auto const& config = entry["config"];
    auto const vocabulary = config["vocab_size"].get<std::uint64_t>() - 2;
    auto const values = ids.i32();
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<std::int32_t>(bits(hash_text(name + ".ids"), i) % vocabulary);
    for (auto const& place : entry["eos"])
        values[place[0].get<std::size_t>() * static_cast<std::size_t>(ids.shape[1]) + place[1].get<std::size_t>()]
            = config["eos_token_id"].get<std::int32_t>();
    return ids;
}

}

std::uint64_t formula_bits(std::string_view name, std::size_t index) { return bits(hash_text(name), index); }

std::uint64_t hash_text(std::string_view text)
{
    std::uint64_t value = 0xCBF29CE484222325ull;
    for (char c : text)
        value = (value ^ static_cast<unsigned char>(c)) * 0x100000001B3ull;
    return value;
}

HostTensor formula_values(std::string const& name, Shape const& shape, double base, double scale)
{
    HostTensor out(DType::f32, shape);
    std::uint64_t const seed = hash_text(name);
    auto const values = out.f32();
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<float>(base + scale * (static_cast<double>(bits(seed, i) >> 40) * 0x1p-23 - 1.0));
    return out;
}

HostTensor formula_weight(std::string const& name, Shape const& shape)
{
    if (shape.rank() == 1)
        return formula_values(name, shape, name.ends_with(".weight") ? 1 : 0, 0.2);
    return formula_values(name, shape, 0, std::sqrt(3.0 / static_cast<double>(shape.elements() / shape[0])));
}

Weight formula_source(std::string const& component, std::string const& name, Shape const& shape)
{
    auto const values = std::make_shared<HostTensor const>(formula_weight(name, shape));
    return std::make_shared<WeightSource const>(WeightSource {
        .name = component + "." + name, .dtype = DType::f32, .shape = shape, .bytes = values->bytes, .owner = values });
}

TensorIndex Case::weights_by_formula(std::shared_ptr<std::vector<std::string>> asked) const
{
    return TensorIndex::made_by(
        [component = component, asked](std::string const& weight, Shape const& shape) {
            if (asked)
                asked->push_back(std::format("{} {}", weight, shape));
            return formula_source(component, weight, shape);
        },
        component);
}

std::vector<Case> cases(std::string_view component)
{
    std::ifstream file(folder / "cases.json");
    auto const entries = nlohmann::json::parse(file);
    std::vector<Case> out;
    for (auto const& entry : entries) {
        if (entry["component"] != component)
            continue;
        Case c { .name = entry["name"], .component = entry["component"], .config_text = entry["config"].dump(),
            .weights = entry["weights"], .weights_hash = entry["weights_hash"] };
        auto const normal = [&](std::string const& key) {
            return formula_values(c.name + "." + key, shape_of(entry[key]), 0, std::sqrt(3.0));
        };
        if (component == "text_encoder") {
            c.encoder_inputs["input_ids"] = token_ids(c.name, entry);
        } else if (component == "unet") {
            auto const timesteps = entry["timesteps"].get<std::vector<float>>();
            c.encoder_inputs["sample"] = normal("sample");
            c.encoder_inputs["encoder_hidden_states"] = normal("context");
            c.encoder_inputs["timestep"]
                = HostTensor::from({ static_cast<std::int64_t>(timesteps.size()) }, std::span(timesteps));
        } else {
            c.encoder_inputs["sample"] = normal("sample");
            c.decoder_inputs["latent"] = normal("latent");
        }
        c.expected = read_tensors(folder / (c.name + ".safetensors"));
        out.push_back(std::move(c));
    }
    REQUIRE_FALSE(out.empty());
    return out;
}

double relative_error(HostTensor const& got, HostTensor const& expected)
{
    if (got.shape != expected.shape)
        return INFINITY;
    auto const a = got.f32(), b = expected.f32();
    double difference = 0, norm = 0;
    for (std::size_t i = 0; i < b.size(); ++i) {
        double const x = a[i], y = b[i];
        difference += (x - y) * (x - y);
        norm += y * y;
    }
    return std::sqrt(difference / norm);
}

void check_graph(Case const& golden, Graph const& graph, std::map<std::string, HostTensor> const& inputs,
    std::map<std::string, std::string> const& names)
{
    reference::Values const values = reference::evaluate(graph, inputs);
    double worst = 0;
    for (auto const& [ours, theirs] : names) {
        INFO(golden.name << ", " << theirs << " by the f64 reference");
        REQUIRE(golden.expected.contains(theirs));
        reference::Value const& value = values.at(ours);
        HostTensor got(DType::f32, value.shape);
        std::ranges::transform(value.at, got.f32().begin(), [](double x) { return static_cast<float>(x); });
        if (got.shape.rank() == 4)
            got = got.nhwc_to_nchw();
        REQUIRE(got.shape == golden.expected.at(theirs).shape);
        double const error = relative_error(got, golden.expected.at(theirs));
        // Outputs were rounded to f32; and diffusers takes sin and cos of timestep * frequency, up to 1000, in f32.
        CHECK(error < (golden.component == "unet" ? 1e-5 : 1e-6));
        worst = std::max(worst, error);
    }
    std::cout << std::format("{:34} graph in f64: relative L2 {:.1e}\n", golden.name, worst);
}

void check_weights(Case const& golden, std::vector<std::string> asked)
{
    INFO(golden.name);
    std::ranges::sort(asked);
    CHECK(asked.size() == golden.weights);
    std::string lines;
    for (std::string const& line : asked)
        lines += (lines.empty() ? "" : "\n") + line;
    CHECK(std::format("{:016x}", hash_text(lines)) == golden.weights_hash);
}

double tolerance(DType tier) { return tier == DType::f32 ? 1e-4 : 5e-3; }

void check_outputs(
    Case const& golden, NamedTensors const& got, DType tier, std::vector<std::string> const& mine, bool decoded)
{
    double worst = 0;
    for (std::string const& name : mine) {
        INFO(golden.name << ", " << name << ", tier " << name_of(tier));
        REQUIRE(golden.expected.contains(name));
        std::string const ours = decoded ? "sample" : name;
        REQUIRE(got.contains(ours));
        REQUIRE(got.at(ours).shape == golden.expected.at(name).shape);
        double const error = relative_error(got.at(ours), golden.expected.at(name));
        CHECK(error < tolerance(tier));
        worst = std::max(worst, error);
    }
    std::cout << std::format(
        "{:34} {}: relative L2 {:.2e}\n", golden.name + (decoded ? " decoder" : ""), name_of(tier), worst);
}

}
