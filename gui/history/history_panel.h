// SPDX-License-Identifier: Apache-2.0
#pragma once

// Everything that was done, in its order: a click goes back there, or forward again.

#include <QWidget>

class QListView;

namespace igneous {

class HistoryModel;
class Session;

class HistoryPanel : public QWidget {
    Q_OBJECT

public:
    explicit HistoryPanel(Session& session, QWidget* parent = nullptr);

private:
    void show_here();
    void go_to(QModelIndex const& index);

    Session& m_session;
    HistoryModel* m_model;
    QListView* m_list;
};

}
