// SPDX-License-Identifier: Apache-2.0
#include "gui/settings/folder_list.h"

#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QListWidget>
#include <QToolButton>

namespace igneous {

namespace {

constexpr int list_height = 92;

}

FolderList::FolderList(QString const& name, QWidget* parent)
    : QWidget(parent)
    , m_list(new QListWidget)
    , m_remove(icon_button(QStringLiteral("trash"), tr("Take the folder out of the list")))
{
    m_list->setAccessibleName(name);
    m_list->setProperty("framed", true);
    m_list->setFixedHeight(list_height);
    m_list->setTextElideMode(Qt::ElideMiddle);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* more = icon_button(QStringLiteral("plus"), tr("Add a folder"));
    auto* buttons = new QVBoxLayout;
    buttons->setSpacing(Measures::unit);
    buttons->addWidget(more);
    buttons->addWidget(m_remove);
    buttons->addStretch();
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Measures::unit);
    row->addWidget(m_list, 1);
    row->addLayout(buttons);
    connect(more, &QToolButton::clicked, this, &FolderList::add);
    connect(m_remove, &QToolButton::clicked, this, &FolderList::remove);
    connect(m_list, &QListWidget::currentRowChanged, this, [this](int at) { m_remove->setEnabled(at >= 0); });
    m_remove->setEnabled(false);
}

void FolderList::show_folders(QStringList const& shown)
{
    if (shown == folders())
        return;
    m_list->clear();
    for (QString const& folder : shown) {
        auto* item = new QListWidgetItem(icon(QStringLiteral("folder")), folder, m_list);
        item->setToolTip(folder);
    }
    m_remove->setEnabled(false);
}

QStringList FolderList::folders() const
{
    QStringList all;
    for (int i = 0; i < m_list->count(); ++i)
        all.append(m_list->item(i)->text());
    return all;
}

void FolderList::add()
{
    QString const folder = QFileDialog::getExistingDirectory(this, tr("Add a folder"));
    if (!folder.isEmpty() && !folders().contains(folder))
        Q_EMIT edited(folders() << folder);
}

void FolderList::remove()
{
    QStringList left = folders();
    if (m_list->currentRow() >= 0)
        left.removeAt(m_list->currentRow());
    Q_EMIT edited(left);
}

}
