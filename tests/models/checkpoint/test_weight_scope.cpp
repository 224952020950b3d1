// SPDX-License-Identifier: Apache-2.0
#include "models/api/error.h"
#include "models/checkpoint/config.h"
#include "models/checkpoint/weight_scope.h"
#include "tests/models/checkpoint/temporary_folder.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <limits>

using namespace igneous;
using Catch::Matchers::ContainsSubstring;

namespace {

HostTensor filled(DType dtype, Shape const& shape, float value)
{
    HostTensor tensor(DType::f32, shape);
    for (float& x : tensor.f32())
        x = value;
    return tensor.to(dtype);
}

template<class Action>
void expect_error(ErrorCode code, std::vector<std::string> const& words, Action action)
{
    try {
        action();
        FAIL_CHECK("no error");
    } catch (Error const& error) {
        CHECK(error_name(error.code()) == error_name(code));
        for (std::string const& text : words)
            CHECK_THAT(error.what(), ContainsSubstring(text));
    }
}

}

TEST_CASE("weights come by prefix, and one error lists gaps, left-overs and wrong shapes", "[checkpoint]")
{
    test::TemporaryFolder const folder;
    write_safetensors(folder.path() / "model.safetensors",
        { { "block.0.conv.weight", filled(DType::f16, { 8, 4, 3, 3 }, 1) },
            { "block.0.conv.bias", filled(DType::f32, { 9 }, 1) }, { "block.0.extra", filled(DType::f32, { 1 }, 1) },
            { "embeddings.position_ids", HostTensor(DType::i64, { 1, 77 }) },
            { "ids", HostTensor(DType::i64, { 2 }) } });
    WeightLoader loader(TensorIndex::from_folder(folder.path(), "model", "unet"));
    WeightScope const scope = loader.root() / "block" / 0 / "conv";
    CHECK(scope.path() == "block.0.conv");
    CHECK(scope.has("weight"));
    Weight const weight = scope.weight("weight", { 8, 4, 3, 3 });
    CHECK(weight->name == "unet.block.0.conv.weight");
    CHECK(weight->dtype == DType::f16);
    CHECK(weight->bytes.size() == 8 * 4 * 9 * 2);
    CHECK(scope.weight("bias", { 8 })->shape == Shape { 8 });   // a stand-in: loading goes on
    scope.weight("nothing", { 3 });
    loader.root().weight("ids", { 2 });
    expect_error(ErrorCode::weights_mismatch,
        { "model.safetensors: the tensors of unet do not fit its config", "missing (1): block.0.conv.nothing [3]",
            "wrong (2): block.0.conv.bias is [9], expected [8], ids is i64, expected f32, f16, bf16 or f64",
            "left over (1): block.0.extra" },
        [&] { loader.finish({ "position_ids" }); });
}

TEST_CASE("a checkpoint that fits has no left-overs, and ignored names are not counted", "[checkpoint]")
{
    test::TemporaryFolder const folder;
    write_safetensors(folder.path() / "m.fp16.safetensors",
        { { "a.weight", filled(DType::bf16, { 4, 4 }, 2) }, { "x.position_ids", HostTensor(DType::i64, { 1, 4 }) } });
    WeightLoader loader(TensorIndex::from_folder(folder.path(), "m", "part"));
    (loader.root() / "a").weight("weight", { 4, 4 });
    CHECK_NOTHROW(loader.finish({ "position_ids" }));
    expect_error(ErrorCode::weights_mismatch, { "left over (1): x.position_ids" }, [&] { loader.finish(); });
}

TEST_CASE("NaN and Inf in used weights are found and named, elsewhere they are not", "[checkpoint]")
{
    test::TemporaryFolder const folder;
    for (DType dtype : { DType::f32, DType::f16, DType::bf16 })
        for (float bad : { std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                 -std::numeric_limits<float>::infinity() }) {
            HostTensor holed(DType::f32, { 3, 1000003 });   // over the size of one thread's part, and no multiple of it
            holed.f32()[3 * 1000003 - 1] = bad;
            write_safetensors(
                folder.path() / "m.safetensors", { { "good", filled(dtype, { 100 }, 65504) },
                                                     { "holed", holed.to(dtype) }, { "z", filled(dtype, { 4 }, 0) } });
            INFO(name_of(dtype) << " " << bad);
            WeightLoader loader(TensorIndex::from_folder(folder.path(), "m", "vae"));
            loader.root().weight("good", { 100 });
            loader.root().weight("z", { 4 });
            CHECK_NOTHROW(loader.finish({ "holed" }));
            loader.root().weight("holed", { 3, 1000003 });
            expect_error(
                ErrorCode::numeric, { "tensor vae.holed holds NaN or infinite values" }, [&] { loader.finish(); });
        }
    CHECK_FALSE(has_non_finite(DType::i64, filled(DType::f32, { 2 }, std::numeric_limits<float>::infinity()).bytes));
    double const big[] = { 1e308, -1e308 }, bad[] = { 1, std::numeric_limits<double>::quiet_NaN() };
    CHECK_FALSE(has_non_finite(DType::f64, std::as_bytes(std::span(big))));
    CHECK(has_non_finite(DType::f64, std::as_bytes(std::span(bad))));
}

TEST_CASE("shards are read through their index", "[checkpoint]")
{
    test::TemporaryFolder const folder;
    write_safetensors(folder.path() / "m-1.safetensors", { { "a", filled(DType::f32, { 2 }, 1) } });
    write_safetensors(folder.path() / "m-2.safetensors", { { "b", filled(DType::f32, { 3 }, 2) } });
    auto const index = [&](std::string const& text) { folder.write("m.safetensors.index.json", text); };
    auto const open = [&] { return TensorIndex::from_folder(folder.path(), "m", "unet"); };

    index(R"({"metadata":{},"weight_map":{"a":"m-1.safetensors","b":"m-2.safetensors"}})");
    CHECK(open().has("a"));
    CHECK(open().has("b"));
    index(R"({"weight_map":{"a":"../m-1.safetensors"}})");
    expect_error(ErrorCode::file_damaged, { "a lies in \"../m-1.safetensors\"" }, open);
    index(R"({"weight_map":{"a":7}})");
    expect_error(ErrorCode::file_damaged, { "a lies in 7" }, open);
    index(R"({"weight_map":{"a":"m-3.safetensors"}})");
    expect_error(ErrorCode::file_missing, { "m-3.safetensors" }, open);
    index("[]");
    expect_error(ErrorCode::file_damaged, { "expected a JSON object with a weight_map" }, open);
    index("");
    expect_error(ErrorCode::file_damaged, { "expected a JSON object with a weight_map" }, open);
    write_safetensors(folder.path() / "m-2.safetensors", { { "a", filled(DType::f32, { 3 }, 2) } });
    index(R"({"weight_map":{"a":"m-1.safetensors","b":"m-2.safetensors"}})");
    expect_error(ErrorCode::file_damaged, { "tensor a is also in" }, open);
}

TEST_CASE("a folder without weights says what it looked for", "[checkpoint]")
{
    test::TemporaryFolder const folder;
    auto const open = [&] { return TensorIndex::from_folder(folder.path(), "diffusion_pytorch_model", "unet"); };
    expect_error(ErrorCode::file_missing, { "there is no diffusion_pytorch_model.safetensors" }, open);
    folder.write("diffusion_pytorch_model.bin", "PK");
    expect_error(ErrorCode::unsupported_model, { "has only pickle weights", "not read yet" }, open);
}

TEST_CASE("config getters say file, key, got and expected", "[checkpoint]")
{
    Config const c = Config::parse(
        R"({"i": 3, "f": 2.0, "half": 0.5, "s": "x", "b": true, "n": null, "l": [1, 2], "m": [1, "a"],
            "huge": 1e300, "neg": -4, "flags": [true, false]})",
        "dir/config.json");
    CHECK(c.integer("i") == 3);
    CHECK(c.integer("f") == 2);
    CHECK(c.integer("n", 7) == 7);
    CHECK(c.integer("absent", 8) == 8);
    CHECK(c.number("half") == 0.5);
    CHECK(c.flag("b"));
    CHECK(c.text("s") == "x");
    CHECK(c.integers("l") == std::vector { 1, 2 });
    CHECK(c.per_block("i", 3, 1) == std::vector { 3, 3, 3 });
    CHECK(c.per_block("l", 2, 1) == std::vector { 1, 2 });
    CHECK(c.per_block("absent", 2, 5) == std::vector { 5, 5 });
    CHECK(c.flag_per_block("flags", 2, false) == std::vector { true, false });
    CHECK(c.has("i"));
    CHECK_FALSE(c.has("n"));
    CHECK_THROWS_WITH(c.integer("half"), "dir/config.json: half is 0.5, expected a whole number");
    CHECK_THROWS_WITH(c.integer("huge"), ContainsSubstring("huge is 1e+300, expected a whole number"));
    CHECK_THROWS_WITH(c.integer("neg"), "dir/config.json: neg is -4, supported: 0 to 16777216");
    CHECK_THROWS_WITH(c.integer("absent"), "dir/config.json: absent is absent, expected a whole number");
    CHECK_THROWS_WITH(c.flag("i"), "dir/config.json: i is 3, expected true or false");
    CHECK_THROWS_WITH(c.text("i"), "dir/config.json: i is 3, expected a text");
    CHECK_THROWS_WITH(c.integers("m"), "dir/config.json: m is [1,\"a\"], expected a list of whole numbers");
    CHECK_THROWS_WITH(c.per_block("l", 3, 1), "dir/config.json: l is [1,2], expected one number or a list of 3");
    CHECK_NOTHROW(c.only("n", {}));
    CHECK_NOTHROW(c.only("s", { "\"y\"", "\"x\"" }));
    CHECK_THROWS_WITH(c.only("s", { "\"y\"" }), "dir/config.json: s is \"x\", supported: \"y\"");
    CHECK_THROWS_WITH(c.only("i", {}), "dir/config.json: i is 3, supported: null");
    std::string deep(100000, '[');
    CHECK_THROWS_AS(Config::parse(deep, "x"), Error);
    CHECK_THROWS_AS(Config::parse("{\"a\": \"\xff\"}", "x"), Error);
    CHECK_THROWS_AS(Config::read("/no/such/config.json"), Error);
}
