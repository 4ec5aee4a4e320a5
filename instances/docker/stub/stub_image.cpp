#include "instances/docker/stub/stub_image.hpp"

#include <string_view>

#include "instances/docker/tar.hpp"
#include "instances/stub.hpp"

extern "C" {
extern const char drydock_stub_program;
extern const char drydock_stub_program_end;
}

namespace drydock::instances::docker {

std::string stub_image_archive() {
  const std::string_view program(&drydock_stub_program, &drydock_stub_program_end);
  return tar_archive({{std::string(kStubProgram.substr(1)), std::string(program), 0755}});
}

}  // namespace drydock::instances::docker
