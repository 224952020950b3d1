// SPDX-License-Identifier: Apache-2.0
#pragma once

// All styles: made, changed, thrown away, taken over from A1111's styles.csv.

#include "app/styles/style.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QPushButton;

namespace igneous {

class StyleEditor : public QDialog {
    Q_OBJECT

public:
    explicit StyleEditor(std::vector<Style> styles, QWidget* parent = nullptr);
    std::vector<Style> const& styles() const { return m_styles; }
    /// Those of a file's text; of the same name take the place of what is there. Shows a problem where it is no such
    /// table.
    void import_csv(QByteArray const& text);

private:
    QWidget* make_list();
    QWidget* make_fields();
    void show_list(int current);
    void show_style(int row);
    void add_style();
    void remove_style();
    void choose_csv();
    void take_fields();
    void check();

    std::vector<Style> m_styles;
    QListWidget* m_list;
    QLineEdit* m_name;
    QPlainTextEdit* m_prompt;
    QPlainTextEdit* m_negative;
    QLabel* m_problem;
    QPushButton* m_remove;
    QPushButton* m_save;
};

}
