// SPDX-License-Identifier: Apache-2.0
#pragma once

// What few people change, folded away: layers of the text encoder, random numbers, how noise and schedules are read.

#include "gui/widgets/section.h"
#include "models/api/choices.h"
#include "models/api/request.h"

#include <functional>
#include <vector>

namespace igneous {

class ChoiceRow;
class NumberRow;
struct NumberRange;

class AdvancedSection : public Section {
    Q_OBJECT

public:
    explicit AdvancedSection(QWidget* parent = nullptr);
    /// Does not emit.
    void show_request(GenerationRequest const& request);

Q_SIGNALS:
    /// By the user's hand; `what` for the history.
    void edited(QString const& what, std::function<void(GenerationRequest&)> const& change);

private:
    template <class Field>
    void choice(QString const& name, QString const& tip, std::vector<Choice> const& choices, Field field);
    template <class Field>
    void number(QString const& name, QString const& tip, NumberRange const& range, Field field);

    std::vector<std::function<void(GenerationRequest const&)>> m_show;
};

}
