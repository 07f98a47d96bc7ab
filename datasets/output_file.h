// A new file whose every failed write is an Error: a full disk cannot pass unnoticed.
#pragma once

#include <cstdio>
#include <filesystem>
#include <span>

namespace bispike {

class OutputFile {
public:
    /// Throws Error if the file exists or cannot be made.
    explicit OutputFile(const std::filesystem::path& path);
    /// Removes the file unless close() was called.
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    void write(std::span<const unsigned char> bytes);
    void close();

private:
    [[noreturn]] void fail_writing() const;

    std::filesystem::path path_;
    std::FILE* file_ = nullptr;
};

}  // namespace bispike
