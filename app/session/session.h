// SPDX-License-Identifier: Apache-2.0
#pragma once

// A workspace that is open: what is in it, everything that can be undone, and the journal that brings it all back after
// a kill. It tells who looks on what has changed. A window shows it and pushes commands; it decides nothing about
// looks. Everything happens on the thread that the object lives on.

#include "app/session/commands.h"
#include "app/session/document_file.h"
#include "app/session/journal.h"
#include "app/session/session_folder.h"

#include <QObject>
#include <QThreadPool>

namespace igneous {

/// What the user should know of how the session was found.
struct SessionReport {
    std::vector<std::string> notes;                        // a sentence each
    std::vector<std::filesystem::path> kept_copies;        // of damaged journals
    int session = 1;                                       // 2 and more: another window has the first
    std::size_t adopted_documents = 0;                     // from sessions that ended without closing
};

class Session : public QObject {
    Q_OBJECT

public:
    /// `base` is data_folder()/session in the program. Opens the first session that no other process has, and takes
    /// over the documents of those that were left behind. Throws only where not even a folder can be made.
    explicit Session(std::filesystem::path const& base, JournalOptions const& options = {}, QObject* parent = nullptr);
    /// Everything is on the disk after this.
    ~Session() override;

    SessionReport const& report() const { return m_report; }
    Workspace const& workspace() const { return m_workspace; }
    UndoStack const& history() const { return m_undo; }
    /// For new layers and documents: never given twice.
    std::uint64_t new_id() { return ++m_last_id; }

    // As UndoStack; each tells what it changed.
    void push(Command command);
    bool undo();
    bool redo();
    void go_to(std::size_t position);
    void begin_group(std::string name) { m_undo.begin_group(std::move(name)); }
    void end_group();
    void cancel_group();
    void stop_merging() { m_undo.stop_merging(); }
    void set_undo_memory(std::size_t bytes);

    // Kept in the journal, but nothing that one would undo.
    void set_active_document(DocumentId document);
    void set_active_layer(DocumentId document, LayerId layer);
    /// Puts the request's prompts at the front of the history.
    void remember_prompts();
    void forget_prompts();

    /// Reads an .igneous file into the workspace; `notes` say what of it was damaged. Such a document has no file, so
    /// that saving it asks for a new name and the damaged one stays. Throws as read_document().
    DocumentId open_document(std::filesystem::path const& file, std::vector<std::string>& notes);
    /// What open_document() does once the file is read, for those that read it on another thread.
    DocumentId add_opened(ReadDocument found, std::filesystem::path const& file, std::vector<std::string>& notes);
    /// Throws disk_full or invalid_argument, with the file as it was.
    void save_document(DocumentId document, std::filesystem::path const& file);
    /// The same on a thread of its own, without waiting: as the document is now. `done` is called on this object's
    /// thread, with what went wrong or an empty text; the document counts as saved where nothing was changed meanwhile.
    void save_document_later(
        DocumentId document, std::filesystem::path const& file, std::function<void(QString const& problem)> done);
    /// What save_document() does once `saved`, a copy of the document, is in the file. Where it was changed meanwhile it
    /// counts as changed.
    void document_saved(Document const& saved, std::filesystem::path const& file);
    /// Whether it is as its file. After a restart a document counts as changed until it is saved.
    bool is_saved(DocumentId document) const { return m_undo.is_clean(document); }

    /// Waits until everything is on the disk; false when it cannot be.
    bool flush() { return m_journal->flush(); }
    JournalStatus journal_status() const { return m_journal->status(); }

Q_SIGNALS:
    void request_changed();
    void prompt_history_changed();
    /// One was opened or closed, or another is active.
    void documents_changed();
    /// Has to be drawn anew there, in pixels of the document.
    void document_changed(igneous::DocumentId document, igneous::Rect const& dirty);
    void document_properties_changed(igneous::DocumentId document);
    void layers_changed(igneous::DocumentId document);
    void selection_changed(igneous::DocumentId document);
    void active_layer_changed(igneous::DocumentId document);
    /// The list of commands, or where in it one is.
    void history_changed();
    /// The journal fails (why: for the user), or works again.
    void saving_changed(bool saving, QString const& why);

private:
    std::vector<Change> apply_and_write(std::vector<Change> const& changes);
    void apply_for_good(Change change);
    void open_journal(std::filesystem::path const& base, JournalOptions const& options);
    void adopt(SessionFolder const& folder);
    void tell(Effect const& effect);

    Workspace m_workspace;
    UndoStack m_undo;
    SessionReport m_report;
    std::uint64_t m_last_id = 0, m_steps = 0;              // m_steps: changes of the history
    QThreadPool m_saving;
    std::optional<SessionFolder> m_folder;
    std::unique_ptr<Journal> m_journal;                    // ends before the folder's lock
};

}
