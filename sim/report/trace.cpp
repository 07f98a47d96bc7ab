// The trace.
#include "sim/report/trace.h"

#include <atomic>
#include <exception>
#include <thread>
#include <utility>

#include "sim/core/error.h"
#include "sim/report/bounded_queue.h"
#include "sim/report/trace_energy.h"
#include "sim/report/trace_file.h"
#include "sim/report/trace_lane.h"

namespace bispike {

/// The writer thread. After a failure it takes lanes from the queue and drops them, so that nobody waits for it; the
/// failure itself is rethrown where the run asks next.
class TraceObserver::Writer {
public:
    explicit Writer(const TraceOptions& options) : file_(options), thread_([this] { run(); }) {}
    ~Writer() { stop(); }

    void submit(TraceLane lane) {
        rethrow();
        queue_.push(std::move(lane));
    }
    void finish() {
        stop();
        rethrow();
        file_.finish();
    }

private:
    static constexpr size_t kQueuedLanes = 2;

    void run() {
        while (const std::optional<TraceLane> lane = queue_.pop())
            if (!failed_) write(*lane);
    }
    void write(const TraceLane& lane) {
        try {
            file_.write(lane);
        } catch (...) {
            failure_ = std::current_exception();
            file_.abandon();
            failed_ = true;
        }
    }
    void stop() {
        queue_.close();
        if (thread_.joinable()) thread_.join();
    }
    void rethrow() const {
        if (failed_) std::rethrow_exception(failure_);
    }

    TraceFile file_;
    BoundedQueue<TraceLane> queue_{kQueuedLanes};
    std::exception_ptr failure_;  // set before failed_
    std::atomic<bool> failed_ = false;
    std::thread thread_;  // last: it uses all of the above
};

TraceObserver::TraceObserver(TraceOptions options) : options_(std::move(options)) {
    const LayerGlob valid(options_.layers);
    if (options_.images.empty()) fail("no image to trace was chosen");
    writer_ = std::make_unique<Writer>(options_);
}

TraceObserver::~TraceObserver() = default;

std::unique_ptr<Probe> TraceObserver::open(const Lane& lane) { return std::make_unique<TraceProbe>(options_, lane); }

void TraceObserver::close(std::unique_ptr<Probe> probe) {
    TraceLane lane = static_cast<TraceProbe&>(*probe).take();
    if (lane.samples.empty()) return;
    if (!energy_.empty()) bispike::add_energy(lane, std::exchange(energy_, {}), LayerGlob(options_.layers));
    if (!std::exchange(checked_, true)) LayerGlob(options_.layers).require_each_matches(lane.layers);
    writer_->submit(std::move(lane));
}

void TraceObserver::finish() { writer_->finish(); }

}  // namespace bispike
