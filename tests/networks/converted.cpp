// A tiny vit with quantisers, and what it is converted to.
#include "tests/networks/converted.h"

#include "sim/core/rng.h"
#include "sim/run/calibrate_steps.h"

namespace bispike {

Converted::Converted(const std::string& method, int timesteps, Keys keys) {
    keys.insert(
        {{"network.quantiser", "lsq"}, {"network.levels", "4"}, {"network.depth", "2"}, {"readout.model", "last"}});
    keys["network.timesteps"] = std::to_string(timesteps), keys["network.model"] = "vit";
    ann = tiny_model(keys);
    for (Parameter& p : ann->parameters()) {
        if (p.name.ends_with(".step")) continue;
        Rng rng(7, p.name);
        for (float& v : p.value.values())
            if (p.name.ends_with("bias"))
                v = rng.uniform(-0.3f, 0.3f);
            else if (p.name.starts_with("block"))
                v *= 2.0f;
    }
    calibrate_steps(*ann, tiny_source(4), 4);
    keys["network.model"] = "spiking_vit", keys["network.method"] = method;
    snn = tiny_model(keys);
    for (Parameter& p : snn->parameters()) p.value = ann->parameters().find(p.name)->value;
    ann->prepare(Purpose::simulate), snn->prepare(Purpose::simulate);
}

}  // namespace bispike
