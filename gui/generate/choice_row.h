// SPDX-License-Identifier: Apache-2.0
#pragma once

// One of several, with its name, in one line.

#include "models/api/choices.h"

#include <QWidget>

class QComboBox;

namespace igneous {

class ChoiceRow : public QWidget {
    Q_OBJECT

public:
    explicit ChoiceRow(QString const& name, std::vector<Choice> const& choices = {}, QWidget* parent = nullptr);
    QComboBox& box() { return *m_box; }
    /// Also one that is not offered: a recipe of another program may name it. Does not emit.
    void set_chosen(std::string const& id);

Q_SIGNALS:
    /// By the user's hand.
    void edited(std::string const& id);

private:
    QComboBox* m_box;
};

}
