// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/job_folder.h"

#include "app/files/places.h"
#include "app/protocol/pixels.h"
#include "models/api/error.h"

#include <fstream>
#include <vector>

namespace igneous {

namespace fs = std::filesystem;

void write_pixels(fs::path const& path, Image const& image)
{
    auto const bytes = encode_pam(image);          // not brought to the disk: nobody needs it after a power cut
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<char const*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (!out)
        fail(ErrorCode::disk_full, "{} could not be written whole; make room on the disk", utf8_name(path));
}

void remove_leftovers(fs::path const& folder)
{
    std::error_code error;
    std::vector<fs::path> leftovers { folder / worker_init_file, folder / worker_mask_file };
    for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator(); entry.increment(error)) {
        std::string const name = utf8_name(entry->path().filename());
        if (name.starts_with("preview-") || name.ends_with(".part"))
            leftovers.push_back(entry->path());
    }
    for (fs::path const& path : leftovers)
        fs::remove(path, error);
}

}
