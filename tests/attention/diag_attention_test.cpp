// TransNormer's attention within windows.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/attention/made_mixer.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

constexpr MixerSite kSite{.dim = 8, .heads = 2, .rows = 2, .columns = 6};

MadeMixer made(const std::string& form, const std::string& window) {
    return MadeMixer("diag_attention", kSite, {{"attention.transnormer", form}, {"attention.window", window}});
}

}  // namespace

TEST_CASE("DiagAttention with one window of all tokens is softmax attention") {
    const Tensor x = random_tensor({1, 2, 12, 8}, 1);
    CHECK(same_bits(made("t2", "12").run(x), MadeMixer("softmax", kSite).run(x)));
    CHECK(!same_bits(made("t2", "6").run(x), MadeMixer("softmax", kSite).run(x)));
}

TEST_CASE("the windows of DiagAttention are images of their own") {
    const Tensor x = random_tensor({1, 2, 12, 8}, 2);
    for (const char* form : {"t1", "t2"}) {
        const Tensor whole = made(form, "4").run(x);
        const MadeMixer small("diag_attention", {.dim = 8, .heads = 2, .rows = 1, .columns = 4},
                              {{"attention.transnormer", form}, {"attention.window", "4"}});
        for (int64_t i = 0; i < 6; ++i) {
            const Tensor window({1, 1, 4, 8}, x.values().subspan(static_cast<size_t>(i) * 32, 32));
            const Tensor alone = small.run(window);
            CHECK(std::equal(alone.data(), alone.data() + 32, whole.data() + i * 32));
        }
    }
}

TEST_CASE("windows show their weights as heads of the image, and count what they do") {
    Memory memory;
    made("t2", "4").run(random_tensor({1, 2, 12, 8}, 3), &memory);
    CHECK(memory["attn.weight"].output.shape() == Shape{1, 2, 6, 4, 4});
    CHECK(memory["attn.score"].count == OpCount{.mac = 2 * 12 * 4 * 8, .dense = 2 * 12 * 4 * 8});
    CHECK(memory["attn.mix"].count == OpCount{.mac = 2 * 12 * 4 * 8, .dense = 2 * 12 * 4 * 8});
}

TEST_CASE("windows that do not divide the tokens are refused with the choices") {
    CHECK(message_of([] { made("t2", "5"); }) ==
          "attention.window = 5: windows of that many do not divide the 12 tokens; choices: 1, 2, 3, 4, 6, 12");
    CHECK(contains(message_of([] { made("t2", "0"); }), "attention.window = 0"));
    CHECK(contains(message_of([] { made("t3", "4"); }), "choices: t1, t2"));
}
