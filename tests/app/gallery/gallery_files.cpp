// SPDX-License-Identifier: Apache-2.0
#include "tests/app/gallery/gallery_files.h"

#include "app/picture/picture.h"
#include "app/recipes/write_recipe.h"
#include "tests/app/process.h"

#include <algorithm>

namespace igneous::test {

namespace fs = std::filesystem;

GenerationRequest request_of(std::string prompt, std::uint64_t seed)
{
    GenerationRequest request;
    request.model = "/models/starter";
    request.prompt = std::move(prompt);
    request.width = request.height = 16;
    request.seed = seed;
    return request;
}

void write_picture(fs::path const& path, GenerationRequest const& request, int side)
{
    Image image(side, side, 3);
    std::uint64_t state = request.seed + 1;
    for (auto& value : image.pixels)
        value = static_cast<std::uint8_t>((state = state * 6364136223846793005ull + 1442695040888963407ull) >> 56);
    fs::create_directories(path.parent_path());
    auto const bytes = encode_picture(*format_of_name(path), image, recipe_texts(request, 0));
    write_text(path, { reinterpret_cast<char const*>(bytes.data()), bytes.size() });
}

PictureId put_row(GalleryStore& store, std::string const& name, PictureFacts facts)
{
    static std::uint64_t number = 0;
    facts.fingerprint = ++number;
    facts.size = 1000;
    fs::path const path = store.data() / "nowhere" / name;
    store.put(path, facts);
    return store.picture_at(path)->id;
}

std::vector<fs::path> files_below(fs::path const& folder)
{
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        if (entry->is_regular_file() && format_of_name(entry->path()))
            files.push_back(entry->path());
    std::ranges::sort(files);
    return files;
}

std::vector<std::string> found(GalleryStore& store, std::string const& text, GalleryOrder order, GalleryShelf shelf)
{
    std::vector<std::string> names;
    for (GalleryPicture const& picture : store.pictures(store.search({ text, order, shelf }).ids))
        names.push_back(picture.path.filename().string());
    return names;
}

}
