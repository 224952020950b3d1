// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/self_test_run.h"

#include "app/files/places.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace igneous {

namespace {

constexpr int end_limit = 2000;            // ms
constexpr qsizetype longest_line = 1 << 20;

}

SelfTestRun::SelfTestRun(std::filesystem::path const& program, QString const& device, QObject* parent)
    : QObject(parent)
{
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &SelfTestRun::read);
    connect(&m_process, &QProcess::finished, this, [this] {
        read();
        QString const said = QString::fromUtf8(m_process.readAllStandardError()).trimmed();
        end(m_right + m_wrong > 0 ? QString() : !said.isEmpty() ? said : tr("the test ended without a result"));
    });
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            end(tr("%1 cannot be started: %2; install Igneous again")
                    .arg(m_process.program(), m_process.errorString()));
    });
    QStringList arguments { QStringLiteral("devices"), QStringLiteral("--self-test"), QStringLiteral("--json") };
    if (!device.isEmpty())
        arguments << QStringLiteral("--device") << device;
    m_process.start(QString::fromStdString(utf8_name(program)), arguments);
}

SelfTestRun::~SelfTestRun()
{
    m_process.disconnect(this);
    m_process.kill();
    m_process.waitForFinished(end_limit);
}

void SelfTestRun::read()
{
    m_line += m_process.readAllStandardOutput();
    for (qsizetype end = 0; (end = m_line.indexOf('\n')) >= 0;) {
        take(m_line.first(end));
        m_line.remove(0, end + 1);
    }
    if (m_line.size() > longest_line)
        m_line.clear();
}

void SelfTestRun::take(QByteArray const& line)
{
    QJsonObject const test = QJsonDocument::fromJson(line).object().value(QStringLiteral("self_test")).toObject();
    if (test.isEmpty())
        return;
    bool const right = test.value(QStringLiteral("passed")).toBool();
    ++(right ? m_right : m_wrong);
    Q_EMIT kernel_tested(test.value(QStringLiteral("variant")).toString(), right);
}

void SelfTestRun::end(QString const& problem)
{
    if (!std::exchange(m_ended, true))
        Q_EMIT finished(m_right, m_wrong, problem);
}

}
