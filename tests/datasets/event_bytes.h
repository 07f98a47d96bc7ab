// For tests of event cameras: recordings made event by event, and N-MNIST's coding of one.
#pragma once

#include <vector>

#include "datasets/event_recording.h"
#include "tests/datasets/bytes.h"

namespace bispike::testing {

/// Five bytes: x, y, polarity and 23 bits of time. x and y need not lie inside the sensor.
inline Bytes nmnist_bytes(const Event& e) {
    const auto time = static_cast<unsigned>(e.time_us) & 0x7FFFFF;
    return {static_cast<unsigned char>(e.x), static_cast<unsigned char>(e.y),
            static_cast<unsigned char>((e.polarity ? 0x80 : 0) | time >> 16), static_cast<unsigned char>(time >> 8),
            static_cast<unsigned char>(time)};
}

inline Bytes nmnist_bytes(const std::vector<Event>& events) {
    Bytes bytes;
    for (const Event& e : events) append(bytes, nmnist_bytes(e));
    return bytes;
}

}  // namespace bispike::testing
