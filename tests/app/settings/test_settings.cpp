// SPDX-License-Identifier: Apache-2.0
#include "app/settings/settings.h"
#include "app/settings/settings_file.h"
#include "models/api/error.h"
#include "tests/app/process.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>

#include <catch2/catch_session.hpp>
#include <catch2/catch_test_macros.hpp>
#include <csignal>
#include <set>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace igneous;

namespace {

using nlohmann::json;
using Names = std::vector<std::string>;

/// Waits for `condition` with events running, two seconds at most.
bool comes_true(auto const& condition)
{
    QElapsedTimer clock;
    clock.start();
    while (!condition() && clock.elapsed() < 2000)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    return condition();
}

}

TEST_CASE("the table makes sense", "[settings]")
{
    SettingsSchema const& schema = igneous_settings();
    std::set<std::string_view> names, pages;
    for (SettingInfo const& info : schema.settings) {
        CAPTURE(info.name);
        CHECK(names.insert(info.name).second);
        CHECK_FALSE(objection_to(info, info.default_value));
        CHECK(setting_from(info, to_json(info.default_value)) == info.default_value);
        CHECK(info.since >= 1);
        CHECK(info.since <= schema.version());
        pages.insert(info.page);
    }
    CHECK(pages
          == std::set<std::string_view> { "engine", "folders", "privacy", "generate", "appearance", "session", "queue",
              "canvas", "pen", "keys", "window" });
    // Each key has the type that the table says: get() would throw.
    test::TemporaryFolder const folder;
    SettingsStore const store(folder / "settings.json");
    CHECK(store.get(setting::device).empty());
    CHECK(store.get(setting::precision) == "f16");
    CHECK(store.get(setting::memory_limit) == 0);
    CHECK(store.get(setting::model_folders).empty());
    CHECK(store.get(setting::lora_folders).empty());
    CHECK(store.get(setting::output_folder).empty());
    CHECK(store.get(setting::write_recipe));
    CHECK(store.get(setting::write_a1111));
    CHECK(store.get(setting::write_label));
    CHECK(store.get(setting::remember_prompts));
    CHECK(store.get(setting::previews_per_second) == 2);
    CHECK(store.get(setting::language) == "system");
    CHECK(store.get(setting::theme) == "system");
    CHECK(store.get(setting::autosave_minutes) == 0);
    CHECK(store.get(setting::undo_memory) == 1024);
    CHECK(store.get(setting::queue_at_start) == "go_on");
    CHECK(store.get(setting::queue_retry));
    CHECK(store.get(setting::queue_notify));
    CHECK(store.get(setting::queue_keep_days) == 30);
    CHECK(folder.names().empty());         // reading writes nothing
}

TEST_CASE("settings are kept, refused and reset", "[settings]")
{
    test::TemporaryFolder const folder;
    auto const file = folder / "deep/settings.json";
    {
        SettingsStore store(file);
        store.set(setting::theme, std::string("dark"));
        store.set(setting::model_folders, Names { "/models", "C:\\Models \"new\"", "Zürich" });
        store.set(setting::previews_per_second, 0.5);
        store.set(setting::undo_memory, std::int64_t { 64 });
        CHECK_FALSE(store.is_saved());
        CHECK_THROWS_AS(store.set(setting::theme, std::string("pink")), Error);
        CHECK_THROWS_AS(store.set(setting::previews_per_second, 60.0), Error);
        CHECK_THROWS_AS(store.set_value("appearance.theme", std::int64_t { 1 }), Error);
        CHECK_THROWS_AS(store.set_value("no.such", true), Error);
        store.save();
        CHECK(store.is_saved());
    }
    SettingsStore store(file);
    CHECK(store.report().notes.empty());
    CHECK(store.get(setting::theme) == "dark");
    CHECK(store.get(setting::model_folders) == Names { "/models", "C:\\Models \"new\"", "Zürich" });
    CHECK(store.get(setting::previews_per_second) == 0.5);
    CHECK_FALSE(store.is_default("session.undo_memory_mb"));
    store.reset_page("session");
    store.reset("appearance.theme");
    CHECK(store.is_default("session.undo_memory_mb"));
    CHECK(store.get(setting::theme) == "system");
    CHECK(store.get(setting::previews_per_second) == 0.5);
    store.save();
    CHECK(test::read_text(file).find("theme") == std::string::npos);
    CHECK(SettingsStore(file).get(setting::theme) == "system");
}

TEST_CASE("each program writes only what it changed", "[settings]")
{
    test::TemporaryFolder const folder;
    auto const file = folder / "settings.json";
    SettingsStore one(file), two(file);
    one.set(setting::theme, std::string("dark"));
    two.set(setting::language, std::string("de"));
    two.set(setting::queue_retry, false);
    CHECK(one.save().empty());
    CHECK(two.save() == Names { "appearance.theme" });     // what the other changed
    CHECK(one.reload() == Names { "appearance.language", "queue.retry_safely" });
    one.reset("appearance.language");
    one.save();
    CHECK(two.reload() == Names { "appearance.language" });
    two.set(setting::theme, std::string("light"));
    one.set(setting::theme, std::string("dark"));
    one.save();
    CHECK(two.reload().empty());           // a change that is not saved yet is not taken back
    two.save();
    CHECK(one.reload() == Names { "appearance.theme" });
    CHECK(one.get(setting::theme) == "light");

    std::vector<pid_t> children;
    for (int child = 0; child < 2; ++child) {
        children.push_back(fork());
        if (children.back() == 0) {
            SettingsStore store(file);
            for (std::int64_t i = 1; i <= 100; ++i) {
                if (child == 0)
                    store.set(setting::memory_limit, i);
                else
                    store.set(setting::queue_keep_days, i);
                store.save();
            }
            _exit(0);
        }
    }
    for (pid_t const child : children) {
        int status = 1;
        waitpid(child, &status, 0);
        CHECK(status == 0);
    }
    SettingsStore const after(file);
    CHECK(after.report().notes.empty());
    CHECK(after.get(setting::memory_limit) == 100);
    CHECK(after.get(setting::queue_keep_days) == 100);
    CHECK(after.get(setting::theme) == "light");
}

TEST_CASE("what a newer version wrote stays as it is", "[settings]")
{
    test::TemporaryFolder const folder;
    auto const file = folder / "settings.json";
    json theirs = json::parse(R"({"version": 9, "hint": {"a": [1, 2]}, "values": {
        "engine.fusion": {"deep": true}, "appearance.theme": "pink", "queue.retry_safely": false}})");
    test::write_text(file, theirs.dump());
    SettingsStore store(file);
    CHECK(store.report().notes.empty());
    CHECK(store.get(setting::theme) == "system");
    CHECK_FALSE(store.get(setting::queue_retry));
    store.set(setting::language, std::string("fr"));
    store.save();
    theirs["values"]["appearance.language"] = "fr";
    CHECK(json::parse(test::read_text(file)) == theirs);
    CHECK(folder.names() == Names { "settings.json", "settings.json.lock" });
}

TEST_CASE("older versions are migrated, one step after the other", "[settings]")
{
    SettingInfo const infos[] = {
        { "undo.megabytes", "session", std::int64_t { 512 }, 1, 1000 },
        { .name = "look.theme", .page = "look", .default_value = "dark", .choices = { "dark", "light" }, .since = 2 },
    };
    SettingsMigration const steps[] = {
        [](json& values) {                 // 1 -> 2: a switch became a choice
            if (auto const found = values.find("look.dark"); found != values.end()) {
                values["look.theme"] = found->get<bool>() ? "dark" : "light";
                values.erase("look.dark");
            }
        },
        [](json& values) {                 // 2 -> 3: kilobytes became megabytes
            if (auto const found = values.find("undo.kilobytes"); found != values.end()) {
                values["undo.megabytes"] = found->get<std::int64_t>() / 1024;
                values.erase("undo.kilobytes");
            }
        },
    };
    SettingsSchema const schema { infos, steps };
    CHECK(schema.version() == 3);
    test::TemporaryFolder const folder;
    auto const file = folder / "settings.json";
    auto const open = [&](std::string const& text) {
        test::write_text(file, text);
        return SettingsStore(file, schema);
    };
    SettingsStore store = open(R"({"version":1,"values":{"look.dark":false,"undo.kilobytes":204800,"mine":1}})");
    CHECK(store.report().notes.empty());
    CHECK(std::get<std::string>(store.value("look.theme")) == "light");
    CHECK(std::get<std::int64_t>(store.value("undo.megabytes")) == 200);
    store.save();
    CHECK(json::parse(test::read_text(file))
          == json::parse(R"({"version":3,"values":{"look.theme":"light","undo.megabytes":200,"mine":1}})"));

    SettingsStore second = open(R"({"version":2,"values":{"look.dark":false,"undo.kilobytes":204800}})");
    CHECK(std::get<std::string>(second.value("look.theme")) == "dark");     // the first step was not for it
    CHECK(std::get<std::int64_t>(second.value("undo.megabytes")) == 200);

    SettingsStore bad = open(R"({"version":1,"values":{"look.dark":"yes","undo.kilobytes":204800}})");
    CHECK(bad.report().notes.size() == 1);
    CHECK_FALSE(bad.report().kept_copy.empty());
    CHECK(std::get<std::int64_t>(bad.value("undo.megabytes")) == 200);
}

TEST_CASE("of damaged settings the good part counts, and a copy is kept", "[settings]")
{
    test::TemporaryFolder const folder;
    auto const file = folder / "settings.json";
    {
        SettingsStore store(file);
        store.set(setting::theme, std::string("dark"));
        store.set(setting::language, std::string("de"));
        store.set(setting::model_folders, Names { "/a", "/b" });
        store.save();
    }
    std::string const good = test::read_text(file);

    std::string garbled = good;
    garbled[garbled.find("\"dark\"") + 2] = '\0';
    test::write_text(file, garbled);
    {
        SettingsStore const store(file);
        CHECK(store.report().notes.size() >= 1);
        CHECK(store.report().kept_copy == folder / "settings.damaged-1.json");
        CHECK(test::read_text(store.report().kept_copy) == garbled);
        CHECK(store.get(setting::theme) == "system");
        CHECK(store.get(setting::language) == "de");
        CHECK(store.get(setting::model_folders) == Names { "/a", "/b" });
    }
    CHECK(SettingsStore(file).report().notes.empty());     // it is said once

    test::write_text(file,
        R"({"version":1,"values":{"appearance.theme":7,"appearance.language":"de","previews.per_second":1e300}})");
    {
        SettingsStore const store(file);
        CHECK(store.report().notes.size() == 2);
        CHECK(store.report().kept_copy == folder / "settings.damaged-2.json");
        CHECK(store.get(setting::language) == "de");
        CHECK(store.get(setting::theme) == "system");
    }
    for (std::size_t size = 0; size < good.size(); ++size) {
        SettingsFile const found = parse_settings(std::string_view(good).substr(0, size), igneous_settings());
        if (size < good.size() - 2)
            CHECK_FALSE(found.damage.empty());
        for (auto const& [name, value] : found.known(igneous_settings()))
            CHECK(value == parse_settings(good, igneous_settings()).known(igneous_settings()).at(name));
    }
    for (std::string const text :
        { "", "\0\0\0\0", "[]", "null", "{\"version\":-1}", "{\"version\":1e400}", "{\"values\":3}" }) {
        test::write_text(file, text);
        SettingsStore const store(file);
        CHECK_FALSE(store.report().notes.empty());
        CHECK(store.get(setting::theme) == "system");
    }
    CHECK_FALSE(parse_settings(std::string(1'000'000, '['), igneous_settings()).damage.empty());
}

TEST_CASE("on a full disk the old settings stay and the new ones wait", "[settings]")
{
    test::TemporaryFolder const folder;
    auto const file = folder / "settings.json";
    SettingsStore store(file);
    store.set(setting::theme, std::string("dark"));
    store.save();
    std::string const before = test::read_text(file);
    store.set(setting::device, std::string(5000, 'x'));
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit unlimited;
    getrlimit(RLIMIT_FSIZE, &unlimited);
    rlimit const full { 1000, unlimited.rlim_max };
    setrlimit(RLIMIT_FSIZE, &full);
    ErrorCode code = ErrorCode::internal;
    try {
        store.save();
    } catch (Error const& error) {
        code = error.code();
    }
    setrlimit(RLIMIT_FSIZE, &unlimited);
    CHECK(code == ErrorCode::disk_full);
    CHECK(test::read_text(file) == before);
    CHECK_FALSE(store.is_saved());
    store.save();
    CHECK(SettingsStore(file).get(setting::device).size() == 5000);
}

TEST_CASE("settings tell who looks on, and write themselves", "[settings]")
{
    test::TemporaryFolder const folder;
    auto const file = folder / "settings.json";
    Settings settings(file);
    Names heard, problems;
    QObject::connect(&settings, &Settings::changed, [&](QString const& name) { heard.push_back(name.toStdString()); });
    QObject::connect(
        &settings, &Settings::not_saved, [&](QString const& why) { problems.push_back(why.toStdString()); });
    settings.set(setting::theme, std::string("dark"));
    settings.set(setting::theme, std::string("dark"));
    CHECK(heard == Names { "appearance.theme" });
    CHECK(comes_true([&] { return SettingsStore(file).get(setting::theme) == "dark"; }));

    heard.clear();
    for (int i = 0; i < 2; ++i) {          // the watch outlives the file that it watched
        SettingsStore other(file);
        other.set(setting::undo_memory, std::int64_t { 100 + i });
        other.save();
        CHECK(comes_true([&] { return settings.get(setting::undo_memory) == 100 + i; }));
    }
    CHECK(heard == Names { "session.undo_memory_mb", "session.undo_memory_mb" });
    settings.reset_page("session");
    CHECK(heard.size() == 3);
    CHECK(settings.is_default("session.undo_memory_mb"));
    CHECK(settings.save());
    CHECK(problems.empty());

    Settings nowhere("/proc/no such place/settings.json");
    QObject::connect(
        &nowhere, &Settings::not_saved, [&](QString const& why) { problems.push_back(why.toStdString()); });
    nowhere.set(setting::theme, std::string("light"));
    CHECK_FALSE(nowhere.save());
    CHECK(problems.size() == 1);
    CHECK(nowhere.get(setting::theme) == "light");
}

int main(int argc, char** argv)
{
    QCoreApplication const application(argc, argv);
    return Catch::Session().run(argc, argv);
}
