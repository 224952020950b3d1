// SPDX-License-Identifier: Apache-2.0
#include "app/library/library_hash.h"
#include "app/library/library_scan.h"
#include "app/library/library_watcher.h"
#include "tests/app/library/model_files.h"
#include "tests/app/process.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QElapsedTimer>

#include <catch2/catch_session.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <chrono>
#include <ctime>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

using namespace igneous;

int main(int count, char* arguments[])
{
    QCoreApplication const application(count, arguments);
    return Catch::Session().run(count, arguments);
}

namespace {

namespace fs = std::filesystem;

struct Seconds {
    double wall = 0, processor = 0;        // the latter of all threads, and none of what other programs take
};

Seconds seconds_of(auto const& work)
{
    auto const begin = std::chrono::steady_clock::now();
    std::clock_t const processor = std::clock();
    work();
    return { std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(),
        static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC };
}

std::string sha256(std::string const& bytes)
{
    return QCryptographicHash::hash(
        QByteArrayView(bytes.data(), static_cast<qsizetype>(bytes.size())), QCryptographicHash::Sha256)
        .toHex()
        .toStdString();
}

/// A library of its own with one watched folder.
struct Library {
    test::TemporaryFolder folder;
    fs::path models = folder / "models";
    LibraryStore store { folder / "library.db" };

    Library()
    {
        fs::create_directories(models);
        store.add_folder(models);
    }
    LibraryEntry only(LibraryQuery const& query = {})
    {
        LibraryPage page = store.find(query);
        REQUIRE(page.entries.size() == 1);
        auto entry = store.entry(page.entries[0].id);
        REQUIRE(entry);
        return *entry;
    }
    std::int64_t total(LibraryFilter filter) { return store.find({ .filter = filter, .limit = 0 }).total; }
};

bool wait_for(auto const& condition)
{
    QElapsedTimer timer;
    timer.start();
    while (!condition() && timer.elapsed() < 20'000)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    return condition();
}

}

TEST_CASE("ten thousand models: cold, warm and searched", "[library]")
{
    Library library;
    constexpr int count = 10'000;
    for (int i = 0; i < count; ++i)
        test::write_small_lora(
            library.models / (i % 2 ? "loras" : "more") / ("style number " + std::to_string(i) + ".safetensors"), i,
            { { "modelspec.title", i % 100 ? "Common" : "Rare Zebra" } });
    ScanReport report;
    Seconds const cold = seconds_of([&] { report = scan_library(library.store); });
    CHECK(report.added == count);
    CHECK(report.models == count);

    LibraryPage page;
    Seconds const warm = seconds_of([&] {
        LibraryStore again(library.store.file());
        report = scan_library(again);
        page = again.find({});
    });
    CHECK_FALSE(report.any_change());
    CHECK(page.entries.size() == count);
    Seconds const typed = seconds_of([&] { page = library.store.find({ .text = "zebra numb", .limit = 100 }); });
    CHECK(page.total == 100);
    CHECK(page.entries.size() == 100);
    CHECK(page.entries[0].facts.title == "Rare Zebra");
    WARN("10,000 models: cold " << cold.wall << " s (" << cold.processor << " s of processor), warm " << warm.wall
                                << " s (" << warm.processor << "), searched in " << typed.wall * 1000 << " ms ("
                                << typed.processor * 1000 << ")");
    CHECK(cold.processor < 5);             // the aims: cold 5 s, warm 0.2 s, a few ms; tests are built for debugging
    CHECK(warm.processor < 0.4);
    CHECK(typed.processor < 0.05);
}

TEST_CASE("what is known of a model is found again by it", "[library]")
{
    Library library;
    test::write_small_lora(library.models / "ink.safetensors", 1,
        { { "modelspec.title", "Ink" }, { "modelspec.trigger_phrase", "inkstyle" } });
    test::write_small_lora(library.models / "oil.safetensors", 2, { { "modelspec.title", "100% Oil" } });
    test::write_text(library.models / "ink.preview.png", "");
    test::write_text(library.models / "oil.bin", "another program's");
    scan_library(library.store);
    LibraryEntry ink = library.only({ .text = "INKSTYLE lora" });
    CHECK(ink.path == library.models / "ink.safetensors");
    CHECK(ink.preview == library.models / "ink.preview.png");
    CHECK(ink.facts.base == ModelBase::sd1);
    CHECK(ink.facts.rank == 4);
    CHECK(ink.facts.metadata.at("number") == "1");
    CHECK(library.only({ .text = "100%" }).facts.title == "100% Oil");
    CHECK(library.store.find({ .text = "%" }).total == 1);     // means itself
    CHECK(library.store.find({}).total == 2);
    CHECK(library.store.find({ .type = ModelType::checkpoint }).total == 0);
    CHECK(library.store.find({ .base = ModelBase::sd1, .order = LibraryOrder::newest, .offset = 1, .limit = 5 })
              .entries.size()
          == 1);

    library.store.mark(
        ink.id, { .note = "for trees", .favourite = true, .type = ModelType::checkpoint, .base = ModelBase::sdxl });
    ink = library.only({ .text = "trees",
        .type = ModelType::checkpoint,
        .base = ModelBase::sdxl,
        .filter = LibraryFilter::favourites });
    CHECK(ink.type_corrected);
    CHECK(ink.note == "for trees");
    library.store.mark(ink.id, { .note = {}, .favourite = {}, .type = ModelType::unknown, .base = {} });
    ink = *library.store.entry(ink.path);
    CHECK(ink.facts.type == ModelType::lora);
    CHECK(ink.facts.base == ModelBase::sdxl);
    CHECK(ink.favourite);
}

TEST_CASE("moved and renamed models keep notes and hashes, changed ones only notes", "[library]")
{
    Library library;
    fs::path const first = library.models / "a" / "ink.safetensors",
                   second = library.models / "b" / "renamed.safetensors";
    test::write_small_lora(first, 1);
    test::write_small_lora(library.models / "a" / "other.safetensors", 2);
    scan_library(library.store);
    std::int64_t const id = library.store.entry(first)->id;
    library.store.mark(id, { .note = "mine", .favourite = true, .type = {}, .base = {} });
    CHECK(hash_library(library.store) == 2);
    std::string const hash = library.store.entry(id)->sha256;
    CHECK(hash == sha256(test::read_text(first)));

    fs::create_directories(second.parent_path());
    fs::rename(first, second);
    ScanReport report = scan_library(library.store);
    CHECK(report.moved == 1);
    CHECK(report.added == 0);
    CHECK(report.gone == 0);
    LibraryEntry entry = *library.store.entry(id);
    CHECK(entry.path == second);
    CHECK(entry.note == "mine");
    CHECK(entry.sha256 == hash);
    CHECK(hash_library(library.store) == 0);                   // nothing is hashed twice

    fs::remove(second);                    // gone, and back under another name later
    report = scan_library(library.store);
    CHECK(report.gone == 1);
    CHECK(library.total(LibraryFilter::missing) == 1);
    CHECK(library.store.entry(id)->state == FileState::gone);
    test::write_small_lora(first, 1);
    report = scan_library(library.store);
    CHECK(report.moved == 1);
    entry = *library.store.entry(id);
    CHECK(entry.path == first);
    CHECK(entry.note == "mine");

    test::write_small_lora(first, 3);      // another content under the same name
    report = scan_library(library.store);
    CHECK(report.changed == 1);
    entry = *library.store.entry(id);
    CHECK(entry.note == "mine");
    CHECK(entry.sha256.empty());
    CHECK(entry.facts.metadata.at("number") == "3");
}

TEST_CASE("folders that vanish take nothing with them", "[library]")
{
    Library library;
    test::write_small_lora(library.models / "ink.safetensors", 1);
    scan_library(library.store);
    std::int64_t const id = library.only().id;
    library.store.mark(id, { .note = "keep", .favourite = {}, .type = {}, .base = {} });

    bool const mount_point_stays = GENERATE(true, false);
    fs::rename(library.models, library.folder / "unplugged");
    if (mount_point_stays)
        fs::create_directories(library.models);
    ScanReport report = scan_library(library.store);
    CHECK(report.away == 1);
    CHECK(report.gone == 0);
    CHECK(library.store.entry(id)->state == FileState::away);
    CHECK(library.store.folders()[0].away);
    CHECK(library.store.find({}).total == 0);
    CHECK(library.store.forget_gone() == 0);

    fs::remove_all(library.models);
    fs::rename(library.folder / "unplugged", library.models);
    report = scan_library(library.store);
    CHECK(report.changed == 1);
    CHECK(report.added == 0);
    CHECK(library.only().note == "keep");

    CHECK(library.store.remove_folder(library.models));
    CHECK_FALSE(library.store.remove_folder(library.models));
    CHECK(library.store.find({}).total == 0);
    library.store.add_folder(library.models);
    scan_library(library.store);
    CHECK(library.only().note == "keep");
    CHECK(library.store.add_folder(library.models).id == library.store.folders()[0].id);
    CHECK_THROWS(library.store.add_folder(library.models / "nowhere"));
}

TEST_CASE("duplicates, misplaced, damaged and incomplete models are named", "[library]")
{
    Library library;
    test::write_small_lora(library.models / "loras/ink.safetensors", 1);
    fs::copy_file(library.models / "loras/ink.safetensors", library.models / "copy.safetensors");
    fs::create_hard_link(library.models / "loras/ink.safetensors", library.models / "same file.safetensors");
    test::write_small_lora(library.models / "checkpoints/lost.safetensors", 2);
    test::write_text(library.models / "loras/cut.safetensors",
        test::read_text(library.models / "loras/ink.safetensors").substr(0, 300));
    test::write_small_lora(library.models / "t5-00001-of-00002.safetensors", 3);
    scan_library(library.store);
    CHECK(library.total(LibraryFilter::everything) == 6);
    CHECK(library.total(LibraryFilter::duplicates) == 3);      // by size and fingerprint
    CHECK(library.only({ .filter = LibraryFilter::misplaced }).better_folder == library.models / "loras");
    CHECK(library.only({ .filter = LibraryFilter::damaged }).facts.damage.find("cut off") != std::string::npos);
    CHECK(library.only({ .filter = LibraryFilter::incomplete }).facts.missing_parts
          == std::vector<std::string> { "t5-00002-of-00002.safetensors" });

    hash_library(library.store);
    CHECK(library.total(LibraryFilter::duplicates) == 3);      // and by hash
    LibraryEntry const ink = *library.store.entry(library.models / "loras/ink.safetensors");
    std::string const bytes = test::read_text(ink.path);
    auto const header = static_cast<std::size_t>(static_cast<unsigned char>(bytes[0]))
                        | static_cast<std::size_t>(static_cast<unsigned char>(bytes[1])) << 8;
    CHECK(ink.auto_v3 == sha256(bytes.substr(8 + header)));
    CHECK(ink.auto_v2() == sha256(bytes).substr(0, 10));
    CHECK(library.store.with_hash(ink.auto_v2()).size() == 3);
    CHECK(library.store.with_hash("no hash").empty());
    fs::remove(library.models / "copy.safetensors");
    scan_library(library.store);
    CHECK(library.total(LibraryFilter::duplicates) == 0);      // two names of one file are none
}

TEST_CASE("hashing stops at once and goes on where it was", "[library]")
{
    Library library;
    for (int i = 0; i < 20; ++i)
        test::write_small_lora(library.models / (std::to_string(i) + ".safetensors"), i);
    test::write_sparse_safetensors(library.models / "large.safetensors", { { "w", "F16", { 4096, 4096 } } });
    scan_library(library.store);
    CHECK(library.store.left_to_hash().files == 21);
    std::int64_t const large = library.store.entry(library.models / "large.safetensors")->id;

    std::stop_source stop;
    std::vector<fs::path> order;
    HashOptions options { .stop = stop.get_token(), .progress = {}, .first = [&] { return std::vector { large }; } };
    options.progress = [&](HashProgress const& progress) {
        if (order.empty() || order.back() != progress.file)
            order.push_back(progress.file);
        if (progress.file.filename() != "large.safetensors")
            stop.request_stop();
    };
    std::int64_t const done = hash_library(library.store, options);
    CHECK(order.size() == 2);
    CHECK(order[0].filename() == "large.safetensors");         // it was in view
    CHECK(done == 1);
    CHECK(library.store.left_to_hash().files == 20);

    LibraryStore later(library.store.file());                  // as after a restart
    CHECK(hash_library(later) == 20);
    CHECK(hash_library(later) == 0);
    CHECK(later.entry(large)->sha256 == sha256(test::read_text(library.models / "large.safetensors")));
}

TEST_CASE("two programs on one library", "[library]")
{
    Library library;
    for (int i = 0; i < 300; ++i)
        test::write_small_lora(library.models / (std::to_string(i) + ".safetensors"), i);
    auto const work = [&] {
        LibraryStore store(library.store.file());
        for (int i = 0; i < 3; ++i) {
            scan_library(store);
            hash_library(store);
        }
    };
    library.store.changed_elsewhere();
    {
        std::jthread const other(work);
        work();
    }
    CHECK(library.store.changed_elsewhere());
    CHECK(library.store.find({}).total == 300);
    CHECK(library.store.left_to_hash().files == 0);
}

TEST_CASE("a damaged library is set aside and filled again", "[library]")
{
    test::TemporaryFolder const folder;
    fs::path const models = folder / "models", file = folder / "library.db";
    test::write_small_lora(models / "ink.safetensors", 1);
    {
        LibraryStore store(file);
        store.add_folder(models);
        scan_library(store);
    }
    test::write_text(file, "this was never a database, and it is long enough to be looked at as one ..............");
    LibraryStore store(file);
    CHECK(store.rescue().reason.find("library.damaged-1.db") != std::string::npos);
    CHECK(store.folders().empty());
    store.add_folder(models);
    CHECK(scan_library(store).added == 1);
}

TEST_CASE("the command brings folders in, shows, notes and finds what is wrong", "[library][command]")
{
    test::TemporaryFolder const folder;
    fs::path const models = folder / "ComfyUI/models";
    test::write_small_lora(models / "loras/ink.safetensors", 1, { { "modelspec.title", "Ink" } });
    test::write_small_lora(models / "checkpoints/lost.safetensors", 2);
    auto const run = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "library");
        arguments.push_back("--json");
        auto const result
            = test::run_igneous(arguments, { .environment = { "IGNEOUS_DATA=" + (folder / "data").string() } });
        INFO(result.out << result.err);
        CHECK(result.signal == 0);
        std::vector<nlohmann::json> objects;
        std::istringstream lines(result.out);
        for (std::string line; std::getline(lines, line);)
            objects.push_back(nlohmann::json::parse(line));
        return objects;
    };
    CHECK(run({ "scan" }).back()["error"]["code"] == "invalid_argument");      // nothing is watched
    CHECK(run({ "folders", "find", (folder / "ComfyUI").string(), "--add" }).back()["found"]["program"] == "ComfyUI");
    auto const scanned = run({ "scan", "--hash" });
    CHECK(scanned[0]["scan"]["added"] == 2);
    CHECK(scanned[1]["hashed"]["left"] == 0);
    CHECK(run({ "folders", "list" }).back()["folder"]["models"] == 2);
    std::string const ink = (models / "loras/ink.safetensors").string();
    CHECK(run({ "show", ink }).back()["model"]["metadata"]["number"] == "1");
    CHECK(
        run({ "note", ink, "for", "trees", "--favourite", "yes", "--base", "sdxl" }).back()["model"]["base"] == "sdxl");
    auto const found = run({ "list", "trees", "--type", "lora" });
    REQUIRE(found.size() == 2);
    CHECK(found[0]["model"]["title"] == "Ink");
    CHECK(found[0]["model"]["sha256"].get<std::string>().size() == 64);
    CHECK(found[1]["list"]["count"] == 1);
    CHECK(run({ "list", "--misplaced" })[0]["model"]["better_folder"] == (models / "loras").string());
    CHECK(run({ "list", "--type", "nonsense" }).back()["error"]["code"] == "invalid_argument");
    CHECK(run({ "list", "--damaged", "--missing" }).back()["error"]["code"] == "invalid_argument");
    CHECK(run({ "show", "99" }).back()["error"]["code"] == "invalid_argument");
    fs::remove(ink);
    CHECK(run({ "scan" }).back()["scan"]["gone"] == 1);
    CHECK(run({ "list", "--missing" })[0]["model"]["note"] == "for trees");
    CHECK(run({ "forget" }).back()["forgotten"] == 1);
    CHECK(run({ "folders", "remove", models.string() }).size() == 1);
    CHECK(run({ "list" }).back()["list"]["count"] == 0);
}

TEST_CASE("the watcher sees models come and go", "[library]")
{
    Library library;
    test::write_small_lora(library.models / "first.safetensors", 1);
    LibraryWatcher watcher(library.store.file(),
        { .settle = std::chrono::milliseconds(50), .rescan = std::chrono::hours(1), .hash = true });
    int scans = 0, changes = 0;
    std::string failure;
    QObject::connect(&watcher, &LibraryWatcher::scanned, &watcher, [&] { ++scans; });
    QObject::connect(&watcher, &LibraryWatcher::changed, &watcher, [&] { ++changes; });
    QObject::connect(
        &watcher, &LibraryWatcher::failed, &watcher, [&](QString const& why) { failure = why.toStdString(); });
    auto const has = [&](char const* name) {
        auto const entry = library.store.entry(library.models / name);
        return entry && entry->state == FileState::here && !entry->sha256.empty();
    };
    CHECK(wait_for([&] { return scans == 1 && has("first.safetensors") && !watcher.busy(); }));
    CHECK(changes > 0);

    test::write_small_lora(library.models / "second.safetensors", 2);
    CHECK(wait_for([&] { return has("second.safetensors"); }));
    test::write_small_lora(library.models / "new folder/third.safetensors", 3);
    CHECK(wait_for([&] { return has("new folder/third.safetensors"); }));
    test::write_small_lora(library.models / "new folder/fourth.safetensors", 4);
    CHECK(wait_for([&] { return has("new folder/fourth.safetensors"); }));
    fs::remove(library.models / "second.safetensors");
    CHECK(wait_for([&] { return !has("second.safetensors"); }));

    watcher.pause_hashing();
    test::write_small_lora(library.models / "fifth.safetensors", 5);
    CHECK(wait_for(
        [&] { return library.store.entry(library.models / "fifth.safetensors").has_value() && !watcher.busy(); }));
    CHECK_FALSE(has("fifth.safetensors"));
    watcher.resume_hashing();
    CHECK(wait_for([&] { return has("fifth.safetensors"); }));
    CHECK(failure == "");
}
