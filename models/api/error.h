// SPDX-License-Identifier: Apache-2.0
#pragma once

// The error type that everything above the engine sees: the engine's own.

#include "compute/tensor/error.h"
