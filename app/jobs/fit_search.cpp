// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/fit_search.h"

#include <algorithm>
#include <format>

namespace igneous {

namespace {

constexpr int size_step = 64;
/// Where a request leaves the size to the model, which then is too large whatever it is: sizes up to this are tried.
constexpr int largest_unknown_side = 1024 + size_step;

int rounded(int side) { return std::max(1, (side + size_step / 2) / size_step) * size_step; }

}

FitSearch::FitSearch(GenerationRequest refused)
    : m_refused(std::move(refused))
    , m_width(m_refused.init ? m_refused.init->image.width : m_refused.width)
    , m_height(m_refused.init ? m_refused.init->image.height : m_refused.height)
{
    if (m_width <= 0 || m_height <= 0)
        m_width = m_height = largest_unknown_side;
    m_next = m_refused;
    answer(false);
}

GenerationRequest FitSearch::sized(int side) const
{
    int const longer = std::max(m_width, m_height), shorter = std::min(m_width, m_height);
    int const long_side = side * size_step;
    int const short_side = rounded(static_cast<int>(static_cast<long long>(shorter) * long_side / longer));
    GenerationRequest request = m_refused;
    request.batch = 1;
    request.width = m_width >= m_height ? long_side : short_side;
    request.height = m_width >= m_height ? short_side : long_side;
    if (request.init) {
        request.init->image = resize(request.init->image, request.width, request.height);
        if (request.init->mask)
            request.init->mask = resize_mask(*request.init->mask, request.width, request.height);
    }
    return request;
}

void FitSearch::next_size()
{
    if (m_too_large - m_fitting > 1)
        m_next = sized((m_fitting + m_too_large) / 2);
    else
        m_next.reset();
}

void FitSearch::answer(bool fits)
{
    if (fits)
        m_found = m_next;
    if (m_too_large == 0) {
        if (fits) {
            m_next.reset();
        } else if (m_next->batch > 1) {
            m_next->batch /= 2;
        } else {
            m_too_large = (std::max(m_width, m_height) + size_step - 1) / size_step;
            next_size();
        }
        return;
    }
    int const side = (m_fitting + m_too_large) / 2;
    (fits ? m_fitting : m_too_large) = side;
    next_size();
}

std::string FitSearch::words() const
{
    if (!m_found)
        return {};
    if (m_too_large == 0)
        return m_found->batch == 1 ? "one picture at a time" : std::format("batch {}", m_found->batch);
    std::string const size = std::format("{} x {}", m_found->width, m_found->height);
    return m_refused.batch > 1 ? size + ", one picture at a time" : size;
}

}
