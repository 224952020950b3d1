// SPDX-License-Identifier: Apache-2.0
#include "models/api/error.h"
#include "models/checkpoint/safetensors.h"
#include "tests/models/checkpoint/temporary_folder.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>
#include <cstring>
#include <sys/resource.h>

using namespace igneous;
using Catch::Matchers::ContainsSubstring;

namespace {

/// A file with this header and as many bytes of data.
std::string file_bytes(std::string const& header, std::size_t data, std::uint64_t claimed)
{
    std::string out(8, '\0');
    std::memcpy(out.data(), &claimed, 8);
    return out + header + std::string(data, '\x01');
}

std::string file_bytes(std::string const& header, std::size_t data) { return file_bytes(header, data, header.size()); }

void refuse(std::string const& bytes, std::string const& words)
{
    test::TemporaryFolder const folder;
    auto const path = folder.write("x.safetensors", bytes);
    INFO(words);
    try {
        SafetensorsFile::open(path);
        FAIL_CHECK("was accepted");
    } catch (Error const& error) {
        CHECK(error.code() == ErrorCode::file_damaged);
        CHECK_THAT(error.what(), ContainsSubstring(words));
        CHECK_THAT(error.what(), ContainsSubstring("x.safetensors"));
    }
}

}

TEST_CASE("a safetensors file comes back as it was written", "[checkpoint]")
{
    test::TemporaryFolder const folder;
    auto const path = folder.path() / "out.safetensors";
    std::vector<float> const values { 1, -2.5f, 3, 4, 5, 6 };
    std::vector<std::int32_t> const ids { 7, -8 };
    NamedTensors tensors { { "weights", HostTensor::from({ 2, 3 }, std::span(values)) },
        { "half", HostTensor::from({ 2, 3 }, std::span(values)).to(DType::f16) },
        { "ids", HostTensor::from({ 2 }, std::span(ids)) }, { "empty", HostTensor(DType::f32, { 0, 4 }) },
        { "one \"quoted\" name", HostTensor(DType::u8, { 3 }) } };
    write_safetensors(path, tensors, { { "made by", "a test" } });

    SafetensorsFile const file = SafetensorsFile::open(path);
    CHECK(file.entries().size() == 5);
    CHECK(file.metadata().at("made by") == "a test");
    for (auto const& [name, tensor] : tensors) {
        HostTensor const back = file.read(name);
        CHECK(back.dtype == tensor.dtype);
        CHECK(back.shape == tensor.shape);
        CHECK(back.bytes == tensor.bytes);
    }
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);   // nothing else is left
    CHECK_THROWS_WITH(file.read("nothing"), ContainsSubstring("there is no tensor nothing"));
}

TEST_CASE("a damaged safetensors file is refused with the place", "[checkpoint]")
{
    std::string const good = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
    auto const one = [](std::string const& dtype, std::string const& shape, std::string const& offsets) {
        return R"({"a":{"dtype":)" + dtype + R"(,"shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}";
    };
    auto const two = [](std::string const& second, std::string const& offsets) {
        return R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},")" + second
               + R"(":{"dtype":"F32","shape":[1],"data_offsets":)" + offsets + "}}";
    };
    refuse("", "0 bytes are too few");
    refuse("abc", "3 bytes are too few");
    refuse(file_bytes(good, 8, 100'000'000'000ull), "says that its header has 100000000000 bytes");
    refuse(file_bytes(good, 8, ~0ull), "says that its header has");
    refuse(file_bytes(good, 8, good.size() + 100), "is cut off: the header has");
    refuse(file_bytes("", 8, 0), "does not begin with '{'");
    refuse(file_bytes("<html>", 8), "does not begin with '{'");
    refuse(file_bytes(good.substr(0, 30), 8), "is not valid JSON");
    refuse(file_bytes("{\"\xff\xfe\":1}", 8), "is not valid JSON");   // not UTF-8
    refuse(file_bytes(good, 7), "do not lie in the file's 7 bytes of data (is the file cut off?)");
    refuse(file_bytes(good, 9), "1 bytes behind the last tensor belong to none");
    refuse(file_bytes(R"({"a":1})", 8), "tensor a: expected an object with dtype");
    refuse(file_bytes(R"({"a":{"dtype":"F32"}})", 8), "tensor a: expected an object with dtype");
    refuse(file_bytes(one("\"F33\"", "[2]", "[0,8]"), 8), "tensor a: dtype is \"F33\"");
    refuse(file_bytes(one("7", "[2]", "[0,8]"), 8), "tensor a: dtype is 7");
    refuse(file_bytes(one("\"F32\"", "[3]", "[0,8]"), 8), "shape [3] of F32 needs 12 bytes but the range holds 8");
    refuse(file_bytes(one("\"F16\"", "[2]", "[0,8]"), 8), "needs 4 bytes but the range holds 8");
    refuse(file_bytes(one("\"F32\"", "[-2]", "[0,8]"), 8), "an extent is -2");
    refuse(file_bytes(one("\"F32\"", "[2.0]", "[0,8]"), 8), "an extent is 2.0");
    refuse(file_bytes(one("\"F32\"", "2", "[0,8]"), 8), "shape is 2");
    refuse(file_bytes(one("\"F32\"", "[1,1,1,1,1,2]", "[0,8]"), 8), "at most 5 extents");
    refuse(file_bytes(one("\"F32\"", "[4294967296,4294967296]", "[0,8]"), 8), "is absurdly large");
    refuse(file_bytes(one("\"F32\"", "[18446744073709551615]", "[0,8]"), 8), "is absurdly large");
    refuse(file_bytes(one("\"F32\"", "[0,18446744073709551615]", "[0,0]"), 0), "is absurdly large");
    refuse(file_bytes(one("\"F32\"", "[2]", "[8,0]"), 8), "bytes 8 to 0");
    refuse(file_bytes(one("\"F32\"", "[2]", "[0,18446744073709551615]"), 8), "do not lie in the file");
    refuse(file_bytes(one("\"F32\"", "[2]", "[-8,0]"), 8), "data_offsets[0] is -8");
    refuse(file_bytes(one("\"F32\"", "[2]", "[0]"), 8), "expected [begin, end]");
    refuse(file_bytes(two("a", "[8,8]"), 8), "tensor a is listed twice");
    refuse(file_bytes(two("b", "[4,8]"), 8), "tensor b begins at byte 4 but the one before ends at 8");
    refuse(file_bytes(two("b", "[12,16]"), 16), "tensor b begins at byte 12 but a hole begins at 8");
    refuse(file_bytes(R"({"__metadata__":{"a":1}})", 0), "__metadata__ a is not a text");
    refuse(file_bytes(R"({"__metadata__":[]})", 0), "__metadata__ is not an object");
    std::string deep = "{\"a\":";
    for (int i = 0; i < 100000; ++i)
        deep += '[';
    refuse(file_bytes(deep, 0), "nested deeper");
}

TEST_CASE("a safetensors file that is not there says so", "[checkpoint]")
{
    test::TemporaryFolder const folder;
    for (auto const& path : { folder.path() / "nothing.safetensors", folder.path() })
        try {
            SafetensorsFile::open(path);
            FAIL_CHECK("was opened");
        } catch (Error const& error) {
            CHECK(error.code() == ErrorCode::file_missing);
            CHECK_THAT(error.what(), ContainsSubstring(path.string()));
        }
}

TEST_CASE("types that the engine does not compute with are read past", "[checkpoint]")
{
    test::TemporaryFolder const folder;
    auto const path =
        folder.write("f8.safetensors", file_bytes(R"({"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}})", 8));
    SafetensorsFile const file = SafetensorsFile::open(path);
    CHECK_FALSE(file.find("a")->dtype.has_value());
    CHECK_THROWS_WITH(file.read("a"), ContainsSubstring("tensor a is F8_E4M3, a type that is not supported"));
}

TEST_CASE("a full disk leaves the old file and nothing else", "[checkpoint]")
{
    test::TemporaryFolder const folder;
    auto const path = folder.path() / "out.safetensors";
    write_safetensors(path, { { "small", HostTensor(DType::f32, { 4 }) } });

    rlimit before {};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
    auto const handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit small = before;
    small.rlim_cur = 64 * 1024;   // a write beyond this fails as on a full disk
    REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
    std::optional<ErrorCode> code;
    std::string message;
    try {
        write_safetensors(path, { { "large", HostTensor(DType::f32, { 1 << 20 }) } });
    } catch (Error const& error) {
        code = error.code();
        message = error.what();
    }
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    CHECK(code == ErrorCode::disk_full);
    CHECK_THAT(message, ContainsSubstring("out.safetensors cannot be written"));
    CHECK(SafetensorsFile::open(path).find("small"));
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);

    CHECK_THROWS_AS(write_safetensors(folder.path() / "no such folder" / "x", {}), Error);
}
