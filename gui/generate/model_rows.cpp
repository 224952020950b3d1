// SPDX-License-Identifier: Apache-2.0
#include "gui/generate/model_rows.h"

#include "gui/generate/choice_row.h"
#include "gui/theme/theme.h"
#include "gui/widgets/detail_delegate.h"

#include <QComboBox>
#include <QFileInfo>
#include <QStandardItemModel>
#include <QVBoxLayout>

#include <algorithm>

namespace igneous {

namespace {

void add(QComboBox& box, QString const& name, QString const& path, QString const& details)
{
    box.addItem(name, path);
    box.setItemData(box.count() - 1, details, DetailDelegate::detail_role);
    box.setItemData(box.count() - 1, path, Qt::ToolTipRole);
}

/// One that the library does not have stands at the end, by its name.
void choose(QComboBox& box, QString const& path, QString const& details)
{
    int at = box.findData(path);
    if (at < 0 && !path.isEmpty()) {
        add(box, QFileInfo(path).completeBaseName(), path, details);
        at = box.count() - 1;
    }
    box.setCurrentIndex(at);
}

}

ModelRows::ModelRows(QWidget* parent)
    : QWidget(parent)
    , m_model(new ChoiceRow(tr("Model")))
    , m_vae(new ChoiceRow(tr("VAE")))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Measures::gap);
    for (ChoiceRow* row : { m_model, m_vae }) {
        row->box().setItemDelegate(new DetailDelegate(row));
        column->addWidget(row);
    }
    m_vae->box().setToolTip(tr("The autoencoder that turns what the model made into pixels"));
    set_vaes({});
    connect(m_model, &ChoiceRow::edited, this, [this](std::string const& path) {
        Q_EMIT model_edited(m_shown_model = QString::fromStdString(path));
        show_tip();
    });
    connect(m_vae, &ChoiceRow::edited, this,
        [this](std::string const& path) { Q_EMIT vae_edited(m_shown_vae = QString::fromStdString(path)); });
}

void ModelRows::set_models(std::vector<ModelChoice> models)
{
    m_models = std::move(models);
    QComboBox& box = m_model->box();
    box.clear();
    for (ModelChoice const& model : m_models) {
        add(box, model.name, model.path, model.details);
        if (model.problem.isEmpty())
            continue;
        auto* item = qobject_cast<QStandardItemModel*>(box.model())->item(box.count() - 1);
        item->setEnabled(false);
        item->setToolTip(model.problem);
        item->setData(tr("not run yet"), DetailDelegate::detail_role);
    }
    show_choice(m_shown_model, m_shown_vae);
}

void ModelRows::set_vaes(std::vector<VaeChoice> const& vaes)
{
    QComboBox& box = m_vae->box();
    box.clear();
    add(box, tr("Model's own"), QString(), {});
    for (VaeChoice const& vae : vaes)
        add(box, vae.name, vae.path, vae.details);
    show_choice(m_shown_model, m_shown_vae);
}

void ModelRows::show_choice(QString const& model, QString const& vae)
{
    m_shown_model = model;
    m_shown_vae = vae;
    choose(m_model->box(), model, tr("not in the library"));
    choose(m_vae->box(), vae, tr("not in the library"));
    show_tip();
}

void ModelRows::show_tip()
{
    ModelChoice const* chosen = model();
    m_model->box().setToolTip(!chosen                     ? m_shown_model
                              : chosen->details.isEmpty() ? chosen->path
                                                          : chosen->details + u'\n' + chosen->path);
}

ModelChoice const* ModelRows::model() const { return find(m_shown_model); }

ModelChoice const* ModelRows::find(QString const& path) const
{
    auto const found = std::ranges::find(m_models, path, &ModelChoice::path);
    return found == m_models.end() ? nullptr : &*found;
}

}
