// SPDX-License-Identifier: Apache-2.0
#include "app/recipes/request_hashes.h"

#include "app/files/places.h"
#include "app/recipes/write_recipe.h"
#include "models/api/error.h"
#include "models/api/model_file.h"

#include <algorithm>
#include <format>

namespace igneous {

namespace {

constexpr std::size_t shortest_hash = 10;  // AutoV2

std::string hash_or_nothing(HashBook& book, std::filesystem::path const& file, std::stop_token stop)
{
    if (file.empty())
        return {};
    try {
        return book.hash_of(file, std::move(stop));
    } catch (Error const&) {               // a picture is worth more than its recipe's last line
        return {};
    }
}

}

RequestHashes::RequestHashes(GenerationRequest const& request, HashBook& book)
    : m_model(request.model)
    , m_loras(request.loras)
    , m_thread([this, &book](std::stop_token stop) {
        m_model_hash = hash_or_nothing(book, main_file_of(path_from_utf8(m_model)), stop);
        for (LoraUse& lora : m_loras)
            if (!lora.file.empty())
                lora.hash = hash_or_nothing(book, path_from_utf8(lora.file), stop);
    })
{
}

void RequestHashes::wait()
{
    if (m_thread.joinable())
        m_thread.join();
}

std::vector<std::string> RequestHashes::differences(GenerationRequest const& request)
{
    wait();
    std::vector<std::string> sentences;
    auto const compare = [&](std::string const& name, std::string const& asked, std::string const& is) {
        if (asked.size() >= shortest_hash && !is.empty() && !is.starts_with(asked))
            sentences.push_back(std::format("{} is another file ({}) than the recipe's ({}); the picture may differ", name,
                is.substr(0, shortest_hash), asked.substr(0, shortest_hash)));
    };
    compare(model_name(request.model), request.model_hash, m_model_hash);
    for (std::size_t i = 0; i < std::min(request.loras.size(), m_loras.size()); ++i)
        compare(request.loras[i].name, request.loras[i].hash, m_loras[i].hash);
    return sentences;
}

GenerationRequest RequestHashes::filled(GenerationRequest request)
{
    wait();
    request.model_hash = m_model_hash;
    request.loras = m_loras;
    return request;
}

}
