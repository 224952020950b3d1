// SPDX-License-Identifier: Apache-2.0
#pragma once

// `igneous devices --self-test` in a process of its own: every kernel compared with known answers on this machine's
// device, told one by one. Nothing blocks.

#include <QObject>
#include <QProcess>

#include <filesystem>

namespace igneous {

class SelfTestRun : public QObject {
    Q_OBJECT

public:
    /// `program`: igneous. `device`: index or part of its name; empty: every one that is usable.
    SelfTestRun(std::filesystem::path const& program, QString const& device, QObject* parent = nullptr);
    /// Ends the test where it still runs.
    ~SelfTestRun() override;

Q_SIGNALS:
    void kernel_tested(QString const& kernel, bool right);
    /// `problem`: why there was no test, for the user; empty where there was one.
    void finished(int right, int wrong, QString const& problem);

private:
    void read();
    void take(QByteArray const& line);
    void end(QString const& problem);

    QProcess m_process;
    QByteArray m_line;
    int m_right = 0, m_wrong = 0;
    bool m_ended = false;
};

}
