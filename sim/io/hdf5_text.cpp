// HDF5 files: text of fixed or any length.
#include <algorithm>

#include "sim/io/hdf5_library.h"

namespace bispike::hdf5 {
namespace {

// A hostile file may refer to one long text from everywhere: so many elements are read before the sum is looked at.
constexpr int64_t kBatch = 64;

/// What the library allocated for texts of any length, given back also after a failure.
struct Pointers {
    explicit Pointers(size_t count) : texts(count, nullptr) {}
    ~Pointers() {
        for (char* text : texts)
            if (text != nullptr) H5free_memory(text);
    }
    Pointers(const Pointers&) = delete;
    Pointers& operator=(const Pointers&) = delete;

    std::vector<char*> texts;
};

/// A text that fills its fixed width up with zeros, or with spaces as Fortran does.
std::string without_filling(std::string text, H5T_str_t filling) {
    text.resize(std::min(text.size(), text.find('\0')));
    if (filling == H5T_STR_SPACEPAD) text.resize(text.find_last_not_of(' ') + 1);
    return text;
}

/// Selects elements [first, first + count), in row-major order.
void select_elements(hid_t space, const Extents& extents, int64_t first, int64_t count) {
    const size_t rank = extents.size();
    std::vector<hsize_t> places(static_cast<size_t>(count) * rank);
    for (int64_t i = 0; i < count; ++i) {
        int64_t rest = first + i;
        for (size_t axis = rank; axis-- > 0; rest /= extents[axis])
            places[static_cast<size_t>(i) * rank + axis] = static_cast<hsize_t>(rest % extents[axis]);
    }
    H5Sselect_elements(space, H5S_SELECT_SET, static_cast<size_t>(count), places.data());
}

}  // namespace

std::vector<std::string> read_strings(hid_t type, int64_t count, const std::function<void(hid_t, void*)>& read) {
    const auto n = static_cast<size_t>(count);
    std::vector<std::string> texts(n);
    if (H5Tis_variable_str(type) > 0) {
        Pointers pointers(n);
        read(type, static_cast<void*>(pointers.texts.data()));
        for (size_t i = 0; i < n; ++i)
            if (pointers.texts[i] != nullptr) texts[i] = pointers.texts[i];
    } else {
        const size_t width = H5Tget_size(type);
        std::string all(n * width, '\0');
        read(type, static_cast<void*>(all.data()));
        for (size_t i = 0; i < n; ++i) texts[i] = without_filling(all.substr(i * width, width), H5Tget_strpad(type));
    }
    return texts;
}

void File::write_texts(const std::string& object, const Extents& extents, const std::vector<std::string>& texts) {
    const Library library;
    if (product(extents) != std::ssize(texts)) fail("{}: {} texts do not fill {}", path_, texts.size(), object);
    const Id properties = array_properties({}, 0), parents = with_parents(), type = text_type();
    const Id space = space_of(extents);
    const Id array(
        need(H5Dcreate2(id_, object.c_str(), type, space, parents, properties, H5P_DEFAULT), path_, "make", object),
        H5Dclose);
    std::vector<const char*> pointers;
    for (const std::string& text : texts) pointers.push_back(text.c_str());
    if (texts.empty()) return;
    need(H5Dwrite(array, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, static_cast<const void*>(pointers.data())), path_,
         "write", object);
}

std::vector<std::string> File::read_texts(const std::string& object) const {
    const Library library;
    const Id array(need(H5Dopen2(id_, object.c_str(), H5P_DEFAULT), path_, "open array", object), H5Dclose);
    const Id type(H5Dget_type(array), H5Tclose), space(H5Dget_space(array), H5Sclose);
    if (H5Tget_class(type) != H5T_STRING) fail("{}: {} does not hold text", path_, object);
    const Extents all = extents_of(space);
    const int64_t count = checked_values(array, all, path_, object);
    hsize_t left = 0;  // [bytes] that texts of any length, which nothing packs, may still take
    need(H5Fget_filesize(id_, &left), path_, "measure", "the file");
    std::vector<std::string> texts;
    for (int64_t first = 0; first < count; first += kBatch) {
        const int64_t now = std::min(kBatch, count - first);
        const Id memory = space_of({now});
        if (!all.empty()) select_elements(space, all, first, now);
        for (std::string& text : read_strings(type, now, [&](hid_t read_as, void*out) {
                 need(H5Dread(array, read_as, memory, space, H5P_DEFAULT, out), path_, "read", object);
             })) {
            if (H5Tis_variable_str(type) > 0 && text.size() > left)
                fail("{}: {} promises more text than the file holds", path_, object);
            left -= std::min<hsize_t>(left, text.size());
            texts.push_back(std::move(text));
        }
    }
    return texts;
}

}  // namespace bispike::hdf5
