// SPDX-License-Identifier: Apache-2.0
#include "app/session/session.h"

#include "app/files/file.h"
#include "app/files/growing_file.h"
#include "app/files/places.h"
#include "app/session/journal_format.h"
#include "models/api/error.h"

#include <QMetaObject>

#include <algorithm>
#include <limits>

namespace igneous {

namespace fs = std::filesystem;

namespace {

std::uint64_t highest_id(Workspace const& workspace)
{
    std::uint64_t highest = 0;
    for (Document const& document : workspace.documents) {
        highest = std::max(highest, document.id);
        for_each_layer(document.layers, [&](Layer const& layer) { highest = std::max(highest, layer.id); });
    }
    return highest;
}

}

Session::Session(fs::path const& base, JournalOptions const& options, QObject* parent)
    : QObject(parent)
    , m_undo([this](std::vector<Change> const& changes) { return apply_and_write(changes); })
{
    m_saving.setMaxThreadCount(1);         // one file after the other
    connect(this, &Session::history_changed, this, [this] { ++m_steps; });
    open_journal(base, options);
    m_last_id = highest_id(m_workspace);
    for (SessionFolder const& folder : m_folder->left_behind())
        adopt(folder);
}

Session::~Session() = default;

void Session::open_journal(fs::path const& base, JournalOptions const& options)
{
    for (int first = 1; !m_journal; first = m_folder->number() + 1) {
        m_folder = SessionFolder::take(base, first);
        OpenedJournal opened;
        try {
            m_journal
                = std::make_unique<Journal>(m_folder->journal(), opened, options, [this](JournalStatus const& status) {
                      QMetaObject::invokeMethod(
                          this,
                          [this, status] {
                              Q_EMIT saving_changed(status.saving, QString::fromStdString(status.problem));
                          },
                          Qt::QueuedConnection);
                  });
        } catch (Error const& error) {
            if (error.code() != ErrorCode::unsupported_model)
                throw;
            continue;                      // a newer version's: it stays for that one, as adopt() will say
        }
        m_workspace = std::move(opened.workspace);
        m_report.notes.insert(m_report.notes.end(), opened.notes.begin(), opened.notes.end());
        if (!opened.kept_copy.empty())
            m_report.kept_copies.push_back(opened.kept_copy);
    }
    m_report.session = m_folder->number();
}

/// Takes over what another session left: first it is safe here, then it goes there.
void Session::adopt(SessionFolder const& folder)
{
    ReadJournal found;
    try {
        found = read_journal(read_file(folder.journal(), std::numeric_limits<std::uint64_t>::max() / 2));
        std::vector<Change> changes;
        for (Document document : found.workspace.documents) {
            document.id = new_id();
            changes.emplace_back(AddDocument { m_workspace.documents.size() + changes.size(), std::move(document) });
        }
        std::vector<PromptEntry> prompts = m_workspace.prompt_history;
        for (PromptEntry const& entry : found.workspace.prompt_history)
            if (std::ranges::find(prompts, entry) == prompts.end() && prompts.size() < most_prompts)
                prompts.push_back(entry);
        if (prompts != m_workspace.prompt_history)
            changes.emplace_back(SetPromptHistory { std::move(prompts) });
        apply_and_write(changes);
        m_report.adopted_documents += found.workspace.documents.size();
        m_last_id = highest_id(m_workspace);
    } catch (Error const& error) {
        m_report.notes.push_back(std::format("session {} was left as it is: {}", folder.number(), error.what()));
        return;
    }
    if (!m_journal->flush())
        return;
    m_report.notes.insert(m_report.notes.end(), found.notes.begin(), found.notes.end());
    std::error_code error;
    if (found.damaged) {
        m_report.kept_copies.push_back(name_for_damaged(folder.journal()));
        fs::rename(folder.journal(), m_report.kept_copies.back(), error);
    } else {
        fs::remove(folder.journal(), error);
    }
}

std::vector<Change> Session::apply_and_write(std::vector<Change> const& changes)
{
    if (changes.empty())
        return {};
    Effect effect;
    std::vector<Change> back = apply(m_workspace, changes, effect);
    m_journal->append(changes);
    tell(effect);
    return back;
}

void Session::apply_for_good(Change change)
{
    std::vector<Change> changes;
    changes.push_back(std::move(change));
    apply_and_write(changes);
}

void Session::push(Command command)
{
    if (command.changes.empty() && !command.run && !command.revert)
        return;                            // nothing comes of it: nothing to undo
    m_undo.push(std::move(command));
    if (!m_undo.in_group())                // then the list is another at its end
        Q_EMIT history_changed();
}

bool Session::undo()
{
    bool const done = m_undo.undo();
    if (done)
        Q_EMIT history_changed();
    return done;
}

bool Session::redo()
{
    bool const done = m_undo.redo();
    if (done)
        Q_EMIT history_changed();
    return done;
}

void Session::go_to(std::size_t position)
{
    m_undo.go_to(position);
    Q_EMIT history_changed();
}

void Session::end_group()
{
    m_undo.end_group();
    Q_EMIT history_changed();
}

void Session::cancel_group()
{
    m_undo.cancel_group();
    Q_EMIT history_changed();
}

void Session::set_undo_memory(std::size_t bytes)
{
    m_undo.set_memory_limit(bytes);
    Q_EMIT history_changed();
}

void Session::set_active_document(DocumentId document)
{
    if (document != m_workspace.active_document)
        apply_for_good(SetActiveDocument { document });
}

void Session::set_active_layer(DocumentId document, LayerId layer)
{
    apply_for_good(SetActiveLayer { document, layer });
}

void Session::remember_prompts()
{
    PromptEntry const now { m_workspace.request.prompt, m_workspace.request.negative_prompt };
    std::vector<PromptEntry> entries = m_workspace.prompt_history;
    if (now == PromptEntry() || (!entries.empty() && entries.front() == now))
        return;
    std::erase(entries, now);
    entries.insert(entries.begin(), now);
    entries.resize(std::min(entries.size(), most_prompts));
    apply_for_good(SetPromptHistory { std::move(entries) });
}

void Session::forget_prompts() { apply_for_good(SetPromptHistory {}); }

DocumentId Session::open_document(fs::path const& file, std::vector<std::string>& notes)
{
    return add_opened(read_document(file), file, notes);
}

DocumentId Session::add_opened(ReadDocument found, fs::path const& file, std::vector<std::string>& notes)
{
    Document& document = found.document;
    DocumentId const id = document.id = new_id();
    for_each_layer(document.layers, [&](Layer const& layer) { m_last_id = std::max(m_last_id, layer.id); });
    if (found.notes.empty())
        document.file = utf8_name(file);
    notes = std::move(found.notes);
    push(add_document(m_workspace, std::move(document)));
    if (notes.empty())
        m_undo.mark_clean(id);
    set_active_document(id);
    return id;
}

void Session::save_document(DocumentId document, fs::path const& file)
{
    Document const* const found = find_document(m_workspace, document);
    require(found, "session: there is no document {}", document);
    write_document(*found, file);
    document_saved(*found, file);
}

void Session::document_saved(Document const& saved, fs::path const& file)
{
    DocumentId const id = saved.id;
    Document const* const now = find_document(m_workspace, id);
    if (!now)
        return;
    // Its file, and which layer is active, are not what the file is about.
    bool const same = now->properties == saved.properties && now->layers == saved.layers
                      && now->selection == saved.selection;
    if (same)
        m_undo.mark_clean(id);
    if (std::string name = utf8_name(file); name != now->file)
        apply_for_good(SetDocumentFile { id, std::move(name) });
    Q_EMIT history_changed();
}

void Session::save_document_later(
    DocumentId document, fs::path const& file, std::function<void(QString const& problem)> done)
{
    Document const* const found = find_document(m_workspace, document);
    require(found, "session: there is no document {}", document);
    m_saving.start([this, copy = *found, file, done = std::move(done), steps = m_steps] {
        QString problem;
        try {
            write_document(copy, file);
        } catch (std::exception const& error) {
            problem = QString::fromUtf8(error.what());
        }
        QMetaObject::invokeMethod(this, [this, id = copy.id, file, problem, done, steps] {
            Document const* const now = find_document(m_workspace, id);
            if (now && problem.isEmpty()) {
                if (steps == m_steps)
                    m_undo.mark_clean(id);
                if (std::string name = utf8_name(file); name != now->file)
                    apply_for_good(SetDocumentFile { id, std::move(name) });
                Q_EMIT history_changed();
            }
            if (done)
                done(problem);
        });
    });
}

void Session::tell(Effect const& effect)
{
    if (effect.request)
        Q_EMIT request_changed();
    if (effect.prompt_history)
        Q_EMIT prompt_history_changed();
    if (effect.documents)
        Q_EMIT documents_changed();
    for (DocumentEffect const& in : effect.in) {
        if (in.properties)
            Q_EMIT document_properties_changed(in.document);
        if (in.layers)
            Q_EMIT layers_changed(in.document);
        if (in.active_layer)
            Q_EMIT active_layer_changed(in.document);
        if (in.selection)
            Q_EMIT selection_changed(in.document);
        if (!in.dirty.empty())
            Q_EMIT document_changed(in.document, in.dirty);
    }
}

}
