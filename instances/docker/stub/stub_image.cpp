#include "instances/docker/stub/stub_image.hpp"

#include <array>
#include <cstdio>
#include <numeric>
#include <string_view>

#include "instances/stub.hpp"

extern "C" {
extern const char drydock_stub_program;
extern const char drydock_stub_program_end;
}

namespace drydock::instances::docker {
namespace {

constexpr std::size_t kBlock = 512;

/// Where the fields of a ustar header are, and how long.
struct Field {
  std::size_t at;
  std::size_t size;
};
constexpr Field kMode{100, 8}, kOwner{108, 8}, kGroup{116, 8}, kSize{124, 12}, kTime{136, 12}, kChecksum{148, 8};
constexpr std::size_t kType = 156;
constexpr std::size_t kMagic = 257;

using Header = std::array<char, kBlock>;

void put(Header& header, const Field& field, std::size_t value) {
  std::snprintf(header.data() + field.at, field.size, "%0*zo", static_cast<int>(field.size) - 1, value);
}

/// Of a program that everybody may run.
Header header_of(std::string_view name, std::size_t size) {
  Header header{};
  name.copy(header.data(), name.size());
  put(header, kMode, 0755);
  put(header, kOwner, 0);
  put(header, kGroup, 0);
  put(header, kSize, size);
  put(header, kTime, 0);
  header[kType] = '0';
  std::string_view("ustar\00000", 8).copy(header.data() + kMagic, 8);
  // The checksum counts its own field as blanks.
  std::string_view("        ").copy(header.data() + kChecksum.at, kChecksum.size);
  const auto sum = std::accumulate(header.begin(), header.end(), std::size_t{0},
                                   [](std::size_t total, char c) { return total + static_cast<unsigned char>(c); });
  put(header, {kChecksum.at, kChecksum.size - 1}, sum);
  return header;
}

}  // namespace

std::string stub_image_archive() {
  const std::string_view program(&drydock_stub_program, &drydock_stub_program_end);
  const Header header = header_of(kStubProgram.substr(1), program.size());
  std::string archive(header.data(), header.size());
  archive += program;
  archive.resize((archive.size() + kBlock - 1) / kBlock * kBlock);
  archive.resize(archive.size() + 2 * kBlock);  // the end of an archive
  return archive;
}

}  // namespace drydock::instances::docker
