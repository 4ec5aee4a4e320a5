#include "instances/docker/tar.hpp"

#include <array>
#include <numeric>
#include <string_view>

namespace drydock::instances::docker {
namespace {

constexpr std::size_t kBlock = 512;

/// Where the fields of a ustar header are, and how long.
struct Field {
  std::size_t at;
  std::size_t size;
};
constexpr Field kMode{100, 8}, kOwner{108, 8}, kGroup{116, 8}, kSize{124, 12}, kTime{136, 12}, kChecksum{148, 8};
constexpr std::size_t kName = 99;
constexpr std::size_t kType = 156;
constexpr std::size_t kMagic = 257;

using Header = std::array<char, kBlock>;

/// In octal digits, up to the field's last byte.
void put(Header& header, const Field& field, std::size_t value) {
  for (std::size_t i = field.size - 1; i > 0; --i) {
    header[field.at + i - 1] = static_cast<char>('0' + value % 8);
    value /= 8;
  }
  header[field.at + field.size - 1] = '\0';
}

Header header_of(const TarFile& file) {
  Header header{};
  file.path.copy(header.data(), kName);
  put(header, kMode, file.mode);
  put(header, kOwner, 0);
  put(header, kGroup, 0);
  put(header, kSize, file.content.size());
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

std::string tar_archive(const std::vector<TarFile>& files) {
  std::string archive;
  for (const TarFile& file : files) {
    const Header header = header_of(file);
    archive.append(header.data(), header.size());
    archive += file.content;
    archive.resize((archive.size() + kBlock - 1) / kBlock * kBlock);
  }
  archive.resize(archive.size() + 2 * kBlock);  // the end of an archive
  return archive;
}

}  // namespace drydock::instances::docker
