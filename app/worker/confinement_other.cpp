// SPDX-License-Identifier: Apache-2.0
// Where nothing is held in yet. Windows: a restricted token with an AppContainer and a job object; macOS: a sandbox
// profile. Both belong here, behind the same function.
#include "app/worker/confinement.h"

#ifndef __linux__

namespace igneous {

ConfinementReport confine_process(ConfinedPlaces const&)
{
    constexpr char const* why = "no: Igneous cannot do it on this system yet";
    return { why, why, why };
}

}

#endif
