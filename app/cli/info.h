// SPDX-License-Identifier: Apache-2.0
#pragma once

// `igneous info`: what a folder or a file is.

#include <filesystem>

namespace igneous {

class Console;

/// A model's folder: family, parts, tokenizer, how it is sampled. Throws unsupported_model for a folder of no known
/// kind.
void show_model(std::filesystem::path const& folder, Console& console);
/// A LoRA: for which model, how it is written, what it listens to, and which of its keys fit `model`, which may be
/// empty.
struct LoraInfo;
void show_lora(
    LoraInfo const& lora, std::filesystem::path const& file, std::filesystem::path const& model, Console& console);
/// A safetensors file: its tensors, all of them or by the first words of their names.
void show_tensors(std::filesystem::path const& file, bool all, Console& console);
/// A picture: its size and the recipe in it.
void show_picture(std::filesystem::path const& file, Console& console);

}
