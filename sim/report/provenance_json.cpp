// The origin of a result for machines.
#include "sim/report/provenance_json.h"

#include <nlohmann/json.hpp>

namespace bispike {

std::string provenance_json(const Provenance& p) {
    using Json = nlohmann::ordered_json;
    const Json j{{"model_hash", p.model_hash}, {"data_hash", p.data_hash}, {"seed", p.seed},
                 {"version", p.version},       {"compiler", p.compiler},   {"dispatch", p.dispatch},
                 {"threads", p.threads},       {"settings", p.settings}};
    return j.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace bispike
