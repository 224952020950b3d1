// SPDX-License-Identifier: Apache-2.0
#include "models/api/error.h"
#include "models/denoisers/unet_2d_condition.h"
#include "models/families/component.h"
#include "tests/models/families/golden_case.h"
#include "tests/support/test_device.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

using namespace igneous;

namespace {

UNet2DCondition load(golden::Case const& c, std::shared_ptr<std::vector<std::string>> asked = {})
{
    return UNet2DCondition::load(c.weights_by_formula(std::move(asked)), UNet2DConditionConfig::from(c.config()));
}

}

TEST_CASE("the UNet's graph is diffusers' UNet2DConditionModel in every option", "[unet]")
{
    for (golden::Case const& c : golden::cases("unet")) {
        auto const asked = std::make_shared<std::vector<std::string>>();
        UNet2DCondition const unet = load(c, asked);
        golden::check_weights(c, *asked);

        std::map<std::string, HostTensor> inputs(c.encoder_inputs.begin(), c.encoder_inputs.end());
        inputs["sample"] = inputs["sample"].nchw_to_nhwc();
        Graph graph;
        auto const input = [&](std::string const& name) {
            return graph.input(name, DType::f32, inputs[name].shape, Rate::step);
        };
        graph.output("prediction", unet(input("sample"), input("timestep"), input("encoder_hidden_states")));
        golden::check_graph(c, graph, inputs, { { "prediction", "sample" } });
    }
}

TEST_CASE("the UNet gives diffusers' numbers on the device", "[unet][device]")
{
    auto const device = test::test_device();
    for (golden::Case const& c : golden::cases("unet"))
        for (DType tier : { DType::f32, DType::f16 })
            golden::check_outputs(c, evaluate_unet(device, load(c), c.encoder_inputs, tier), tier, { "sample" });
}

TEST_CASE("keys and values of the text are computed once per request", "[unet]")
{
    golden::Case const c = golden::cases("unet").front();
    UNet2DCondition const unet = load(c);
    Graph graph;
    Tensor const x = graph.input("sample", DType::f32, { 1, 8, 8, 4 }, Rate::step);
    Tensor const t = graph.input("timestep", DType::f32, { 1 }, Rate::step);
    unet(x, t, graph.input("context", DType::f32, { 1, 7, 24 }, Rate::request));
    int hoisted = 0;
    for (Node const& node : graph.nodes())
        if (node.op && (node.label.ends_with("attn2.to_k") || node.label.ends_with("attn2.to_v"))) {
            CHECK(node.rate == Rate::request);
            ++hoisted;
        }
    CHECK(hoisted == 2 * 4);   // down 1, middle 1, up 2 transformers
}

TEST_CASE("a UNet config says which key is not supported", "[unet]")
{
    auto const refused = [](std::string const& text, std::string const& words) {
        INFO(text);
        CHECK_THROWS_WITH(UNet2DConditionConfig::from(Config::parse(text, "unet/config.json")),
            Catch::Matchers::ContainsSubstring(words));
    };
    refused(R"({"act_fn": "mish"})", "unet/config.json: act_fn is \"mish\", supported: \"silu\"");
    refused(R"({"class_embed_type": "timestep"})", "class_embed_type is \"timestep\", supported: null");
    refused(R"({"num_class_embeds": 1000})", "num_class_embeds is 1000, supported: null");
    refused(R"({"addition_embed_type": "text_time"})", "addition_embed_type is \"text_time\"");
    refused(R"({"time_cond_proj_dim": 256})", "time_cond_proj_dim is 256");
    refused(R"({"dual_cross_attention": true})", "dual_cross_attention is true, supported: false");
    refused(R"({"mid_block_type": "UNetMidBlock2D"})",
        "mid_block_type is \"UNetMidBlock2D\", supported: UNetMidBlock2DCrossAttn");
    refused(R"({"down_block_types": ["DownBlock2D", "AttnDownBlock2D", "DownBlock2D", "DownBlock2D"]})",
        "down_block_types is");
    refused(R"({"up_block_types": ["UpBlock2D"]})",
        "up_block_types is [\"UpBlock2D\"], supported: as many as block_out_channels, 4");
    refused(R"({"norm_num_groups": 48})", "block_out_channels");
    refused(R"({"attention_head_dim": 7})", "attention_head_dim is 7, supported: a divisor of block_out_channels' 320");
    refused(R"({"attention_head_dim": [8, 8]})", "attention_head_dim is [8,8], expected one number or a list of 4");
    refused(R"({"layers_per_block": 0})", "layers_per_block is 0");
    refused(R"({"block_out_channels": []})", "block_out_channels is [], expected a list");
    refused(R"({"block_out_channels": [320, -1, 2, 3]})", "block_out_channels");
    refused(R"({"in_channels": 99999999})", "in_channels is 99999999");
    refused(R"({"_class_name": "UNet2DModel"})", "_class_name");
    refused(R"([])", "is not a JSON object");
    refused(R"({"in_channels": )", "is not valid JSON");
}
