// SPDX-License-Identifier: Apache-2.0
// A settings.json from anywhere: values within what the table allows, and once more the same from what is written.
#include "app/settings/settings_file.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    igneous::SettingsSchema const& schema = igneous::igneous_settings();
    std::string_view const text { reinterpret_cast<char const*>(data), size };
    igneous::SettingsFile const file = igneous::parse_settings(text, schema);
    igneous::SettingsFile const again = igneous::parse_settings(igneous::settings_text(file, schema), schema);
    if (!again.damage.empty() || again.known(schema) != file.known(schema) || again.values != file.values)
        std::abort();
    for (auto const& [name, value] : file.known(schema))
        if (objection_to(*schema.find(name), value))
            std::abort();
    return 0;
}
