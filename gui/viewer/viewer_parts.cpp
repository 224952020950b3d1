// SPDX-License-Identifier: Apache-2.0
// What the viewer is made of.
#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/viewer/facts_table.h"
#include "gui/viewer/viewer.h"
#include "gui/widgets/labels.h"

#include <QButtonGroup>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>

namespace igneous {

namespace {

constexpr int side_width = 340;

/// A button with a word on it, and the key that does the same.
QToolButton* word_button(QString const& text, QString const& key, QString const& told)
{
    auto* button = new QToolButton;
    button->setText(key.isEmpty() ? text : QStringLiteral("%1  %2").arg(text, key));
    button->setToolTip(told);
    button->setAccessibleName(told);
    button->setFixedHeight(Measures::control);
    button->setStyleSheet(QStringLiteral("QToolButton { padding: 2px 10px; }"));
    return button;
}

QLabel* prompt_label(QString const& name, Tone tone)
{
    QLabel* made = label(QString(), tone);
    made->setWordWrap(true);
    made->setTextFormat(Qt::PlainText);
    made->setTextInteractionFlags(Qt::TextSelectableByMouse);
    made->setAccessibleName(name);
    return made;
}

}

void Viewer::build()
{
    m_place = label(QString(), Tone::faint);
    m_place->setAccessibleName(tr("Which picture of how many"));
    m_prompt = prompt_label(tr("Prompt"), Tone::plain);
    m_negative = prompt_label(tr("Negative prompt"), Tone::faint);
    auto* left = new QVBoxLayout;
    left->setSpacing(0);
    left->addWidget(make_top());
    left->addWidget(m_view, 1);
    left->addWidget(make_bottom());
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addLayout(left, 1);
    row->addWidget(make_side());
}

QWidget* Viewer::make_top()
{
    auto* bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(Measures::gap, Measures::unit, Measures::gap, Measures::unit);
    row->setSpacing(Measures::unit);
    auto* back = icon_button(QStringLiteral("close"), tr("Close the viewer (Esc)"));
    connect(back, &QToolButton::clicked, this, &Viewer::close_view);
    row->addWidget(back);
    row->addWidget(m_place);
    row->addStretch(1);
    m_compare = word_button(tr("Compare"), QStringLiteral("C"), tr("Compare this one with those that you walk to"));
    m_compare->setCheckable(true);
    connect(m_compare, &QToolButton::clicked, this, &Viewer::toggle_compare);
    row->addWidget(m_compare);
    auto* group = new QButtonGroup(this);
    struct Mode {
        QString text, told;
    };
    Mode const modes[] = { { tr("One"), tr("Show one picture") }, { tr("Slider"), tr("Draw a divider across the two") },
        { tr("Side by side"), tr("Show the two side by side") }, { tr("Blink"), tr("Show the two in turns") } };
    for (int i = 0; i < 4; ++i) {
        auto* button = word_button(modes[i].text, {}, modes[i].told);
        button->setCheckable(true);
        group->addButton(button);
        m_modes.append(button);
        row->addWidget(button);
        connect(button, &QToolButton::clicked, this, [this, i] { set_mode(static_cast<CompareMode>(i)); });
    }
    auto* full = icon_button(QStringLiteral("fit"), tr("Full screen (F)"));
    connect(full, &QToolButton::clicked, this, &Viewer::full_screen_asked);
    row->addWidget(full);
    return bar;
}

QWidget* Viewer::make_bottom()
{
    auto* bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(Measures::gap, Measures::unit, Measures::gap, Measures::unit);
    row->setSpacing(Measures::unit);
    auto const add = [&](QToolButton* button, auto const& done) {
        connect(button, &QToolButton::clicked, this, done);
        row->addWidget(button);
    };
    add(word_button(tr("Previous"), QStringLiteral("←"), tr("The picture before (left arrow)")), [this] { walk(-1); });
    add(word_button(tr("Next"), QStringLiteral("→"), tr("The picture after (right arrow)")), [this] { walk(1); });
    row->addStretch(1);
    for (int count = 1; count <= 5; ++count) {
        auto* star = icon_button(QStringLiteral("star"), count == 1 ? tr("1 star") : tr("%1 stars").arg(count));
        m_stars.append(star);
        add(star, [this, count, star] { set_stars(star->property("full").toBool() && count == 1 ? 0 : count); });
    }
    row->addStretch(1);
    add(word_button(tr("Edit on the canvas"), {}, tr("Open it as a document")), [this] { Q_EMIT edit_asked(path()); });
    add(word_button(tr("Begin from it"), {}, tr("Make the next picture from this one")),
        [this] { Q_EMIT init_asked(path()); });
    add(icon_button(QStringLiteral("copy"), tr("Copy the picture (Ctrl+C)")), [this] { copy(); });
    add(icon_button(QStringLiteral("folder"), tr("Show the file in its folder")), [this] { show_folder(); });
    add(icon_button(QStringLiteral("trash"), tr("Move to the trash, or back out of it (Del)")), [this] { trash(); });
    return bar;
}

QWidget* Viewer::make_recall()
{
    struct Part {
        QString text, key, told;
        Recall what;
    };
    Part const parts[] = { { tr("All"), QStringLiteral("A"), tr("Use all of its settings, seed too"), Recall::all },
        { tr("Remix"), QStringLiteral("R"), tr("Use all of its settings but the seed"), Recall::remix },
        { tr("Prompts"), QStringLiteral("P"), tr("Use its prompts"), Recall::prompts },
        { tr("Seed"), QStringLiteral("S"), tr("Use its seed"), Recall::seed },
        { tr("Size"), QStringLiteral("D"), tr("Use its size"), Recall::size } };
    auto* buttons = new QWidget;
    auto* grid = new QGridLayout(buttons);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(Measures::unit);
    for (int i = 0; Part const& part : parts) {
        auto* button = new QPushButton(QStringLiteral("%1  %2").arg(part.text, part.key));
        button->setToolTip(part.told);
        button->setAccessibleName(part.told);
        button->setFocusPolicy(Qt::TabFocus);
        connect(button, &QPushButton::clicked, this, [this, what = part.what] { Q_EMIT recall_asked(m_id, what); });
        grid->addWidget(button, i / 3, i % 3);
        ++i;
    }
    return buttons;
}

QWidget* Viewer::make_side()
{
    auto* words = new QWidget;
    auto* column = new QVBoxLayout(words);
    column->setContentsMargins(0, 0, Measures::gap, Measures::unit);
    column->addWidget(m_prompt);
    column->addWidget(m_negative);
    column->addStretch(1);
    m_words = new QScrollArea;             // prompts may be very long
    m_words->setWidget(words);
    m_words->setWidgetResizable(true);
    m_words->setFrameShape(QFrame::NoFrame);
    m_words->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_words->setAccessibleName(tr("Prompts"));
    auto* side = new QWidget;
    side->setFixedWidth(side_width);
    auto* rows = new QVBoxLayout(side);
    rows->setContentsMargins(Measures::margin, Measures::margin, Measures::margin, Measures::margin);
    rows->setSpacing(Measures::gap);
    rows->addWidget(label(tr("Use its settings"), Tone::faint));
    rows->addWidget(make_recall());
    rows->addSpacing(Measures::gap);
    rows->addWidget(m_words);
    rows->addSpacing(Measures::gap);
    rows->addWidget(m_facts, 1);
    return side;
}

/// As high as the words are, up to a third of the side.
void Viewer::fit_words()
{
    QWidget const* words = m_words->widget();
    constexpr int inner = side_width - 2 * Measures::margin;
    m_words->setFixedHeight(std::min(words->layout()->heightForWidth(inner), height() / 3));
}

void Viewer::show_stars(int stars)
{
    for (int i = 0; i < m_stars.size(); ++i) {
        bool const full = i < stars;
        m_stars[i]->setProperty("full", full && stars == 1);
        m_stars[i]->setIcon(full ? QIcon(icon(QStringLiteral("star-full")).pixmap(18, QIcon::Normal, QIcon::On))
                                 : icon(QStringLiteral("star")));
    }
}

}
