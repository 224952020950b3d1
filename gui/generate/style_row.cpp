// SPDX-License-Identifier: Apache-2.0
#include "gui/generate/style_row.h"

#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/widgets/flow_layout.h"
#include "gui/widgets/labels.h"
#include "gui/widgets/search_popup.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

#include <algorithm>

namespace igneous {

namespace {

constexpr int title_width = 76;

QPushButton* chip(QString const& text, QString const& icon_name, QString const& name)
{
    auto* button = new QPushButton(icon(icon_name), text);
    button->setIconSize(QSize(12, 12));
    button->setProperty("chip", true);
    button->ensurePolished();                        // so that its size is the one it is drawn with
    button->setFixedHeight(Measures::control - 4);
    button->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    button->setFocusPolicy(Qt::StrongFocus);
    name_control(*button, name);
    return button;
}

}

StyleRow::StyleRow(QWidget* parent)
    : QWidget(parent)
    , m_add(nullptr)
    , m_list(new SearchPopup(tr("Search styles"), tr("Edit styles…"), this))
{
    auto* title = label(tr("Styles"), Tone::faint);
    title->setFixedSize(title_width, Measures::control - 4);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Measures::gap);
    auto* chips = new QWidget;
    m_chips = new FlowLayout(chips);
    m_chips->setSpacing(Measures::unit);
    row->addWidget(title, 0, Qt::AlignTop);
    row->addWidget(chips, 1);
    connect(m_list, &SearchPopup::chosen, this, [this](int at) {
        std::string const& name = m_styles[static_cast<std::size_t>(at)].name;
        auto names = m_chosen;
        if (std::erase(names, name) == 0)
            names.push_back(name);
        Q_EMIT edited(names);
    });
    connect(m_list, &SearchPopup::command_asked, this, &StyleRow::edit_asked);
    rebuild();
}

void StyleRow::set_styles(std::vector<Style> styles)
{
    m_styles = std::move(styles);
    rebuild();
}

void StyleRow::show_chosen(std::vector<std::string> const& names)
{
    if (names == m_chosen)
        return;
    m_chosen = names;
    rebuild();
}

void StyleRow::rebuild()
{
    while (QLayoutItem* item = m_chips->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();               // its own click may have asked for this
        delete item;
    }
    for (std::string const& name : m_chosen) {
        QString const shown = QString::fromStdString(name);
        Style const* style = find_style(m_styles, name);
        auto* button = chip(shown, QStringLiteral("close"), tr("Take the style %1 off").arg(shown));
        button->setToolTip(
            !style ? tr("There is no style of this name here")
                   : QString::fromStdString(style->prompt + (style->prompt.empty() ? "" : "\n")
                                            + (style->negative_prompt.empty() ? "" : "− " + style->negative_prompt)));
        connect(button, &QPushButton::clicked, this, [this, name] {
            auto names = m_chosen;
            std::erase(names, name);
            Q_EMIT edited(names);
        });
        m_chips->addWidget(button);
        button->show();                              // counts for the lines at once
    }
    auto* add = chip(m_chosen.empty() ? tr("Add a style") : tr("Add"), QStringLiteral("plus"), tr("Add a style"));
    m_chips->addWidget(m_add = add);
    add->show();
    connect(add, &QPushButton::clicked, this, &StyleRow::open_list);
    fit_lines();
}

void StyleRow::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fit_lines();
}

void StyleRow::fit_lines()
{
    int const beside = title_width + Measures::gap;
    setFixedHeight(std::max(Measures::control - 4, m_chips->height_for(width() - beside)));
}

void StyleRow::open_list()
{
    std::vector<SearchPopup::Row> rows;
    for (Style const& style : m_styles) {
        bool const on = std::ranges::find(m_chosen, style.name) != m_chosen.end();
        rows.push_back({ QString::fromStdString(style.name), on ? tr("in use") : QString() });
    }
    m_list->set_rows(rows);
    m_list->open(*m_add, std::max(220, width() * 3 / 4));
}

}
