// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a request will take, what to do where that is too much, and the button that begins.

#include "models/api/generator.h"

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace igneous {

class GenerateFooter : public QWidget {
    Q_OBJECT

public:
    explicit GenerateFooter(QWidget* parent = nullptr);
    /// `measures`: what it fits with, if it fits.
    void show_plan(GenerationPlan const& plan, SafetyMeasures const& measures = {});
    void show_problem(QString const& problem);
    /// "512 x 384, one picture at a time": what would fit. Empty: nothing to offer.
    void offer_fix(QString const& words);
    /// Whether something runs: the cancel button is there then.
    void set_running(bool running);
    void add_rows(QWidget* rows);
    void put_beside_generate(QWidget* control);
    void name_generate(QString const& name);

Q_SIGNALS:
    void generate_asked();
    void cancel_asked();
    void fix_asked();

private:
    QVBoxLayout* m_column;
    QHBoxLayout* m_buttons;
    QLabel* m_estimate;
    QPushButton* m_fix;
    QPushButton* m_generate;
    QPushButton* m_cancel;
};

}
