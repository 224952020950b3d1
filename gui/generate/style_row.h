// SPDX-License-Identifier: Apache-2.0
#pragma once

// The styles that stand around the prompt, a chip each, and more to choose from.

#include "app/styles/style.h"

#include <QStringList>
#include <QWidget>

namespace igneous {

class FlowLayout;
class SearchPopup;

class StyleRow : public QWidget {
    Q_OBJECT

public:
    explicit StyleRow(QWidget* parent = nullptr);
    void set_styles(std::vector<Style> styles);
    /// Does not emit.
    void show_chosen(std::vector<std::string> const& names);

protected:
    void resizeEvent(QResizeEvent* event) override;

Q_SIGNALS:
    /// By the user's hand: put on or taken off.
    void edited(std::vector<std::string> const& names);
    void edit_asked();

private:
    void rebuild();
    void fit_lines();
    void open_list();

    std::vector<Style> m_styles;
    std::vector<std::string> m_chosen;
    FlowLayout* m_chips;
    QWidget* m_add;
    SearchPopup* m_list;
};

}
