// SPDX-License-Identifier: Apache-2.0
#include "gui/generate/prompt_tags.h"

#include <QRegularExpression>

#include <algorithm>
#include <cmath>

namespace igneous {

namespace {

bool has(std::vector<PromptTag> const& tags, std::string const& name)
{
    return std::ranges::find(tags, QString::fromStdString(name), &PromptTag::name) != tags.end();
}

/// Takes a tag out, with the comma or blank that set it apart.
void cut(QString& prompt, PromptTag const& tag)
{
    qsizetype begin = tag.begin, end = tag.end;
    while (begin > 0 && prompt[begin - 1] == u' ')
        --begin;
    if (begin > 0 && prompt[begin - 1] == u',')
        --begin;
    else if (begin == 0)
        while (end < prompt.size() && (prompt[end] == u',' || prompt[end] == u' '))
            ++end;
    prompt.remove(begin, end - begin);
}

}

std::vector<PromptTag> lora_tags(QString const& prompt)
{
    static QRegularExpression const form(QStringLiteral("<(?:lora|lyco):([^<>:]+)((?::-?[0-9]*\\.?[0-9]+)*)>"),
        QRegularExpression::CaseInsensitiveOption);
    std::vector<PromptTag> tags;
    for (auto at = form.globalMatch(prompt); at.hasNext();) {
        QRegularExpressionMatch const match = at.next();
        PromptTag tag {
            .name = match.captured(1).trimmed(), .begin = match.capturedStart(), .end = match.capturedEnd()
        };
        tag.weight_begin = tag.weight_end = tag.end - 1;
        if (QString const numbers = match.captured(2); !numbers.isEmpty()) {
            tag.weight_begin = match.capturedStart(2) + numbers.lastIndexOf(u':') + 1;
            tag.weight = QStringView(prompt).mid(tag.weight_begin, tag.weight_end - tag.weight_begin).toDouble();
        }
        if (std::ranges::find(tags, tag.name, &PromptTag::name) == tags.end())
            tags.push_back(tag);
    }
    return tags;
}

void follow_prompt(GenerationRequest& request, QString const& before, LoraPlaces const& places)
{
    auto const old = lora_tags(before), now = lora_tags(QString::fromStdString(request.prompt));
    std::erase_if(request.loras, [&](LoraUse const& lora) { return has(old, lora.name) && !has(now, lora.name); });
    for (PromptTag const& tag : now) {
        auto const known = std::ranges::find(request.loras, tag.name.toStdString(), &LoraUse::name);
        if (known != request.loras.end()) {
            if (known->weight != tag.weight) {
                known->weight = tag.weight;
                known->text_weight.reset();
            }
        } else if (QString const file = places(tag.name); !file.isEmpty()) {
            request.loras.push_back(
                { .name = tag.name.toStdString(), .file = file.toStdString(), .weight = tag.weight });
        }
    }
}

void follow_loras(GenerationRequest& request)
{
    QString prompt = QString::fromStdString(request.prompt);
    auto tags = lora_tags(prompt);
    for (auto tag = tags.rbegin(); tag != tags.rend(); ++tag) {            // from the right: places before stay right
        auto const use = std::ranges::find(request.loras, tag->name.toStdString(), &LoraUse::name);
        if (use == request.loras.end())
            cut(prompt, *tag);
        else if (std::abs(use->weight - tag->weight) > 1e-9) {
            QString const number = QString::number(std::round(use->weight * 100) / 100);
            bool const is_new = tag->weight_begin == tag->weight_end;
            prompt.replace(tag->weight_begin, tag->weight_end - tag->weight_begin, is_new ? u':' + number : number);
        }
    }
    request.prompt = prompt.toStdString();
}

}
