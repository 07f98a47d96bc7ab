// Choosing the images of a run by their number or their class.
#include "sim/report/image_choice.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <numeric>
#include <set>

#include "sim/core/error.h"
#include "sim/core/words.h"

namespace bispike {
namespace {

/// A number of at least `least` in a choice of images.
int64_t number(const std::string& text, int64_t least, const std::string& choice) {
    int64_t value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size() || value < least)
        fail("images `{}`: `{}` is not a number of at least {}; choices: 16, index:3,40-49, class:2,5, class:2,5:4",
             choice, text, least);
    return value;
}

int64_t place_of(int64_t sample, std::span<const int64_t> samples, const std::string& choice) {
    const auto found = std::ranges::lower_bound(samples, sample);
    if (found == samples.end() || *found != sample)
        fail("images `{}`: there is no image {}; there are {}, from {} to {}", choice, sample, samples.size(),
             samples.empty() ? 0 : samples.front(), samples.empty() ? 0 : samples.back());
    return found - samples.begin();
}

std::vector<int64_t> by_index(const std::string& choice, std::span<const int64_t> samples) {
    std::set<int64_t> chosen;
    for (const std::string& word : split_words(choice.substr(choice.find(':') + 1), ',')) {
        const auto dash = word.find('-', 1);
        const int64_t first = number(word.substr(0, dash), 0, choice);
        const int64_t last = dash == std::string::npos ? first : number(word.substr(dash + 1), first, choice);
        for (int64_t i = first; i <= last; ++i) chosen.insert(place_of(i, samples, choice));
    }
    return {chosen.begin(), chosen.end()};
}

std::vector<int64_t> by_class(const std::string& choice, std::span<const int> labels) {
    const auto parts = split_words(choice, ':');
    if (parts.size() > 3) fail("images `{}`: expected class:2,5 or class:2,5:4", choice);
    const int64_t most = parts.size() == 3 ? number(parts[2], 1, choice) : std::numeric_limits<int64_t>::max();
    std::set<int64_t> chosen;
    for (const std::string& word : split_words(parts.size() > 1 ? parts[1] : "", ',')) {
        const int64_t label = number(word, 0, choice);
        int64_t found = 0;
        for (size_t i = 0; i < labels.size() && found < most; ++i)
            if (labels[i] == label) chosen.insert(static_cast<int64_t>(i)), ++found;
        if (found == 0) fail("images `{}`: none of the {} images is of class {}", choice, labels.size(), label);
    }
    return {chosen.begin(), chosen.end()};
}

}  // namespace

std::vector<int64_t> image_range(int64_t first, int64_t count) {
    std::vector<int64_t> images(static_cast<size_t>(count));
    std::iota(images.begin(), images.end(), first);
    return images;
}

std::vector<int64_t> choose_images(const std::string& words, std::span<const int64_t> samples,
                                   std::span<const int> labels) {
    const auto images = static_cast<int64_t>(samples.size());
    std::vector<int64_t> chosen;
    if (words.starts_with("index:"))
        chosen = by_index(words, samples);
    else if (words.starts_with("class:"))
        chosen = by_class(words, labels);
    else
        chosen = image_range(0, std::min(images, number(words, 1, words)));
    if (chosen.empty()) fail("images `{}` names none; choices: 16, index:3,40-49, class:2,5, class:2,5:4", words);
    return chosen;
}

}  // namespace bispike
