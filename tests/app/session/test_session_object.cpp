// SPDX-License-Identifier: Apache-2.0
#include "app/files/file.h"
#include "app/session/journal_format.h"
#include "app/session/session.h"
#include "app/session/setting_commands.h"
#include "app/settings/settings.h"
#include "models/api/error.h"
#include "tests/app/process.h"
#include "tests/app/session/random_commands.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include <catch2/catch_session.hpp>
#include <catch2/catch_test_macros.hpp>
#include <csignal>
#include <map>
#include <sys/wait.h>
#include <unistd.h>

using namespace igneous;
using test::Random;

namespace {

/// Counts what a session tells.
class Listener {
public:
    explicit Listener(Session& session)
    {
        auto const count = [this](std::string name) { return [this, name] { ++m_heard[name]; }; };
        QObject::connect(&session, &Session::request_changed, count("request"));
        QObject::connect(&session, &Session::prompt_history_changed, count("prompts"));
        QObject::connect(&session, &Session::documents_changed, count("documents"));
        QObject::connect(&session, &Session::layers_changed, count("layers"));
        QObject::connect(&session, &Session::selection_changed, count("selection"));
        QObject::connect(&session, &Session::active_layer_changed, count("active layer"));
        QObject::connect(&session, &Session::document_properties_changed, count("properties"));
        QObject::connect(&session, &Session::history_changed, count("history"));
        QObject::connect(&session, &Session::document_changed, [this](DocumentId, Rect const& dirty) {
            ++m_heard["pixels"];
            m_dirty = dirty;
        });
    }
    std::map<std::string, int> take() { return std::exchange(m_heard, {}); }
    Rect dirty() const { return m_dirty; }

private:
    std::map<std::string, int> m_heard;
    Rect m_dirty;
};

using Heard = std::map<std::string, int>;

DocumentId add_picture(Session& session, std::string name)
{
    Document document { .id = session.new_id() };
    DocumentId const id = document.id;
    document.properties = { std::move(name), 600, 500, {}, {} };
    document.layers.push_back(make_layer(session.new_id(), LayerKind::paint, "Ground"));
    session.push(add_document(session.workspace(), std::move(document)));
    return id;
}

Document const& last_document(Session const& session) { return session.workspace().documents.back(); }

}

TEST_CASE("a session tells what changed and no more", "[session]")
{
    test::TemporaryFolder const folder;
    Session session(folder.path());
    Listener listener(session);
    Random random(1);
    add_picture(session, "a");
    CHECK(listener.take() == Heard { { "documents", 1 }, { "history", 1 } });
    session.push(set_prompt(session.workspace(), "a cat"));
    CHECK(listener.take() == Heard { { "request", 1 }, { "history", 1 } });
    LayerId const layer = last_document(session).layers[0].id;
    session.push(paint(last_document(session), layer, { { { 1, 1 }, test::random_tile(random, 4) } }, "Stroke"));
    CHECK(listener.take() == Heard { { "pixels", 1 }, { "history", 1 } });
    CHECK(listener.dirty() == Rect { 256, 256, 256, 256 });
    session.push(paint(last_document(session), 0, { { { 0, 0 }, test::random_tile(random, 1) } }, "Select"));
    CHECK(listener.take() == Heard { { "pixels", 1 }, { "selection", 1 }, { "history", 1 } });
    CHECK(session.undo());
    CHECK(listener.take() == Heard { { "pixels", 1 }, { "selection", 1 }, { "history", 1 } });
    session.set_active_layer(last_document(session).id, layer);
    CHECK(listener.take() == Heard { { "active layer", 1 } });
    session.push(edit_layer(last_document(session), layer, "Opacity", [](LayerProperties& p) { p.opacity = 0.5; }));
    CHECK(listener.take() == Heard { { "layers", 1 }, { "pixels", 1 }, { "history", 1 } });
    session.remember_prompts();
    session.remember_prompts();
    CHECK(listener.take() == Heard { { "prompts", 1 } });
    CHECK(session.workspace().prompt_history == std::vector<PromptEntry> { { "a cat", "" } });
    CHECK_THROWS_AS(session.push(remove_layer(last_document(session), 999)), Error);
    CHECK(listener.take().empty());
}

TEST_CASE("a session is there again after it ended, by itself or by a kill", "[session][kill]")
{
    test::TemporaryFolder const folder;
    Workspace before;
    {
        Session session(folder.path());
        Random random(5);
        for (int i = 0; i < 60; ++i)
            session.push(test::random_command(session.workspace(), random));
        session.undo();
        session.undo();
        before = session.workspace();
    }
    pid_t const child = fork();
    if (child == 0) {
        Session session(folder.path());
        session.push(set_prompt(session.workspace(), "painted just now"));
        bool const good = session.workspace().documents == before.documents;
        usleep(220'000);                   // what is promised, without flush()
        kill(getpid(), good ? SIGKILL : SIGTERM);
    }
    int status = 0;
    waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
    REQUIRE(WTERMSIG(status) == SIGKILL);
    Session const session(folder.path());
    CHECK(session.workspace().documents == before.documents);
    CHECK(session.workspace().request.prompt == "painted just now");
    CHECK(session.report().notes.empty());
    CHECK_FALSE(session.history().can_undo());
    std::uint64_t highest = 0;
    for (Document const& document : session.workspace().documents)
        highest = std::max(highest, document.id);
    CHECK(const_cast<Session&>(session).new_id() > highest);
}

TEST_CASE("two sessions at once do not meet, and what one leaves the next finds", "[session]")
{
    test::TemporaryFolder const folder;
    {
        Session first(folder.path());
        Session second(folder.path());
        CHECK(first.report().session == 1);
        CHECK(second.report().session == 2);
        add_picture(first, "one");
        add_picture(second, "two");
        second.push(set_prompt(second.workspace(), "a dog"));
        second.remember_prompts();
    }
    {
        Session const session(folder.path());
        CHECK(session.report().session == 1);
        CHECK(session.report().adopted_documents == 1);
        REQUIRE(session.workspace().documents.size() == 2);
        CHECK(session.workspace().documents[0].properties.name == "one");
        CHECK(session.workspace().documents[1].properties.name == "two");
        CHECK(session.workspace().documents[0].id != session.workspace().documents[1].id);
        CHECK(session.workspace().prompt_history.size() == 1);
    }
    Session const session(folder.path());
    CHECK(session.report().adopted_documents == 0);
    CHECK(session.workspace().documents.size() == 2);
}

TEST_CASE("damaged sessions are opened as far as they go, those of newer versions left alone", "[session]")
{
    test::TemporaryFolder const folder;
    {
        Session session(folder.path());
        add_picture(session, "one");
        session.push(set_prompt(session.workspace(), "a fox"));
    }
    auto const journal = folder / "1/journal";
    auto bytes = read_file(journal, 1u << 30);
    bytes[60] ^= std::byte { 1 };
    write_file(journal, bytes);
    {
        Session const session(folder.path());
        CHECK(session.report().notes.size() >= 1);
        REQUIRE(session.report().kept_copies.size() == 1);
        CHECK(read_file(session.report().kept_copies[0], 1u << 30) == bytes);
        CHECK(session.workspace().documents.size() == 1);
        CHECK(session.workspace().request.prompt == "a fox");
    }
    test::write_text(journal, "igneous journal 7\n");
    Session const session(folder.path());
    CHECK(session.report().session == 2);
    CHECK(session.report().notes.size() == 1);
    CHECK(test::read_text(journal) == "igneous journal 7\n");
}

TEST_CASE("documents are opened and saved", "[session][document]")
{
    test::TemporaryFolder const folder;
    Session session(folder / "session");
    DocumentId const id = add_picture(session, "one");
    Random random(1);
    LayerId const layer = last_document(session).layers[0].id;
    session.push(paint(last_document(session), layer, { { { 0, 0 }, test::random_tile(random, 4) } }, "Stroke"));
    CHECK_FALSE(session.is_saved(id));
    auto const file = folder / "one.igneous";
    session.save_document(id, file);
    CHECK(session.is_saved(id));
    CHECK(last_document(session).file == file.string());
    std::vector<std::string> notes;
    DocumentId const again = session.open_document(file, notes);
    CHECK(notes.empty());
    CHECK(again != id);
    CHECK(session.is_saved(again));
    CHECK(session.workspace().active_document == again);
    CHECK(last_document(session).layers == session.workspace().documents[0].layers);
    session.undo();
    CHECK(session.workspace().documents.size() == 1);

    auto bytes = read_file(file, 1u << 30);
    bytes.resize(bytes.size() - 40);
    write_file(file, bytes);
    DocumentId const damaged = session.open_document(file, notes);
    CHECK(notes.size() == 1);
    CHECK(last_document(session).file.empty());
    CHECK_FALSE(session.is_saved(damaged));
    CHECK_THROWS_AS(session.open_document(folder / "none.igneous", notes), Error);
    CHECK_THROWS_AS(session.save_document(id, folder / "nowhere/one.igneous"), Error);
}

TEST_CASE("documents are saved without waiting, and count as saved where nothing changed", "[session][document]")
{
    test::TemporaryFolder const folder;
    Session session(folder / "session");
    DocumentId const id = add_picture(session, "one");
    auto const file = folder / "one.igneous";
    auto const save = [&](std::filesystem::path const& to, std::function<void()> const& meanwhile) {
        std::optional<QString> problem;
        session.save_document_later(id, to, [&](QString const& said) { problem = said; });
        meanwhile();
        QElapsedTimer clock;
        clock.start();
        while (!problem && clock.elapsed() < 5000)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 50);
        REQUIRE(problem);
        return *problem;
    };
    CHECK(save(file, [] {}).isEmpty());
    CHECK(session.is_saved(id));
    CHECK(last_document(session).file == file.string());
    CHECK(save(file, [&] { session.push(set_frame(last_document(session), { 0, 0, 8, 8 })); }).isEmpty());
    CHECK_FALSE(session.is_saved(id));
    CHECK_FALSE(save(folder / "nowhere/one.igneous", [] {}).isEmpty());
    CHECK(last_document(session).file == file.string());
}

TEST_CASE("settings change as commands", "[session]")
{
    test::TemporaryFolder const folder;
    Settings settings(folder / "settings.json");
    Session session(folder / "session");
    for (std::int64_t size : { 11, 12, 13 })
        session.push(change_settings(
            settings, "Text size", { { std::string(setting::font_size.name), size } }, "size"));
    CHECK(session.history().size() == 1);                      // as one holds the arrow
    session.push(change_settings(settings, "Theme", { { std::string(setting::theme.name), std::string("dark") } }));
    session.push(reset_settings_page(settings, "Reset", "appearance"));
    CHECK(settings.get(setting::font_size) == 0);
    session.undo();
    CHECK(settings.get(setting::font_size) == 13);
    CHECK(settings.get(setting::theme) == "dark");
    session.undo();
    session.undo();
    CHECK(settings.is_default(setting::font_size.name));
    CHECK_THROWS_AS(
        session.push(change_settings(settings, "Theme", { { std::string(setting::theme.name), std::string("pink") } })),
        Error);
    CHECK_FALSE(session.history().can_undo());
}

int main(int argc, char** argv)
{
    QCoreApplication const application(argc, argv);
    return Catch::Session().run(argc, argv);
}
