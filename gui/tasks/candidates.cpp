// SPDX-License-Identifier: Apache-2.0
#include "gui/tasks/candidates.h"

#include <algorithm>

namespace igneous {

void Candidates::list_shown()
{
    m_shown.clear();
    for (std::size_t i = 0; i < m_all.size(); ++i)
        if (m_all[i].document == m_document)
            m_shown.push_back(i);
}

void Candidates::show_document(DocumentId document)
{
    if (document == m_document)
        return;
    m_document = document;
    list_shown();
    m_position = count() - 1;
    Q_EMIT changed();
}

void Candidates::add(Candidate candidate)
{
    if (candidate.live) {
        std::erase_if(m_all, [&](Candidate const& one) { return one.live && one.document == candidate.document; });
        list_shown();
        m_position = std::min(m_position, count() - 1);
    }
    bool const first = !has_job(candidate.job);
    auto const key = [](Candidate const& one) { return std::pair(one.job, one.index); };
    auto const place = std::ranges::lower_bound(m_all, key(candidate), {}, key);
    if (place != m_all.end() && key(*place) == key(candidate))
        return;                            // a picture may be announced twice
    Candidate const* const seen = current();
    std::pair const seen_key = seen ? key(*seen) : std::pair<qint64, int>();
    std::pair const new_key = key(candidate);
    m_all.insert(place, std::move(candidate));
    list_shown();
    auto const wanted = first || !seen ? new_key : seen_key;
    for (int i = 0; i < count(); ++i)
        if (key(*at(i)) == wanted)
            m_position = i;
    Q_EMIT changed();
}

Candidate Candidates::take(int position)
{
    std::size_t const index = m_shown.at(static_cast<std::size_t>(position));
    Candidate taken = std::move(m_all[index]);
    m_all.erase(m_all.begin() + static_cast<std::ptrdiff_t>(index));
    list_shown();
    m_position = std::min(m_position > position ? m_position - 1 : m_position, count() - 1);
    Q_EMIT changed();
    return taken;
}

std::vector<qint64> Candidates::clear()
{
    std::vector<qint64> jobs;
    for (std::size_t const i : m_shown)
        if (jobs.empty() || jobs.back() != m_all[i].job)
            jobs.push_back(m_all[i].job);
    std::erase_if(m_all, [&](Candidate const& one) { return one.document == m_document; });
    list_shown();
    m_position = -1;
    Q_EMIT changed();
    return jobs;
}

Candidate const* Candidates::at(int position) const
{
    return position >= 0 && position < count() ? &m_all[m_shown[static_cast<std::size_t>(position)]] : nullptr;
}

void Candidates::step(int by)
{
    if (count() > 0)
        choose(((m_position + by) % count() + count()) % count());
}

void Candidates::choose(int position)
{
    if (position == m_position || !at(position))
        return;
    m_position = position;
    Q_EMIT changed();
}

bool Candidates::has_job(qint64 job) const
{
    return std::ranges::any_of(m_all, [&](Candidate const& one) { return one.job == job; });
}

}
