// SPDX-License-Identifier: Apache-2.0
#include "gui/welcome/about_window.h"

#include "app/jobs/engine.h"
#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QApplication>
#include <QClipboard>
#include <QFile>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSysInfo>
#include <QTableWidget>

namespace igneous {

namespace {

constexpr int logo_size = 56, row_height = 26;

QList<QStringList> licences()
{
    QList<QStringList> rows;
    QFile file(QStringLiteral(":/licences/third-party.txt"));
    if (!file.open(QIODevice::ReadOnly))
        return rows;
    for (QByteArray const& line : file.readAll().split('\n'))
        if (!line.isEmpty() && !line.startsWith('#'))
            rows.append(QString::fromUtf8(line).split(QStringLiteral(" | ")));
    return rows;
}

}

AboutWindow::AboutWindow(QWidget* parent)
    : QDialog(parent)
    , m_versions(label(QString(), Tone::faint))
    , m_program(tr("Igneous %1, Qt %2\n%3")
              .arg(QStringLiteral(IGNEOUS_VERSION), QString::fromLatin1(qVersion()), QSysInfo::prettyProductName()))
{
    setWindowTitle(tr("About Igneous"));
    resize(700, 580);
    m_versions->setText(m_program);
    m_versions->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* logo = new QLabel;
    logo->setPixmap(icon(QStringLiteral("igneous")).pixmap(QSize(logo_size, logo_size)));
    auto* words = new QVBoxLayout;
    words->setSpacing(Measures::unit);
    words->addWidget(label(tr("Igneous Studio"), Tone::title));
    words->addWidget(m_versions);
    auto* head = new QHBoxLayout;
    head->setSpacing(Measures::margin);
    head->addWidget(logo, 0, Qt::AlignTop);
    head->addLayout(words, 1);
    auto* about = label(tr("Free software under the Apache License 2.0. Your pictures are yours. It is built with:"));
    about->setWordWrap(true);
    auto* copy = new QPushButton(tr("Copy versions"));
    name_control(*copy, tr("Copy the versions, for a report"));
    auto* close = new QPushButton(tr("Close"));
    name_control(*close, tr("Close"));
    close->setDefault(true);
    auto* foot = new QHBoxLayout;
    foot->addWidget(copy);
    foot->addStretch();
    foot->addWidget(close);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(2 * Measures::margin, 2 * Measures::margin, 2 * Measures::margin, 2 * Measures::margin);
    column->setSpacing(Measures::margin);
    column->addLayout(head);
    column->addWidget(about);
    column->addWidget(make_licences(), 1);
    column->addLayout(foot);
    close->setFocus();
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    connect(copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(m_versions->text()); });
}

QWidget* AboutWindow::make_licences()
{
    QList<QStringList> const rows = licences();
    auto* table = new QTableWidget(static_cast<int>(rows.size()), 3);
    table->setAccessibleName(tr("Libraries and their licences"));
    table->setProperty("framed", true);
    table->setHorizontalHeaderLabels({ tr("Library"), tr("Licence"), tr("From") });
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->horizontalHeader()->setStretchLastSection(true);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(row_height);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setTabKeyNavigation(false);
    table->setShowGrid(false);
    table->setWordWrap(false);
    for (int row = 0; row < rows.size(); ++row)
        for (int column = 0; column < 3; ++column)
            table->setItem(row, column, new QTableWidgetItem(rows[row].value(column)));
    return table;
}

void AboutWindow::show_engine(EngineFacts const& facts)
{
    QString text = m_program + tr("\nEngine: %1").arg(facts.version);
    for (EngineDevice const& device : facts.devices)
        text += QStringLiteral("\n%1, %2, Vulkan %3").arg(device.name, device.driver, device.vulkan);
    m_versions->setText(text);
}

}
