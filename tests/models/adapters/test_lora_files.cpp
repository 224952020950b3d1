// SPDX-License-Identifier: Apache-2.0
// LoRA files that are damaged, for another model, or of a kind that is not run: each is refused by name.
#include "models/adapters/adapters.h"
#include "models/api/error.h"
#include "models/families/stable_diffusion/stable_diffusion.h"
#include "tests/models/checkpoint/temporary_folder.h"
#include "tests/models/families/tiny_model.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <limits>

using namespace igneous;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinRel;

namespace {

/// Stable Diffusion's shapes in small: text of 32 channels, levels of 32 and 64.
struct Model {
    golden::TinyModel tiny;
    StableDiffusion parts = StableDiffusion::shapes_only(StableDiffusionConfig::read(tiny.path()));
    std::shared_ptr<Graph> text = build_text_graph(parts, { .tokens = 77 });
    std::shared_ptr<Graph> denoise = build_denoise_graph(parts, { .height = 8, .width = 8 });
    AdapterTargets targets { { text.get(), denoise.get() } };
};

Model const& model()
{
    static Model const one;
    return one;
}

std::string const block = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_";

HostTensor tensor(Shape const& shape, float value = 0.5f)
{
    HostTensor out(DType::f32, shape);
    for (float& v : out.f32())
        v = value;
    return out;
}

/// A good LoRA of one layer: rank 4, 32 -> 32.
NamedTensors good()
{
    return { { block + "attn1_to_q.lora_down.weight", tensor({ 4, 32 }) },
        { block + "attn1_to_q.lora_up.weight", tensor({ 32, 4 }) }, { block + "attn1_to_q.alpha", tensor({}, 2) } };
}

struct Files {
    test::TemporaryFolder folder;

    LoraUse write(NamedTensors const& tensors, std::map<std::string, std::string> const& metadata = {}) const
    {
        std::filesystem::path const path = folder.path() / "some.safetensors";
        write_safetensors(path, tensors, metadata);
        return { .name = "some", .file = path.string() };
    }
    std::shared_ptr<AdaptedWeights const> adapt(
        NamedTensors const& tensors, std::map<std::string, std::string> const& metadata = {}) const
    {
        LoraUse const use = write(tensors, metadata);
        return Adapters().adapt({ &use, 1 }, model().targets);
    }
    void refused(NamedTensors const& tensors, ErrorCode code, std::initializer_list<std::string> words) const
    {
        try {
            adapt(tensors);
            FAIL_CHECK("was taken: " << *words.begin());
        } catch (Error const& error) {
            CHECK(error.code() == code);
            for (std::string const& word : words)
                CHECK_THAT(error.what(), ContainsSubstring(word));
        }
    }
    double scale(NamedTensors const& tensors, std::map<std::string, std::string> const& metadata = {}) const
    {
        auto const adapted = adapt(tensors, metadata);
        REQUIRE(adapted->changed.size() == 1);
        return adapted->changed.begin()->second->terms.at(0).scale;
    }
};

}

TEST_CASE("lora files: alpha, rank and weight make the scale", "[lora]")
{
    Files const files;
    CHECK(files.scale(good()) == 0.5);
    NamedTensors no_alpha = good();
    no_alpha.erase(block + "attn1_to_q.alpha");
    CHECK(files.scale(no_alpha) == 1);

    std::string const layer = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q";
    NamedTensors const peft { { layer + ".lora_A.weight", tensor({ 4, 32 }) },
        { layer + ".lora_B.weight", tensor({ 32, 4 }) } };
    CHECK(files.scale(peft) == 1);
    CHECK(files.scale(peft, { { "lora_adapter_metadata", R"({"unet.lora_alpha": 8, "unet.r": 4})" } }) == 2);
    CHECK(
        files.scale(peft, { { "lora_adapter_metadata", R"({"unet.lora_alpha": 8, "unet.use_rslora": true})" } }) == 4);
    CHECK(files.scale(peft, { { "lora_adapter_metadata",
                                R"({"unet.lora_alpha": 8, "unet.alpha_pattern": {"attn1.to_q": 1, "to_k": 3}})" } })
          == 0.25);
    CHECK(files.scale(peft, { { "lora_adapter_metadata", "{damaged" } }) == 1);
    CHECK_THROWS_AS(
        files.scale(peft, { { "lora_adapter_metadata", R"({"unet.alpha_pattern": {"attn.*": 1}})" } }), Error);

    NamedTensors plain;
    for (auto const& [name, value] : peft)
        plain["base_model.model." + name.substr(5)] = value;
    CHECK(files.scale(plain) == 1);
    files.folder.write("adapter_config.json", R"({"lora_alpha": 2, "r": 4})");
    CHECK(files.scale(plain) == 0.5);
    CHECK(files.scale(peft) == 1);                                   // not its config
}

TEST_CASE("lora files: shapes that do not fit are named with key, got and expected", "[lora]")
{
    Files const files;
    std::string const down = block + "attn1_to_q.lora_down.weight", up = block + "attn1_to_q.lora_up.weight";
    auto const changed = [](std::string const& key, HostTensor const& value) {
        NamedTensors tensors = good();
        tensors[key] = value;
        return tensors;
    };
    files.refused(changed(up, tensor({ 32, 8 })), ErrorCode::weights_mismatch,
        { up + " is [32, 8]", down + " is [4, 32]", "one rank" });
    files.refused(changed(down, tensor({ 4, 48 })), ErrorCode::weights_mismatch,
        { down + " is [4, 48], expected [4, 32]", "to_q.weight [32, 32]" });
    files.refused(
        changed(up, tensor({ 64, 4 })), ErrorCode::weights_mismatch, { up + " is [64, 4], expected [32, 4]" });
    files.refused(changed(up, tensor({ 32, 4, 3, 3 })), ErrorCode::weights_mismatch,
        { up + " is [32, 4, 3, 3], expected [out, rank]" });
    files.refused(changed(down, tensor({ 128 })), ErrorCode::weights_mismatch, { down + " is [128]" });
    files.refused(changed(down, tensor({ 4, 32, 3, 3 })), ErrorCode::weights_mismatch,
        { down + " is [4, 32, 3, 3], expected [4, 32]" });
    files.refused(changed(down, HostTensor(DType::i32, { 4, 32 })), ErrorCode::weights_mismatch, { down + " is i32" });
    files.refused(changed(block + "attn1_to_q.alpha", tensor({ 2 })), ErrorCode::weights_mismatch,
        { "attn1_to_q.alpha is [2], expected one number" });
    CHECK(files.adapt(changed(down, tensor({ 4, 32, 1, 1 })))->changed.size() == 1); // a 1x1 convolution is the same

    std::string const conv = "lora_unet_down_blocks_0_resnets_0_conv1";
    NamedTensors locon { { conv + ".lora_down.weight", tensor({ 2, 32, 3, 3 }) },
        { conv + ".lora_up.weight", tensor({ 32, 2, 1, 1 }) } };
    CHECK(files.adapt(locon)->changed.size() == 1);
    locon[conv + ".lora_down.weight"] = tensor({ 2, 32, 1, 1 });
    files.refused(locon, ErrorCode::weights_mismatch, { "[2, 32, 1, 1], expected [2, 32, 3, 3]" });
}

TEST_CASE("lora files: halves, NaN, other kinds and other files are refused", "[lora]")
{
    Files const files;
    NamedTensors half = good();
    half.erase(block + "attn1_to_q.lora_up.weight");
    files.refused(
        half, ErrorCode::weights_mismatch, { "attn1_to_q.lora_down.weight is there but its up half is missing" });
    half.erase(block + "attn1_to_q.lora_down.weight");
    files.refused(half, ErrorCode::weights_mismatch, { "attn1_to_q.alpha is there but" });
    for (float bad : { std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity() })
        for (std::string const ending : { "lora_up.weight", "lora_down.weight", "alpha" }) {
            NamedTensors tensors = good();
            HostTensor& spoiled = tensors.at(block + "attn1_to_q." + ending);
            spoiled.f32().back() = bad;
            files.refused(tensors, ErrorCode::numeric, { block + "attn1_to_q." + ending, "NaN" });
        }
    NamedTensors loha = good();
    loha["lora_unet_conv_in.hada_w1_a"] = tensor({ 32, 4 });
    files.refused(loha, ErrorCode::unsupported_model, { "lora_unet_conv_in.hada_w1_a", "LoHa", "not run yet" });
    files.refused({ { "model.weight", tensor({ 2, 2 }) } }, ErrorCode::unsupported_model, { "is not a LoRA" });
    NamedTensors twice = good();
    twice["unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q.lora_A.weight"] = tensor({ 4, 32 });
    files.refused(twice, ErrorCode::weights_mismatch, { "twice" });

    LoraUse use = files.write(good());
    std::filesystem::resize_file(use.file, std::filesystem::file_size(use.file) - 100);
    auto const code = [&](LoraUse const& given) {
        try {
            Adapters().adapt({ &given, 1 }, model().targets);
        } catch (Error const& error) {
            return error.code();
        }
        return ErrorCode::internal;
    };
    CHECK(code(use) == ErrorCode::file_damaged);
    use.file += ".no";
    CHECK(code(use) == ErrorCode::file_missing);
    use.file.clear();
    CHECK(code(use) == ErrorCode::invalid_argument);
    use = files.write(good());
    use.weight = std::numeric_limits<double>::quiet_NaN();
    CHECK(code(use) == ErrorCode::invalid_argument);
    use.weight = 1;
    use.text_weight = 1e9;
    CHECK(code(use) == ErrorCode::invalid_argument);
}

TEST_CASE("lora files: one for another base says for which", "[lora]")
{
    Files const files;
    for (auto const& [width, words] :
        { std::pair { 768, "Stable Diffusion 1.x" }, { 1024, "Stable Diffusion 2.x" }, { 2048, "SDXL" } }) {
        NamedTensors tensors = good();
        tensors[block + "attn2_to_k.lora_down.weight"] = tensor({ 4, width });
        tensors[block + "attn2_to_k.lora_up.weight"] = tensor({ 32, 4 });
        files.refused(
            tensors, ErrorCode::weights_mismatch, { words, std::format("its text is {} wide", width), "32 wide" });
    }
    NamedTensors const flux { { "lora_unet_double_blocks_0_img_attn_proj.lora_down.weight", tensor({ 4, 3072 }) },
        { "lora_unet_double_blocks_0_img_attn_proj.lora_up.weight", tensor({ 3072, 4 }) } };
    files.refused(flux, ErrorCode::weights_mismatch,
        { "none of its layers is in this model", "lora_unet_double_blocks_0_img_attn_proj.lora_down.weight" });
}

TEST_CASE("lora files: keys that fit nothing are named, the rest is used", "[lora]")
{
    Files const files;
    CHECK(files.adapt(good())->notices.empty());
    NamedTensors tensors = good();
    tensors["lora_unet_mid_block_attentions_7_proj_in.lora_down.weight"] = tensor({ 4, 64 });
    tensors["lora_unet_mid_block_attentions_7_proj_in.lora_up.weight"] = tensor({ 64, 4 });
    tensors["training_step"] = tensor({ 1 });
    auto const adapted = files.adapt(tensors);
    CHECK(adapted->changed.size() == 1);
    REQUIRE(adapted->notices.size() == 1);
    for (char const* word : { "some.safetensors: 3 of its keys fit nothing", "training_step",
             "lora_unet_mid_block_attentions_7_proj_in.lora_up.weight" })
        CHECK_THAT(adapted->notices[0], ContainsSubstring(word));
}

TEST_CASE("lora files: the same set is made once, a changed file is read again", "[lora]")
{
    Files const files;
    Adapters adapters;
    LoraUse use = files.write(good());
    auto const adapt = [&] { return adapters.adapt({ &use, 1 }, model().targets); };
    auto const first = adapt();
    CHECK(adapt() == first);
    std::weak_ptr<WeightSource const> const made = first->changed.begin()->second;
    use.weight = 0.25;
    auto const second = adapt();
    CHECK(second != first);
    CHECK_THAT(second->changed.begin()->second->terms[0].scale, WithinRel(0.125));
    CHECK(adapters.adapt({}, model().targets) == nullptr);

    NamedTensors other = good();
    other[block + "attn1_to_k.lora_down.weight"] = tensor({ 1, 32 });
    other[block + "attn1_to_k.lora_up.weight"] = tensor({ 32, 1 });
    use = files.write(other);
    CHECK(adapt()->changed.size() == 2);
}

TEST_CASE("lora files: apply changes a graph's weights and nothing else", "[lora]")
{
    Files const files;
    auto const adapted = files.adapt(good());
    auto const graph = build_denoise_graph(model().parts, { .height = 8, .width = 8 }),
               plain = build_denoise_graph(model().parts, { .height = 8, .width = 8 });
    adapted->apply(*graph);
    REQUIRE(graph->nodes().size() == plain->nodes().size());
    int changed = 0;
    for (std::size_t i = 0; i < graph->nodes().size(); ++i)
        if (Weight const &now = graph->nodes()[i].weight, &before = plain->nodes()[i].weight; now != before) {
            ++changed;
            CHECK(now->base == before);
            CHECK(now->name == before->name);
            CHECK(now->shape == before->shape);
        }
    CHECK(changed == 1);
}
