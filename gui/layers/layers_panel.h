// SPDX-License-Identifier: Apache-2.0
#pragma once

// The layers of the document that is open: one is painted on, and several can be chosen with Ctrl and Shift; their
// blend mode and opacity stand above the list, commands below it.

#include "gui/layers/layers_model.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QTreeView;

namespace igneous {

class NumberRow;

class LayersPanel : public QWidget {
    Q_OBJECT

public:
    /// `commands` become buttons.
    LayersPanel(Session& session, QList<QAction*> const& commands, QWidget* parent = nullptr);
    ~LayersPanel() override;
    LayersModel& model() { return m_model; }
    QTreeView& list() { return *m_list; }
    /// Chooses these, the last of them to be painted on.
    void choose(std::vector<LayerId> const& layers);
    /// Lets the user type a new name for the chosen layer.
    void rename();

private:
    void make_list();
    void take_chosen();
    void show_chosen();
    void show_active();
    void show_properties();
    Layer const* active() const;
    void edit(QString const& name, std::function<void(LayerProperties&)> const& change, std::string const& key);

    Session& m_session;
    LayersModel m_model;
    QTreeView* m_list;
    QComboBox* m_blend;
    NumberRow* m_opacity;
    QTimer m_pictures_soon;
};

}
