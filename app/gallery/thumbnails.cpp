// SPDX-License-Identifier: Apache-2.0
#include "app/gallery/thumbnails.h"

#include "app/files/file.h"
#include "app/files/places.h"
#include "app/gallery/picture_facts.h"
#include "app/picture/jpeg.h"
#include "app/picture/picture.h"
#include "models/api/error.h"

#include <algorithm>
#include <cmath>
#include <new>

namespace igneous {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t largest_file = 1ull << 30, largest_thumbnail = 1u << 20;

Image shrunk(Image const& image, int side)
{
    int const longest = std::max(image.width, image.height);
    if (longest <= side)
        return image;
    auto const scaled = [&](int length) {
        return std::max(1, static_cast<int>(std::lround(static_cast<double>(length) * side / longest)));
    };
    return resize(image, scaled(image.width), scaled(image.height));
}

}

Thumbnailer::Thumbnailer(Options options, std::function<void(Thumbnail)> done)
    : m_options(std::move(options))
    , m_done(std::move(done))
    , m_written(m_options.most_bytes)      // the first one looks how many there are
{
    for (unsigned i = 0; i < std::max(1u, m_options.threads); ++i)
        m_threads.emplace_back([this](std::stop_token const& stop) { work(stop); });
}

Thumbnailer::~Thumbnailer()
{
    for (std::jthread& thread : m_threads)
        thread.request_stop();
}

void Thumbnailer::request(std::span<ThumbnailRequest const> requests)
{
    {
        std::lock_guard const lock(m_mutex);
        m_lowest_rank -= static_cast<std::int64_t>(requests.size());
        std::int64_t rank = m_lowest_rank;
        for (ThumbnailRequest const& request : requests) {
            if (auto const [place, added] = m_ranks.try_emplace(request.picture, rank); !added) {
                m_waiting.erase(place->second);
                place->second = rank;
            }
            m_waiting.insert_or_assign(rank++, request);
        }
    }
    m_something_to_do.notify_all();
}

void Thumbnailer::cancel(std::span<PictureId const> pictures)
{
    std::lock_guard const lock(m_mutex);
    for (PictureId const picture : pictures) {
        if (auto const found = m_ranks.find(picture); found != m_ranks.end()) {
            m_waiting.erase(found->second);
            m_ranks.erase(found);
        }
    }
    m_nothing_left.notify_all();
}

void Thumbnailer::cancel_all()
{
    std::lock_guard const lock(m_mutex);
    m_waiting.clear();
    m_ranks.clear();
    m_nothing_left.notify_all();
}

void Thumbnailer::wait()
{
    std::unique_lock lock(m_mutex);
    m_nothing_left.wait(lock, [&] { return m_waiting.empty() && m_busy == 0; });
}

void Thumbnailer::work(std::stop_token const& stop)
{
    std::unique_lock lock(m_mutex);
    while (m_something_to_do.wait(lock, stop, [&] { return !m_waiting.empty(); }) && !stop.stop_requested()) {
        ThumbnailRequest const request = std::move(m_waiting.begin()->second);
        m_waiting.erase(m_waiting.begin());
        m_ranks.erase(request.picture);
        ++m_busy;
        lock.unlock();
        m_done(make(request));
        lock.lock();
        --m_busy;
        m_nothing_left.notify_all();
    }
}

Thumbnail Thumbnailer::make(ThumbnailRequest const& request)
{
    Thumbnail thumbnail { .picture = request.picture, .state = ThumbnailState::made, .image = {}, .reason = {} };
    try {
        fs::path const file = file_of(request.fingerprint);
        thumbnail.image = read_picture(file);
        std::error_code ignored;
        fs::last_write_time(file, fs::file_time_type::clock::now(), ignored);  // seen just now: not among the oldest
        return thumbnail;
    } catch (Error const&) {               // there is none yet, or a damaged one
    }
    try {
        auto const bytes = read_file(request.path, largest_file);
        thumbnail.image = to_rgb(shrunk(decode_picture(bytes, utf8_name(request.path)), m_options.side));
        keep(igneous::fingerprint(bytes), thumbnail.image);
    } catch (Error const& error) {
        thumbnail.state = error.code() == ErrorCode::file_missing ? ThumbnailState::missing : ThumbnailState::damaged;
        thumbnail.reason = error.what();
    } catch (std::bad_alloc const&) {
        thumbnail.state = ThumbnailState::damaged;
        thumbnail.reason = utf8_name(request.path) + " needs more memory than there is";
    }
    return thumbnail;
}

fs::path Thumbnailer::file_of(std::uint64_t fingerprint) const
{
    std::string const name = std::format("{:016x}-{}.jpg", fingerprint, m_options.side);
    return m_options.folder / name.substr(0, 2) / name;        // 256 folders: no folder with 100,000 files
}

void Thumbnailer::keep(std::uint64_t fingerprint, Image const& image)
{
    constexpr int quality = 85;
    auto const bytes = encode_jpeg(image, {}, quality);
    fs::path const file = file_of(fingerprint);
    std::error_code ignored;
    fs::create_directories(file.parent_path(), ignored);
    try {
        write_file(file, bytes);
    } catch (Error const&) {               // a full disk: the picture is shown and made again next time
        return;
    }
    bool enough = false;
    {
        std::lock_guard const lock(m_mutex);
        m_written += bytes.size();
        enough = m_written > m_options.most_bytes / 10;
        if (enough)
            m_written = 0;
    }
    if (enough)
        trim();
}

void Thumbnailer::trim()
{
    struct Kept {
        fs::file_time_type seen;
        std::uint64_t size;
        fs::path path;
    };
    std::lock_guard const lock(m_trimming);
    std::vector<Kept> kept;
    std::uint64_t total = 0;
    std::error_code error, ignored;
    for (fs::recursive_directory_iterator entry(m_options.folder, error), end; !error && entry != end;
        entry.increment(error)) {
        if (!entry->is_regular_file(ignored))
            continue;
        std::uint64_t const size = entry->file_size(ignored);
        if (!ignored) {
            kept.push_back({ entry->last_write_time(ignored), size, entry->path() });
            total += size;
        }
    }
    std::ranges::sort(kept, {}, &Kept::seen);
    for (auto oldest = kept.begin(); oldest != kept.end() && total > m_options.most_bytes; ++oldest) {
        fs::remove(oldest->path, ignored);
        total -= oldest->size;
    }
}

}
