// SPDX-License-Identifier: Apache-2.0
#include "gui/generate/completion.h"

#include <QRegularExpression>

#include <algorithm>

namespace igneous {

namespace {

constexpr int shortest_word = 3;

bool is_word(QChar c) { return c.isLetterOrNumber() || c == u'_' || c == u'-' || c == u'.'; }

/// 0: begins with it; 1: a later word does; 2: holds it; 3: not at all.
int rank(QString const& name, QString const& part)
{
    qsizetype const at = name.indexOf(part, 0, Qt::CaseInsensitive);
    if (at < 0)
        return 3;
    if (at == 0)
        return 0;
    return name[at - 1].isLetterOrNumber() ? 2 : 1;
}

}

std::optional<Unfinished> unfinished_at(QString const& text, int cursor)
{
    static QRegularExpression const tag(
        QStringLiteral("<(?:lora|lyco):([^<>:,\\n]*)$"), QRegularExpression::CaseInsensitiveOption);
    constexpr int farthest = 300;                    // a name is no longer
    int const from = std::max(0, cursor - farthest);
    QString const before = text.mid(from, cursor - from);
    if (auto const match = tag.match(before); match.hasMatch())
        return Unfinished { true, match.captured(1), from + static_cast<int>(match.capturedStart(1)) };
    if (cursor < text.size() && is_word(text[cursor]))
        return std::nullopt;                         // in the middle of a word
    int begin = cursor;
    while (begin > from && is_word(text[begin - 1]))
        --begin;
    if (cursor - begin < shortest_word || (begin > 0 && (text[begin - 1] == u'<' || text[begin - 1] == u':')))
        return std::nullopt;
    return Unfinished { false, text.mid(begin, cursor - begin), begin };
}

std::vector<Completion const*> matching(Completions const& all, Unfinished const& what, std::size_t most)
{
    std::vector<Completion const*> ranked[3];
    for (Completion const& one : all) {
        if ((one.kind == Completion::Kind::lora) != what.in_tag)
            continue;
        int const at = rank(one.name, what.part);
        bool const whole = !what.in_tag && one.kind == Completion::Kind::embedding && one.name == what.part;
        if (at <= (what.in_tag ? 2 : 1) && !whole)   // as a word only what begins so: nobody asked
            ranked[at].push_back(&one);
    }
    std::vector<Completion const*> found;
    for (auto const& some : ranked)
        for (Completion const* one : some)
            if (found.size() < most)
                found.push_back(one);
    return found;
}

Finished finished(QString const& text, int cursor, Unfinished const& what, Completion const& choice)
{
    QString after = text;
    if (choice.kind != Completion::Kind::lora) {
        QString const word = choice.kind == Completion::Kind::style ? QString() : choice.name;
        after.replace(what.begin, cursor - what.begin, word);
        return { after, what.begin + static_cast<int>(word.size()) };
    }
    static QRegularExpression const rest(QStringLiteral("^[^<>:,\\n]*(?::[^<>,\\n]*)?>"));
    bool const has_end = rest.match(text.mid(cursor)).hasMatch();  // the name of a whole tag is being changed
    QString const name = choice.name + (has_end ? QString() : QStringLiteral(":1>"));
    qsizetype end = cursor;
    while (has_end && text[end] != u':' && text[end] != u'>')
        ++end;
    after.replace(what.begin, end - what.begin, name);
    return { after, what.begin + static_cast<int>(name.size()) };
}

}
