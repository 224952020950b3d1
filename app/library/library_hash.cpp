// SPDX-License-Identifier: Apache-2.0
#include "app/library/library_hash.h"

#include "app/library/model_header.h"
#include "models/api/error.h"

#include <QCryptographicHash>

#include <algorithm>
#include <fstream>
#include <vector>

namespace igneous {

namespace {

/// Where the tensors of a safetensors file begin; its end for anything else.
std::uint64_t data_begin(std::filesystem::path const& file)
{
    try {
        HeaderReader reader(file);
        return 8 + std::min(little_endian<std::uint64_t>(reader.read(0, 8).data()), reader.size());
    } catch (Error const&) {
        return UINT64_MAX;
    }
}

std::string hex(QCryptographicHash const& hash) { return hash.result().toHex().toStdString(); }

}

std::optional<FileHashes> hash_file(std::filesystem::path const& file, HashTensors tensors, std::stop_token stop,
    std::function<void(std::uint64_t)> const& progress)
{
    std::ifstream in(file, std::ios::binary);
    if (!in)
        return std::nullopt;
    constexpr std::size_t block_size = 1u << 20;
    std::vector<char> block(block_size);
    std::uint64_t const begin = tensors == HashTensors::yes ? data_begin(file) : UINT64_MAX;
    QCryptographicHash whole(QCryptographicHash::Sha256), behind(QCryptographicHash::Sha256);
    std::uint64_t at = 0;
    for (;;) {
        if (stop.stop_requested())
            return std::nullopt;
        in.read(block.data(), static_cast<std::streamsize>(block.size()));
        auto const count = static_cast<std::uint64_t>(in.gcount());
        if (count == 0)
            break;
        std::span<char const> const bytes(block.data(), count);
        whole.addData(QByteArrayView(bytes.data(), static_cast<qsizetype>(bytes.size())));
        if (at + count > begin) {
            auto const tail = bytes.subspan(begin > at ? begin - at : 0);
            behind.addData(QByteArrayView(tail.data(), static_cast<qsizetype>(tail.size())));
        }
        at += count;
        if (progress)
            progress(at);
    }
    if (!in.eof())
        return std::nullopt;               // the disk does not give it
    return FileHashes { hex(whole), begin == UINT64_MAX ? std::string() : hex(behind) };
}

std::int64_t hash_library(LibraryStore& store, HashOptions const& options)
{
    std::int64_t done = 0;
    std::vector<std::int64_t> unreadable;
    LibraryStore::ToHash left = store.left_to_hash();
    while (!options.stop.stop_requested()) {
        std::vector<std::int64_t> const first = options.first ? options.first() : std::vector<std::int64_t>();
        std::optional<HashJob> const job = store.next_to_hash(first, unreadable);
        if (!job)
            break;
        HashProgress progress { .file = job->path, .size = job->stamp.size, .left = left };
        auto const report = [&](std::uint64_t bytes) {
            progress.done = bytes;
            if (options.progress)
                options.progress(progress);
        };
        --left.files;
        left.bytes -= static_cast<std::int64_t>(job->stamp.size);
        FileStamp const before = stamp_of(job->path);
        auto const hashes
            = hash_file(job->path, job->tensors_too ? HashTensors::yes : HashTensors::no, options.stop, report);
        FileStamp const after = stamp_of(job->path);
        if (options.stop.stop_requested() && !hashes)
            break;
        if (!hashes || before != after || before.size != job->stamp.size || before.modified != job->stamp.modified) {
            unreadable.push_back(job->id);                     // or another file by now: the next scan sees it
            continue;
        }
        store.save_hashes(*job, hashes->sha256, hashes->tensors);
        ++done;
    }
    return done;
}

}
