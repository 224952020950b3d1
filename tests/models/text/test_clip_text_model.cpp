// SPDX-License-Identifier: Apache-2.0
#include "models/api/error.h"
#include "models/families/component.h"
#include "models/text/clip_text_model.h"
#include "tests/models/families/golden_case.h"
#include "tests/support/test_device.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

using namespace igneous;

namespace {

ClipTextModel load(golden::Case const& c, std::shared_ptr<std::vector<std::string>> asked = {})
{
    return ClipTextModel::load(c.weights_by_formula(std::move(asked)), ClipTextConfig::from(c.config()));
}

std::vector<std::string> output_names(golden::Case const& c)
{
    std::vector<std::string> names;
    for (auto const& [name, tensor] : c.expected)
        names.push_back(name);
    return names;
}

}

TEST_CASE("the text encoder's graph is transformers' CLIPTextModel", "[text]")
{
    for (golden::Case const& c : golden::cases("text_encoder")) {
        auto const asked = std::make_shared<std::vector<std::string>>();
        ClipTextModel const text = load(c, asked);
        golden::check_weights(c, *asked);

        HostTensor const& ids = c.encoder_inputs.at("input_ids");
        auto const ends = text.end_of_text(ids.i32(), static_cast<std::size_t>(ids.shape[1]));
        Graph graph;
        Tensor const input = graph.input("input_ids", DType::i32, ids.shape, Rate::request);
        Tensor const end = graph.input("end", DType::i32, { ids.shape[0] }, Rate::request);
        ClipTextOutputs const out = text(input, end);
        std::map<std::string, std::string> names { { "last", "last_hidden_state" } };
        graph.output("last", out.last_hidden_state);
        graph.output("pooled", out.pooled);
        if (!out.text_embeds)
            names["pooled"] = "pooler_output";
        for (std::size_t i = 0; i < out.hidden_states.size(); ++i) {
            graph.output(std::format("h{}", i), out.hidden_states[i]);
            // transformers' last entry is the state before the final LayerNorm, as ours.
            names[std::format("h{}", i)] = std::format("hidden_states.{}", i);
        }
        if (out.text_embeds) {
            graph.output("embeds", *out.text_embeds);
            names["embeds"] = "text_embeds";
        }
        golden::check_graph(
            c, graph, { { "input_ids", ids }, { "end", HostTensor::from({ ids.shape[0] }, std::span(ends)) } }, names);
    }
}

TEST_CASE("the text encoder gives transformers' numbers on the device", "[text][device]")
{
    auto const device = test::test_device();
    for (golden::Case const& c : golden::cases("text_encoder"))
        for (DType tier : { DType::f32, DType::f16 })
            golden::check_outputs(
                c, evaluate_text_encoder(device, load(c), c.encoder_inputs, tier), tier, output_names(c));
}

TEST_CASE("clip skip takes an earlier layer and applies the final LayerNorm", "[text]")
{
    golden::Case const c = golden::cases("text_encoder").front();
    ClipTextModel const text = load(c);
    Graph graph;
    ClipTextOutputs const out = text(
        graph.input("ids", DType::i32, { 1, 5 }, Rate::request), graph.input("end", DType::i32, { 1 }, Rate::request));
    CHECK(text.skipped(out, 0).node == out.last_hidden_state.node);
    for (int skip : { 1, 2 }) {
        Node const& node = graph.nodes()[text.skipped(out, skip).node];
        CHECK(node.op->name() == "layer_norm");
        CHECK(node.inputs[0] == out.hidden_states[static_cast<std::size_t>(3 - skip)].node);
        CHECK(graph.nodes()[node.inputs[1]].label == "text_encoder.text_model.final_layer_norm.weight");
    }
    CHECK_THROWS_AS(text.skipped(out, 3), Error);
    CHECK_THROWS_AS(text.skipped(out, -1), Error);
}

TEST_CASE("the end of text is the first EOS, or the largest id for the historic config", "[text]")
{
    ClipTextModel text {};
    std::vector<std::int32_t> const ids { 7, 3, 9, 5, 9, 1, 2, 3, 4, 4 };
    text.config.eos_token = 2;
    CHECK(text.end_of_text(ids, 5) == std::vector { 2, 3 });
    text.config.eos_token = 9;
    CHECK(text.end_of_text(ids, 5) == std::vector { 2, 0 });
    text.config.eos_token = 3;
    CHECK(text.end_of_text(ids, 5) == std::vector { 1, 2 });
}

TEST_CASE("a text encoder config says which key is wrong", "[text]")
{
    auto const refused = [](std::string const& text, std::string const& words) {
        INFO(text);
        CHECK_THROWS_WITH(
            ClipTextConfig::from(Config::parse(text, "config.json")), Catch::Matchers::ContainsSubstring(words));
    };
    refused(R"({"hidden_act": "relu"})", "config.json: hidden_act is \"relu\", supported: quick_gelu or gelu");
    refused(R"({"hidden_size": 30, "num_attention_heads": 4})", "num_attention_heads is 4");
    refused(R"({"hidden_size": "x"})", "hidden_size is \"x\", expected a whole number");
    refused(R"({"num_hidden_layers": 0})", "num_hidden_layers is 0");
    refused(R"({"model_type": "t5"})", "model_type is \"t5\"");
}
