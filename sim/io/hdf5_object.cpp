// HDF5 files: what an object of any program's file is, and where it lies.
#include "sim/io/hdf5_library.h"

namespace bispike::hdf5 {
namespace {

Kind kind_of_type(hid_t type) {
    switch (H5Tget_class(type)) {
        case H5T_INTEGER:
        case H5T_ENUM:
            return Kind::integer;
        case H5T_FLOAT:
            return Kind::real;
        case H5T_STRING:
            return Kind::text;
        default:
            return Kind::other;
    }
}

}  // namespace

Kind File::kind(const std::string& object) const {
    const Library library;
    const Id opened(need(H5Oopen(id_, object.c_str(), H5P_DEFAULT), path_, "open", object), H5Oclose);
    if (H5Iget_type(opened) == H5I_GROUP) return Kind::group;
    if (H5Iget_type(opened) != H5I_DATASET) return Kind::other;
    const Id type(H5Dget_type(opened), H5Tclose), space(H5Dget_space(opened), H5Sclose);
    return H5Sget_simple_extent_type(space) == H5S_NULL ? Kind::other : kind_of_type(type);
}

uint64_t File::address(const std::string& object) const {
    const Library library;
    H5G_stat_t found{};
    need(H5Gget_objinfo(id_, object.c_str(), false, &found), path_, "look at", object);
    if (found.type == H5G_LINK || found.type == H5G_UDLINK)
        fail("{}: {} is a link to another place, which is not followed", path_, object);
    static_assert(sizeof found.objno[0] == sizeof(uint64_t));
    return found.objno[0];
}

}  // namespace bispike::hdf5
