// SPDX-License-Identifier: Apache-2.0
#include "app/gallery/picture_facts.h"

#include "app/files/file.h"
#include "app/files/places.h"
#include "app/picture/picture.h"
#include "app/picture/picture_size.h"
#include "app/recipes/recipe.h"
#include "app/recipes/write_recipe.h"
#include "models/api/error.h"

#include <QCryptographicHash>

#include <chrono>
#include <cstring>
#include <fstream>
#include <functional>

namespace igneous {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t piece = 16384;

/// Reads up to `count` bytes at `offset`.
using ReadPiece = std::function<std::span<std::byte const>(std::uint64_t offset, std::uint64_t count)>;

std::uint64_t fingerprint_of(std::uint64_t size, ReadPiece const& read)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    auto const add = [&](std::span<std::byte const> bytes) {
        hash.addData(QByteArrayView(reinterpret_cast<char const*>(bytes.data()), static_cast<qsizetype>(bytes.size())));
    };
    add(std::as_bytes(std::span(&size, 1)));
    if (size <= 3 * piece) {
        add(read(0, size));
    } else {
        for (std::uint64_t const offset : { std::uint64_t(0), size / 2, size - piece })
            add(read(offset, piece));
    }
    std::uint64_t value = 0;
    std::memcpy(&value, hash.result().constData(), sizeof value);
    return value;
}

void add_recipe(PictureFacts& facts, Recipe const& recipe)
{
    GenerationRequest const request = alone(recipe);
    facts.program = recipe.program;
    facts.seed = request.seed;
    facts.steps = request.sampling.steps;
    facts.cfg = request.sampling.cfg;
    facts.model = model_name(request.model);
    facts.model_hash = request.model_hash;
    facts.sampler = request.sampling.sampler;
    facts.prompt = request.prompt;
    facts.negative_prompt = request.negative_prompt;
    for (LoraUse const& lora : request.loras)
        facts.loras.push_back(lora.name);
    facts.recipe = to_json(request);
}

PictureFacts file_facts(fs::path const& path, std::span<std::byte const> bytes)
{
    PictureFacts facts;
    facts.size = bytes.size();
    facts.modified = modified_time(path);
    facts.made = facts.modified / 1'000'000;
    facts.fingerprint = fingerprint(bytes);
    PictureSize const size = decode_picture_size(bytes, utf8_name(path));
    facts.width = size.width;
    facts.height = size.height;
    return facts;
}

}

PictureFacts read_facts(fs::path const& path)
{
    auto const bytes = read_file(path, largest_picture_file);
    PictureFacts facts = file_facts(path, bytes);
    if (auto const recipe = read_recipe(bytes, utf8_name(path)))
        add_recipe(facts, *recipe);
    return facts;
}

PictureFacts read_facts(fs::path const& path, GenerationRequest const& request, int index)
{
    PictureFacts facts = file_facts(path, read_file(path, largest_picture_file));
    add_recipe(facts, { .request = request, .index = index, .program = "Igneous", .notes = {}, .raw = {} });
    return facts;
}

std::int64_t modified_time(fs::path const& path)
{
    std::error_code error;
    auto const time = fs::last_write_time(path, error);
    if (error)
        return 0;
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
        std::chrono::file_clock::to_sys(time).time_since_epoch())
        .count();
}

std::uint64_t fingerprint(std::span<std::byte const> bytes)
{
    return fingerprint_of(
        bytes.size(), [&](std::uint64_t offset, std::uint64_t count) { return bytes.subspan(offset, count); });
}

std::optional<std::uint64_t> fingerprint(fs::path const& path)
{
    std::error_code error;
    std::uint64_t const size = fs::file_size(path, error);
    std::ifstream in(path, std::ios::binary);
    if (error || !in)
        return {};
    std::vector<std::byte> buffer;
    std::uint64_t const value
        = fingerprint_of(size, [&](std::uint64_t offset, std::uint64_t count) -> std::span<std::byte const> {
              buffer.resize(count);
              in.seekg(static_cast<std::streamoff>(offset));
              in.read(reinterpret_cast<char*>(buffer.data()), static_cast<std::streamsize>(count));
              return buffer;
          });
    return in ? std::optional(value) : std::nullopt;
}

}
