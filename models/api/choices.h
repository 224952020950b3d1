// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a request may name, for those who offer it: ids as requests, commands and recipes have them, names as people know
// them.

#include <string>
#include <vector>

namespace igneous {

struct Choice {
    std::string id;                        // "dpmpp_2m"
    std::string shown;                     // "DPM++ 2M"
};

std::vector<Choice> sampler_choices();
std::vector<Choice> schedule_choices();

}
