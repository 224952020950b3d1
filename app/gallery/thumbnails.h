// SPDX-License-Identifier: Apache-2.0
#pragma once

// Small pictures for the grid, made by threads of their own so that nothing waits for them. What was asked for last is
// made first: it is what is on the screen. They are kept on the disk by what is in the picture, so that a picture that
// moves keeps its thumbnail, and the oldest go where there are too many.

#include "app/gallery/gallery_picture.h"
#include "models/api/image.h"

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <thread>
#include <unordered_map>

namespace igneous {

struct ThumbnailRequest {
    PictureId picture = 0;
    std::filesystem::path path;
    std::uint64_t fingerprint = 0;
};

struct Thumbnail {
    PictureId picture = 0;
    ThumbnailState state = ThumbnailState::made;
    Image image;                           // RGB; empty unless made
    std::string reason;                    // why there is none
};

class Thumbnailer {
public:
    struct Options {
        std::filesystem::path folder;      // where they are kept; made when needed
        int side = 256;                    // the longer one, in pixels; smaller pictures stay as they are
        unsigned threads = 2;
        std::uint64_t most_bytes = 1ull << 30;
    };
    /// `done` is called from the threads, several at once, for every request that was not cancelled. It must not throw.
    Thumbnailer(Options options, std::function<void(Thumbnail)> done);
    /// Waits for those that are being made; the others are forgotten.
    ~Thumbnailer();

    /// The first of these is made first, all before what was asked for earlier. Asking again brings a picture forward.
    void request(std::span<ThumbnailRequest const> requests);
    /// Pictures that have scrolled away. Those being made already still come.
    void cancel(std::span<PictureId const> pictures);
    void cancel_all();
    /// Until nothing is left to do.
    void wait();

private:
    void work(std::stop_token const& stop);
    Thumbnail make(ThumbnailRequest const& request);
    std::filesystem::path file_of(std::uint64_t fingerprint) const;
    void keep(std::uint64_t fingerprint, Image const& image);
    void trim();

    Options const m_options;
    std::function<void(Thumbnail)> const m_done;
    std::mutex m_mutex;
    std::condition_variable_any m_something_to_do, m_nothing_left;
    std::map<std::int64_t, ThumbnailRequest> m_waiting; // by rank: the lowest is next
    std::unordered_map<PictureId, std::int64_t> m_ranks;
    std::int64_t m_lowest_rank = 0;
    int m_busy = 0;
    std::uint64_t m_written = 0; // bytes since the last trim
    std::mutex m_trimming;
    std::vector<std::jthread> m_threads; // last: they end before what they use
};

}
