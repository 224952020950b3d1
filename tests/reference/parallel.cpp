// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/parallel.h"

#include <atomic>
#include <thread>

namespace igneous::reference {

void parallel_for(std::size_t count, std::function<void(std::size_t)> const& body)
{
    std::atomic<std::size_t> next = 0;
    auto const work = [&] {
        for (std::size_t i = next++; i < count; i = next++)
            body(i);
    };
    if (count < 2)
        return work();
    std::jthread const helper(work);
    work();
}

}
