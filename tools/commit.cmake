# Writes the header that names the commit being built. Run at each build, with SOURCE (the repository) and OUTPUT given.
# The header changes only when the commit does, so an unchanged commit compiles nothing anew.
set(commit unknown)
# A tarball unpacked inside somebody else's checkout must not claim that checkout's commit.
if(EXISTS ${SOURCE}/.git)
  execute_process(
    COMMAND git --no-optional-locks -c safe.directory=${SOURCE} describe --always --dirty --abbrev=12 --exclude *
    WORKING_DIRECTORY ${SOURCE} OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(described)
    set(commit ${described})
  endif()
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT [[
// The commit that was built; written by tools/commit.cmake.
#pragma once

namespace bispike {
inline constexpr const char* kCommit = "@commit@";
}
]] @ONLY)
