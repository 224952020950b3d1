// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a recipe says of the files that made a picture: their hashes, so that they are found again under another name and
// told from others of the same name. They are computed beside the work.

#include "app/files/file_hash.h"
#include "models/api/request.h"

#include <thread>

namespace igneous {

class RequestHashes {
public:
    /// Begins at once. `book` must outlive this.
    RequestHashes(GenerationRequest const& request, HashBook& book);
    /// The request with the hashes of its model and LoRAs, where they can be read. Waits until they are known.
    GenerationRequest filled(GenerationRequest request);
    /// A sentence for each file of `request` that has another hash than the request names. Waits too.
    std::vector<std::string> differences(GenerationRequest const& request);

private:
    void wait();

    std::string m_model, m_model_hash;
    std::vector<LoraUse> m_loras;
    std::jthread m_thread;
};

}
