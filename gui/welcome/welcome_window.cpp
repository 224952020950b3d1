// SPDX-License-Identifier: Apache-2.0
#include "gui/welcome/welcome_window.h"

#include "app/jobs/engine.h"
#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/welcome/found_folders.h"
#include "gui/welcome/step_card.h"
#include "gui/widgets/labels.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollArea>

namespace igneous {

namespace {

constexpr int logo_size = 44;

QString kind_text(EngineDevice const& device)
{
    return device.kind == QLatin1String("cpu")          ? WelcomeWindow::tr("the processor, no graphics card: slow")
           : device.kind == QLatin1String("integrated") ? WelcomeWindow::tr("shares the computer's memory")
                                                        : WelcomeWindow::tr("graphics card");
}

}

WelcomeWindow::WelcomeWindow(QString const& theme, QWidget* parent)
    : QDialog(parent)
    , m_device(new StepCard(QStringLiteral("gear"), tr("Graphics card")))
    , m_test(new StepCard(QStringLiteral("retry"), tr("Does it calculate right?")))
    , m_models(new StepCard(QStringLiteral("folder"), tr("Where are your models?")))
    , m_found(new FoundFolders)
    , m_testing(new QProgressBar)
{
    setWindowTitle(tr("Welcome to Igneous"));
    resize(640, 720);
    m_device->show_state(StepCard::State::waits, tr("Looking for it…"));
    m_testing->setRange(0, 0);
    m_testing->setTextVisible(false);
    m_testing->setAccessibleName(tr("Progress of the test"));
    m_test->add(m_testing);
    show_testing(0);
    auto* starter = new StepCard(QStringLiteral("cube"), tr("A model to begin with"));
    starter->show_state(StepCard::State::good, tr("The starter model is installed. It paints small pictures of "
                                                  "landscapes at once; for more, add models of your own."));
    m_models->show_state(StepCard::State::waits, tr("Looking for ComfyUI, AUTOMATIC1111 and InvokeAI…"));
    m_models->add(m_found);
    auto* look = new StepCard(QStringLiteral("eye"), tr("Dark or light?"));
    look->add(make_themes(theme));

    auto* inside = new QWidget;
    auto* cards = new QVBoxLayout(inside);
    cards->setContentsMargins(2 * Measures::margin, 2 * Measures::margin, 2 * Measures::margin, Measures::margin);
    cards->setSpacing(Measures::gap);
    auto* logo = new QLabel;
    logo->setPixmap(icon(QStringLiteral("igneous")).pixmap(QSize(logo_size, logo_size)));
    auto* head = new QHBoxLayout;
    head->setSpacing(Measures::margin);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(label(tr("Welcome to Igneous"), Tone::title));
    auto* promise = label(tr("Everything runs on this computer: no account, no network."), Tone::faint);
    words->addWidget(promise);
    head->addWidget(logo);
    head->addLayout(words, 1);
    cards->addLayout(head);
    cards->addSpacing(Measures::gap);
    for (StepCard* card : { m_device, m_test, starter, m_models, look })
        cards->addWidget(card);
    cards->addStretch();
    auto* scroll = new QScrollArea;
    scroll->setWidget(inside);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(scroll, 1);
    column->addWidget(make_foot());
}

QWidget* WelcomeWindow::make_themes(QString const& theme)
{
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, Measures::unit, 0, 0);
    row->setSpacing(2 * Measures::margin);
    for (auto const& [value, title] : { std::pair { "system", tr("As the system") }, std::pair { "dark", tr("Dark") },
             std::pair { "light", tr("Light") } }) {
        auto* button = new QRadioButton(title);
        QString const name = QString::fromLatin1(value);
        button->setObjectName(name);
        button->setChecked(name == theme);
        button->setAccessibleName(tr("Theme: %1").arg(title));
        row->addWidget(button);
        connect(button, &QRadioButton::clicked, this, [this, name] { Q_EMIT theme_chosen(name); });
    }
    row->addStretch();
    return box;
}

QWidget* WelcomeWindow::make_foot()
{
    auto* start = primary_button(tr("Start"));
    start->setDefault(true);
    auto* foot = new QFrame;
    auto* row = new QHBoxLayout(foot);
    row->setContentsMargins(2 * Measures::margin, Measures::margin, 2 * Measures::margin, Measures::margin);
    row->addWidget(label(tr("All of this can be changed later in Settings."), Tone::faint), 1);
    row->addWidget(start);
    connect(start, &QPushButton::clicked, this, [this] {
        Q_EMIT started(m_found->chosen());
        accept();
    });
    return foot;
}

void WelcomeWindow::show_engine(EngineFacts const& facts)
{
    for (EngineDevice const& device : facts.devices)
        if (device.name == facts.device)
            return m_device->show_state(
                device.kind == QLatin1String("cpu") ? StepCard::State::attention : StepCard::State::good,
                tr("%1 (%2)\n%3 of memory, driver %4, Vulkan %5")
                    .arg(device.name, kind_text(device),
                        QLocale().formattedDataSize(static_cast<qint64>(device.memory_bytes), 1), device.driver,
                        device.vulkan));
    QStringList why;
    for (EngineDevice const& device : facts.devices)
        why.append(tr("%1: %2").arg(device.name, device.why_not));
    show_no_engine(why.isEmpty() ? tr("No graphics card with Vulkan was found.") : why.join(QLatin1Char('\n')));
}

void WelcomeWindow::show_no_engine(QString const& why)
{
    m_device->show_state(StepCard::State::attention, tr("%1\nInstall the driver of your graphics card (for AMD and "
                                                        "Intel: Mesa), then start Igneous again. Until then "
                                                        "you can look at pictures and models, and paint.")
                                                         .arg(why));
}

void WelcomeWindow::show_testing(int tested)
{
    m_testing->show();
    m_test->show_state(StepCard::State::waits,
        tested == 0 ? tr("Comparing every kernel with known answers…")
                    : tr("Comparing every kernel with known answers: %n done", nullptr, tested));
}

void WelcomeWindow::show_tested(int right, int wrong, QString const& problem)
{
    m_testing->hide();
    if (!problem.isEmpty())
        m_test->show_state(StepCard::State::attention, tr("It could not be tested: %1").arg(problem));
    else if (wrong > 0)
        m_test->show_state(StepCard::State::attention,
            tr("%1 of %2 kernels are wrong with this driver. Pictures are made without them; a newer driver may help.")
                .arg(wrong)
                .arg(right + wrong));
    else
        m_test->show_state(StepCard::State::good, tr("Yes: all %1 kernels give the right numbers.").arg(right));
}

void WelcomeWindow::show_found(std::vector<ProgramFolder> const& found)
{
    m_models->show_state(found.empty() ? StepCard::State::waits : StepCard::State::good,
        found.empty() ? tr("No other program's models were found in the usual places.")
                      : tr("These are read where they stand. Nothing in them is changed or copied."));
    m_found->show_found(found);
}

}
