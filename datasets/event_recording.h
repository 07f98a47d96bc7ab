// What an event camera saw: a list of changes of brightness, in the order of time.
#pragma once

#include <cstdint>
#include <vector>

namespace bispike {

/// One pixel became brighter or darker.
struct Event {
    uint16_t x = 0, y = 0;  // [pixels] column and row, from the left and from the top
    bool polarity = false;  // true: ON, brighter; false: OFF, darker
    int64_t time_us = 0;    // [us]

    bool operator==(const Event&) const = default;
};

/// Readers promise that every event lies inside the sensor and none is earlier than the one before it.
struct EventRecording {
    int64_t width = 0, height = 0;  // [pixels] of the sensor
    std::vector<Event> events;
};

}  // namespace bispike
