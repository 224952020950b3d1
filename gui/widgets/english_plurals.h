// SPDX-License-Identifier: Apache-2.0
#pragma once

// English for texts that count: tr("%n picture(s)", nullptr, 1) is "1 picture". Other languages bring a translation.

#include <QTranslator>

namespace igneous {

class EnglishPlurals : public QTranslator {
    Q_OBJECT

public:
    using QTranslator::QTranslator;
    bool isEmpty() const override { return false; }
    QString translate(char const* context, char const* text, char const* disambiguation, int n) const override;
};

}
