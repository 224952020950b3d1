// SPDX-License-Identifier: Apache-2.0
#pragma once

// Reads the small safetensors files of tests/golden: f32 or f64 tensors by name, as flat doubles. Trusts its input.

#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace igneous::test {

using GoldenFile = std::map<std::string, std::vector<double>>;

inline GoldenFile read_golden(std::string const& path)
{
    std::ifstream file(path, std::ios::binary);
    std::string const bytes { std::istreambuf_iterator<char>(file), {} };
    if (bytes.size() < 8)
        throw std::runtime_error("golden file is missing: " + path);
    std::uint64_t header = 0;
    std::memcpy(&header, bytes.data(), 8);
    GoldenFile golden;
    auto const index = nlohmann::json::parse(bytes.substr(8, header));
    for (auto const& [name, entry] : index.items()) {
        if (name == "__metadata__")
            continue;
        size_t const begin = entry["data_offsets"][0], end = entry["data_offsets"][1];
        bool const wide = entry["dtype"] == "F64";
        auto& values = golden[name];
        for (size_t at = 8 + header + begin; at < 8 + header + end; at += wide ? 8 : 4) {
            float single = 0;
            double value = 0;
            if (wide)
                std::memcpy(&value, bytes.data() + at, 8);
            else
                std::memcpy(&single, bytes.data() + at, 4);
            values.push_back(wide ? value : single);
        }
    }
    return golden;
}

}
