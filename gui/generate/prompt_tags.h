// SPDX-License-Identifier: Apache-2.0
#pragma once

// <lora:name:0.8> in a prompt, and the request's list of LoRAs that goes with it: what is typed in one is in the other.

#include "models/api/request.h"

#include <QString>

#include <functional>
#include <vector>

namespace igneous {

struct PromptTag {
    QString name;
    double weight = 1;
    qsizetype begin = 0, end = 0; // where it stands
    qsizetype weight_begin = 0, weight_end = 0; // its last number; both where one would begin, if there is none
    bool operator==(PromptTag const&) const = default;
};

/// From the left, each name once.
std::vector<PromptTag> lora_tags(QString const& prompt);

/// Where the LoRA of that name lies; empty where nobody knows.
using LoraPlaces = std::function<QString(QString const& name)>;

/// After request.prompt took the place of `before`: LoRAs whose tags are gone are taken out, those of new tags come in
/// if their place is known, and weights are those of the tags. LoRAs without a tag stay.
void follow_prompt(GenerationRequest& request, QString const& before, LoraPlaces const& places);

/// The other way: after request.loras was changed, tags get their weights, and those of LoRAs that are gone go too.
void follow_loras(GenerationRequest& request);

}
