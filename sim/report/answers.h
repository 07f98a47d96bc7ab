// The bits of a run's answers, as one number: two runs that agree in it gave the same logits, image by image.
#pragma once

#include <string>
#include <vector>

#include "sim/core/sha256.h"
#include "sim/net/observer.h"

namespace bispike {

/// SHA-256 over the SHA-256 of each image's logits [T, classes] (float32), in the order of the samples: the same for
/// any number of threads, any batch size and any chunk of time steps.
class AnswersObserver : public Observer {
public:
    std::unique_ptr<Probe> open(const Lane& lane) override;
    void close(std::unique_ptr<Probe> probe) override;
    /// 64 hexadecimal digits. Call once, after the last close().
    std::string finish() { return hexadecimal(all_.finish()); }

private:
    Sha256 all_;
};

}  // namespace bispike
