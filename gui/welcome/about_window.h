// SPDX-License-Identifier: Apache-2.0
#pragma once

// Versions, for those who ask what went wrong, and what Igneous is built with.

#include <QDialog>

class QLabel;

namespace igneous {

struct EngineFacts;

class AboutWindow : public QDialog {
    Q_OBJECT

public:
    explicit AboutWindow(QWidget* parent = nullptr);
    void show_engine(EngineFacts const& facts);

private:
    QWidget* make_licences();

    QLabel* m_versions;
    QString m_program;                     // versions of this process
};

}
