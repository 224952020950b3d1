// SPDX-License-Identifier: Apache-2.0
#include "tests/gui/gallery_pictures.h"

#include "app/files/file.h"
#include "app/gallery/picture_facts.h"
#include "app/picture/png.h"
#include "app/recipes/write_recipe.h"
#include "gui/studio/images.h"
#include "tests/app/library/model_files.h"
#include "tests/app/process.h"

#include <QLinearGradient>
#include <QPainter>
#include <QPainterPath>

#include <cmath>

namespace igneous::test {

namespace fs = std::filesystem;

Image scene(int width, int height, std::uint64_t seed)
{
    QImage image(width, height, QImage::Format_RGB888);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    int const hue = static_cast<int>(seed * 47 % 360);
    auto const colour = [&](int turn, int saturation, int value) {
        return QColor::fromHsv((hue + turn + 360) % 360, saturation, value);
    };
    QLinearGradient sky(0, 0, 0, height);
    sky.setColorAt(0, colour(0, 150, 110));
    sky.setColorAt(0.7, colour(40, 120, 245));
    painter.fillRect(image.rect(), sky);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour(60, 60, 255));
    double const sun = height * (0.1 + 0.02 * static_cast<double>(seed % 5));
    painter.drawEllipse(
        QPointF(width * (0.2 + 0.06 * static_cast<double>(seed * 3 % 11)), height * 0.38), sun, sun);
    for (int layer = 0; layer < 4; ++layer) {
        QPainterPath hills(QPointF(0, height));
        for (int x = 0; x <= width; x += 2) {
            double const at = static_cast<double>(x) / width;
            double const wave = std::sin(at * (5 + layer * 3) + static_cast<double>(seed) * 1.7 + layer * 2.1)
                                + 0.5 * std::sin(at * 17 + static_cast<double>(seed * 5 + static_cast<unsigned>(layer)));
            hills.lineTo(x, height * (0.52 + 0.13 * layer) - wave * height * 0.06);
        }
        hills.lineTo(width, height);
        painter.setBrush(colour(-20 - layer * 25, 120 + layer * 25, 190 - layer * 44));
        painter.drawPath(hills);
    }
    painter.end();
    return from_qimage(image);
}

std::vector<PictureId> fill_gallery(fs::path const& data, int count)
{
    constexpr char const* places[] = { "a mountain lake at sunset, two pine trees", "rolling hills in the morning mist",
        "a desert at noon, low poly", "a valley of tulips, oil painting", "northern lights over a fjord" };
    constexpr char const* samplers[] = { "dpmpp_2m", "euler", "ddim" };
    GalleryStore store(data);
    std::vector<PictureId> ids;
    for (int i = 1; i <= count; ++i) {
        GenerationRequest request;
        request.model = i % 3 ? "dreamshaper_8" : "starter";
        request.prompt = places[i % 5];
        request.negative_prompt = "blurry, low quality";
        request.width = i % 4 ? 256 : 320;
        request.height = i % 4 == 1 ? 320 : 256;
        request.seed = static_cast<std::uint64_t>(1000 + i);
        request.sampling.sampler = samplers[i % 3];
        request.sampling.steps = 20 + i % 4;
        if (i % 2)
            request.loras.push_back({ .name = "ink" });
        fs::path const path = data / "made" / (std::to_string(i) + ".png");
        fs::create_directories(path.parent_path());
        write_file(path,
            encode_png(scene(request.width, request.height, static_cast<std::uint64_t>(i)), recipe_texts(request, 0)));
        ids.push_back(store.add(path, request, 0));
    }
    return ids;
}

fs::path make_models(fs::path const& folder)
{
    struct Named {
        char const* name;
        int number;
        bool preview;
    };
    for (Named const& one : { Named { "ink_wash", 1, true }, { "autumn_light", 2, true }, { "paper_cut", 3, true },
             { "soft_portrait", 4, false }, { "tiny_planets", 5, true }, { "woodcut", 6, true } }) {
        fs::path const file = folder / "loras" / (std::string(one.name) + ".safetensors");
        std::string const words = "{\"a\": {\"" + std::string(one.name) + " style\": 12, \"detailed\": 4}}";
        write_small_lora(file, one.number, { { "ss_tag_frequency", words }, { "ss_network_dim", "4" } });
        if (one.preview)
            write_file(folder / "loras" / (std::string(one.name) + ".preview.png"),
                encode_png(scene(320, 320, static_cast<std::uint64_t>(one.number * 7)), {}));
    }
    std::string const wide = "lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k";
    write_sparse_safetensors(folder / "loras/xl_glass.safetensors",
        { { wide + ".alpha", "F16", {} }, { wide + ".lora_down.weight", "F16", { 8, 2048 } },
            { wide + ".lora_up.weight", "F16", { 640, 8 } } },
        { { "ss_base_model_version", "sdxl_base_v1-0" } });
    write_text(folder / "loras/broken.safetensors", "this is not what it says it is");
    return folder;
}

void look_again(Workbench& workbench) { Q_EMIT workbench.studio().gallery_changed(); }

}
