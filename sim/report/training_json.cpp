// The results of a training for machines.
#include "sim/report/training_json.h"

#include <nlohmann/json.hpp>

#include "sim/report/provenance_json.h"

namespace bispike {
namespace {

using Json = nlohmann::ordered_json;

double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

}  // namespace

std::string epoch_json(const TrainedEpoch& e) {
    return Json{{"epoch", e.epoch},
                {"loss", e.loss},
                {"penalty", e.penalty},
                {"train_images", e.train_images},
                {"train_correct", e.train_correct},
                {"test_images", e.test_images},
                {"test_correct", e.test_correct},
                {"accuracy", share(static_cast<double>(e.test_correct), static_cast<double>(e.test_images))}}
        .dump();
}

std::string training_json(const TrainingResults& r) {
    Json j{{"run", "train"},
           {"network", r.network},
           {"config", r.config},
           {"dataset", r.dataset},
           {"parameters", r.parameters}};
    j.update(Json::parse(provenance_json(r.provenance)));
    j["weights_hash"] = r.weights_hash;
    j["epochs"] = Json::parse("[" + r.epochs + "]");
    j["seconds"] = r.seconds;
    return j.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace bispike
