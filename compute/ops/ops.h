// SPDX-License-Identifier: Apache-2.0
#pragma once

// Every op of the engine: one free function each that checks, infers the shape and adds a node. Shapes are outermost
// first, channels last. Messages start with the op and say got and expected. What each means in plain numbers is in
// tests/reference; how it runs is in compute/kernels under the same name.

#include "compute/ops/attention.h"
#include "compute/ops/conv2d.h"
#include "compute/ops/elementwise.h"
#include "compute/ops/embedding.h"
#include "compute/ops/linear.h"
#include "compute/ops/norm.h"
#include "compute/ops/resample.h"
#include "compute/ops/sampling.h"
#include "compute/ops/shape_ops.h"
