// SPDX-License-Identifier: Apache-2.0
#pragma once

// Name, size and background of a document that is to be made.

#include <QColor>
#include <QDialog>

class QComboBox;
class QLineEdit;
class QSpinBox;

namespace igneous {

class NewDocumentDialog : public QDialog {
    Q_OBJECT

public:
    /// `name`: where the user gives none.
    explicit NewDocumentDialog(QString const& name, QWidget* parent = nullptr);
    QString name() const;
    QSize size() const;
    /// Invalid: transparent.
    QColor background() const;

private:
    QString m_usual_name;
    QLineEdit* m_name;
    QComboBox* m_preset;
    QSpinBox *m_width, *m_height;
    QComboBox* m_background;
};

}
