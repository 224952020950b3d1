// SPDX-License-Identifier: Apache-2.0
#include "gui/theme/theme.h"

#include "gui/theme/icons.h"

#include <QApplication>
#include <QPalette>
#include <QStyleFactory>
#include <QStyleHints>

namespace igneous {

namespace {

Colours const* current = nullptr;

// {name} is a colour of Colours. Qt draws the rest by the palette.
constexpr char const* sheet = R"(
* { outline: 0; }
QWidget { color: {text}; }
QMainWindow, QDialog { background: {panel}; }
QMainWindow::separator { background: {ground}; width: 4px; height: 4px; }
QMainWindow::separator:hover { background: {accent}; }
QToolTip { background: {raised}; color: {text}; border: 1px solid {outline}; padding: 4px 6px; }

QDockWidget { font-weight: 600; }
QDockWidget::title { background: {panel}; padding: 7px 10px; border-bottom: 1px solid {line}; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: {faint}; padding: 7px 12px; border: 0; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: {text}; border-bottom-color: {accent}; }
QTabBar::tab:hover { color: {text}; }
QTabBar::tab:focus { color: {accent}; }
QTabWidget::pane { border: 0; border-top: 1px solid {line}; }

QMenuBar { background: {panel}; border-bottom: 1px solid {line}; }
QMenuBar::item { padding: 5px 9px; background: transparent; border-radius: 4px; }
QMenuBar::item:selected { background: {hover}; }
QMenu { background: {raised}; border: 1px solid {outline}; padding: 4px; }
QMenu::item { padding: 5px 28px 5px 24px; border-radius: 4px; }
QMenu::item:selected { background: {accent}; color: {on_accent}; }
QMenu::item:disabled { color: {outline}; }
QMenu::separator { height: 1px; background: {line}; margin: 4px 8px; }
QStatusBar { background: {panel}; border-top: 1px solid {line}; color: {faint}; }
QStatusBar::item { border: 0; }
QStatusBar QLabel { color: {faint}; padding: 0 6px; }
QToolBar { background: {panel}; border: 0; padding: 4px; spacing: 2px; }

QPushButton { background: {raised}; border: 1px solid {outline}; border-radius: 5px; padding: 5px 12px; min-height: 16px; }
QPushButton:hover { background: {hover}; }
QPushButton:pressed { background: {line}; }
QPushButton:focus { border-color: {accent}; }
QPushButton:disabled { color: {outline}; border-color: {line}; }
QPushButton[primary="true"] { background: {accent}; color: {on_accent}; border-color: {accent}; font-weight: 600; padding: 8px 16px; }
QPushButton[primary="true"]:hover { border-color: {text}; }
QPushButton[primary="true"]:focus { border: 2px solid {text}; padding: 7px 15px; }
QPushButton[primary="true"]:disabled { background: {raised}; color: {outline}; border-color: {line}; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 5px; padding: 4px; }
QToolButton:hover { background: {hover}; }
QToolButton:checked { background: {hover}; border-color: {accent}; }
QToolButton:focus { border-color: {accent}; }
QToolButton::menu-indicator { image: none; }
QPushButton[chip="true"] { border-color: {line}; border-radius: 11px; padding: 2px 9px; }
QPushButton[chip="true"]:hover { background: {hover}; }
QPushButton[chip="true"]:focus { border-color: {accent}; }
QFrame#popup, QFrame#completions { background: {raised}; border: 1px solid {outline}; border-radius: 5px; }
QFrame#popup QAbstractItemView, QFrame#completions QAbstractItemView { background: transparent; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {
    background: {raised}; border: 1px solid {outline}; border-radius: 5px; padding: 4px 7px;
    selection-background-color: {accent}; selection-color: {on_accent}; }
QLineEdit, QComboBox { min-height: 18px; }
QSpinBox, QDoubleSpinBox { min-height: 16px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus { border-color: {accent}; }
QLineEdit:disabled, QPlainTextEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled { color: {outline}; border-color: {line}; }
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button { width: 0; border: 0; }
QComboBox::drop-down { border: 0; width: 22px; }
QComboBox::down-arrow { image: url({chevron}); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: {raised}; border: 1px solid {outline}; padding: 3px; selection-background-color: {accent}; selection-color: {on_accent}; }
QCheckBox, QRadioButton { spacing: 7px; }
QCheckBox::indicator { width: 15px; height: 15px; border: 1px solid {outline}; border-radius: 4px; background: {raised}; }
QCheckBox::indicator:checked { background: {accent}; border-color: {accent}; image: url({check}); }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid {outline}; border-radius: 8px; background: {raised}; }
QRadioButton::indicator:checked { border: 5px solid {accent}; width: 6px; height: 6px; }
QCheckBox:focus, QRadioButton:focus { color: {accent}; }

QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: {hover}; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: {accent}; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: {text}; border: 0; }
QSlider::handle:horizontal:hover { background: {accent}; }
QSlider:focus { border: 1px solid {accent}; border-radius: 4px; }
QProgressBar { background: {hover}; border: 0; border-radius: 3px; max-height: 6px; min-height: 6px; text-align: center; }
QProgressBar::chunk { background: {accent}; border-radius: 3px; }

QScrollArea, QAbstractScrollArea { border: 0; }
QPlainTextEdit, QTextEdit { border: 1px solid {outline}; }
QScrollArea > QWidget > QWidget { background: {panel}; }
QAbstractItemView { background: {panel}; alternate-background-color: {ground}; border: 0; selection-background-color: {hover}; selection-color: {text}; }
QAbstractItemView::item { padding: 3px; }
QHeaderView::section { background: {panel}; color: {faint}; border: 0; border-bottom: 1px solid {line}; padding: 5px 8px; }
QScrollBar { background: transparent; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: {hover}; border-radius: 4px; margin: 1px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: {outline}; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QGroupBox { border: 0; border-top: 1px solid {line}; margin-top: 18px; padding-top: 8px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: 0; padding: 0 6px 0 0; }
QFrame[floating="true"] { background: {panel}; border: 1px solid {outline}; border-radius: 8px; }
QFrame[side="true"] { background: {ground}; border: 0; }
QFrame[side="true"] QAbstractItemView { background: {ground}; }
QFrame[side="true"] QAbstractItemView::item { border-radius: 5px; padding: 4px 8px; }
QFrame[side="true"] QAbstractItemView::item:selected { background: {raised}; color: {text}; }
QFrame[card="true"] { background: {raised}; border: 1px solid {line}; border-radius: 8px; }
QFrame[line="true"] { background: {line}; border: 0; }
QAbstractItemView[framed="true"] { background: {raised}; border: 1px solid {outline}; border-radius: 5px; }
QAbstractItemView[framed="true"] QHeaderView::section { background: {raised}; padding: 5px 3px; }
QAbstractItemView[framed="true"]:focus { border-color: {accent}; }
QToolButton[quiet="true"] { color: {faint}; padding: 2px 6px; }
QToolButton[quiet="true"]:hover { color: {text}; }
QKeySequenceEdit QLineEdit { min-height: 18px; }
QLabel[role="faint"] { color: {faint}; }
QLabel[role="danger"] { color: {danger}; }
QLabel[role="caution"] { color: {caution}; }
QLabel[role="good"] { color: {good}; }
QLabel[role="title"] { font-size: 18px; font-weight: 600; }
)";

QString filled(Colours const& c)
{
    QString text = QString::fromUtf8(sheet);
    struct Named {
        char const* name;
        QColor colour;
    };
    for (Named const& named :
        { Named { "ground", c.ground }, { "panel", c.panel }, { "raised", c.raised }, { "hover", c.hover },
            { "line", c.line }, { "outline", c.outline }, { "text", c.text }, { "faint", c.faint },
            { "accent", c.accent }, { "on_accent", c.on_accent }, { "danger", c.danger }, { "caution", c.caution },
            { "good", c.good } })
        text.replace(QLatin1Char('{') + QLatin1String(named.name) + QLatin1Char('}'), named.colour.name());
    text.replace(QStringLiteral("{chevron}"), icon_file(QStringLiteral("chevron-down"), c.faint));
    text.replace(QStringLiteral("{check}"), icon_file(QStringLiteral("check"), c.on_accent));
    return text;
}

QPalette palette_of(Colours const& c)
{
    QPalette palette;
    palette.setColor(QPalette::Window, c.panel);
    palette.setColor(QPalette::Base, c.raised);
    palette.setColor(QPalette::AlternateBase, c.ground);
    palette.setColor(QPalette::Button, c.raised);
    palette.setColor(QPalette::Highlight, c.accent);
    palette.setColor(QPalette::HighlightedText, c.on_accent);
    palette.setColor(QPalette::PlaceholderText, c.faint);
    palette.setColor(QPalette::ToolTipBase, c.raised);
    palette.setColor(QPalette::Link, c.accent);
    for (auto role :
        { QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText, QPalette::BrightText })
        palette.setColor(role, c.text);
    for (auto role : { QPalette::WindowText, QPalette::Text, QPalette::ButtonText })
        palette.setColor(QPalette::Disabled, role, c.outline);
    return palette;
}

}

void apply_theme(QApplication& application, QString const& name)
{
    bool light = name == QLatin1String("light");
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    if (name == QLatin1String("system"))
        light = application.styleHints()->colorScheme() == Qt::ColorScheme::Light;
#endif
    current = light ? &light_colours() : &dark_colours();
    application.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    application.setPalette(palette_of(*current));
    application.setStyleSheet(filled(*current));
}

void apply_font_size(QApplication& application, int points)
{
    static QFont const systems = QApplication::font();
    QFont font = systems;
    if (points > 0)
        font.setPointSize(points);
    application.setFont(font);
}

Colours const& colours() { return current ? *current : dark_colours(); }

}
