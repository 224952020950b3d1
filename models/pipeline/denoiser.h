// SPDX-License-Identifier: Apache-2.0
#pragma once

// The UNet as samplers want it: latents and a sigma in, the denoised estimate out, guidance included. All on the device.

#include "models/families/stable_diffusion/config.h"
#include "models/pipeline/gpu_latents.h"
#include "models/pipeline/part_runner.h"

#include <functional>

namespace igneous {

/// How a prediction becomes the denoised estimate: denoised = c_skip * x + c_out * prediction, the network sees c_in * x.
/// x is in the form x = x0 + sigma * noise (Karras et al. 2022, table 1; v: Salimans and Ho 2022).
struct Preconditioning {
    double c_in, c_skip, c_out;
};
Preconditioning preconditioning(Prediction prediction, double sigma);

struct DenoiserSettings {
    Prediction prediction = Prediction::epsilon;
    double cfg = 1;
    int rows = 1;                                  // copies * batch
    std::function<double(double)> timestep;        // the training time of a sigma
    std::function<void()> meanwhile = {};          // called while the device works (Program::run_step)
};

class Denoiser {
public:
    Denoiser(PartRunner& unet, GpuLatentSpace& space, DenoiserSettings settings, std::stop_token stop);
    /// The denoised estimate of x [N, h, w, C] at `sigma`.
    Latents operator()(Latents const& x, double sigma);

private:
    PartRunner& m_unet;
    GpuLatentSpace& m_space;
    DenoiserSettings m_settings;
    std::stop_token m_stop;
    HostTensor m_timestep;                         // [rows]
};

}
