// Where an agent finds GPUs.
#include "instances/docker/gpus.hpp"

#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/temp_directory.hpp"

using namespace drydock::instances::docker;
using Json = nlohmann::json;
using Ids = std::vector<std::string>;

namespace {

void write(const std::string& path, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path) << text;
}

}  // namespace

TEST_CASE("An engine's generic resources name its GPUs", "[gpus]") {
  CHECK(gpus_of_resources(Json::parse(R"([
      {"DiscreteResourceSpec": {"Kind": "SSD", "Value": 3}},
      {"NamedResourceSpec": {"Kind": "NVIDIA-GPU", "Value": "GPU-1"}},
      {"NamedResourceSpec": {"Kind": "FPGA", "Value": "FPGA-1"}},
      {"NamedResourceSpec": {"Kind": "gpu", "Value": "GPU-2"}}])")) == Ids{"GPU-1", "GPU-2"});
  CHECK(gpus_of_resources(Json()).empty());
  CHECK(gpus_of_resources(Json::parse(R"([7, {"NamedResourceSpec": 1}])")).empty());
}

TEST_CASE("A machine's GPUs are those of AWS's file, else those of the driver", "[gpus]") {
  const drydock::test::TempDirectory directory;
  const std::string root = directory.path().string();
  CHECK(gpus_of_machine(root).empty());
  const std::string devices = root + "/proc/driver/nvidia/gpus/";
  write(devices + "0000:00:1e.0/information", "Model: \t\t Tesla T4\nIRQ:   10\nGPU UUID: \t GPU-b7\nVideo BIOS: 90\n");
  write(devices + "0000:00:1d.0/information", "GPU UUID: \t GPU-a1");
  write(devices + "0000:00:1f.0/information", "Model: none\n");
  CHECK(gpus_of_machine(root) == Ids{"GPU-a1", "GPU-b7"});
  const std::string file = root + "/var/lib/ecs/gpu/nvidia-gpu-info.json";
  write(file, R"({"DriverVersion": "535", "GPUIDs": ["GPU-9"]})");
  CHECK(gpus_of_machine(root) == Ids{"GPU-9"});
  write(file, "{");
  CHECK(gpus_of_machine(root) == Ids{"GPU-a1", "GPU-b7"});
}

TEST_CASE("A container sees its own GPUs", "[gpus]") {
  CHECK(visible_devices({"GPU-1"}) == "GPU-1");
  CHECK(visible_devices({"GPU-1", "GPU-2"}) == "GPU-1,GPU-2");
}
