// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a new user sees first: which graphics card was found and whether its numbers are right, the model that is there
// already, where others are, dark or light. It only shows and asks; whoever made it does the rest.

#include "app/library/other_programs.h"

#include <QDialog>

class QProgressBar;

namespace igneous {

class FoundFolders;
class StepCard;
struct EngineFacts;

class WelcomeWindow : public QDialog {
    Q_OBJECT

public:
    /// `theme`: "system", "dark" or "light", to begin with.
    WelcomeWindow(QString const& theme, QWidget* parent = nullptr);

    void show_engine(EngineFacts const& facts);
    void show_no_engine(QString const& why);
    /// How many kernels were tested so far.
    void show_testing(int tested);
    void show_tested(int right, int wrong, QString const& problem);
    void show_found(std::vector<ProgramFolder> const& found);

Q_SIGNALS:
    void theme_chosen(QString const& theme);
    /// Start was pressed: these folders shall be watched.
    void started(QStringList const& folders);

private:
    QWidget* make_themes(QString const& theme);
    QWidget* make_foot();

    StepCard* m_device;
    StepCard* m_test;
    StepCard* m_models;
    FoundFolders* m_found;
    QProgressBar* m_testing;
};

}
