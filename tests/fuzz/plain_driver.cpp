// SPDX-License-Identifier: Apache-2.0
// Stands in for libFuzzer where the compiler has none: runs every file of the corpus, then seeded mutations of them for
// -max_total_time seconds. Understands the options that tests/fuzz/CMakeLists.txt gives. An input that crashes, hangs or
// eats memory is written to <artifact_prefix>crash. No coverage feedback: it keeps found bugs found, Clang finds new ones.
#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include <sanitizer/common_interface_defs.h>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);
extern "C" char const* __asan_default_options();
extern "C" char const* __asan_default_options() { return "handle_abort=1:hard_rss_limit_mb=2048:detect_leaks=1"; }

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes current;
std::string crash_file = "crash";

void keep_current()
{
    if (std::FILE* file = std::fopen(crash_file.c_str(), "wb")) {
        std::fwrite(current.data(), 1, current.size(), file);
        std::fclose(file);
    }
    std::fprintf(stderr, "fuzz: the input (%zu bytes) is in %s\n", current.size(), crash_file.c_str());
}

void run(Bytes input, unsigned timeout)
{
    current = std::move(input);
    alarm(timeout);
    LLVMFuzzerTestOneInput(current.data(), current.size());
    alarm(0);
}

class Mutator {
public:
    Mutator(std::uint64_t seed, std::vector<Bytes> const& corpus)
        : m_random(seed)
        , m_corpus(corpus)
    {
    }

    Bytes next()
    {
        Bytes bytes = m_corpus.empty() ? Bytes {} : m_corpus[below(m_corpus.size())];
        for (std::size_t count = 1 + below(6); count > 0; --count)
            mutate(bytes);
        return bytes;
    }

private:
    std::size_t below(std::size_t n) { return n ? m_random() % n : 0; }

    void mutate(Bytes& bytes)
    {
        static constexpr std::array<std::string_view, 24> words { "0", "-1", "18446744073709551615", "1e999", "{", "}", "[",
            "]", "\"", "\\u0000", ":", ",", "null", "(", ")", "(((((((((((((((", ":1.1)", "\xff\xfe", "\xc0\x80",
            "\xed\xa0\x80", "BREAK", "AND", "[[[[[[[[[[", "\\(" };
        std::size_t const at = below(bytes.size() + 1);
        auto const position = bytes.begin() + static_cast<std::ptrdiff_t>(at);
        switch (below(8)) {
        case 0:
            if (at < bytes.size())
                bytes[at] ^= static_cast<std::uint8_t>(1u << below(8));
            break;
        case 1:
            if (at < bytes.size())
                bytes[at] = static_cast<std::uint8_t>(m_random());
            break;
        case 2:
            bytes.insert(position, 1 + below(16), static_cast<std::uint8_t>(m_random()));
            break;
        case 3:
            bytes.erase(position, position + static_cast<std::ptrdiff_t>(below(std::min<std::size_t>(bytes.size() - at, 32) + 1)));
            break;
        case 4:
            bytes.resize(at);
            break;
        case 5: {
            std::string_view word = words[below(words.size())];
            bytes.insert(position, word.begin(), word.end());
            break;
        }
        case 6: { // a piece of another input
            Bytes const& other = m_corpus[below(m_corpus.size())];
            std::size_t const from = below(other.size() + 1), length = below(std::min<std::size_t>(other.size() - from, 256) + 1);
            bytes.insert(position, other.begin() + static_cast<std::ptrdiff_t>(from),
                other.begin() + static_cast<std::ptrdiff_t>(from + length));
            break;
        }
        case 7: // a length or an offset in binary
            for (std::size_t i = 0; i < 8 && at + i < bytes.size(); ++i)
                bytes[at + i] = static_cast<std::uint8_t>(below(2) ? 0xff : m_random());
            break;
        }
        if (bytes.size() > 1 << 16)
            bytes.resize(1 << 16);
    }

    std::mt19937_64 m_random;
    std::vector<Bytes> const& m_corpus;
};

}

int main(int argc, char** argv)
{
    unsigned seconds = 0, timeout = 20;
    std::uint64_t seed = 1;
    std::vector<Bytes> corpus;
    for (int i = 1; i < argc; ++i) {
        std::string_view const argument = argv[i];
        auto value = [&](std::string_view option) { return std::string(argument.substr(option.size())); };
        if (argument.starts_with("-max_total_time="))
            seconds = static_cast<unsigned>(std::stoul(value("-max_total_time=")));
        else if (argument.starts_with("-timeout="))
            timeout = static_cast<unsigned>(std::stoul(value("-timeout=")));
        else if (argument.starts_with("-seed="))
            seed = std::stoull(value("-seed="));
        else if (argument.starts_with("-artifact_prefix="))
            crash_file = value("-artifact_prefix=") + "crash";
        else if (argument.starts_with("-"))
            std::fprintf(stderr, "fuzz: %s is ignored\n", argv[i]);
        else {
            auto read = [&](std::filesystem::path const& path) {
                std::ifstream in(path, std::ios::binary);
                corpus.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
            };
            if (std::filesystem::is_directory(argument)) {
                for (auto const& entry : std::filesystem::directory_iterator(argument))
                    read(entry.path());
            } else {
                read(argument);
            }
        }
    }
    __sanitizer_set_death_callback(keep_current);
    std::signal(SIGALRM, [](int) {
        std::fputs("fuzz: one input took too long\n", stderr);
        keep_current();
        _exit(70);
    });

    std::size_t runs = 0;
    run({}, timeout);
    for (Bytes const& input : corpus) {
        run(input, timeout);
        ++runs;
    }
    corpus.emplace_back();
    Mutator mutator(seed, corpus);
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    while (std::chrono::steady_clock::now() < end) {
        run(mutator.next(), timeout);
        ++runs;
    }
    std::printf("fuzz: %zu inputs, seed %llu: nothing found\n", runs, static_cast<unsigned long long>(seed));
    return 0;
}
