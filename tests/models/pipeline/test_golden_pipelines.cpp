// SPDX-License-Identifier: Apache-2.0
#include "models/pipeline/generate.h"
#include "tests/models/families/golden_case.h"
#include "tests/models/pipeline/golden_model.h"
#include "tests/support/test_device.h"

#include <catch2/catch_test_macros.hpp>

#include <iostream>

using namespace igneous;

namespace {

using nlohmann::json;

GenerationRequest request_of(json const& golden, std::string const& model, Tier tier)
{
    json const& r = golden["request"];
    GenerationRequest request;
    request.model = model;
    request.prompt = golden::pipeline_model()["prompt"];
    request.negative_prompt = golden::pipeline_model()["negative"];
    request.width = golden::pipeline_model()["width"];
    request.height = golden::pipeline_model()["height"];
    request.batch = r["batch"];
    request.tier = tier;
    request.sampling.sampler = r["sampler"];
    request.sampling.schedule = r["schedule"];
    request.sampling.steps = r["steps"];
    request.sampling.cfg = r["cfg"];
    if (golden["mode"] != "text") {
        request.init = InitImage { golden::golden_picture(), golden["strength"], "diffusers", std::nullopt };
        if (golden["mode"] != "picture")
            request.init->mask = golden::golden_mask();
    }
    return request;
}

}

TEST_CASE("pipelines: latents and pictures are diffusers'")
{
    test::test_device();
    for (json const& golden : golden::pipeline_cases())
        for (Tier const tier : { Tier::f32, Tier::f16 }) {
            std::string const name = golden["name"];
            CAPTURE(name, tier == Tier::f32);
            golden::PipelineFolder const folder(golden["scheduler"], golden["settings"], golden["mode"] == "inpaint" ? 9 : 4);
            auto const generator = make_generator({});
            GenerationRequest const request = request_of(golden, folder.path(), tier);
            GenerationExtras const extras { .latents_in = folder.noise_file(request.batch, 10), .tensors_out = folder.file("out.safetensors") };
            generator->generate(request, [](GenerationEvent const&) {}, {}, extras);
            NamedTensors const got = read_tensors(extras.tensors_out);
            double const latents = golden::relative_error(got.at("latents"), golden::pipeline_outputs().at(name + ".latents"));
            double const image = golden::relative_error(got.at("image"), golden::pipeline_outputs().at(name + ".image"));
            std::cout << std::format("{:24} {} latents {:.1e} image {:.1e}\n", name, tier == Tier::f32 ? "f32" : "f16", latents, image);
            CHECK(latents < (tier == Tier::f32 ? 1e-3 : 2e-2));
            CHECK(image < (tier == Tier::f32 ? 1e-3 : 2e-2));
        }
}
