// SPDX-License-Identifier: Apache-2.0
// The filters of the model manager, and the menu of a model.
#include "app/files/places.h"
#include "gui/library/library_panel.h"
#include "gui/studio/collection_edits.h"
#include "gui/studio/library_model.h"
#include "gui/studio/picture_files.h"
#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QAbstractItemView>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QGuiApplication>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

namespace igneous {

namespace {

constexpr ModelType types[] = { ModelType::checkpoint, ModelType::diffusion_model, ModelType::lora,
    ModelType::embedding, ModelType::vae, ModelType::controlnet, ModelType::t2i_adapter, ModelType::ip_adapter,
    ModelType::upscaler, ModelType::text_encoder, ModelType::image_encoder, ModelType::hypernetwork };

QString title(ModelType type) { return QString::fromUtf8(title_of(type)); }
QString title(ModelBase base) { return QString::fromUtf8(title_of(base)); }

void fill(QComboBox& box, QString const& name, std::initializer_list<std::pair<QString, int>> rows)
{
    for (auto const& [text, value] : rows)
        box.addItem(text, value);
    name_control(box, name);
    box.setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box.setMinimumContentsLength(6);
}

}

QWidget* LibraryPanel::make_filters()
{
    m_text->setPlaceholderText(tr("Find models"));
    m_text->setClearButtonEnabled(true);
    m_text->addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_text->setAccessibleName(tr("Find models"));
    fill(*m_type, tr("Kind of model"), { { tr("All kinds"), -1 } });
    for (ModelType type : types)
        m_type->addItem(title(type), static_cast<int>(type));
    fill(*m_base, tr("What they go with"), { { tr("All bases"), -1 } });
    for (int base = static_cast<int>(ModelBase::sd1); base <= static_cast<int>(ModelBase::mochi); ++base)
        m_base->addItem(title(static_cast<ModelBase>(base)), base);
    auto const value = [](auto of) { return static_cast<int>(of); };
    fill(*m_filter, tr("Which models"),
        { { tr("Everything"), value(LibraryFilter::everything) }, { tr("Favourites"), value(LibraryFilter::favourites) },
            { tr("Duplicates"), value(LibraryFilter::duplicates) }, { tr("Damaged"), value(LibraryFilter::damaged) },
            { tr("Misplaced"), value(LibraryFilter::misplaced) }, { tr("Parts missing"), value(LibraryFilter::incomplete) },
            { tr("Gone"), value(LibraryFilter::missing) } });
    fill(*m_order, tr("Order"),
        { { tr("By name"), value(LibraryOrder::name) }, { tr("Newest"), value(LibraryOrder::newest) },
            { tr("Largest"), value(LibraryOrder::largest) } });
    for (QComboBox* box : { m_type, m_base, m_filter, m_order })
        connect(box, &QComboBox::activated, this, &LibraryPanel::find);
    auto* folders = icon_button(QStringLiteral("folder"), tr("Folders of models"));
    connect(folders, &QToolButton::clicked, this, &LibraryPanel::ask_folders);
    auto* look = icon_button(QStringLiteral("retry"), tr("Look through the folders again"));
    connect(look, &QToolButton::clicked, this, &LibraryPanel::folders_changed);
    m_as_cards = icon_button(QStringLiteral("image"), tr("Cards, or a list"));
    m_as_cards->setCheckable(true);
    connect(m_as_cards, &QToolButton::clicked, this, &LibraryPanel::set_cards);

    auto* filters = new QWidget;
    auto* column = new QVBoxLayout(filters);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Measures::gap);
    auto const line = [&](std::initializer_list<std::pair<QWidget*, int>> widgets) {
        auto* row = new QHBoxLayout;
        row->setSpacing(Measures::unit);
        for (auto const& [widget, stretch] : widgets)
            row->addWidget(widget, stretch);
        column->addLayout(row);
    };
    line({ { m_text, 1 }, { folders, 0 }, { look, 0 }, { m_as_cards, 0 } });
    line({ { m_type, 1 }, { m_base, 1 } });
    line({ { m_filter, 1 }, { m_order, 1 } });
    line({ { m_count, 1 }, { m_work, 0 } });
    m_work->hide();
    return filters;
}

void LibraryPanel::show_menu(QAbstractItemView& view, QPoint const& at)
{
    QModelIndex const index = view.indexAt(at);
    auto const entry = m_model.entry_at(index);
    if (!entry)
        return;
    QString const file = index.data(LibraryModel::path).toString();
    bool const here = entry->state == FileState::here;
    bool const usable = here && (entry->facts.type == ModelType::lora || entry->facts.type == ModelType::checkpoint);
    QMenu menu(this);
    menu.addAction(entry->facts.type == ModelType::lora ? tr("Add to the prompt") : tr("Use this model"), this,
            [this, index = QPersistentModelIndex(index)] { use(index); })
        ->setEnabled(usable);
    menu.addAction(entry->favourite ? tr("No favourite") : tr("Favourite"), this, [this, one = *entry] {
        UserMarks marks;
        marks.favourite = !one.favourite;
        m_edits.apply(mark_model(one.id, marks));
    });
    menu.addSeparator();
    menu.addAction(tr("Show in its folder"), this, [file] { show_in_folder(file); });
    auto const add_copy = [&](QString const& title, std::string const& hash) {
        menu.addAction(title, this, [text = QString::fromStdString(hash)] { QGuiApplication::clipboard()->setText(text); })
            ->setEnabled(!hash.empty());
    };
    add_copy(tr("Copy the hash (AutoV2)"), entry->auto_v2());
    add_copy(tr("Copy the SHA-256"), entry->sha256);
    menu.addAction(tr("Choose a preview…"), this, [this, one = *entry] { choose_preview(one); })->setEnabled(here);
    menu.addAction(tr("It is of another base…"), this, [this, one = *entry] { correct(one); });
    menu.addSeparator();
    menu.addAction(tr("Rename…"), this, [this, one = *entry] { rename(one); })->setEnabled(here);
    menu.addAction(tr("Move to the trash"), this, [this, path = entry->path] { m_edits.apply(trash_model(path)); })
        ->setEnabled(here);
    menu.exec(view.viewport()->mapToGlobal(at));
}

void LibraryPanel::rename(LibraryEntry const& entry)
{
    QString const old = QString::fromStdString(utf8_name(entry.path.stem()));
    QString const name
        = QInputDialog::getText(this, tr("Rename"), tr("A new name for the file:"), QLineEdit::Normal, old).simplified();
    if (!name.isEmpty() && name != old)
        m_edits.apply(rename_model(entry.path, name.toStdString()));
}

void LibraryPanel::choose_preview(LibraryEntry const& entry)
{
    auto* dialog = new QFileDialog(this, tr("A picture for %1").arg(LibraryModel::name_of(entry)));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilter(tr("Pictures (*.png *.jpg *.jpeg *.webp)"));
    connect(dialog, &QFileDialog::fileSelected, this, [this, model = entry.path](QString const& file) {
        m_edits.apply(set_preview(model, path_from_utf8(file.toStdString())));
    });
    dialog->open();
}

/// What recognition got wrong, its user knows better.
void LibraryPanel::correct(LibraryEntry const& entry)
{
    QStringList names { tr("As recognised") };
    std::vector<ModelBase> bases { ModelBase::unknown };
    for (int base = static_cast<int>(ModelBase::sd1); base <= static_cast<int>(ModelBase::mochi); ++base) {
        bases.push_back(static_cast<ModelBase>(base));
        names.append(title(bases.back()));
    }
    bool accepted = false;
    int const now = entry.base_corrected ? static_cast<int>(names.indexOf(title(entry.facts.base))) : 0;
    QString const chosen = QInputDialog::getItem(
        this, tr("What it goes with"), tr("This model goes with:"), names, now, false, &accepted);
    if (!accepted)
        return;
    UserMarks marks;
    marks.base = bases[static_cast<std::size_t>(names.indexOf(chosen))];
    m_edits.apply(mark_model(entry.id, marks));
}

}
