// SPDX-License-Identifier: Apache-2.0
#include "app/library/model_folder.h"
#include "app/library/other_programs.h"
#include "app/library/recognise.h"
#include "app/library/sidecars.h"
#include "models/api/error.h"
#include "tests/app/library/model_files.h"
#include "tests/app/process.h"

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <nlohmann/json.hpp>
#include <zlib.h>

using namespace igneous;
using test::TensorRow;

namespace {

namespace fs = std::filesystem;

using Rows = std::vector<TensorRow>;

ModelFacts facts_of(fs::path const& file)
{
    auto const facts = recognise_file(file);
    REQUIRE(facts);
    return *facts;
}

ModelFacts facts_of_rows(Rows const& rows, std::map<std::string, std::string> const& metadata = {})
{
    test::TemporaryFolder const folder;
    test::write_sparse_safetensors(folder / "model.safetensors", rows, metadata);
    ModelFacts facts = facts_of(folder / "model.safetensors");
    CHECK(facts.damage == "");
    return facts;
}

ModelFacts facts_of_bytes(std::string const& bytes, std::string const& name = "model.safetensors")
{
    test::TemporaryFolder const folder;
    test::write_text(folder / name, bytes);
    return facts_of(folder / name);
}

fs::path reference() { return fs::path(IGNEOUS_SOURCE_DIR).parent_path() / "shared" / "reference"; }

Rows read_manifest(fs::path const& file)
{
    std::string text(16u << 20, '\0');
    gzFile const in = gzopen(file.c_str(), "rb");
    REQUIRE(in);
    int const size = gzread(in, text.data(), static_cast<unsigned>(text.size()));
    gzclose(in);
    REQUIRE(size > 0);
    text.resize(static_cast<std::size_t>(size));
    nlohmann::ordered_json const manifest = nlohmann::ordered_json::parse(text);
    Rows rows;
    for (auto const& [name, value] : manifest["tensors"].items())
        rows.push_back({ name, "F16", value[1].get<std::vector<std::int64_t>>() });
    return rows;
}

struct Expected {
    std::string_view model;
    ModelType type;
    ModelBase base;
};

// Of everything in the reference folder: no row is missing, the test sees to it.
constexpr Expected manifests[] = {
    { "auraflow.single_file", ModelType::diffusion_model, ModelBase::auraflow },
    { "auraflow.transformer", ModelType::diffusion_model, ModelBase::auraflow },
    { "cascade.decoder", ModelType::diffusion_model, ModelBase::cascade },
    { "cascade.decoder_lite", ModelType::diffusion_model, ModelBase::cascade },
    { "cascade.vqgan", ModelType::vae, ModelBase::cascade },
    { "cascade_prior.image_encoder", ModelType::image_encoder, ModelBase::several },
    { "cascade_prior.prior", ModelType::diffusion_model, ModelBase::cascade },
    { "cascade_prior.prior_lite", ModelType::diffusion_model, ModelBase::cascade },
    { "chroma.transformer", ModelType::diffusion_model, ModelBase::chroma },
    { "cogvideox_2b.transformer", ModelType::diffusion_model, ModelBase::cogvideox },
    { "controlnet_sd15", ModelType::controlnet, ModelBase::sd1 },
    { "flux2.transformer", ModelType::diffusion_model, ModelBase::flux2 },
    { "flux_dev.single_file", ModelType::diffusion_model, ModelBase::flux1_dev },
    { "flux_dev.transformer", ModelType::diffusion_model, ModelBase::flux1_dev },
    { "flux_schnell.single_file", ModelType::diffusion_model, ModelBase::flux1_schnell },
    { "flux_schnell.transformer", ModelType::diffusion_model, ModelBase::flux1_schnell },
    { "hunyuandit.transformer", ModelType::diffusion_model, ModelBase::hunyuan_dit },
    { "hunyuanvideo.transformer", ModelType::diffusion_model, ModelBase::hunyuan_video },
    { "kolors.unet", ModelType::diffusion_model, ModelBase::kolors },
    { "ltx.transformer", ModelType::diffusion_model, ModelBase::ltx_video },
    { "mochi.transformer", ModelType::diffusion_model, ModelBase::mochi },
    { "pixart_xl.transformer", ModelType::diffusion_model, ModelBase::pixart },
    { "playground25.unet", ModelType::diffusion_model, ModelBase::sdxl },   // the same tensors; its folder tells
    { "qwen_image.transformer", ModelType::diffusion_model, ModelBase::qwen_image },
    { "qwen_image.vae", ModelType::vae, ModelBase::several },
    { "sana_1600m.transformer", ModelType::diffusion_model, ModelBase::sana },
    { "sd15.single_file", ModelType::checkpoint, ModelBase::sd1 },
    { "sd15.unet", ModelType::diffusion_model, ModelBase::sd1 },
    { "sd15_inpaint.single_file", ModelType::checkpoint, ModelBase::sd1_inpaint },
    { "sd15_inpaint.unet", ModelType::diffusion_model, ModelBase::sd1_inpaint },
    { "sd21.single_file", ModelType::checkpoint, ModelBase::sd2 },
    { "sd21.unet", ModelType::diffusion_model, ModelBase::sd2 },
    { "sd2_inpaint.unet", ModelType::diffusion_model, ModelBase::sd2_inpaint },
    { "sd35_large.single_file", ModelType::diffusion_model, ModelBase::sd35_large },
    { "sd35_large.transformer", ModelType::diffusion_model, ModelBase::sd35_large },
    { "sd3_medium.single_file", ModelType::diffusion_model, ModelBase::sd3 },
    { "sd3_medium.transformer", ModelType::diffusion_model, ModelBase::sd3 },
    { "sd_x4_upscaler.unet", ModelType::diffusion_model, ModelBase::sd_x4_upscaler },
    { "sdxl_base.single_file", ModelType::checkpoint, ModelBase::sdxl },
    { "sdxl_base.unet", ModelType::diffusion_model, ModelBase::sdxl },
    { "sdxl_inpaint.unet", ModelType::diffusion_model, ModelBase::sdxl_inpaint },
    { "sdxl_refiner.single_file", ModelType::checkpoint, ModelBase::sdxl_refiner },
    { "sdxl_refiner.unet", ModelType::diffusion_model, ModelBase::sdxl_refiner },
    { "wan.vae", ModelType::vae, ModelBase::several },
    { "wan_t2v_14b.transformer", ModelType::diffusion_model, ModelBase::wan },
    { "z_image.single_file", ModelType::diffusion_model, ModelBase::z_image },
    { "z_image.transformer", ModelType::diffusion_model, ModelBase::z_image },
};

Expected expected_of(std::string const& model)
{
    for (Expected const& row : manifests) {
        if (row.model == model)
            return row;
    }
    bool const vae = model.ends_with(".vae");
    REQUIRE((vae || model.find(".text_encoder") != model.npos));
    return { model, vae ? ModelType::vae : ModelType::text_encoder, ModelBase::several };
}

}

TEST_CASE("every full-size checkpoint of the reference is recognised by its tensors", "[library][reference]")
{
    if (!fs::exists(reference() / "manifests"))
        SKIP("no reference data beside the project");
    test::TemporaryFolder const folder;
    int files = 0;
    double seconds = 0;
    for (auto const& entry : fs::directory_iterator(reference() / "manifests")) {
        if (entry.path().extension() != ".gz")
            continue;
        std::string const model
            = entry.path().filename().string().substr(0, entry.path().filename().string().size() - 8);
        Expected const expected = expected_of(model);
        fs::path const file = folder / (model + ".safetensors");
        test::write_sparse_safetensors(file, read_manifest(entry.path()));
        auto const begin = std::chrono::steady_clock::now();
        ModelFacts const facts = facts_of(file);
        seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        INFO(model << " was taken for " << name_of(facts.type) << " of " << name_of(facts.base) << " " << facts.variant
                   << facts.damage);
        CHECK(facts.damage == "");
        CHECK(facts.type == expected.type);
        CHECK(facts.base == expected.base);
        CHECK(facts.precision == "F16");
        CHECK(facts.missing_parts.empty());
        fs::remove(file);
        ++files;
    }
    CHECK(files >= 80);
    WARN(files << " full-size headers recognised in " << seconds << " s");
}

TEST_CASE("text encoders and VAEs are told by their sizes", "[library]")
{
    struct Row {
        Rows tensors;
        std::string_view variant;
        ModelType type;
    };
    std::string const clip = "text_model.embeddings.token_embedding.weight";
    std::string const t5 = "encoder.block.0.layer.0.SelfAttention.q.weight";
    Row const rows[] = {
        { { { clip, "F16", { 49408, 768 } } }, "CLIP-L", ModelType::text_encoder },
        { { { clip, "F16", { 49408, 1280 } } }, "OpenCLIP-bigG", ModelType::text_encoder },
        { { { "shared.weight", "BF16", { 32128, 4096 } }, { t5, "BF16", { 4096, 4096 } } }, "T5-XXL",
            ModelType::text_encoder },
        { { { "shared.weight", "BF16", { 250112, 2048 } }, { t5, "BF16", { 2048, 2048 } } }, "mT5-XL",
            ModelType::text_encoder },
        { { { "decoder.conv_in.weight", "F32", { 512, 4, 3, 3 } },
              { "decoder.up.0.block.0.conv1.weight", "F32", { 128, 128, 3, 3 } } },
            "4 channels (SD 1.x, SD 2.x, SDXL)", ModelType::vae },
        { { { "decoder.conv_in.weight", "F32", { 512, 16, 3, 3 } },
              { "decoder.up_blocks.0.resnets.0.conv1.weight", "F32", { 8, 8, 3, 3 } } },
            "16 channels (SD 3, Flux.1)", ModelType::vae },
        { { { "decoder.layers.1.weight", "F16", { 64, 4, 3, 3 } },
              { "encoder.layers.0.weight", "F16", { 64, 3, 3, 3 } } },
            "tiny autoencoder", ModelType::vae },
        { { { "model.0.weight", "F32", { 64, 3, 3, 3 } },
              { "model.1.sub.0.RDB1.conv1.0.weight", "F32", { 32, 64, 3, 3 } } },
            "ESRGAN", ModelType::upscaler },
        { { { "conv_first.weight", "F32", { 64, 3, 3, 3 } }, { "body.0.rdb1.conv1.weight", "F32", { 32, 64, 3, 3 } } },
            "ESRGAN", ModelType::upscaler },
    };
    for (Row const& row : rows) {
        ModelFacts const facts = facts_of_rows(row.tensors);
        CHECK(facts.variant == row.variant);
        CHECK(facts.type == row.type);
    }
}

TEST_CASE("denoisers are told by a few tensors", "[library]")
{
    auto const unet = [](std::int64_t in, std::int64_t text, std::string const& more = {}) {
        Rows rows = { { "model.diffusion_model.input_blocks.0.0.weight", "F16", { 320, in, 3, 3 } },
            { "model.diffusion_model.input_blocks.4.1.transformer_blocks.0.attn2.to_k.weight", "F16", { 640, text } } };
        if (!more.empty())
            rows.push_back({ more, "F16", { 8 } });
        return facts_of_rows(rows);
    };
    CHECK(unet(4, 768).base == ModelBase::sd1);
    CHECK(unet(9, 768).base == ModelBase::sd1_inpaint);
    CHECK(unet(8, 768).base == ModelBase::sd1_edit);
    CHECK(unet(4, 1024).base == ModelBase::sd2);
    CHECK(unet(4, 2048).base == ModelBase::sdxl);
    CHECK(unet(4, 1280).base == ModelBase::sdxl_refiner);
    CHECK(unet(4, 2048).type == ModelType::diffusion_model);

    ModelFacts const without_vae = unet(4, 768, "cond_stage_model.transformer.text_model.final_layer_norm.weight");
    CHECK(without_vae.type == ModelType::checkpoint);
    CHECK(without_vae.missing_parts == std::vector<std::string> { "VAE" });
    CHECK(unet(4, 768, "first_stage_model.decoder.conv_in.bias").missing_parts
          == std::vector<std::string> { "text encoder" });
    CHECK(unet(4, 2048, "v_pred").prediction == "v");

    ModelFacts const fill = facts_of_rows({ { "double_blocks.0.img_attn.qkv.weight", "F8_E4M3", { 9216, 3072 } },
        { "img_in.weight", "BF16", { 3072, 384 } } });
    CHECK(fill.base == ModelBase::flux1_fill);
    CHECK(fill.precision == "F8_E4M3");
}

TEST_CASE("adapters: kind, rank and base", "[library]")
{
    std::string const cross = "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k";
    auto const plain = [&](std::int64_t text) {
        return facts_of_rows({ { cross + ".lora_down.weight", "F16", { 16, text } },
            { cross + ".lora_up.weight", "F16", { 640, 16 } } });
    };
    CHECK(plain(768).base == ModelBase::sd1);
    CHECK(plain(1024).base == ModelBase::sd2);
    CHECK(plain(2048).base == ModelBase::sdxl);
    CHECK(plain(2048).type == ModelType::lora);
    CHECK(plain(2048).rank == 16);
    CHECK(plain(2048).variant == "");

    struct Row {
        Rows tensors;
        std::string_view variant;
        ModelBase base;
    };
    std::string const flux = "transformer.single_transformer_blocks.0.attn.to_q";
    Row const rows[] = {
        { { { cross + ".hada_w1_a", "F16", { 640, 8 } }, { cross + ".hada_w1_b", "F16", { 8, 2048 } } }, "LoHa",
            ModelBase::sdxl },
        { { { cross + ".lokr_w1", "F16", { 8, 32 } }, { cross + ".lokr_w2", "F16", { 80, 24 } } }, "LoKr",
            ModelBase::sd1 },
        { { { cross + ".dora_scale", "F16", { 1, 768 } }, { cross + ".lora_down.weight", "F16", { 4, 768 } } }, "DoRA",
            ModelBase::sd1 },
        { { { flux + ".lora_A.weight", "BF16", { 32, 3072 } }, { flux + ".lora_B.weight", "BF16", { 3072, 32 } } }, "",
            ModelBase::flux1 },
        { { { "lora_unet_double_blocks_0_img_attn_qkv.lora_down.weight", "BF16", { 32, 3072 } } }, "",
            ModelBase::flux1 },
        { { { "lora_unet_double_blocks_19_img_attn_qkv.lora_down.weight", "BF16", { 32, 3072 } } }, "",
            ModelBase::hunyuan_video },
        { { { "lora_unet_joint_blocks_0_x_block_attn_qkv.lora_down.weight", "F16", { 8, 1536 } } }, "",
            ModelBase::sd3 },
        { { { "unet.down_blocks.2.attentions.0.transformer_blocks.5.attn1.to_q.lora_A.weight", "F16", { 8, 1280 } } },
            "", ModelBase::sdxl },
        { { { "lora_te_text_model_encoder_layers_0_self_attn_q_proj.lora_down.weight", "F16", { 8, 768 } } }, "",
            ModelBase::sd1 },
        { { { "diffusion_model.blocks.0.cross_attn.k.lora_A.weight", "F16", { 8, 5120 } } }, "", ModelBase::wan },
        { { { "transformer.transformer_blocks.0.img_mlp.net.0.proj.lora_A.weight", "BF16", { 16, 3072 } } }, "",
            ModelBase::qwen_image },
    };
    for (Row const& row : rows) {
        INFO(row.tensors[0].name);
        ModelFacts const facts = facts_of_rows(row.tensors);
        CHECK(facts.type == ModelType::lora);
        CHECK(facts.variant == row.variant);
        CHECK(facts.base == row.base);
    }
    CHECK(facts_of_rows({ { "emb_params", "F32", { 8, 768 } } }).type == ModelType::embedding);
    CHECK(facts_of_rows({ { "clip_l", "F16", { 4, 768 } }, { "clip_g", "F16", { 4, 1280 } } }).base == ModelBase::sdxl);
    ModelFacts const ip = facts_of_rows({ { "image_proj.proj.weight", "F16", { 3072, 1024 } },
        { "ip_adapter.1.to_k_ip.weight", "F16", { 320, 768 } } });
    CHECK(ip.type == ModelType::ip_adapter);
    CHECK(ip.base == ModelBase::sd1);
    CHECK(facts_of_rows({ { "anything.weight", "F16", { 3, 3 } } }).type == ModelType::unknown);
}

TEST_CASE("what trainers and sites wrote is read", "[library]")
{
    std::string const layer = "lora_unet_x.lora_down.weight";
    ModelFacts const facts = facts_of_rows({ { layer, "F16", { 4, 4 } } },
        { { "modelspec.title", "Ink" }, { "modelspec.author", "Someone" },
            { "ss_base_model_version", "sdxl_base_v1-0" },
            { "ss_tag_frequency",
                R"({"10_ink": {"inkstyle": 40, "tree": 7, "ink wash ": 38}, "5_more": {"inkstyle": 20, "ink wash": 20}})" },
            { "sshs_model_hash", std::string(64, 'a') }, { "modelspec.license", "CC-BY" } });
    CHECK(facts.title == "Ink");
    CHECK(facts.author == "Someone");
    CHECK(facts.licence == "CC-BY");
    CHECK(facts.base == ModelBase::sdxl);
    CHECK(facts.trigger_words == std::vector<std::string> { "inkstyle", "ink wash" });
    CHECK(facts.tensor_hash == std::string(64, 'a'));

    test::TemporaryFolder const folder;
    test::write_text(
        folder / "ink.civitai.info", R"({"name": "v2", "baseModel": "Pony", "trainedWords": ["ink", "wash"],
        "description": "<p>Soft &amp; wet</p>", "model": {"name": "Ink wash", "type": "LORA"}, "creator": {"username": "her"}})");
    test::write_text(
        folder / "ink.json", R"({"activation text": "ink drawing", "notes": "use 0.7", "sd version": "SDXL"})");
    test::write_text(folder / "ink.txt", "not used: the other notes came first");
    test::write_text(folder / "ink.preview.png", "");
    test::write_text(folder / "broken.json", "[[[[{");
    Sidecars const sidecars
        = find_sidecars("ink.safetensors", { "ink.civitai.info", "ink.json", "ink.txt", "ink.preview.png", "ink.png" });
    CHECK(sidecars.preview == "ink.preview.png");
    ModelFacts beside;
    std::string note;
    read_sidecars(folder.path(), sidecars, beside, note);
    CHECK(beside.title == "Ink wash v2");
    CHECK(beside.author == "her");
    CHECK(beside.description == "Soft & wet");
    CHECK(beside.base == ModelBase::sdxl);
    CHECK(beside.base_detail == "Pony");
    CHECK(beside.trigger_words == std::vector<std::string> { "ink drawing" });
    CHECK(note == "use 0.7");
    read_sidecars(folder.path(), { .preview = {}, .notes = { "broken.json", "gone.json" } }, beside, note); // no harm
    CHECK(beside.title == "Ink wash v2");
}

TEST_CASE("GGUF and pickles are recognised without running anything", "[library]")
{
    ModelFacts const gguf = facts_of_bytes(
        test::gguf_bytes("flux",
            { { "double_blocks.0.img_attn.qkv.weight", "Q8_0", { 96, 32 } }, { "img_in.weight", "F32", { 32, 64 } } }),
        "flux.gguf");
    CHECK(gguf.damage == "");
    CHECK(gguf.base == ModelBase::flux1_schnell);
    CHECK(gguf.precision == "Q8_0 + F32");
    CHECK(gguf.format == "gguf");

    Rows const unet = { { "model.diffusion_model.input_blocks.0.0.weight", "F16", { 320, 4, 3, 3 } },
        { "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight", "F16", { 320, 768 } } };
    ModelFacts const ckpt = facts_of_bytes(test::torch_zip(unet), "old.ckpt");
    CHECK(ckpt.damage == "");
    CHECK(ckpt.base == ModelBase::sd1);
    CHECK(ckpt.precision == "F16");
    CHECK(ckpt.parameters == 320 * 4 * 9 + 320 * 768);
    CHECK(ckpt.warnings.empty());

    ModelFacts const embedding
        = facts_of_bytes(test::old_torch({ { "string_to_param.*", "F32", { 3, 768 } } }), "embedding.pt");
    CHECK(embedding.damage == "");
    CHECK(embedding.type == ModelType::embedding);
    CHECK(embedding.base == ModelBase::sd1);

    // os.system("exit 1") in the place of a tensor.
    ModelFacts const evil = facts_of_bytes(test::old_torch(std::string("\x80\x02}U\x01wcposix\nsystem\nU\x06"
                                                                       "exit 1\x85Rs.")),
        "evil.pt");
    CHECK(evil.damage == "");
    CHECK(evil.tensors == 0);
    REQUIRE(evil.warnings.size() == 1);
    CHECK(evil.warnings[0].find("posix.system") != std::string::npos);
}

TEST_CASE("real tiny autoencoders in PyTorch's own zip are read", "[library][reference]")
{
    if (!fs::exists(reference() / "weights"))
        SKIP("no reference data beside the project");
    for (char const* name : { "taef2_decoder.pth", "taef2_encoder.pth" }) {
        ModelFacts const facts = facts_of(reference() / "weights" / name);
        CHECK(facts.damage == "");
        CHECK(facts.type == ModelType::vae);
        CHECK(facts.variant == "tiny autoencoder");
        CHECK(facts.tensors > 20);
    }
}

TEST_CASE("hostile and damaged files say what is wrong", "[library]")
{
    auto const damage = [](std::string const& bytes, std::string const& name = "model.safetensors") {
        return facts_of_bytes(bytes, name).damage;
    };
    std::string const good = R"({"w":{"dtype":"F16","shape":[2,2],"data_offsets":[0,8]}})";
    CHECK(damage(test::safetensors_bytes(good, 8)) == "");
    CHECK(damage("") == "is empty");
    CHECK(damage(test::safetensors_bytes(good, 7)).find("cut off") != std::string::npos);
    CHECK(damage(test::safetensors_bytes(good, 9)).find("belong to none") != std::string::npos);
    CHECK(damage(test::safetensors_bytes(good).substr(0, 20)).find("cut off") != std::string::npos);
    CHECK(damage(std::string("\0\0\0\0\x19\0\0\0{}", 10)).find("the format allows")
          != std::string::npos); // 100 GB of header
    CHECK(damage(std::string(4096, '\0')).find("zeros") != std::string::npos);
    CHECK(damage("<!DOCTYPE html><html>").find("web page") != std::string::npos);
    CHECK(damage("version https://git-lfs.github.com/spec/v1\noid").find("Git LFS") != std::string::npos);
    for (char const* json :
        { R"({"w":{"dtype":"F16","shape":[2,2],"data_offsets":[8,0]}})",
            R"({"w":{"dtype":"F17","shape":[2,2],"data_offsets":[0,8]}})",
            R"({"w":{"dtype":"F16","shape":[2,-2],"data_offsets":[0,8]}})",
            R"({"w":{"dtype":"F16","shape":[2,3],"data_offsets":[0,8]}})",
            R"({"w":{"dtype":"F16","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,8]}})",
            R"({"w":{"shape":[2,2],"data_offsets":[0,8]}})", R"({"w":[1]})",
            R"({"w":{"dtype":"F16","shape":[2,2],"data_offsets":[0,8,8]}})",
            R"({"w":{"dtype":"F16","shape":[[2]],"data_offsets":[0,8]}})",
            R"({"w":{"dtype":"F16","shape":[2,2],"data_offsets":[0,8]},"w":{"dtype":"F16","shape":[2,2],"data_offsets":[8,16]}})",
            R"({"a":{"dtype":"F16","shape":[2,2],"data_offsets":[0,8]},"b":{"dtype":"F16","shape":[2,2],"data_offsets":[4,12]}})",
            R"({"w":)", "{", "{}}" }) {
        INFO(json);
        CHECK(damage(test::safetensors_bytes(json, 8)) != "");
    }
    CHECK(damage(test::safetensors_bytes("{\"w\":" + std::string(1'000'000, '['))) != "");
    CHECK(damage("something else entirely") == "is no safetensors, GGUF or PyTorch file");
    CHECK_FALSE(recognise_file(fs::path(IGNEOUS_SOURCE_DIR) / "README.md"));

    Rows const row = { { "w", "F32", { 2, 768 } } };
    std::string const zip = test::torch_zip(row), gguf = test::gguf_bytes("flux", row);
    for (std::size_t size = 4; size < zip.size(); size += 7)
        CHECK(damage(zip.substr(0, size)) != "");
    for (std::size_t size = 4; size < gguf.size(); size += 97)
        CHECK(damage(gguf.substr(0, size)) != "");
    std::string many = "\x80\x02"; // a list in a list in a list, each holding the last twice
    many += ']';
    for (int i = 0; i < 2000; ++i)
        many += std::string("2\x86", 2);
    std::string const old = test::old_torch(std::string());
    CHECK(damage(old + many + ".", "bomb.pt") == "");
    CHECK(damage(old + std::string(100'000, '('), "marks.pt") != "");
    CHECK(damage(old + std::string("\x80\x02h\x07.", 5), "memo.pt").find("recalls") != std::string::npos);
    CHECK(damage(old + std::string("r\xff\xff\xff\x7f.", 6), "memo.pt") != "");
}

TEST_CASE("folders in the layout of diffusers are one model, with their gaps named", "[library]")
{
    test::TemporaryFolder const folder;
    fs::path const model = folder / "painter";
    auto const write = [&](std::string const& name, std::string_view text) {
        fs::create_directories((model / name).parent_path());
        test::write_text(model / name, text);
    };
    write("model_index.json",
        R"({"_class_name": "StableDiffusionXLPipeline", "scheduler": ["diffusers", "EulerDiscreteScheduler"],
        "tokenizer": ["transformers", "CLIPTokenizer"], "text_encoder": ["transformers", "CLIPTextModel"],
        "unet": ["diffusers", "UNet2DConditionModel"], "vae": ["diffusers", "AutoencoderKL"], "safety_checker": [null, null],
        "../../etc": ["a", "b"], "odd": 7})");
    write("unet/config.json",
        R"({"_class_name": "UNet2DConditionModel", "cross_attention_dim": 2048, "in_channels": 4})");
    write("scheduler/scheduler_config.json", R"({"prediction_type": "v_prediction"})");
    write("unet/diffusion_pytorch_model.safetensors.index.json",
        R"({"weight_map": {"a": "part-00001-of-00002.safetensors", "b": "part-00002-of-00002.safetensors", "c": "../x.safetensors"}})");
    test::write_sparse_safetensors(model / "unet/part-00001-of-00002.safetensors", { { "a", "BF16", { 64, 64 } } });
    test::write_sparse_safetensors(model / "text_encoder/model.safetensors", { { "b", "F16", { 8, 8 } } });
    CHECK(is_model_folder(model));
    ModelFolder const found = recognise_folder(model);
    CHECK(found.facts.damage == "");
    CHECK(found.facts.base == ModelBase::sdxl);
    CHECK(found.facts.type == ModelType::checkpoint);
    CHECK(found.facts.precision == "BF16");
    CHECK(found.facts.prediction == "v");
    CHECK(found.facts.missing_parts == std::vector<std::string> { "unet/part-00002-of-00002.safetensors", "VAE" });
    CHECK(found.size > 64 * 64 * 2);
    test::write_text(model / "text_encoder/model.safetensors", "cut");
    CHECK(recognise_folder(model).facts.damage.starts_with("text_encoder/model.safetensors"));
    write("model_index.json", "[");
    CHECK(recognise_folder(model).facts.damage != "");

    test::write_text(folder / "t5-00001-of-00003.safetensors", "");
    CHECK(missing_shards(folder.path(), "t5-00001-of-00003.safetensors")
          == std::vector<std::string> { "t5-00002-of-00003.safetensors", "t5-00003-of-00003.safetensors" });
    CHECK(missing_shards(folder.path(), "plain.safetensors").empty());
}

TEST_CASE("the starter model and published folder layouts are recognised", "[library][reference]")
{
    ModelFolder const starter = recognise_folder(fs::path(IGNEOUS_SOURCE_DIR) / "resources" / "starter");
    CHECK(starter.facts.damage == "");
    CHECK(starter.facts.missing_parts.empty());
    if (!fs::exists(reference() / "configs"))
        SKIP("no reference data beside the project");
    std::pair<char const*, ModelBase> const rows[] = { { "stabilityai/stable-diffusion-2-1", ModelBase::sd2 },
        { "stabilityai/stable-diffusion-2-inpainting", ModelBase::sd2_inpaint },
        { "stabilityai/stable-diffusion-xl-base-1.0", ModelBase::sdxl },
        { "stabilityai/stable-diffusion-xl-refiner-1.0", ModelBase::sdxl_refiner },
        { "stabilityai/stable-diffusion-x4-upscaler", ModelBase::sd_x4_upscaler },
        { "stabilityai/stable-diffusion-3-medium-diffusers", ModelBase::sd3 },
        { "stabilityai/stable-cascade", ModelBase::cascade },
        { "stabilityai/stable-cascade-prior", ModelBase::cascade },
        { "runwayml/stable-diffusion-v1-5", ModelBase::sd1 },
        { "runwayml/stable-diffusion-inpainting", ModelBase::sd1_inpaint },
        { "black-forest-labs/FLUX.1-dev", ModelBase::flux1_dev },
        { "black-forest-labs/FLUX.1-schnell", ModelBase::flux1_schnell }, { "Chroma", ModelBase::chroma },
        { "Kwai-Kolors/Kolors", ModelBase::kolors }, { "Tencent-Hunyuan/HunyuanDiT-Diffusers", ModelBase::hunyuan_dit },
        { "playgroundai/playground-v2.5-1024px-aesthetic", ModelBase::playground25 },
        { "diffusers/stable-diffusion-xl-1.0-inpainting-0.1", ModelBase::sdxl_inpaint } };
    for (auto const& [name, base] : rows) {
        INFO(name);
        ModelFolder const found = recognise_folder(reference() / "configs" / name);
        CHECK(found.facts.base == base);
        CHECK_FALSE(found.facts.missing_parts.empty()); // only the configs are there
    }
}

TEST_CASE("folders of other programs are found, and files in the wrong one", "[library]")
{
    test::TemporaryFolder const home;
    for (char const* name :
        { "ComfyUI/models/checkpoints", "ComfyUI/models/loras", "shared/big/lora", "webui/models/Stable-diffusion",
            "webui/embeddings", "AI/invokeai/databases", "AI/invokeai/models", "Documents/nothing" })
        fs::create_directories(home / name);
    test::write_text(home / "AI/invokeai/databases/invokeai.db", "");
    test::write_text(home / "ComfyUI/extra_model_paths.yaml",
        "# a comment\nmine:\n    base_path: " + (home / "shared").string()
            + "/\n    checkpoints: nowhere\n    loras: |\n        big/lora\n        none\n");
    auto const found = find_programs(home.path());
    std::map<fs::path, std::string> programs;
    for (ProgramFolder const& row : found)
        programs[row.folder.lexically_relative(home.path())] = row.program;
    CHECK(programs
          == std::map<fs::path, std::string> { { "ComfyUI/models", "ComfyUI" }, { "shared/big/lora", "ComfyUI" },
              { "webui/models", "AUTOMATIC1111" }, { "webui/embeddings", "AUTOMATIC1111" },
              { "AI/invokeai/models", "InvokeAI" } });

    fs::path const models = home / "ComfyUI/models";
    CHECK(better_folder(models, models / "checkpoints/a.safetensors", ModelType::lora) == models / "loras");
    CHECK(better_folder(models, models / "checkpoints/sub/a.safetensors", ModelType::lora) == models / "loras");
    CHECK(better_folder(models, models / "loras/a.safetensors", ModelType::lora).empty());
    CHECK(better_folder(models, models / "a.safetensors", ModelType::lora).empty());
    CHECK(better_folder(models, models / "loras/a.safetensors", ModelType::unknown).empty());
}
