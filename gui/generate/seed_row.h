// SPDX-License-Identifier: Apache-2.0
#pragma once

// The seed: a number, a die that throws a new one, and a lock that keeps it from picture to picture.

#include <QWidget>

#include <cstdint>

class QLineEdit;
class QToolButton;

namespace igneous {

class SeedRow : public QWidget {
    Q_OBJECT

public:
    explicit SeedRow(QWidget* parent = nullptr);
    std::uint64_t seed() const { return m_seed; }
    /// Does not emit.
    void set_seed(std::uint64_t seed);
    /// Whether the next picture has this seed too; else Generate throws the dice first.
    bool locked() const;
    void set_locked(bool locked);
    /// A seed nobody chose. Emits edited().
    void throw_dice();

Q_SIGNALS:
    void edited(quint64 seed);
    void lock_changed(bool locked);

private:
    std::uint64_t m_seed = 0;
    QLineEdit* m_field;
    QToolButton* m_lock;
};

}
