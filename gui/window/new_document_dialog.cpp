// SPDX-License-Identifier: Apache-2.0
#include "gui/window/new_document_dialog.h"

#include "app/session/document.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

namespace igneous {

NewDocumentDialog::NewDocumentDialog(QString const& name, QWidget* parent)
    : QDialog(parent)
    , m_usual_name(name)
    , m_name(new QLineEdit(name))
    , m_preset(new QComboBox)
    , m_width(new QSpinBox)
    , m_height(new QSpinBox)
    , m_background(new QComboBox)
{
    setWindowTitle(tr("New document"));
    name_control(*m_name, tr("Name"));
    name_control(*m_preset, tr("Size"));
    for (QSize const& one : { QSize(512, 512), QSize(768, 512), QSize(512, 768), QSize(1024, 1024), QSize(1216, 832),
             QSize(832, 1216), QSize(1920, 1080), QSize(2048, 2048), QSize(4096, 4096) })
        m_preset->addItem(QStringLiteral("%1 × %2").arg(one.width()).arg(one.height()), one);
    m_preset->addItem(tr("Another size"));
    for (QSpinBox* side : { m_width, m_height }) {
        side->setRange(64, largest_document_side);
        side->setSuffix(tr(" px"));
        connect(side, &QSpinBox::valueChanged, this, [this] {
            int const known = m_preset->findData(size());
            m_preset->setCurrentIndex(known < 0 ? m_preset->count() - 1 : known);
        });
    }
    name_control(*m_width, tr("Width"));
    name_control(*m_height, tr("Height"));
    m_background->addItem(tr("White"), QColor(Qt::white));
    m_background->addItem(tr("Black"), QColor(Qt::black));
    m_background->addItem(tr("Grey"), QColor(128, 128, 128));
    m_background->addItem(tr("Transparent"), QColor());
    name_control(*m_background, tr("Background"));
    connect(m_preset, &QComboBox::activated, this, [this] {
        if (QSize const chosen = m_preset->currentData().toSize(); !chosen.isEmpty()) {
            m_width->setValue(chosen.width());
            m_height->setValue(chosen.height());
        }
    });
    m_width->setValue(1024);
    m_height->setValue(1024);

    auto* form = new QFormLayout(this);
    form->setContentsMargins(20, 20, 20, 16);
    form->setHorizontalSpacing(Measures::margin);
    form->setVerticalSpacing(Measures::gap);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    auto const add = [&](QString const& title, QWidget* field) { form->addRow(label(title, Tone::faint), field); };
    add(tr("Name"), m_name);
    add(tr("Size"), m_preset);
    add(tr("Width"), m_width);
    add(tr("Height"), m_height);
    add(tr("Background"), m_background);
    auto* buttons = new QDialogButtonBox;
    auto* make = primary_button(tr("Make"));
    make->setDefault(true);
    buttons->addButton(make, QDialogButtonBox::AcceptRole);
    buttons->addButton(new QPushButton(tr("Cancel")), QDialogButtonBox::RejectRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    form->addRow(buttons);
    setMinimumWidth(360);
    m_name->selectAll();
}

QString NewDocumentDialog::name() const
{
    QString const typed = m_name->text().trimmed();
    return typed.isEmpty() ? m_usual_name : typed;
}

QSize NewDocumentDialog::size() const { return { m_width->value(), m_height->value() }; }
QColor NewDocumentDialog::background() const { return m_background->currentData().value<QColor>(); }

}
