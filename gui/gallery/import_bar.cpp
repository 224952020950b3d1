// SPDX-License-Identifier: Apache-2.0
#include "gui/gallery/import_bar.h"

#include "gui/studio/gallery_import.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QToolButton>

namespace igneous {

using namespace std::chrono_literals;

ImportBar::ImportBar(GalleryImport& import, QWidget* parent)
    : QWidget(parent)
    , m_text(label(QString(), Tone::faint))
    , m_progress(new QProgressBar)
    , m_stop(icon_button(QStringLiteral("stop"), tr("Stop bringing pictures in")))
{
    m_text->setWordWrap(true);
    m_text->setAccessibleName(tr("Import"));
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("How far the import is"));
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, Measures::unit, 0, Measures::gap);
    grid->setSpacing(Measures::unit);
    grid->addWidget(m_text, 0, 0);
    grid->addWidget(m_stop, 0, 1, Qt::AlignTop);
    grid->addWidget(m_progress, 1, 0, 1, 2);
    setVisible(false);
    m_away.setSingleShot(true);
    m_away.setInterval(12s);
    connect(&m_away, &QTimer::timeout, this, &QWidget::hide);
    connect(m_stop, &QToolButton::clicked, &import, &GalleryImport::stop);
    connect(&import, &GalleryImport::progress, this, [this](qint64 done, qint64 total) {
        m_away.stop();
        m_progress->setRange(0, static_cast<int>(total));
        m_progress->setValue(static_cast<int>(done));
        m_text->setText(tr("Bringing pictures in: %1 of %2").arg(QLocale().toString(done), QLocale().toString(total)));
        m_progress->show();
        m_stop->show();
        show();
    });
    connect(&import, &GalleryImport::finished, this, &ImportBar::tell);
    connect(&import, &GalleryImport::failed, this, &ImportBar::tell);
}

void ImportBar::tell(QString const& text)
{
    m_text->setText(text);
    m_progress->hide();
    m_stop->hide();
    show();
    m_away.start();
}

}
