// SPDX-License-Identifier: Apache-2.0
#pragma once

// Model files made for tests: a real header, and data that is a hole in the file.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace igneous::test {

struct TensorRow {
    std::string name, type;
    std::vector<std::int64_t> shape;
};

/// A safetensors file of any size that takes a few kilobytes of the disk.
void write_sparse_safetensors(std::filesystem::path const& file, std::vector<TensorRow> const& tensors,
    std::map<std::string, std::string> const& metadata = {});

/// A safetensors header with this text, without data.
std::string safetensors_bytes(std::string const& json, std::size_t data = 0);

/// As torch.save({name: tensor}) writes it, data left out.
std::string torch_zip(std::vector<TensorRow> const& tensors);
/// As it was before PyTorch 1.6: three pickles, then the one that is given.
std::string old_torch(std::string const& pickle);
std::string old_torch(std::vector<TensorRow> const& tensors);

std::string gguf_bytes(std::string const& architecture, std::vector<TensorRow> const& tensors);

/// A small LoRA for SD 1.x, unlike those of other numbers.
void write_small_lora(std::filesystem::path const& file, int number, std::map<std::string, std::string> metadata = {});

}
