// SPDX-License-Identifier: Apache-2.0
#include "gui/welcome/found_folders.h"

#include "app/files/places.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QPushButton>
#include <QVBoxLayout>

namespace igneous {

FoundFolders::FoundFolders(QWidget* parent)
    : QWidget(parent)
    , m_rows(new QVBoxLayout)
{
    auto* more = new QPushButton(tr("Add a folder…"));
    name_control(*more, tr("Add a folder with models"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, Measures::unit, 0, 0);
    column->setSpacing(Measures::gap);
    m_rows->setSpacing(Measures::unit);
    column->addLayout(m_rows);
    column->addWidget(more, 0, Qt::AlignLeft);
    connect(more, &QPushButton::clicked, this, &FoundFolders::ask);
}

void FoundFolders::show_found(std::vector<ProgramFolder> const& found)
{
    for (ProgramFolder const& one : found) {
        QString const folder = QString::fromStdString(utf8_name(one.folder));
        add_folder(folder, QStringLiteral("%1: %2").arg(QString::fromStdString(one.program), folder));
    }
}

void FoundFolders::add_folder(QString const& folder, QString const& title)
{
    for (QCheckBox* box : m_boxes)
        if (box->property("folder").toString() == folder)
            return;
    auto* box = new QCheckBox(title);
    box->setChecked(true);
    box->setProperty("folder", folder);
    name_control(*box, title);
    m_rows->addWidget(box);
    m_boxes.append(box);
}

QStringList FoundFolders::chosen() const
{
    QStringList folders;
    for (QCheckBox* box : m_boxes)
        if (box->isChecked())
            folders.append(box->property("folder").toString());
    return folders;
}

void FoundFolders::ask()
{
    QString const folder = QFileDialog::getExistingDirectory(this, tr("Where are your models?"));
    if (!folder.isEmpty())
        add_folder(folder, folder);
}

}
