// SPDX-License-Identifier: Apache-2.0
#include "gui/library/folders_dialog.h"

#include "app/files/places.h"
#include "gui/studio/collection_edits.h"
#include "gui/studio/library_model.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QDir>
#include <QFileDialog>
#include <QLabel>
#include <QListWidget>
#include <QPointer>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace igneous {

namespace {

QString shown(std::filesystem::path const& path) { return QString::fromStdString(utf8_name(path)); }

}

FoldersDialog::FoldersDialog(LibraryModel& model, CollectionEdits& edits, QWidget* parent)
    : QDialog(parent)
    , m_model(model)
    , m_edits(edits)
    , m_list(new QListWidget)
    , m_found(label(QString(), Tone::faint))
    , m_remove(new QPushButton(tr("Stop watching")))
{
    setWindowTitle(tr("Folders of models"));
    m_list->setAccessibleName(tr("Watched folders"));
    m_list->setTextElideMode(Qt::ElideMiddle);
    m_list->setStyleSheet(QStringLiteral("QListWidget { background: %1; border: 1px solid %2; border-radius: 5px; padding: 4px; }"
                                         "QListWidget::item { padding: 7px 9px; border-radius: 4px; }"
                                         "QListWidget::item:selected { background: %3; color: %4; }")
                              .arg(colours().raised.name(), colours().line.name(), colours().hover.name(),
                                  colours().text.name()));
    m_found->setWordWrap(true);
    m_found->setAccessibleName(tr("What was found"));
    auto* add = new QPushButton(tr("Add a folder…"));
    auto* look = new QPushButton(tr("Find other programs' models"));
    look->setToolTip(tr("ComfyUI, AUTOMATIC1111, Forge and InvokeAI: read where they stand, never changed"));
    auto* done = primary_button(tr("Done"));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(add);
    buttons->addWidget(look);
    buttons->addWidget(m_remove);
    buttons->addStretch(1);
    buttons->addWidget(done);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(Measures::margin, Measures::margin, Measures::margin, Measures::margin);
    column->setSpacing(Measures::gap);
    column->addWidget(label(tr("Models are read where they lie. Nothing is copied, and nothing in these folders is changed "
                               "unless you rename or delete it here."),
        Tone::faint));
    column->addWidget(m_list, 1);
    column->addWidget(m_found);
    column->addLayout(buttons);
    resize(680, 400);
    connect(add, &QPushButton::clicked, this, &FoldersDialog::add_folder);
    connect(look, &QPushButton::clicked, this,
        [this] { look_for_programs(path_from_utf8(QDir::homePath().toStdString())); });
    connect(done, &QPushButton::clicked, this, &QDialog::accept);
    connect(m_list, &QListWidget::currentRowChanged, this, [this](int row) { m_remove->setEnabled(row >= 0); });
    connect(m_remove, &QPushButton::clicked, this, [this] {
        if (QListWidgetItem const* item = m_list->currentItem())
            m_edits.apply(stop_watching(path_from_utf8(item->data(Qt::UserRole).toString().toStdString())));
    });
    connect(m_found, &QLabel::linkActivated, this, [this] {
        for (ProgramFolder const& one : m_offered)
            m_edits.apply(watch_folder(one.folder, one.program));
        m_found->clear();
    });
    connect(&model, &LibraryModel::answered, this, &FoldersDialog::show_folders);
    show_folders();
}

void FoldersDialog::show_folders()
{
    int const row = m_list->currentRow();
    m_list->clear();
    for (WatchedFolder const& folder : m_model.folders()) {
        QString const whose = folder.program.empty() ? QString()
                                                     : QStringLiteral(" · ") + QString::fromStdString(folder.program);
        QString const state = folder.away ? tr("not there now: connect its disk, or stop watching it")
                              : folder.models == 1 ? tr("1 model")
                                                   : tr("%1 models").arg(folder.models);
        auto* item = new QListWidgetItem(shown(folder.path) + QLatin1Char('\n') + state + whose, m_list);
        item->setData(Qt::UserRole, shown(folder.path));
    }
    m_list->setCurrentRow(std::min(row, m_list->count() - 1));
    m_remove->setEnabled(m_list->currentRow() >= 0);
}

void FoldersDialog::add_folder()
{
    QString const folder = QFileDialog::getExistingDirectory(this, tr("Where are your models?"));
    if (!folder.isEmpty())
        m_edits.apply(watch_folder(path_from_utf8(folder.toStdString())));
}

void FoldersDialog::look_for_programs(std::filesystem::path const& home)
{
    m_found->setText(tr("Looking…"));
    m_model.with_store([self = QPointer(this), &model = m_model, home](LibraryStore& store) {
        auto found = find_programs(home);
        auto const watched = store.folders();
        std::erase_if(found, [&](ProgramFolder const& one) {
            return std::ranges::any_of(watched, [&](WatchedFolder const& folder) {
                return lies_below(utf8_name(kept_path(one.folder)), utf8_name(folder.path));
            });
        });
        QMetaObject::invokeMethod(&model, [self, found] {
            if (self)                      // it may have been closed meanwhile
                self->show_found(found);
        });
    });
}

void FoldersDialog::show_found(std::vector<ProgramFolder> const& found)
{
    m_offered = found;
    QStringList lines;
    for (ProgramFolder const& one : found)
        lines.append(QStringLiteral("%1: %2").arg(QString::fromStdString(one.program), shown(one.folder)).toHtmlEscaped());
    m_found->setText(found.empty() ? tr("No other program's models were found that are not watched already.")
                                   : tr("Found %1 — <a href=\"add\">watch them too</a>")
                                         .arg(lines.join(QStringLiteral(", "))));
}

}
