// SPDX-License-Identifier: Apache-2.0
#include "app/files/file.h"
#include "app/session/change_bytes.h"
#include "app/session/commands.h"
#include "app/session/journal.h"
#include "app/session/journal_format.h"
#include "models/api/error.h"
#include "tests/app/process.h"
#include "tests/app/session/random_commands.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <csignal>
#include <cstdio>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace igneous;
using test::Random;

namespace {

namespace fs = std::filesystem;

std::vector<std::byte> bytes_of(fs::path const& file) { return read_file(file, 1u << 30); }

/// What was done as the n-th thing, to the workspace as it was then: the same in every process.
std::vector<Change> nth_changes(Workspace const& workspace, std::uint64_t n)
{
    Random random(n, "journal");
    return test::random_command(workspace, random).changes;
}

/// Opens, does `count` more things and gives the workspace.
Workspace work(fs::path const& file, int count, JournalOptions const& options = {})
{
    OpenedJournal opened;
    Journal journal(file, opened, options);
    for (int i = 0; i < count; ++i) {
        std::vector<Change> changes = nth_changes(opened.workspace, opened.sequence + 1);
        test::apply_changes(opened.workspace, changes);
        opened.sequence = journal.append(std::move(changes));
    }
    CHECK(journal.flush());
    CHECK(journal.durable() == opened.sequence);
    return opened.workspace;
}

class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes)
    {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &m_before);
        rlimit const limit { bytes, m_before.rlim_max };
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &m_before); }

private:
    rlimit m_before;
};

}

TEST_CASE("every change comes back from its bytes", "[session][journal]")
{
    Random random(5);
    Workspace workspace, other;
    for (int i = 0; i < 500; ++i) {
        std::vector<Change> const changes = test::random_command(workspace, random).changes;
        test::apply_changes(workspace, changes);
        test::apply_changes(other, changes_from(to_bytes(changes)));
        REQUIRE(workspace == other);
    }
    Workspace made;
    for (Change const& change : changes_that_make(workspace, 600'000))
        test::apply_changes(made, changes_from(to_bytes(std::span(&change, 1))));
    CHECK(made == workspace);
}

TEST_CASE("a journal brings the workspace back", "[session][journal]")
{
    test::TemporaryFolder const folder;
    fs::path const file = folder / "deep/er/journal";
    Workspace const first = work(file, 100);
    OpenedJournal opened;
    {
        Journal const journal(file, opened);
        CHECK(opened.workspace == first);
        CHECK(opened.sequence == 100);
        CHECK(opened.notes.empty());
    }
    JournalOptions small;
    small.compact_after = 100'000;
    small.collect = std::chrono::milliseconds(1);
    Workspace const second = work(file, 300, small);
    CHECK(fs::file_size(file) < 4'000'000);
    ReadJournal const found = read_journal(bytes_of(file));
    CHECK(found.workspace == second);
    CHECK(found.sequence == 400);
    CHECK(found.base_size > 1000);         // begun anew on the way
    CHECK_FALSE(fs::exists(folder / "deep/er/journal.new"));
}

TEST_CASE("a kill at any moment loses nothing that was confirmed", "[session][journal][kill]")
{
    test::TemporaryFolder const folder;
    fs::path const file = folder / "journal";
    Random random(11);
    Workspace model;
    std::uint64_t model_sequence = 0, most_lost = 0, compactions = 0;
    for (int round = 0; round < 100; ++round) {
        int ends[2];
        REQUIRE(pipe(ends) == 0);
        pid_t const child = fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            JournalOptions options;
            options.collect = std::chrono::milliseconds(3);
            options.compact_after = 150'000;
            options.piece = 300'000;
            OpenedJournal opened;
            Journal journal(file, opened, options);
            for (std::uint64_t told = 0;; usleep(300)) {
                std::vector<Change> changes = nth_changes(opened.workspace, opened.sequence + 1);
                test::apply_changes(opened.workspace, changes);
                opened.sequence = journal.append(std::move(changes));
                std::uint64_t const durable = journal.durable();
                std::uint64_t const report[2] = { durable, opened.sequence };
                if (durable != told && write(ends[1], report, sizeof report) != sizeof report)
                    _exit(1);
                told = durable;
            }
        }
        close(ends[1]);
        std::uint64_t report[2] = { 0, 0 };
        REQUIRE(read(ends[0], report, sizeof report) == sizeof report);    // it is at work
        usleep(static_cast<useconds_t>(random.integer(0, 30'000)));
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        while (read(ends[0], report, sizeof report) == sizeof report) { }
        close(ends[0]);

        ReadJournal const found = read_journal(bytes_of(file));
        CAPTURE(round, report[0], found.sequence);
        REQUIRE_FALSE(found.damaged);
        REQUIRE(found.sequence >= report[0]);
        REQUIRE(found.sequence >= model_sequence);
        while (model_sequence < found.sequence)
            test::apply_changes(model, nth_changes(model, ++model_sequence));
        REQUIRE(found.workspace == model);
        most_lost = std::max(most_lost, report[1] - std::min(report[1], found.sequence));
        compactions += fs::exists(folder / "journal.new") ? 1 : 0;
    }
    std::printf("100 kills: %llu changes made, at most %llu not yet confirmed ones lost, %llu kills in a compaction\n",
        static_cast<unsigned long long>(model_sequence), static_cast<unsigned long long>(most_lost),
        static_cast<unsigned long long>(compactions));
}

TEST_CASE("whatever becomes of the bytes, what was before them is read", "[session][journal]")
{
    std::vector<std::byte> file = journal_header();
    auto const add = [&](RecordKind kind, std::uint64_t sequence, std::vector<Change> const& changes) {
        auto const record = journal_record(
            kind, sequence, kind == RecordKind::base_end ? std::vector<std::byte>() : to_bytes(changes));
        file.insert(file.end(), record.begin(), record.end());
    };
    Workspace workspace;
    Document document { .id = 1 };
    document.layers.push_back(make_layer(2, LayerKind::mask, "Mask"));
    document.layers[0].pixels.put({ 0, 0 }, make_tile(TileBytes(TileGrid(1).tile_bytes(), 7)));
    test::apply_changes(workspace, add_document(workspace, std::move(document)).changes);
    for (Change const& change : changes_that_make(workspace, 1 << 20))
        add(RecordKind::base, 1, { change });
    add(RecordKind::base_end, 1, {});
    std::vector<std::size_t> ends { file.size() };
    std::vector<Workspace> states { workspace };
    for (std::uint64_t n = 2; n < 6; ++n) {
        std::vector<Change> const changes = set_prompt(workspace, "number " + std::to_string(n)).changes;
        test::apply_changes(workspace, changes);
        add(RecordKind::changes, n, changes);
        ends.push_back(file.size());
        states.push_back(workspace);
    }
    REQUIRE(read_journal(file).workspace == workspace);

    for (std::size_t size = 0; size < file.size(); ++size) {
        CAPTURE(size);
        ReadJournal const read = read_journal(std::span(file).first(size));
        std::size_t const whole = static_cast<std::size_t>(std::ranges::upper_bound(ends, size) - ends.begin());
        REQUIRE(read.damaged == (whole == 0));
        if (whole > 0)
            REQUIRE(read.workspace == states[whole - 1]);
    }
    for (std::size_t at = 0; at < file.size(); ++at) {
        CAPTURE(at);
        std::vector<std::byte> bad = file;
        bad[at] ^= std::byte { 0x10 };
        ReadJournal const read = read_journal(bad);
        std::size_t const whole = static_cast<std::size_t>(std::ranges::upper_bound(ends, at) - ends.begin());
        if (whole == 0) {                  // in the base: the rest still counts
            REQUIRE(read.damaged);
            REQUIRE_FALSE(read.notes.empty());
            REQUIRE(read.workspace.request == workspace.request);
        } else {
            REQUIRE(read.workspace == states[whole - 1]);
            REQUIRE(read.damaged == (whole < states.size() - 1));   // the very last record may just be torn
        }
    }
}

TEST_CASE("a damaged journal is kept aside and its good part opened", "[session][journal]")
{
    test::TemporaryFolder const folder;
    fs::path const file = folder / "journal";
    work(file, 60);
    JournalOptions at_once;
    at_once.compact_after = 0;
    work(file, 1, at_once);                // begins the file anew: all is in its base
    std::vector<std::byte> bytes = bytes_of(file);
    Workspace const whole = read_journal(bytes).workspace;
    bytes[bytes.size() / 2] ^= std::byte { 1 };
    write_file(file, bytes);
    {
        OpenedJournal opened;
        Journal const journal(file, opened);
        CHECK_FALSE(opened.notes.empty());
        CHECK(opened.kept_copy == folder / "journal.damaged-1");
        CHECK(bytes_of(opened.kept_copy) == bytes);
        CHECK(opened.workspace.request == whole.request);
        CHECK_FALSE(read_journal(bytes_of(file)).damaged);
    }
    test::write_text(file, "");
    {
        OpenedJournal opened;
        Journal const journal(file, opened);
        CHECK(opened.kept_copy == folder / "journal.damaged-2");
        CHECK(opened.workspace == Workspace());
    }
    test::write_text(file, "igneous journal 2\nwho knows");
    OpenedJournal opened;
    CHECK_THROWS_AS(Journal(file, opened), Error);
    CHECK(test::read_text(file) == "igneous journal 2\nwho knows");
}

TEST_CASE("on a full disk the session goes on in memory until there is room", "[session][journal]")
{
    test::TemporaryFolder const folder;
    fs::path const file = folder / "journal";
    JournalOptions options;
    options.collect = options.retry = std::chrono::milliseconds(2);
    options.waiting_limit = 3'000'000;
    std::vector<JournalStatus> told;
    OpenedJournal opened;
    Random random(2);
    {
        Journal journal(file, opened, options, [&](JournalStatus const& status) { told.push_back(status); });
        auto const change = [&](Command const& command) {
            test::apply_changes(opened.workspace, command.changes);
            journal.append(command.changes);
        };
        auto const noise = [&] {
            TileBytes bytes(TileGrid(4).tile_bytes());
            for (auto& byte : bytes)
                byte = static_cast<std::uint8_t>(random.next());
            return make_tile(std::move(bytes));
        };
        Document document { .id = 1 };
        document.layers.push_back(make_layer(2, LayerKind::paint, "Ground"));
        change(add_document(opened.workspace, std::move(document)));
        REQUIRE(journal.flush());
        {
            FileSizeLimit const limit(900'000);
            for (int i = 0; i < 10;
                 ++i) { // each in the place of the one before: a new file has room where the old has none
                change(paint(opened.workspace.documents[0], 2, { { { 0, 0 }, noise() } }, ""));
                REQUIRE(journal.flush());
            }
            CHECK(journal.status().saving);
            for (int i = 0; i < 30; ++i)
                change(paint(opened.workspace.documents[0], 2, { { { i, 0 }, noise() } }, ""));
            change(set_prompt(opened.workspace, "still here"));
            CHECK_FALSE(journal.flush());
            CHECK_FALSE(journal.status().saving);
            CHECK(journal.status().problem.find("goes on in memory") != std::string::npos);
            CHECK(read_journal(bytes_of(file)).workspace.documents.size() == 1);   // nothing half-written
        }
        CHECK(journal.flush());
        CHECK(journal.status().saving);
        CHECK(read_journal(bytes_of(file)).workspace == opened.workspace);

        fs::remove_all(folder.path());     // a folder that vanishes comes back
        change(set_prompt(opened.workspace, "and here"));
        CHECK(journal.flush());
        CHECK(read_journal(bytes_of(file)).workspace == opened.workspace);
    }
    REQUIRE(told.size() == 2);
    CHECK_FALSE(told[0].saving);
    CHECK(told[1].saving);
}
