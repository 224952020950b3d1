// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which model, and which autoencoder it gives its pictures with.

#include <QWidget>

#include <optional>
#include <vector>

class QComboBox;

namespace igneous {

class ChoiceRow;

/// What a request takes with this model where the artist has not said otherwise.
struct UsualSettings {
    int width = 512, height = 512;         // pixels
    int steps = 20;
    double cfg = 7;
    bool operator==(UsualSettings const&) const = default;
};

/// A model that can be chosen.
struct ModelChoice {
    QString name;
    QString path;
    int best_side = 512;                   // pixels of the squares it was trained on
    QString details = {};                  // "SD 1.x, 4.0 GB"
    QString problem = {};                  // why it cannot be run; empty: it can
    UsualSettings usual = {};
};

struct VaeChoice {
    QString name, path;
    QString details = {};
};

class ModelRows : public QWidget {
    Q_OBJECT

public:
    explicit ModelRows(QWidget* parent = nullptr);
    void set_models(std::vector<ModelChoice> models);
    void set_vaes(std::vector<VaeChoice> const& vaes);
    /// By path; one that is not offered is shown by its name. Does not emit.
    void show_choice(QString const& model, QString const& vae);
    /// Null where the one that is shown is not offered.
    ModelChoice const* model() const;
    ModelChoice const* find(QString const& path) const;

Q_SIGNALS:
    void model_edited(QString const& path);
    /// Empty: the model's own.
    void vae_edited(QString const& path);

private:
    void show_tip();

    ChoiceRow* m_model;
    ChoiceRow* m_vae;
    std::vector<ModelChoice> m_models;
    QString m_shown_model, m_shown_vae;
};

}
