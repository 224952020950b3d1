// SPDX-License-Identifier: Apache-2.0
#include "models/api/error.h"
#include "models/families/component.h"
#include "models/vae/autoencoder_kl.h"
#include "models/vae/autoencoder_tiny.h"
#include "tests/models/families/golden_case.h"
#include "tests/support/test_device.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

using namespace igneous;

namespace {

AutoencoderKL load_kl(golden::Case const& c, std::shared_ptr<std::vector<std::string>> asked = {})
{
    return AutoencoderKL::load(c.weights_by_formula(std::move(asked)), AutoencoderKLConfig::from(c.config()));
}

AutoencoderTiny load_tiny(golden::Case const& c, std::shared_ptr<std::vector<std::string>> asked = {})
{
    return AutoencoderTiny::load(c.weights_by_formula(std::move(asked)), AutoencoderTinyConfig::from(c.config()));
}

}

TEST_CASE("the KL autoencoder's graph is diffusers' AutoencoderKL in every option", "[vae]")
{
    for (golden::Case const& c : golden::cases("autoencoder_kl")) {
        auto const asked = std::make_shared<std::vector<std::string>>();
        AutoencoderKL const vae = load_kl(c, asked);
        golden::check_weights(c, *asked);

        std::map<std::string, HostTensor> const inputs { { "sample", c.encoder_inputs.at("sample").nchw_to_nhwc() },
            { "latent", c.decoder_inputs.at("latent").nchw_to_nhwc() } };
        Graph graph;
        auto const [mean, logvar] =
            vae.encode(graph.input("sample", DType::f32, inputs.at("sample").shape, Rate::step));
        graph.output("mean", mean);
        graph.output("logvar", logvar);   // never near the clamp in these cases
        graph.output("decoded", vae.decode(graph.input("latent", DType::f32, inputs.at("latent").shape, Rate::step)));
        golden::check_graph(c, graph, inputs, { { "mean", "mean" }, { "logvar", "logvar" }, { "decoded", "decoded" } });
    }
}

TEST_CASE("the tiny autoencoder's graph is diffusers' AutoencoderTiny in every option", "[vae]")
{
    for (golden::Case const& c : golden::cases("autoencoder_tiny")) {
        auto const asked = std::make_shared<std::vector<std::string>>();
        AutoencoderTiny const vae = load_tiny(c, asked);
        golden::check_weights(c, *asked);

        std::map<std::string, HostTensor> const inputs { { "sample", c.encoder_inputs.at("sample").nchw_to_nhwc() },
            { "latent", c.decoder_inputs.at("latent").nchw_to_nhwc() } };
        Graph graph;
        graph.output("mean", vae.encode(graph.input("sample", DType::f32, inputs.at("sample").shape, Rate::step)));
        graph.output("decoded", vae.decode(graph.input("latent", DType::f32, inputs.at("latent").shape, Rate::step)));
        golden::check_graph(c, graph, inputs, { { "mean", "mean" }, { "decoded", "decoded" } });
    }
}

TEST_CASE("the KL autoencoder gives diffusers' numbers on the device", "[vae][device]")
{
    auto const device = test::test_device();
    for (golden::Case const& c : golden::cases("autoencoder_kl"))
        for (DType tier : { DType::f32, DType::f16 }) {
            AutoencoderKL const vae = load_kl(c);
            golden::check_outputs(
                c, evaluate_vae_encode(device, vae, c.encoder_inputs, tier), tier, { "mean", "logvar" });
            golden::check_outputs(
                c, evaluate_vae_decode(device, vae, c.decoder_inputs, tier), tier, { "decoded" }, true);
        }
}

TEST_CASE("the tiny autoencoder gives diffusers' numbers on the device", "[vae][device]")
{
    auto const device = test::test_device();
    for (golden::Case const& c : golden::cases("autoencoder_tiny"))
        for (DType tier : { DType::f32, DType::f16 }) {
            AutoencoderTiny const vae = load_tiny(c);
            golden::check_outputs(c, evaluate_vae_encode(device, vae, c.encoder_inputs, tier), tier, { "mean" });
            golden::check_outputs(
                c, evaluate_vae_decode(device, vae, c.decoder_inputs, tier), tier, { "decoded" }, true);
        }
}

TEST_CASE("an autoencoder config says which key is not supported", "[vae]")
{
    auto const refused = [](auto from, std::string const& text, std::string const& words) {
        INFO(text);
        CHECK_THROWS_WITH(from(Config::parse(text, "vae/config.json")), Catch::Matchers::ContainsSubstring(words));
    };
    auto const kl = [](Config const& c) { return AutoencoderKLConfig::from(c); };
    auto const tiny = [](Config const& c) { return AutoencoderTinyConfig::from(c); };
    refused(kl, R"({"down_block_types": ["AttnDownEncoderBlock2D"]})",
        "down_block_types is [\"AttnDownEncoderBlock2D\"], supported: DownEncoderBlock2D");
    refused(kl, R"({"latents_mean": [0, 0, 0, 0]})", "latents_mean is [0,0,0,0], supported: null");
    refused(kl, R"({"scaling_factor": 0})", "scaling_factor is 0");
    refused(kl, R"({"norm_num_groups": 7})", "block_out_channels");
    refused(tiny, R"({"act_fn": "mish"})", "act_fn is \"mish\", supported: relu, silu or gelu");
    refused(tiny, R"({"upsample_fn": "bicubic"})", "upsample_fn is \"bicubic\"");
    refused(tiny, R"({"num_decoder_blocks": [1]})", "num_decoder_blocks is [1]");
    refused(tiny, R"({"encoder_block_out_channels": [64, 32, 64, 64]})", "encoder_block_out_channels");
}

TEST_CASE("older names of the VAE's attention are read", "[vae]")
{
    golden::Case const c = golden::cases("autoencoder_kl").front();
    TensorIndex index("vae");
    // Every weight of the model, with the older spelling where there is one, as a file would give them.
    auto const asked = std::make_shared<std::vector<std::string>>();
    load_kl(c, asked);
    NamedTensors tensors;
    for (std::string line : *asked) {
        std::string name = line.substr(0, line.find(' '));
        std::vector<std::int64_t> extents;
        std::string const list = line.substr(line.find('[') + 1);
        for (std::size_t at = 0; at < list.size();
            at = list.find(',', at) == list.npos ? list.size() : list.find(',', at) + 1)
            extents.push_back(std::stoll(list.substr(at)));
        HostTensor value = golden::formula_weight(name, Shape(extents));
        for (auto const& [now, before] :
            { std::pair("to_q", "query"), { "to_k", "key" }, { "to_v", "value" }, { "to_out.0", "proj_attn" } })
            if (auto const at = name.find(std::string("attentions.0.") + now + "."); at != name.npos)
                name.replace(at + 13, std::string_view(now).size(), before);
        tensors[name] = std::move(value);
    }
    CHECK(tensors.contains("decoder.mid_block.attentions.0.proj_attn.weight"));
    auto const path = std::filesystem::temp_directory_path() / "igneous_older_vae.safetensors";
    write_safetensors(path, tensors);
    index.add(SafetensorsFile::open(path));
    std::filesystem::remove(path);
    CHECK_NOTHROW(AutoencoderKL::load(index, AutoencoderKLConfig::from(c.config())));
}
