// SPDX-License-Identifier: Apache-2.0
#pragma once

// The page of the first start, and what Help has.

#include "app/jobs/engine.h"
#include "gui/window/parts.h"

#include <QObject>
#include <QPointer>
#include <QThreadPool>

#include <filesystem>
#include <optional>

namespace igneous {

class AboutWindow;
class WelcomeWindow;

class WelcomeWork : public QObject {
    Q_OBJECT

public:
    /// `program`: igneous, which tests the graphics card; empty: there is no test and no page at the first start.
    WelcomeWork(Parts const& parts, std::filesystem::path program, QObject* parent = nullptr);
    /// The first time that this user sees the window.
    void open_once();
    void open();

private:
    void make_actions();
    void open_about();
    void test_device(WelcomeWindow& page);
    void find_models();
    void begin(QStringList const& folders);

    Parts m_parts;
    std::filesystem::path m_program;
    std::optional<EngineFacts> m_facts;
    QPointer<WelcomeWindow> m_page;
    QPointer<AboutWindow> m_about;
    QThreadPool m_looking;                 // through the disk; waited for at the end
};

}
