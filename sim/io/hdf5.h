// HDF5 files: groups, attributes, arrays. The only code that talks to the HDF5 library.
//
// The library is not thread-safe as Debian builds it, so every function here takes one process-wide lock: any thread
// may use its own File or Series, one thread at a time each. Every failure is an Error that names the file, the object
// and the library's innermost reason ("No space left on device").
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace bispike::hdf5 {

/// What the values of an array are. In the file they are little-endian; the library converts while reading.
enum class Type { int8, uint8, int32, uint32, int64, uint64, float32, float64 };

template <class T>
concept Element =
    std::same_as<T, int8_t> || std::same_as<T, uint8_t> || std::same_as<T, int32_t> || std::same_as<T, uint32_t> ||
    std::same_as<T, int64_t> || std::same_as<T, uint64_t> || std::same_as<T, float> || std::same_as<T, double>;

template <Element T>
constexpr Type type_of() {
    if constexpr (std::same_as<T, int8_t>) return Type::int8;
    if constexpr (std::same_as<T, uint8_t>) return Type::uint8;
    if constexpr (std::same_as<T, int32_t>) return Type::int32;
    if constexpr (std::same_as<T, uint32_t>) return Type::uint32;
    if constexpr (std::same_as<T, int64_t>) return Type::int64;
    if constexpr (std::same_as<T, uint64_t>) return Type::uint64;
    if constexpr (std::same_as<T, float>) return Type::float32;
    if constexpr (std::same_as<T, double>) return Type::float64;
}

using Extents = std::vector<int64_t>;  // outermost first; empty for a single value

/// What an object of any program's file holds. Numbers of every width and byte order are integers (also Python's
/// truth values, which are an enumeration) or reals; text is of fixed or any length; compounds, references, arrays
/// without a value and what else there is are `other`.
enum class Kind { group, integer, real, text, other };

/// No honest array holds more bytes of values for a byte in the file: zlib packs at most 1032 bytes into one.
inline constexpr double kMostInflation = 1100;

/// An open file. Objects are named by their path from the root: "/weights/head/bias".
class File {
public:
    /// Opens for reading. Errors: missing, not HDF5, truncated.
    static File open(const std::string& path);
    /// Makes or empties the file. Built to survive a crash: what was flushed stays readable, because between flushes
    /// no old block is written to or reused and no metadata is written at all.
    static File create(const std::string& path);
    /// A file that lives in memory until image() is taken; `path` is for error messages.
    static File in_memory(const std::string& path);
    ~File();
    File(File&& other) noexcept;
    File& operator=(File&& other) noexcept;

    const std::string& path() const { return path_; }
    /// The bytes of the file as it stands.
    std::vector<std::byte> image();
    /// Writes everything to the disk's file, which is then readable as it stands.
    void flush();
    /// Closes and reports what the destructor would have to swallow.
    void close();
    /// Lets go without writing another byte, so that what was flushed stays as it is. For use after a failed write:
    /// the library keeps the file open until the process ends.
    void abandon() { id_ = guard_ = kClosed; }

    /// Makes a group, with its parents; one that exists already is left alone.
    void make_group(const std::string& group);
    bool has(const std::string& object) const;
    bool is_group(const std::string& object) const;
    Kind kind(const std::string& object) const;
    /// Where an object lies in the file: the same number for all its names. Errors: a soft or external link, which
    /// may lead anywhere.
    uint64_t address(const std::string& object) const;
    /// Names in a group, sorted.
    std::vector<std::string> links(const std::string& group) const;

    void set_attribute(const std::string& object, const std::string& name, const std::string& value);
    void set_attribute(const std::string& object, const std::string& name, std::integral auto value) {
        const auto wide = static_cast<int64_t>(value);
        set_numbers(object, name, {}, Type::int64, &wide);
    }
    void set_attribute(const std::string& object, const std::string& name, double value) {
        set_numbers(object, name, {}, Type::float64, &value);
    }
    void set_attribute(const std::string& object, const std::string& name, const Extents& values);
    void set_attribute(const std::string& object, const std::string& name, const std::vector<std::string>& values);
    /// Numbers of exactly this type, where another program's format wants it.
    template <Element T>
    void set_exactly(const std::string& object, const std::string& name, T value) {
        set_numbers(object, name, {}, type_of<T>(), &value);
    }
    template <Element T>
    void set_exactly(const std::string& object, const std::string& name, std::span<const T> values) {
        set_numbers(object, name, {static_cast<int64_t>(values.size())}, type_of<T>(), values.data());
    }
    /// One of the words of an enumeration of 8 bits, by its place among them.
    void set_choice(const std::string& object, const std::string& name, const std::vector<std::string>& words,
                    int8_t choice);
    bool has_attribute(const std::string& object, const std::string& name) const;
    /// Names of an object's attributes, sorted.
    std::vector<std::string> attributes(const std::string& object) const;
    std::string text_attribute(const std::string& object, const std::string& name) const;
    int64_t integer_attribute(const std::string& object, const std::string& name) const;
    double real_attribute(const std::string& object, const std::string& name) const;
    Extents integers_attribute(const std::string& object, const std::string& name) const;
    std::vector<std::string> texts_attribute(const std::string& object, const std::string& name) const;

    /// Writes a whole array, with its parent groups; past 4 KiB integers are shuffled and deflated.
    template <Element T>
    void write(const std::string& object, const Extents& extents, std::span<const T> values) {
        write_array(object, extents, type_of<T>(), {values.data(), values.size()});
    }
    void write_texts(const std::string& object, const std::vector<std::string>& texts) {
        write_texts(object, {static_cast<int64_t>(texts.size())}, texts);
    }
    void write_texts(const std::string& object, const Extents& extents, const std::vector<std::string>& texts);
    void write_text(const std::string& object, const std::string& text) { write_texts(object, {}, {text}); }
    Extents extents(const std::string& object) const;
    /// Reads a whole array into `values`, which must have as many places.
    template <Element T>
    void read_into(const std::string& object, std::span<T> values) const {
        read_array(object, 0, -1, type_of<T>(), {values.data(), values.size()});
    }
    template <Element T>
    std::vector<T> read(const std::string& object) const {
        return read_rows<T>(object, 0, -1);
    }
    /// Entries [first, first + count) of the outermost axis; count < 0 means: to the end.
    template <Element T>
    std::vector<T> read_rows(const std::string& object, int64_t first, int64_t count) const {
        std::vector<T> values(static_cast<size_t>(values_in_rows(object, first, count)));
        read_array(object, first, count, type_of<T>(), {values.data(), values.size()});
        return values;
    }
    /// All texts of an array of any shape, row by row.
    std::vector<std::string> read_texts(const std::string& object) const;

private:
    friend class Series;
    static constexpr int64_t kClosed = -1;
    struct Source {
        const void* data;
        size_t values;
    };
    struct Target {
        void* data;
        size_t values;
    };
    File(std::string path, int64_t id) : path_(std::move(path)), id_(id) {}
    void set_numbers(const std::string& object, const std::string& name, const Extents& extents, Type type,
                     const void* values);
    void get_numbers(const std::string& object, const std::string& name, Type type, Target target) const;
    int64_t attribute_size(const std::string& object, const std::string& name) const;
    void write_array(const std::string& object, const Extents& extents, Type type, Source source);
    void read_array(const std::string& object, int64_t first, int64_t count, Type type, Target target) const;
    int64_t values_in_rows(const std::string& object, int64_t first, int64_t count) const;

    std::string path_;
    int64_t id_ = kClosed;     // the library's hid_t
    int64_t guard_ = kClosed;  // an unnamed array, see flush()
};

/// An array that grows along its outermost axis: chunks of at most 64 KiB, shuffled and deflated. append() writes
/// at once, so nothing waits in memory and a full disk is noticed here. Must not outlive its File.
class Series {
public:
    /// Makes the array, with no entries. `row` is the shape of one entry.
    Series(File& file, std::string object, Type type, Extents row);
    /// The same of values as they are: for those that hardly pack, which deflating would cost more than writing.
    static Series plain(File& file, std::string object, Type type, Extents row);
    ~Series();
    Series(Series&& other) noexcept;
    Series& operator=(Series&& other) noexcept;

    /// Appends whole entries; a number of values that is not a multiple of an entry's is an Error.
    template <Element T>
    void append(std::span<const T> values) {
        append_array(type_of<T>(), values.data(), static_cast<int64_t>(values.size()));
    }
    int64_t entries() const { return entries_; }
    const std::string& object() const { return object_; }

private:
    Series(File& file, std::string object, Type type, Extents row, unsigned deflate_level);
    void append_array(Type type, const void* data, int64_t values);

    std::string path_, object_;
    Extents row_;
    int64_t entries_ = 0;
    int64_t id_ = File::kClosed;
};

}  // namespace bispike::hdf5
