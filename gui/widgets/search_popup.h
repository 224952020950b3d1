// SPDX-License-Identifier: Apache-2.0
#pragma once

// A list that opens below a button, with a field to search it: earlier prompts, styles.

#include <QFrame>
#include <QStringList>

class QLineEdit;
class QListView;
class QPushButton;
class QSortFilterProxyModel;
class QStandardItemModel;

namespace igneous {

class SearchPopup : public QFrame {
    Q_OBJECT

public:
    /// `name`: what is searched, for the field's hint. With a `command` there is a button below the list that reads so.
    explicit SearchPopup(QString const& name, QString const& command = {}, QWidget* parent = nullptr);
    struct Row {
        QString text; // shown in one line, whole in the tool tip
        QString detail = {};
    };
    void set_rows(std::vector<Row> const& rows);
    /// Below `beside`, or above where there is no room, as wide as `width`.
    void open(QWidget const& beside, int width);

Q_SIGNALS:
    /// The row's place in set_rows().
    void chosen(int row);
    void command_asked();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void choose(QModelIndex const& index);

    QLineEdit* m_search;
    QListView* m_list;
    QStandardItemModel* m_rows;
    QSortFilterProxyModel* m_found;
};

}
