// Runs a check once for every instruction set of this machine that promises the same bits.
#pragma once

#include <doctest/doctest.h>
#include <hwy/targets.h>

namespace bispike {

/// Targets without a fused multiply-add instruction: a kernel that multiplies and adds rounds twice there, so its bits
/// are its own. Highway 1.0.3 does not know SSE2 yet.
#ifdef HWY_SSE2
inline constexpr int64_t kUnfused = HWY_SCALAR | HWY_EMU128 | HWY_SSE2 | HWY_SSSE3 | HWY_SSE4;
#else
inline constexpr int64_t kUnfused = HWY_SCALAR | HWY_EMU128 | HWY_SSSE3 | HWY_SSE4;
#endif

/// While it lives, kernels run on the one given target.
class ChosenTarget {
public:
    explicit ChosenTarget(int64_t target) { choose(target); }
    ~ChosenTarget() { choose(0); }
    ChosenTarget(const ChosenTarget&) = delete;
    ChosenTarget& operator=(const ChosenTarget&) = delete;

private:
    /// 0 gives the choice back to the machine.
    static void choose(int64_t target) {
        hwy::SetSupportedTargetsForTest(target);
        hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    }
};

/// Calls check() on each target with a fused multiply-add, e.g. AVX2 and AVX-512.
template <class Check>
void on_each_fused_target(const Check& check) {
    const int64_t targets = hwy::SupportedTargets() & HWY_TARGETS & ~kUnfused;
    REQUIRE(targets != 0);
    for (int64_t rest = targets; rest != 0; rest &= rest - 1) {
        const int64_t target = rest & -rest;
        CAPTURE(hwy::TargetName(target));
        const ChosenTarget chosen(target);
        check();
    }
}

}  // namespace bispike
